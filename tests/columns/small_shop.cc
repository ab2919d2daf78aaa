#include "tests/columns/small_shop.h"

#include <algorithm>
#include <utility>

namespace patron::columns {
namespace {

template <typename Columns>
std::vector<typename Columns::Entry> EntriesOf(const Rows<Columns>& rows,
                                               uint32_t row) {
  std::vector<typename Columns::Entry> entries;
  const auto add = [&](const Columns& from) {
    for (uint32_t at = from.begin[row]; at < from.begin[row + 1]; ++at)
      entries.push_back(from.At(at));
  };
  if (!rows.replaced[row]) add(*rows.base);
  add(*rows.tail);
  std::sort(entries.begin(), entries.end());
  return entries;
}

}  // namespace

wire::StoredLine SmallShop::MakeLine(uint32_t product, int64_t amount) {
  wire::StoredLine line;
  line.product = static_cast<int32_t>(product);
  line.quantity_milli = 1000;
  line.amount = line.list_amount = amount;
  return line;
}

wire::PurchaseRow SmallShop::MakePurchase(std::vector<wire::StoredLine> lines) {
  wire::PurchaseRow row;
  row.store = 7;
  row.channel = "web";
  row.currency = "EUR";
  row.local_day = 100;
  row.lines = std::move(lines);
  return row;
}

void SmallShop::Know(uint32_t customer) {
  customers_ = std::max(customers_, customer + 1);
}

void SmallShop::Buy(uint32_t customer, std::vector<wire::StoredLine> lines) {
  Know(customer);
  ++Summary(customer).purchases;
  feed_.AddPurchase(CustomerOrdinal(customer), MakePurchase(std::move(lines)));
}

void SmallShop::Replace(uint32_t customer,
                        std::vector<wire::StoredLine> lines) {
  Know(customer);
  Summary(customer);
  feed_.BeginPurchases(CustomerOrdinal(customer));
  feed_.AddPurchase(CustomerOrdinal(customer), MakePurchase(std::move(lines)));
}

void SmallShop::View(uint32_t customer, uint32_t product) {
  Know(customer);
  ++Summary(customer).events;
  wire::EventRow row;
  row.kind = 1;
  row.product = static_cast<int32_t>(product);
  row.store = -1;
  row.local_day = 100;
  feed_.AddEvent(CustomerOrdinal(customer), row);
}

facts::Summary& SmallShop::Summary(uint32_t customer) {
  Know(customer);
  return facts_.MutableSummary(CustomerOrdinal(customer));
}

LogPosition SmallShop::Publish() {
  feed_.Collect(facts_, accounts_);
  facts_.Publish();
  accounts_.Publish();
  feed_.Publish(LogPosition(++position_), customers_);
  return LogPosition(position_);
}

std::vector<Line> LinesOf(const Snapshot& snapshot, uint32_t customer) {
  return EntriesOf(snapshot.blocks[customer / kBlockRows]->lines,
                   customer % kBlockRows);
}

std::vector<Event> EventsOf(const Snapshot& snapshot, uint32_t customer) {
  return EntriesOf(snapshot.blocks[customer / kBlockRows]->events,
                   customer % kBlockRows);
}

std::vector<int64_t> AmountsOf(const Snapshot& snapshot, uint32_t customer) {
  std::vector<int64_t> amounts;
  for (const Line& line : LinesOf(snapshot, customer))
    amounts.push_back(line.amount);
  std::sort(amounts.begin(), amounts.end());
  return amounts;
}

}  // namespace patron::columns
