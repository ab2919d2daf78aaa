// All customers' accounts in memory, what the commands of a batch change in
// them, and the books: entries, and their sums over each programme.
//
// The books of a programme. Each entry feeds one sum, with `points + held` of
// it (what customers own more or less, free and held together):
//   earned    EARN, BONUS       spent     SPEND, taken off
//   adjusted  ADJUST            expired   EXPIRE, taken off
//   refunded  REFUND            reversed  REVERSE, taken off
// HOLD and RELEASE move between free and held: nothing. MERGE_OUT and MERGE_IN
// move between customers and feed none; they add to zero over both. Beside
// them, `balance` is the sum of `points` and `held` of `held`, over all
// entries. So
//   earned + adjusted + refunded − spent − expired − reversed = balance + held
// holds after every command: the books add to zero. Sums wrap where they leave
// 64 bits; the equation holds all the same.
//
// Threads: Accounts::Read, Share and Totals from any; Load and Publish from the
// applying thread (or before it runs). A row, once published, never changes: a
// reader copies it out or holds it.
// Errors: kDataLoss for a row that does not decode.
#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
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

  // The account as it now is; null for a customer without one.
  std::shared_ptr<const wire::AccountRow> Share(CustomerOrdinal customer) const;

  // Visits a copy of every account, by ordinal; for reports.
  void ForEach(absl::FunctionRef<void(CustomerOrdinal, const wire::AccountRow&)>
                   visit) const;

  // Sums over all accounts of a programme, by its id.
  wire::PointsTotalsRow Totals(const std::string& programme_id) const;

  int64_t size() const { return size_.load(std::memory_order_relaxed); }

 private:
  friend class AccountChanges;
  static constexpr size_t kShards = 256;
  struct Shard {
    mutable absl::Mutex mutex;
    std::vector<std::shared_ptr<const wire::AccountRow>> rows
        ABSL_GUARDED_BY(mutex);  // by ordinal / kShards
  };
  const wire::AccountRow* Find(CustomerOrdinal customer) const
      ABSL_NO_THREAD_SAFETY_ANALYSIS;  // applying thread: the only writer

  // Puts a row in place of what stands there.
  void Set(CustomerOrdinal customer,
           std::shared_ptr<const wire::AccountRow> row);

  std::unique_ptr<std::array<Shard, kShards>> shards_;
  std::atomic<int64_t> size_ = 0;
  mutable absl::Mutex mutex_;
  absl::flat_hash_map<std::string, wire::PointsTotalsRow> totals_
      ABSL_GUARDED_BY(mutex_);
};

// The accounts as the running batch sees them. The applying thread's own.
class AccountChanges {
 public:
  explicit AccountChanges(Accounts& accounts) : accounts_(accounts) {}

  // Her account as of now; an empty one where she has none. Valid until the
  // next change or Publish.
  const wire::AccountRow& Now(CustomerOrdinal customer);
  // To be changed in place; written with the batch. Not for kAnonymous. Stays
  // where it is until Publish.
  wire::AccountRow& Mutable(CustomerOrdinal customer);
  // The programme's part of it, made where it is absent; sorted by ordinal.
  // Valid until another one of hers is made.
  wire::ProgrammeAccount& Programme(CustomerOrdinal customer,
                                    uint32_t programme);

  // Puts the entries of one command and customer into `batch` and adds them to
  // the sums. `programme_id` of each entry is set. What the command posted for
  // the customer before (of reservations that expired) stands before them.
  void Post(CustomerOrdinal customer, LogPosition position, absl::Time at,
            const std::string& actor, std::vector<wire::Entry> entries,
            store::Batch& batch);

  // Visits what the batch leaves of each account that it touched, before it is
  // published.
  void ForEachChanged(
      absl::FunctionRef<void(CustomerOrdinal,
                             std::shared_ptr<const wire::AccountRow>)>
          visit) const;

  void Flush(store::Batch& batch);  // before the write
  void Publish();                   // after the synced write

 private:
  wire::PointsTotalsRow& MutableTotals(const std::string& programme_id);

  Accounts& accounts_;
  absl::flat_hash_map<CustomerOrdinal, std::shared_ptr<wire::AccountRow>>
      changed_;
  std::vector<CustomerOrdinal> order_;
  absl::flat_hash_map<std::string, wire::PointsTotalsRow> totals_;
  std::vector<std::string> totals_order_;
  // Customers with entries at `posted_at_`, the running command.
  LogPosition posted_at_;
  absl::flat_hash_set<CustomerOrdinal> posted_;
  wire::AccountRow none_;
  store::Encoder encoder_;
};

// The key in Family::kMeta of the sums of a programme.
std::string TotalsKey(absl::string_view programme_id);

// Adds one entry to the sums.
void AddToTotals(const wire::Entry& entry, wire::PointsTotalsRow& totals);

// Newest first; cursors as in customers/history.h. kInvalidArgument for a limit
// below 1.
absl::StatusOr<wire::EntriesPage> ReadEntries(const store::Store& store,
                                              CustomerOrdinal customer,
                                              int limit,
                                              absl::string_view cursor);

// The books over a whole store: each account against the sum of its entries,
// held points against open reservations, each programme's sums against its
// accounts, sums against zero; and that lots stand in order, above zero, and
// not beside debt. `programme_ids` by ordinal. Reads everything, in memory for
// a few thousand customers at a time, from a store that nobody writes to
// meanwhile (a checkpoint). At most kMostProblems are told.
inline constexpr size_t kMostProblems = 100;
absl::StatusOr<wire::BooksReport> CheckBooks(
    const store::Store& store, const std::vector<std::string>& programme_ids);

}  // namespace patron::loyalty
