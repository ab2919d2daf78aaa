// The shop's own log, read from a checkpoint of its store, as sales.
//
// Lines are by day: a sale is taken to be at noon. What was returned is left
// out. Errors: as Store and jobs::ReadPurchaseLog.
#pragma once

#include "absl/status/statusor.h"
#include "server/store/store.h"
#include "tools/eval/sales.h"

namespace patron::eval {

absl::StatusOr<Sales> ReadShopLog(const store::Store& checkpoint);

// The day that leaves `days` days of the sales after it; kFailedPrecondition
// where there is no sale.
absl::StatusOr<Day> LatestCut(const Sales& sales, int days);

}  // namespace patron::eval
