// From Apply to the columns: what each batch changed, in order.
//
//   changes.AddPurchase(customer, row);     // while a command is applied
//   changes.BeginPurchases(customer);       // a return, a merge: all anew …
//   changes.AddPurchase(customer, row);     // … from each of her rows
//   changes.Collect(facts, accounts);       // after the synced write
//   changes.Publish(position, customers);   // when all else is published
//
// Handing over costs the applying thread a copy of what is new; the rest is
// done by whoever reads (table.h).
//
// Threads: FeedChanges is the applying thread's own; Feed from any.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/synchronization/mutex.h"
#include "records_types.h"
#include "server/base/ids.h"
#include "server/columns/block.h"
#include "server/columns/codes.h"
#include "server/facts/table.h"
#include "server/loyalty/accounts.h"

namespace patron::columns {

// What a batch left of one customer.
struct RowChange {
  CustomerOrdinal customer;
  uint64_t position = 0;
  // As they now are; null or absent: not changed.
  std::shared_ptr<const facts::Summary> summary;
  std::optional<std::shared_ptr<const facts::Traits>> traits;
  std::shared_ptr<const wire::AccountRow> account;
  bool absorbed = false;  // a merge led her id elsewhere
  // Hers are only those at this place of the queue and after it; absent: they
  // are added to what she has.
  std::optional<size_t> lines_from;
  std::optional<size_t> events_from;
};

template <typename Entry>
struct Added {
  CustomerOrdinal customer;
  Entry entry;
};

// What was published and not taken yet, in log order.
struct Waiting {
  LogPosition position;    // up to where
  uint32_t customers = 0;  // ordinals below this are known there
  std::vector<RowChange> rows;
  std::vector<Added<Line>> lines;
  std::vector<Added<Event>> events;

  size_t size() const { return rows.size() + lines.size() + events.size(); }
};

// The queue between the applying thread and readers.
class Feed {
 public:
  LogPosition published() const {
    return LogPosition(published_.load(std::memory_order_acquire));
  }
  // Rows, lines and events that wait.
  size_t waiting() const { return size_.load(std::memory_order_relaxed); }

  // Takes all that waits. `taken` is emptied first; its memory serves again.
  void Take(Waiting& taken);

  // Before the applying thread runs.
  void Start(LogPosition position, uint32_t customers);

  Codes& codes() { return codes_; }
  const Codes& codes() const { return codes_; }

 private:
  friend class FeedChanges;

  std::atomic<uint64_t> published_{0};
  std::atomic<size_t> size_{0};
  absl::Mutex mutex_;
  Waiting waiting_ ABSL_GUARDED_BY(mutex_);
  Codes codes_;
};

// What the running batch changes.
class FeedChanges {
 public:
  explicit FeedChanges(Feed& feed) : feed_(feed), codes_(feed.codes()) {}

  // A receipt or an event as its row is; of kAnonymous nothing is kept.
  void AddPurchase(CustomerOrdinal customer, const wire::PurchaseRow& row);
  void AddEvent(CustomerOrdinal customer, const wire::EventRow& row);
  // All of hers anew, from her rows as the batch sees them: Begin…, then one
  // Add… a row.
  void BeginPurchases(CustomerOrdinal customer);
  void BeginEvents(CustomerOrdinal customer);
  // A merge leads her id elsewhere, and all that she had.
  void Absorbed(CustomerOrdinal customer);

  // After the synced write and before `facts` and `accounts` are published:
  // they tell what else of whom was changed.
  void Collect(const facts::FactsChanges& facts,
               const loyalty::AccountChanges& accounts);
  // Last of all that is published: whoever hears of the position finds the
  // rest. `customers`: how many of their ordinals are known.
  void Publish(LogPosition position, uint32_t customers);

 private:
  RowChange& Find(CustomerOrdinal customer);
  void Append(Waiting& waiting);

  Feed& feed_;
  CodeCache codes_;
  Waiting changes_;  // of rows, one a customer, in the order of first touch
  absl::flat_hash_map<CustomerOrdinal, size_t> places_;
};

}  // namespace patron::columns
