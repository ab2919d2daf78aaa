// Runs of campaigns: where each stands and what it counts.
//
// A run has the caller's id, taken for ever, and a number, dense, given by
// Apply. Its audience stands in the store (read.h) and, while it is being
// planned, in the memory of the applying thread. Rows that were handed out stay
// as they were.
//
// Threads: accessors of Runs from any; Load before the applying thread runs;
// RunChanges is the applying thread's own. Errors: kDataLoss for a row that
// does not decode or numbers with a gap.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "records_types.h"
#include "server/store/codec.h"
#include "server/store/store.h"

namespace patron::contacts {

using RunPtr = std::shared_ptr<const wire::RunRow>;
using AudiencePtr = std::shared_ptr<const Roaring>;

// "planning", "planned", "frozen", "released".
absl::string_view StateName(wire::RunState::type state);
// PLANNING or PLANNED: the run may still change.
bool IsOpen(const wire::RunRow& run);

class Runs {
 public:
  absl::Status Load(const store::Store& store);

  std::optional<uint32_t> NumberOf(absl::string_view run_id) const;
  // Null: no such run.
  RunPtr Find(absl::string_view run_id) const;
  RunPtr Get(uint32_t number) const;
  // By number, oldest first.
  std::vector<RunPtr> All() const;
  uint32_t size() const;

 private:
  friend class RunChanges;
  mutable absl::Mutex mutex_;
  std::vector<RunPtr> rows_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<std::string, uint32_t> by_id_ ABSL_GUARDED_BY(mutex_);
};

// The runs as the running batch sees them.
class RunChanges {
 public:
  explicit RunChanges(Runs& runs) : runs_(runs) {}

  std::optional<uint32_t> NumberOf(absl::string_view run_id) const;
  uint32_t size() const;
  // Of a number below size(). Stays where it is until Publish.
  const wire::RunRow& Now(uint32_t number);
  // To be changed in place; written with the batch.
  wire::RunRow& Mutable(uint32_t number);
  // Those of which `counts` says so, oldest first. Of whom it ever said no it
  // is not asked again: they are as many as count now, not as ever were.
  const std::vector<uint32_t>& Counting(
      absl::FunctionRef<bool(const wire::RunRow&)> counts);
  // Takes the next number.
  uint32_t Open(wire::RunRow row, Roaring audience, store::Batch& batch);
  // Who is in it; remembered while the run is being planned.
  absl::StatusOr<AudiencePtr> Audience(uint32_t number,
                                       const store::Batch& batch);

  void Flush(store::Batch& batch);  // before the write
  void Publish();                   // after the synced write

 private:
  Runs& runs_;
  absl::flat_hash_map<uint32_t, std::unique_ptr<wire::RunRow>> changed_;
  absl::flat_hash_map<uint32_t, RunPtr> looked_at_;  // as published
  std::vector<uint32_t> order_;  // of first change: rows go out in it
  std::vector<std::pair<std::string, uint32_t>> fresh_;
  absl::flat_hash_map<uint32_t, AudiencePtr> audiences_;
  std::vector<uint32_t> counting_;
  uint32_t asked_ = 0;  // runs from here on are not in counting_ yet
  store::Encoder encoder_;
};

}  // namespace patron::contacts
