// All customers in memory as columns, at one log position: what segments read.
//
// The applying thread hands over what a batch changed (feed.h) and goes on; it
// never waits for readers and never copies a block. Whoever reads brings the
// columns up to the newest published position first, copying on write the
// blocks that an older snapshot still holds. A snapshot stays as it is for as
// long as somebody holds it; what is held long costs memory for what changed
// since.
//
// Ownership: borrows nothing after Load. Threads: Now and Relieve from any;
// Load before the applying thread runs; the feed is the applying thread's.
// Errors: kDataLoss for rows that do not decode.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/base/ids.h"
#include "server/columns/block.h"
#include "server/columns/feed.h"
#include "server/facts/table.h"
#include "server/loyalty/accounts.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"

namespace patron::columns {

struct Snapshot {
  LogPosition position;    // everything up to here is in, nothing after
  uint32_t ordinals = 0;   // customers' ordinals below this are known
  uint32_t customers = 0;  // of them, those that a merge did not lead elsewhere
  std::vector<std::shared_ptr<const Block>> blocks;

  // Null for an ordinal that is not known yet.
  const Row* Find(CustomerOrdinal customer) const;
  size_t bytes() const;  // of blocks, lines and events
};

class Table {
 public:
  // Rows, lines and events that may wait before somebody must take them.
  static constexpr size_t kMostWaiting = 512 << 10;

  Table();

  // Reads purchases and events of the whole store; facts, accounts and ordinals
  // are loaded already. `position`: how far the log was applied.
  absl::Status Load(const store::Store& store, const store::Ordinals& ordinals,
                    const facts::FactsTable& facts,
                    const loyalty::Accounts& accounts, LogPosition position);

  // State at the newest position that was published. Costs what was changed
  // since somebody asked last.
  std::shared_ptr<const Snapshot> Now();

  // Catches up where more than kMostWaiting wait and nobody else does so just
  // then: keeps the queue bounded where nobody asks. For whoever waits for
  // commands; not for the applying thread.
  void Relieve();

  // The position that Now would answer for, without asking for it.
  LogPosition published() const { return feed_.published(); }

  // Channels and currencies by their codes (codes.h). 0 for a text that never
  // came; readers on any thread.
  Code CodeOf(absl::string_view text) const { return feed_.codes().Find(text); }
  std::string TextOf(Code code) const { return feed_.codes().TextOf(code); }

  Feed& feed() { return feed_; }

 private:
  void CatchUp() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Snapshot& Mutable() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  Feed feed_;
  absl::Mutex mutex_;
  // Never copied without the lock: see Alone.
  std::shared_ptr<Snapshot> current_ ABSL_GUARDED_BY(mutex_);
  Waiting taken_ ABSL_GUARDED_BY(mutex_);  // its memory serves again
};

}  // namespace patron::columns
