#include "server/customers/totals.h"

#include "server/base/status_macros.h"
#include "server/store/codec.h"

namespace patron::customers {
namespace {

constexpr absl::string_view kTotalsKey = "totals";

}  // namespace

absl::Status Totals::Load(const store::Store& store) {
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          store.Get(store::Family::kMeta, kTotalsKey));
  if (!bytes) return absl::OkStatus();
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::TotalsRow>(*bytes, "totals"));
  const absl::MutexLock lock(&mutex_);
  row_ = std::move(row);
  return absl::OkStatus();
}

wire::TotalsRow Totals::Now() const {
  const absl::MutexLock lock(&mutex_);
  return row_;
}

wire::TotalsRow& TotalsChanges::Mutable() {
  if (!touched_) row_ = totals_.Now();
  touched_ = true;
  return row_;
}

void TotalsChanges::Flush(store::Batch& batch) {
  if (touched_)
    batch.PutBlind(store::Family::kMeta, kTotalsKey, store::Encode(row_));
}

void TotalsChanges::Publish() {
  if (!touched_) return;
  const absl::MutexLock lock(&totals_.mutex_);
  totals_.row_ = std::move(row_);
  touched_ = false;
}

}  // namespace patron::customers
