// The table of the next-basket task: a row per method.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/eval/next_basket.h"
#include "tools/eval/shop.h"

namespace patron::eval {

struct MethodResult {
  std::string name;
  std::vector<Measures> at;  // means over the customers, one per k
};

struct NextBasketReport {
  size_t customers = 0;
  std::vector<int> ks;
  std::vector<MethodResult> methods;
};

// The list of a shopper, of at least k products where there are as many.
using Method =
    std::function<absl::StatusOr<std::vector<uint32_t>>(const Shopper&, int k)>;

// The shoppers of a role that have a next basket.
std::vector<const Shopper*> ShoppersOf(const NextBasketData& data, Role role);

absl::StatusOr<MethodResult> Run(const std::string& name,
                                 const std::vector<const Shopper*>& shoppers,
                                 const std::vector<int>& ks,
                                 const Method& method);

// global-popular, personal, personal-popular, patron.
absl::StatusOr<NextBasketReport> Compare(const NextBasketData& data,
                                         const PurchaseOptions& options,
                                         const Shop& shop, Role role,
                                         const std::vector<int>& ks);

std::string ToJson(const NextBasketReport& report);
std::string ToTable(const NextBasketReport& report);

}  // namespace patron::eval
