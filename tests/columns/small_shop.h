// Customers who change without commands: what Apply would hand to the columns,
// in one line.
#pragma once

#include <string>
#include <vector>

#include "records_types.h"
#include "server/columns/table.h"

namespace patron::columns {

class SmallShop {
 public:
  Table& table() { return table_; }
  FeedChanges& feed() { return feed_; }

  // A line of 1 piece at `amount`, on day 100.
  static wire::StoredLine MakeLine(uint32_t product, int64_t amount);
  static wire::PurchaseRow MakePurchase(std::vector<wire::StoredLine> lines);

  // Into the batch; she is known from the next Publish on.
  void Buy(uint32_t customer, std::vector<wire::StoredLine> lines);
  // All of hers anew: one purchase.
  void Replace(uint32_t customer, std::vector<wire::StoredLine> lines);
  void View(uint32_t customer, uint32_t product);
  facts::Summary& Summary(uint32_t customer);
  facts::FactsChanges& facts() { return facts_; }
  loyalty::AccountChanges& accounts() { return accounts_; }

  // Ends the batch, under the next position.
  LogPosition Publish();

 private:
  void Know(uint32_t customer);

  Table table_;
  facts::FactsTable facts_table_;
  loyalty::Accounts account_table_;
  facts::FactsChanges facts_{facts_table_};
  loyalty::AccountChanges accounts_{account_table_};
  FeedChanges feed_{table_.feed()};
  uint64_t position_ = 0;
  uint32_t customers_ = 0;
};

// Hers, base and tail together, sorted.
std::vector<Line> LinesOf(const Snapshot& snapshot, uint32_t customer);
std::vector<Event> EventsOf(const Snapshot& snapshot, uint32_t customer);
std::vector<int64_t> AmountsOf(const Snapshot& snapshot, uint32_t customer);

}  // namespace patron::columns
