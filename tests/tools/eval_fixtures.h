// Small sales for the tests of the evaluator.
#pragma once

#include <algorithm>
#include <string>
#include <tuple>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tools/eval/sales.h"

namespace patron::eval {

inline constexpr Day kTestCut = 17'000;

// A receipt: customer, day relative to the cut, products.
struct TestReceipt {
  uint32_t customer = 0;
  Day day = 0;
  std::vector<uint32_t> products;
  uint32_t store = 0;
};

// Ids of products are "0", "1", …; of customers "c0", "c1", …
inline Sales SalesOf(std::vector<TestReceipt> receipts, uint32_t products) {
  std::stable_sort(receipts.begin(), receipts.end(),
                   [](const auto& a, const auto& b) { return a.day < b.day; });
  Sales sales;
  uint32_t customers = 0;
  for (const TestReceipt& receipt : receipts) {
    customers = std::max(customers, receipt.customer + 1);
    sales.stores = std::max(sales.stores, receipt.store + 1);
    for (const uint32_t product : receipt.products)
      sales.sales.push_back(
          {.customer = receipt.customer,
           .product = product,
           .store = receipt.store,
           .receipt = sales.receipts,
           .at = (kTestCut + receipt.day) * kDaySeconds + kDaySeconds / 2});
    ++sales.receipts;
  }
  for (uint32_t i = 0; i < customers; ++i)
    sales.customers.push_back(absl::StrCat("c", i));
  for (uint32_t i = 0; i < products; ++i)
    sales.products.push_back(absl::StrCat(i));
  sales.attributes.resize(products);
  return sales;
}

}  // namespace patron::eval
