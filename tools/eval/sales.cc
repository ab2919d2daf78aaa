#include "tools/eval/sales.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "index/training_log.h"

namespace patron::eval {
namespace {

constexpr size_t kPriceTiers = 4;

// Median of what a piece cost, by product; 0 = unknown.
std::vector<float> TypicalPrices(const Sales& sales, size_t end) {
  std::vector<std::vector<float>> prices(sales.products.size());
  for (size_t i = 0; i < end; ++i) {
    const Sale& sale = sales.sales[i];
    if (sale.unit_price > 0) prices[sale.product].push_back(sale.unit_price);
  }
  std::vector<float> typical(prices.size());
  for (size_t p = 0; p < prices.size(); ++p) {
    if (prices[p].empty()) continue;
    const auto middle =
        prices[p].begin() + static_cast<ptrdiff_t>(prices[p].size() / 2);
    std::nth_element(prices[p].begin(), middle, prices[p].end());
    typical[p] = *middle;
  }
  return typical;
}

// Quarters of the products of one narrowest category, by price; none in a
// category of fewer products than quarters.
void DerivePriceTiers(const Sales& sales, size_t end,
                      std::vector<index::ProductAttributes>& attributes) {
  const std::vector<float> price = TypicalPrices(sales, end);
  std::map<uint32_t, std::vector<uint32_t>> by_category;
  for (uint32_t p = 0; p < attributes.size(); ++p)
    if (price[p] > 0 && !attributes[p].category_path.empty())
      by_category[attributes[p].category_path.back()].push_back(p);
  for (auto& [category, products] : by_category) {
    if (products.size() < kPriceTiers) continue;
    std::stable_sort(
        products.begin(), products.end(),
        [&](uint32_t a, uint32_t b) { return price[a] < price[b]; });
    for (size_t i = 0; i < products.size(); ++i)
      attributes[products[i]].price_tier =
          static_cast<uint8_t>(i * kPriceTiers / products.size());
  }
}

std::vector<index::ProductAttributes> AttributesBefore(const Sales& sales,
                                                       size_t end) {
  std::vector<index::ProductAttributes> attributes = sales.attributes;
  std::vector<bool> sold(attributes.size());
  for (size_t i = 0; i < end; ++i) sold[sales.sales[i].product] = true;
  for (size_t p = 0; p < attributes.size(); ++p)
    if (!sold[p]) attributes[p].discontinued = true;
  if (sales.derive_price_tiers) DerivePriceTiers(sales, end, attributes);
  return attributes;
}

// Places of the first `end` sales, in the order that a TrainingLog wants.
std::vector<uint32_t> LogOrder(const Sales& sales, size_t end) {
  std::vector<uint32_t> order(end);
  std::iota(order.begin(), order.end(), 0);
  const auto key = [&](uint32_t i) {
    const Sale& sale = sales.sales[i];
    return std::tuple(sale.customer, sale.at, sale.receipt, i);
  };
  std::sort(order.begin(), order.end(),
            [&](uint32_t a, uint32_t b) { return key(a) < key(b); });
  return order;
}

}  // namespace

size_t EndBefore(const Sales& sales, Day cut) {
  const auto end = std::partition_point(
      sales.sales.begin(), sales.sales.end(),
      [&](const Sale& sale) { return sale.at < cut * kDaySeconds; });
  return static_cast<size_t>(end - sales.sales.begin());
}

index::TrainingLog LogBefore(const Sales& sales, Day cut) {
  const size_t end = EndBefore(sales, cut);
  index::TrainingLog log;
  log.today = cut;
  log.customers = static_cast<uint32_t>(sales.customers.size());
  log.stores = sales.stores;
  log.receipts = sales.receipts;
  log.attributes = AttributesBefore(sales, end);
  for (const uint32_t i : LogOrder(sales, end)) {
    const Sale& sale = sales.sales[i];
    log.customer.push_back(sale.customer);
    log.product.push_back(sale.product);
    log.store.push_back(sale.store);
    log.receipt.push_back(sale.receipt);
    log.day.push_back(sale.day());
  }
  return log;
}

std::vector<uint32_t> MainStores(const Sales& sales, Day cut) {
  std::vector<absl::flat_hash_map<uint32_t, uint32_t>> visits(
      sales.customers.size());
  const size_t end = EndBefore(sales, cut);
  uint32_t last_receipt = sales.receipts;
  for (size_t i = 0; i < end; ++i) {
    const Sale& sale = sales.sales[i];
    if (sale.customer == index::kAnonymousCustomer) continue;
    if (sale.receipt != std::exchange(last_receipt, sale.receipt))
      ++visits[sale.customer][sale.store];
  }
  std::vector<uint32_t> main(sales.customers.size(), sales.stores);
  for (size_t c = 0; c < visits.size(); ++c) {
    uint32_t most = 0;
    for (const auto& [store, times] : visits[c])
      if (times > most || (times == most && store < main[c])) {
        most = times;
        main[c] = store;
      }
  }
  return main;
}

}  // namespace patron::eval
