// Profiles: what the shop knows of a person beyond what she does.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "server/base/ids.h"
#include "server/customers/apply_context.h"
#include "server/store/store.h"
#include "types_types.h"

namespace patron::customers {

// Requests that are wrong whatever State says: kInvalidArgument naming the
// field. `this_year` bounds birth years.
absl::Status Validate(const wire::Customer& customer, int this_year);

// Puts the whole profile in place of the one before.
void ApplyPutCustomer(const wire::Customer& customer, ApplyContext& context);

// nullopt for a customer known from purchases alone.
absl::StatusOr<std::optional<wire::Customer>> ReadProfile(
    const store::Store& store, CustomerOrdinal customer);

}  // namespace patron::customers
