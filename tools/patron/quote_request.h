// A basket to be quoted, from options of the command line or from JSON.
//
//   {"customer_id": "c1", "store_id": "s1", "channel": "store",
//    "currency": "EUR", "lines": [{"product_id": "p1", "quantity": 2,
//    "list_amount": 398, "tax": 63, "match_amount": 380}],
//    "codes": ["SPRING"], "points": {"club": 500, "stars": "max"},
//    "delivery": 490}
//
// Amounts in minor units, quantities decimal. Unknown keys are errors.
// Errors: usage errors for options, kInvalidArgument naming the key for JSON.
#pragma once

#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "checkout_types.h"
#include "tools/patron/args.h"

namespace patron::cli {

// The options of every command that takes a basket.
std::vector<FlagSpec> BasketFlags();

absl::StatusOr<wire::QuoteRequest> QuoteRequestFromFlags(const Args& args);
absl::StatusOr<wire::QuoteRequest> QuoteRequestFromJson(absl::string_view text);

}  // namespace patron::cli
