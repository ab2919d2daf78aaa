// When each customer is contacted, by which run: what frequency caps look at.
// Contacts of every run that stand, sent or planned, but for service messages,
// which count against no cap. Rows of `contacts` in a form that Apply reads
// without the disk: 24 bytes a customer, and 8 a contact from the third on. One
// run stands twice where two who were both on its frozen list became one.
//
// What a released run planned stays here and counts no more: whoever reads asks
// the run (StandingOf).
//
// Threads: Read from any; Load before the applying thread runs; DiaryChanges is
// the applying thread's own. Errors: kDataLoss for a row that does not decode.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/synchronization/mutex.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/contacts/cap.h"
#include "server/contacts/runs.h"
#include "server/store/store.h"

namespace patron::contacts {

struct DiaryEntry {
  uint32_t run = 0;
  Day day = 0;  // of the send

  friend auto operator<=>(const DiaryEntry&, const DiaryEntry&) = default;
};
using DiaryEntries = absl::InlinedVector<DiaryEntry, 2>;  // by run, then day

class Diary {
 public:
  Diary();

  // After the runs: what released ones planned is left out.
  absl::Status Load(const store::Store& store, const Runs& runs);

  DiaryEntries Read(CustomerOrdinal customer) const;

 private:
  friend class DiaryChanges;
  static constexpr size_t kShards = 256;
  struct Shard {
    mutable absl::Mutex mutex;
    std::vector<DiaryEntries> customers
        ABSL_GUARDED_BY(mutex);  // by ordinal / kShards
  };
  void Set(CustomerOrdinal customer, DiaryEntries entries);

  std::unique_ptr<std::array<Shard, kShards>> shards_;
};

// The days on which a row of `contacts` stands for a contact that caps count,
// in order: none, one, or more after a merge.
std::vector<Day> DaysOf(const wire::ContactRow& row);

// The diary as the running batch sees it.
class DiaryChanges {
 public:
  explicit DiaryChanges(Diary& diary) : diary_(diary) {}

  DiaryEntries Now(CustomerOrdinal customer) const;
  // Beside what she has of the run.
  void Add(CustomerOrdinal customer, DiaryEntry entry);
  // All that she has of the run.
  void Remove(CustomerOrdinal customer, uint32_t run);

  void Publish();  // after the synced write

 private:
  DiaryEntries& Mutable(CustomerOrdinal customer);

  Diary& diary_;
  absl::flat_hash_map<CustomerOrdinal, DiaryEntries> changed_;
};

// The entries that count, with what a cap asks of their runs.
std::vector<Standing> StandingOf(const DiaryEntries& entries, const Runs& runs);
std::vector<Standing> StandingOf(const DiaryEntries& entries, RunChanges& runs);

}  // namespace patron::contacts
