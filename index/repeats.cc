#include "index/repeats.h"

#include <algorithm>

namespace patron::index {
namespace {

float MeanInterval(const BoughtProduct& item) {
  return static_cast<float>(item.last - item.first) /
         static_cast<float>(item.days - 1);
}

float LowerMedian(std::vector<float>& values) {
  if (values.empty()) return 0;
  const auto middle = values.begin() + (values.size() - 1) / 2;
  std::nth_element(values.begin(), middle, values.end());
  return *middle;
}

}  // namespace

Repeats LearnRepeats(const Purchases& purchases, uint32_t products) {
  Repeats repeats;
  repeats.customers.assign(products, 0);
  std::vector<std::vector<float>> intervals(products);
  for (const BoughtProduct& item : purchases.bought) {
    ++repeats.customers[item.product];
    if (item.days > 1) intervals[item.product].push_back(MeanInterval(item));
  }
  for (uint32_t product = 0; product < products; ++product) {
    const auto again = static_cast<float>(intervals[product].size());
    const auto all = static_cast<float>(repeats.customers[product]);
    repeats.repeat_rate.push_back(all > 0 ? again / all : 0);
    repeats.typical_interval_days.push_back(LowerMedian(intervals[product]));
  }
  return repeats;
}

}  // namespace patron::index
