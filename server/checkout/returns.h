// What a return takes back beside money: points, credit, uses of offers.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "records_types.h"
#include "server/checkout/context.h"
#include "server/checkout/postings.h"
#include "types_types.h"

namespace patron::checkout {

// Takes back everything that the goods gave whose returned quantity grew from
// `returned_before_milli` (an element a line) to what `row` says, line by line,
// as shares that add up over any number of returns. Notes in `row.effects` what
// is taken back by now. `refund` is what the goods cost; `money` is what is
// kept of it for points that were spent already. `just_earned`: by the command
// that takes them back (a claim): what has expired since was never spent.
struct TakenByReturn {
  std::vector<wire::TakenBack> programmes;
  std::vector<wire::GivenBack> offers;
  int64_t money = 0;
};
absl::StatusOr<TakenByReturn> TakeBackReturned(
    wire::PurchaseRow& row, const std::vector<int64_t>& returned_before_milli,
    int64_t refund, CustomerOrdinal customer, const Stamp& stamp,
    const Context& context, Postings& postings, bool just_earned = false);

}  // namespace patron::checkout
