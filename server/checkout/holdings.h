// The definitions that stand, what is used of offers' limits, and open
// reservations.
//
// Threads: Holdings' accessors from any; Load and Publish from the applying
// thread (or before it runs); HoldingsChanges is the applying thread's own.
#pragma once

#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "records_types.h"
#include "server/offers/compiled.h"
#include "server/store/codec.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"

namespace patron::checkout {

using CompiledPtr = std::shared_ptr<const offers::Compiled>;

class Holdings {
 public:
  Holdings();

  // kDataLoss for rows that do not decode or rules that no longer compile.
  absl::Status Load(const store::Store& store, const store::Ordinals& ordinals);

  // Never null: version 0, without programmes and offers, before any was put.
  CompiledPtr definitions() const;
  // Zeros for an offer that was never used.
  wire::OfferCountRow Count(uint32_t offer) const;
  int64_t open_reservations() const;
  // When the next reservation expires, in Unix microseconds; nullopt: none is
  // open.
  std::optional<int64_t> next_expiry_us() const;

 private:
  friend class HoldingsChanges;
  mutable absl::Mutex mutex_;
  CompiledPtr definitions_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<uint32_t, wire::OfferCountRow> counts_
      ABSL_GUARDED_BY(mutex_);
  int64_t open_reservations_ ABSL_GUARDED_BY(mutex_) = 0;
  std::optional<int64_t> next_expiry_us_ ABSL_GUARDED_BY(mutex_);
};

class HoldingsChanges {
 public:
  explicit HoldingsChanges(Holdings& holdings) : holdings_(holdings) {}

  // Reads the open reservations.
  absl::Status Load(const store::Store& store);

  const CompiledPtr& definitions();
  void SetDefinitions(CompiledPtr definitions);

  const wire::OfferCountRow& Count(uint32_t offer);
  // To be changed in place; `offer_id` names its row.
  wire::OfferCountRow& MutableCount(uint32_t offer,
                                    const std::string& offer_id);

  // Null unless it is open. Reservations are known at once: a batch is written
  // or the process stops.
  wire::ReservationRow* FindOpen(const std::string& reservation_id);
  void Open(const std::string& reservation_id, wire::ReservationRow row,
            store::Batch& batch);
  // Writes the row as it now is, and forgets it here; `row` keeps what closed
  // rows keep.
  void Close(const std::string& reservation_id, const wire::ReservationRow& row,
             store::Batch& batch);
  // Writes an open row that was changed in place.
  void Rewrite(const std::string& reservation_id, store::Batch& batch);
  // The open one that expires first, if it has by `now_us`.
  std::optional<std::string> FirstExpired(int64_t now_us) const;
  // Ids of the customer's open reservations, by id.
  std::vector<std::string> OpenOf(CustomerOrdinal customer) const;

  void Flush(store::Batch& batch);
  void Publish();

 private:
  Holdings& holdings_;
  CompiledPtr definitions_;  // null: as published
  absl::flat_hash_map<uint32_t, wire::OfferCountRow> counts_;
  std::vector<std::pair<uint32_t, std::string>> touched_;
  wire::OfferCountRow none_;

  absl::flat_hash_map<std::string, wire::ReservationRow> open_;
  std::set<std::pair<int64_t, std::string>> by_expiry_;
  bool reservations_changed_ = false;
  store::Encoder encoder_;
};

}  // namespace patron::checkout
