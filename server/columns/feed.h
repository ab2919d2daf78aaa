// From Apply to the columns: what each batch changed, in order.
//
//   changes.AddLine(customer, line);          // while a command is applied
//   changes.ReplaceLines(customer, lines);    // a return, a merge: all anew
//   changes.Publish(position, facts, accounts);   // after the synced write
//
// Threads: FeedChanges is the applying thread's own; Feed's Take, published and
// codes from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/base/ids.h"
#include "server/columns/block.h"
#include "server/facts/table.h"
#include "server/loyalty/accounts.h"

namespace patron::columns {

// What a batch left of one customer.
struct RowChange {
  CustomerOrdinal customer;
  uint64_t position = 0;
  // As they now are; absent: not changed.
  std::optional<std::shared_ptr<const facts::Summary>> summary;
  std::optional<std::shared_ptr<const facts::Traits>> traits;
  std::optional<std::shared_ptr<const wire::AccountRow>> account;
  std::optional<bool> is_customer;
  bool replace_lines = false;  // `lines` are all of hers; else they are added
  bool replace_events = false;
  std::vector<Line> lines;
  std::vector<Event> events;
};

// The queue between the applying thread and readers.
class Feed {
 public:
  LogPosition published() const {
    return LogPosition(published_.load(std::memory_order_acquire));
  }
  // Takes all that was published, in order, and up to where.
  LogPosition Take(std::vector<RowChange>& changes);

  Code CodeOf(absl::string_view text) const;
  std::string TextOf(Code code) const;

 private:
  friend class FeedChanges;
  friend class Table;
  Code MakeCode(absl::string_view text);  // the applying thread, or Load

  std::atomic<uint64_t> published_{0};
  absl::Mutex mutex_;
  std::vector<RowChange> waiting_ ABSL_GUARDED_BY(mutex_);
  mutable absl::Mutex codes_mutex_;
  std::deque<std::string> texts_ ABSL_GUARDED_BY(codes_mutex_);
  absl::flat_hash_map<std::string, Code> codes_ ABSL_GUARDED_BY(codes_mutex_);
};

// What the running batch changes.
class FeedChanges {
 public:
  explicit FeedChanges(Feed& feed) : feed_(feed) {}

  // A receipt as it was recorded, and its lines as the columns have them.
  void AddPurchase(CustomerOrdinal customer, const wire::PurchaseRow& row);
  void AddEvent(CustomerOrdinal customer, const wire::EventRow& row);
  // All of hers anew, from her receipts or events as the batch sees them:
  // Begin…, then one Add… a row.
  void BeginPurchases(CustomerOrdinal customer);
  void BeginEvents(CustomerOrdinal customer);
  // Facts, traits or account changed.
  void Touch(CustomerOrdinal customer);
  // A merge leads her id elsewhere.
  void Absorbed(CustomerOrdinal customer);

  // After the synced write, and after facts and accounts were published.
  void Publish(LogPosition position, const facts::FactsTable& facts,
               const loyalty::Accounts& accounts);

 private:
  RowChange& Find(CustomerOrdinal customer);

  Feed& feed_;
  std::vector<RowChange> changes_;  // in the order of first touch
  absl::flat_hash_map<CustomerOrdinal, size_t> places_;
};

}  // namespace patron::columns
