// All customers' accounts in memory, what the commands of a batch change in
// them, and the books: entries, and their sums over each programme.
//
// Threads: Accounts::Read and Totals from any; Load and Publish from the
// applying thread (or before it runs). A reader copies one account out.
// Errors: kDataLoss for a row that does not decode.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "records_types.h"
#include "server/base/ids.h"
#include "server/loyalty/account.h"
#include "server/store/codec.h"
#include "server/store/store.h"

namespace patron::loyalty {

class Accounts {
 public:
  Accounts();

  absl::Status Load(const store::Store& store);

  // Copies the account of `customer` into `out`; false, and an empty account,
  // for one without (kAnonymous among them).
  bool Read(CustomerOrdinal customer, wire::AccountRow& out) const;

  // Visits a copy of every account, by ordinal; for reports.
  void ForEach(absl::FunctionRef<void(CustomerOrdinal, const wire::AccountRow&)>
                   visit) const;

  // Sums over all accounts of a programme, by its id.
  wire::PointsTotalsRow Totals(const std::string& programme_id) const;

  int64_t size() const;

 private:
  friend class AccountChanges;
  static constexpr size_t kShards = 256;
  struct Shard {
    mutable absl::Mutex mutex;
    std::vector<std::unique_ptr<wire::AccountRow>> rows
        ABSL_GUARDED_BY(mutex);  // by ordinal / kShards
  };
  const wire::AccountRow* Find(CustomerOrdinal customer) const
      ABSL_NO_THREAD_SAFETY_ANALYSIS;  // applying thread: the only writer

  std::unique_ptr<std::array<Shard, kShards>> shards_;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, wire::PointsTotalsRow> totals_
      ABSL_GUARDED_BY(mutex_);
};

// The accounts as the running batch sees them. The applying thread's own.
class AccountChanges {
 public:
  explicit AccountChanges(Accounts& accounts) : accounts_(accounts) {}

  // Her account as of now; an empty one where she has none.
  const wire::AccountRow& Now(CustomerOrdinal customer);
  // To be changed in place; written with the batch.
  wire::AccountRow& Mutable(CustomerOrdinal customer);
  // The programme's part of it, made where it is absent; sorted by ordinal.
  wire::ProgrammeAccount& Programme(CustomerOrdinal customer,
                                    uint32_t programme);

  // Puts the entries of one command and customer into `batch` and adds them to
  // the sums. `programme_id` of each entry is set. Called at most once a
  // customer and command.
  void Post(CustomerOrdinal customer, LogPosition position, absl::Time at,
            const std::string& actor, std::vector<wire::Entry> entries,
            store::Batch& batch);

  void Flush(store::Batch& batch);  // before the write
  void Publish();                   // after the synced write

 private:
  Accounts& accounts_;
  absl::flat_hash_map<CustomerOrdinal, std::unique_ptr<wire::AccountRow>>
      changed_;
  std::vector<CustomerOrdinal> order_;
  absl::flat_hash_map<std::string, wire::PointsTotalsRow> totals_;
  std::vector<std::string> totals_order_;
  wire::AccountRow none_;
  store::Encoder encoder_;
};

// Newest first; cursors as in customers/history.h.
absl::StatusOr<wire::EntriesPage> ReadEntries(const store::Store& store,
                                              CustomerOrdinal customer,
                                              int limit,
                                              absl::string_view cursor);

// The books over a whole store: each account against the sum of its entries,
// held points against open reservations, each programme's sums against its
// accounts, sums against zero. `programme_ids` by ordinal. Reads everything.
absl::StatusOr<wire::BooksReport> CheckBooks(
    const store::Store& store, const std::vector<std::string>& programme_ids);

}  // namespace patron::loyalty
