#include "tests/columns/plain_customers.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "tests/columns/small_shop.h"

namespace patron::columns {
namespace {

std::string TextOf(Code code, const Table* table) {
  return table == nullptr ? absl::StrCat(code) : table->TextOf(code);
}

template <typename T>
std::optional<T> ValueOf(const std::shared_ptr<const T>& held) {
  return held == nullptr ? std::nullopt : std::optional<T>(*held);
}

PlainCustomer PlainOf(const Snapshot& snapshot, uint32_t ordinal,
                      const Table* table) {
  PlainCustomer plain;
  const Row& row = *snapshot.Find(CustomerOrdinal(ordinal));
  plain.is_customer = row.is_customer;
  plain.summary = ValueOf(row.summary);
  plain.traits = ValueOf(row.traits);
  plain.account = ValueOf(row.account);
  for (Line line : LinesOf(snapshot, ordinal)) {
    std::string channel = TextOf(line.channel, table);
    std::string currency = TextOf(line.currency, table);
    line.channel = line.currency = 0;
    plain.lines.emplace_back(line, std::move(channel), std::move(currency));
  }
  for (Event event : EventsOf(snapshot, ordinal)) {
    std::string channel = TextOf(event.channel, table);
    event.channel = 0;
    plain.events.emplace_back(event, std::move(channel));
  }
  std::sort(plain.lines.begin(), plain.lines.end());
  std::sort(plain.events.begin(), plain.events.end());
  return plain;
}

}  // namespace

bool PlainCustomer::operator==(const PlainCustomer& other) const {
  return is_customer == other.is_customer && summary == other.summary &&
         traits == other.traits && account == other.account &&
         lines == other.lines && events == other.events;
}

void PrintTo(const PlainCustomer& customer, std::ostream* out) {
  *out << (customer.is_customer ? "a customer, " : "nobody, ")
       << customer.lines.size() << " lines, " << customer.events.size()
       << " events";
  if (customer.summary)
    *out << ", " << customer.summary->purchases << " purchases";
  if (customer.traits) *out << ", profile " << customer.traits->customer_id;
  if (customer.account)
    *out << ", " << customer.account->programmes.size() << " programmes";
}

std::vector<PlainCustomer> Plain(const Snapshot& snapshot, const Table* table) {
  std::vector<PlainCustomer> customers;
  for (uint32_t ordinal = 0; ordinal < snapshot.ordinals; ++ordinal)
    customers.push_back(PlainOf(snapshot, ordinal, table));
  return customers;
}

}  // namespace patron::columns
