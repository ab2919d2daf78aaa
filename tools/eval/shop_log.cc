#include "tools/eval/shop_log.h"

#include <algorithm>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "index/training_log.h"
#include "jobs/purchase_log.h"
#include "server/base/status_macros.h"
#include "server/store/ordinals.h"

namespace patron::eval {
namespace {

std::vector<std::string> IdsOf(const store::OrdinalTable& table) {
  std::vector<std::string> ids;
  for (uint32_t i = 0; i < table.size(); ++i) ids.emplace_back(table.IdOf(i));
  return ids;
}

}  // namespace

absl::StatusOr<Sales> ReadShopLog(const store::Store& checkpoint) {
  PATRON_ASSIGN_OR_RETURN(index::TrainingLog log,
                          jobs::ReadPurchaseLog(checkpoint, kMaxDay));
  store::Ordinals ordinals;
  PATRON_RETURN_IF_ERROR(ordinals.Load(checkpoint));
  Sales sales;
  sales.customers = IdsOf(ordinals.customers);
  sales.products = IdsOf(ordinals.products);
  sales.stores = log.stores;
  sales.receipts = log.receipts;
  sales.attributes = std::move(log.attributes);
  for (size_t i = 0; i < log.lines(); ++i)
    sales.sales.push_back({.customer = log.customer[i],
                           .product = log.product[i],
                           .store = log.store[i],
                           .receipt = log.receipt[i],
                           .at = log.day[i] * kDaySeconds + kDaySeconds / 2});
  std::stable_sort(sales.sales.begin(), sales.sales.end(),
                   [](const Sale& a, const Sale& b) { return a.at < b.at; });
  return sales;
}

absl::StatusOr<Day> LatestCut(const Sales& sales, int days) {
  if (sales.sales.empty())
    return absl::FailedPreconditionError("the log holds no purchase");
  return sales.sales.back().day() + 1 - days;
}

}  // namespace patron::eval
