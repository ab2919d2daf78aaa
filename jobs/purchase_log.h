// Reads the purchase log that learning needs out of a store.
//
// What was returned is left out, as is every line of quantity zero. Products
// that are known from receipts alone teach, but stand in no list.
#pragma once

#include "absl/status/statusor.h"
#include "index/training_log.h"
#include "server/store/store.h"

namespace patron::jobs {

// Everything as of the store's last command; `today` is the day after which
// nothing is looked at: the day that is learned for.
absl::StatusOr<index::TrainingLog> ReadPurchaseLog(const store::Store& store,
                                                   Day today);

}  // namespace patron::jobs
