// How products are bought again.
#pragma once

#include <vector>

#include "index/purchases.h"

namespace patron::index {

struct Repeats {
  // By product. A customer's interval is the mean of the days between her
  // purchase days; the product's is the median over customers with two or more
  // (the lower of two middles), 0 where there are none.
  std::vector<float> typical_interval_days;
  // Customers with two or more purchase days, of all her customers.
  std::vector<float> repeat_rate;
  std::vector<uint32_t> customers;
};

Repeats LearnRepeats(const Purchases& purchases, uint32_t products);

}  // namespace patron::index
