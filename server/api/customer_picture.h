// One customer as the API shows her: facts, items, history, points and
// offers, all at once.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/checkout/desk.h"
#include "server/commit/state.h"
#include "server/facts/facts.h"
#include "server/recommend/recommender.h"
#include "storefront_types.h"

namespace patron::api {

// kInvalidArgument for what is no id, kNotFound for a customer nobody told of.
absl::StatusOr<CustomerOrdinal> FindCustomer(const commit::State& state,
                                             const std::string& customer_id);

// Her profile; the id alone for one who is known from purchases.
absl::StatusOr<wire::Customer> ReadCustomer(const commit::State& state,
                                            const std::string& customer_id);

// All of CustomerContext but her next best offer, for `customer_id` in
// `store_id` ("" = none).
absl::StatusOr<wire::CustomerContext> ReadContext(
    const commit::State& state, const recommend::Recommender& recommender,
    const checkout::Desk& desk, const std::string& customer_id,
    const std::string& store_id);

}  // namespace patron::api
