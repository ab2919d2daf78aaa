// Counts and sums over the whole shop, so that an import can be held against
// its source to the last cent. Threads: Now from any; the rest from the
// applying thread.
#pragma once

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "records_types.h"
#include "server/store/store.h"

namespace patron::customers {

class Totals {
 public:
  absl::Status Load(const store::Store& store);
  wire::TotalsRow Now() const;

 private:
  friend class TotalsChanges;
  mutable absl::Mutex mutex_;
  wire::TotalsRow row_ ABSL_GUARDED_BY(mutex_);
};

class TotalsChanges {
 public:
  explicit TotalsChanges(Totals& totals) : totals_(totals) {}

  // The row as this batch sees it, to be changed in place.
  wire::TotalsRow& Mutable();
  void Flush(store::Batch& batch);
  void Publish();

 private:
  Totals& totals_;
  wire::TotalsRow row_;
  bool touched_ = false;
};

}  // namespace patron::customers
