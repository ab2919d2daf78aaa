#include "server/customers/history.h"

#include <algorithm>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/customers/events.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::customers {
namespace {

using store::Family;

absl::StatusOr<std::string> KeyOfCursor(absl::string_view cursor) {
  const bool ours =
      cursor.size() % 2 == 0 && cursor.size() <= 128 &&
      std::all_of(cursor.begin(), cursor.end(), absl::ascii_isxdigit);
  if (!ours)
    return absl::InvalidArgumentError(
        absl::StrCat("cursor: ", Quoted(cursor), " was not given out here"));
  return absl::HexStringToBytes(cursor);
}

std::string CustomerId(CustomerOrdinal customer,
                       const store::Ordinals& ordinals) {
  return customer == kAnonymous
             ? std::string()
             : std::string(ordinals.customers.IdOf(customer.value()));
}

using Row = std::pair<std::string, std::string>;

// At most `limit` rows of a family from `cursor` on; `next` = the cursor after
// them.
absl::StatusOr<std::vector<Row>> ReadPage(const store::Store& store,
                                          Family family, int limit,
                                          absl::string_view cursor,
                                          std::string& next) {
  PATRON_ASSIGN_OR_RETURN(const std::string begin, KeyOfCursor(cursor));
  std::vector<Row> rows;
  next.clear();
  PATRON_RETURN_IF_ERROR(store.Scan(
      family, begin, "", [&](absl::string_view key, absl::string_view value) {
        if (static_cast<int>(rows.size()) == limit) {
          next = absl::BytesToHexString(key);
          return false;
        }
        rows.emplace_back(key, value);
        return true;
      }));
  return rows;
}

}  // namespace

absl::StatusOr<wire::HistoryPage> ReadHistory(const store::Store& store,
                                              const store::Ordinals& ordinals,
                                              CustomerOrdinal customer,
                                              int limit,
                                              absl::string_view cursor) {
  // Purchases and events share the shape of their keys: the newest `limit` of
  // each, merged by key, hold the newest `limit` of both.
  PATRON_ASSIGN_OR_RETURN(const std::string after, KeyOfCursor(cursor));
  const std::string prefix = store::CustomerKey(customer);
  const std::string begin = absl::StrCat(prefix, after);
  const std::string end =
      store::CustomerKey(CustomerOrdinal(customer.value() + 1));
  const auto newest = [&](Family family) -> absl::StatusOr<std::vector<Row>> {
    std::vector<Row> rows;
    PATRON_RETURN_IF_ERROR(
        store.Scan(family, begin, end,
                   [&](absl::string_view key, absl::string_view value) {
                     rows.emplace_back(key, value);
                     return static_cast<int>(rows.size()) <= limit;
                   }));
    return rows;
  };
  PATRON_ASSIGN_OR_RETURN(const auto purchases, newest(Family::kPurchases));
  PATRON_ASSIGN_OR_RETURN(const auto events, newest(Family::kEvents));

  wire::HistoryPage page;
  const std::string customer_id = CustomerId(customer, ordinals);
  size_t p = 0, e = 0;
  while (p < purchases.size() || e < events.size()) {
    const bool take_purchase =
        e == events.size() ||
        (p < purchases.size() && purchases[p].first <= events[e].first);
    const Row& row = take_purchase ? purchases[p] : events[e];
    if (static_cast<int>(p + e) == limit) {
      page.next_cursor =
          absl::BytesToHexString(row.first.substr(prefix.size()));
      break;
    }
    PATRON_ASSIGN_OR_RETURN(const auto parts,
                            store::DecodeHistoryKey(row.first));
    if (take_purchase) {
      PATRON_ASSIGN_OR_RETURN(
          const auto decoded,
          store::Decode<wire::PurchaseRow>(row.second, "purchase"));
      page.purchases.push_back(
          ToWire(decoded, customer_id, parts.happened_at, ordinals));
      ++p;
    } else {
      PATRON_ASSIGN_OR_RETURN(const auto decoded, store::Decode<wire::EventRow>(
                                                      row.second, "event"));
      page.events.push_back(
          ToWire(decoded, customer_id, parts.happened_at, ordinals));
      ++e;
    }
  }
  return page;
}

absl::StatusOr<wire::CustomersPage> ExportCustomers(const store::Store& store,
                                                    int limit,
                                                    absl::string_view cursor) {
  wire::CustomersPage page;
  PATRON_ASSIGN_OR_RETURN(
      const auto rows,
      ReadPage(store, Family::kPeople, limit, cursor, page.next_cursor));
  for (const auto& [key, value] : rows) {
    PATRON_ASSIGN_OR_RETURN(auto customer,
                            store::Decode<wire::Customer>(value, "people row"));
    page.customers.push_back(std::move(customer));
  }
  return page;
}

absl::StatusOr<wire::ProductsPage> ExportProducts(const store::Store& store,
                                                  int limit,
                                                  absl::string_view cursor) {
  wire::ProductsPage page;
  PATRON_ASSIGN_OR_RETURN(
      const auto rows,
      ReadPage(store, Family::kProducts, limit, cursor, page.next_cursor));
  for (const auto& [key, value] : rows) {
    PATRON_ASSIGN_OR_RETURN(auto product,
                            store::Decode<wire::Product>(value, "product row"));
    page.products.push_back(std::move(product));
  }
  return page;
}

absl::StatusOr<wire::StockPage> ExportStock(const store::Store& store,
                                            const store::Ordinals& ordinals,
                                            int limit,
                                            absl::string_view cursor) {
  wire::StockPage page;
  PATRON_ASSIGN_OR_RETURN(
      const auto rows,
      ReadPage(store, Family::kStock, limit, cursor, page.next_cursor));
  for (const auto& [key, value] : rows) {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeStockKey(key));
    PATRON_ASSIGN_OR_RETURN(const auto row,
                            store::Decode<wire::StockRow>(value, "stock row"));
    wire::StockLevel level;
    level.product_id =
        std::string(ordinals.products.IdOf(parts.product.value()));
    level.store_id = std::string(ordinals.stores.IdOf(parts.store.value()));
    if (row.__isset.quantity_milli)
      level.__set_quantity_milli(row.quantity_milli);
    if (row.__isset.price) level.__set_price(row.price);
    if (!row.currency.empty()) level.__set_currency(row.currency);
    level.as_of_us = row.as_of_us;
    page.levels.push_back(std::move(level));
  }
  return page;
}

absl::StatusOr<wire::PurchasesPage> ExportPurchases(
    const store::Store& store, const store::Ordinals& ordinals, int limit,
    absl::string_view cursor) {
  wire::PurchasesPage page;
  PATRON_ASSIGN_OR_RETURN(
      const auto rows,
      ReadPage(store, Family::kPurchases, limit, cursor, page.next_cursor));
  for (const auto& [key, value] : rows) {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeHistoryKey(key));
    PATRON_ASSIGN_OR_RETURN(
        const auto row, store::Decode<wire::PurchaseRow>(value, "purchase"));
    page.purchases.push_back(ToWire(row, CustomerId(parts.customer, ordinals),
                                    parts.happened_at, ordinals));
  }
  return page;
}

absl::StatusOr<wire::EventsPage> ExportEvents(const store::Store& store,
                                              const store::Ordinals& ordinals,
                                              int limit,
                                              absl::string_view cursor) {
  wire::EventsPage page;
  PATRON_ASSIGN_OR_RETURN(
      const auto rows,
      ReadPage(store, Family::kEvents, limit, cursor, page.next_cursor));
  for (const auto& [key, value] : rows) {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeHistoryKey(key));
    PATRON_ASSIGN_OR_RETURN(const auto row,
                            store::Decode<wire::EventRow>(value, "event"));
    page.events.push_back(ToWire(row, CustomerId(parts.customer, ordinals),
                                 parts.happened_at, ordinals));
  }
  return page;
}

}  // namespace patron::customers
