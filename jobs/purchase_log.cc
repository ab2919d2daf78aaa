#include "jobs/purchase_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "server/store/ordinals.h"

namespace patron::jobs {
namespace {

using store::Family;

// Gives names dense numbers in the order in which they come.
class Numbering {
 public:
  uint32_t Of(const std::string& name) {
    return numbers_.emplace(name, static_cast<uint32_t>(numbers_.size()))
        .first->second;
  }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
};

// A category is the path that leads to it: two "Other" under different parents
// are two.
index::ProductAttributes ToAttributes(const wire::Product& product,
                                      Numbering& categories,
                                      Numbering& brands) {
  index::ProductAttributes attributes;
  std::string path;
  for (const std::string& level : product.category_path) {
    absl::StrAppend(&path, level, absl::string_view("\0", 1));
    attributes.category_path.push_back(categories.Of(path));
  }
  if (!product.brand.empty()) attributes.brand = brands.Of(product.brand);
  if (product.price_tier != wire::PriceTier::UNKNOWN)
    attributes.price_tier = static_cast<uint8_t>(product.price_tier);
  attributes.discontinued = product.discontinued;
  return attributes;
}

absl::StatusOr<std::vector<index::ProductAttributes>> ReadAttributes(
    const store::Store& store, uint32_t products) {
  index::ProductAttributes unlisted;
  unlisted.discontinued = true;
  std::vector<index::ProductAttributes> attributes(products, unlisted);
  Numbering categories, brands;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kProducts, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto ordinal = store::DecodeProductKey(key);
        const auto product = store::Decode<wire::Product>(value, "product");
        problem = ordinal.ok() ? product.status() : ordinal.status();
        if (!problem.ok()) return false;
        attributes[ordinal->value()] =
            ToAttributes(*product, categories, brands);
        return true;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  return attributes;
}

// Adds the kept lines of one receipt; a product once.
void AddReceipt(CustomerOrdinal customer, const wire::PurchaseRow& row,
                uint32_t unknown_store, index::TrainingLog& log) {
  std::vector<uint32_t> products;
  for (const wire::StoredLine& line : row.lines)
    if (line.quantity_milli > line.returned_milli)
      products.push_back(static_cast<uint32_t>(line.product));
  if (products.empty()) return;
  std::sort(products.begin(), products.end());
  products.erase(std::unique(products.begin(), products.end()), products.end());
  const auto store = static_cast<uint32_t>(row.store);
  for (const uint32_t product : products) {
    log.customer.push_back(customer == kAnonymous ? index::kAnonymousCustomer
                                                  : customer.value());
    log.product.push_back(product);
    log.store.push_back(store == kNoStore.value() ? unknown_store : store);
    log.receipt.push_back(log.receipts);
    log.day.push_back(row.local_day);
  }
  ++log.receipts;
}

}  // namespace

absl::StatusOr<index::TrainingLog> ReadPurchaseLog(const store::Store& store,
                                                   Day today) {
  store::Ordinals ordinals;
  PATRON_RETURN_IF_ERROR(ordinals.Load(store));
  index::TrainingLog log;
  log.today = today;
  log.customers = ordinals.customers.size();
  // One more, for purchases of which no store was told.
  const uint32_t unknown_store = ordinals.stores.size();
  log.stores = unknown_store + 1;
  PATRON_ASSIGN_OR_RETURN(log.attributes,
                          ReadAttributes(store, ordinals.products.size()));

  // The store has a customer's purchases newest first; learning wants them by
  // day.
  absl::Status problem;
  CustomerOrdinal customer;
  std::vector<wire::PurchaseRow> rows;
  const auto flush = [&] {
    std::stable_sort(
        rows.begin(), rows.end(),
        [](const auto& a, const auto& b) { return a.local_day < b.local_day; });
    for (const wire::PurchaseRow& row : rows)
      AddReceipt(customer, row, unknown_store, log);
    rows.clear();
  };
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kPurchases, "", "",
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        auto row = store::Decode<wire::PurchaseRow>(value, "purchase");
        problem = parts.ok() ? row.status() : parts.status();
        if (!problem.ok()) return false;
        if (parts->customer != customer) flush();
        customer = parts->customer;
        if (row->local_day <= today) rows.push_back(*std::move(row));
        return true;
      }));
  PATRON_RETURN_IF_ERROR(problem);
  flush();
  return log;
}

}  // namespace patron::jobs
