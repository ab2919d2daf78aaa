// A purchase log made for tests: customers with tastes, a few bestsellers that
// everybody buys, and products planted to go together.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "index/training_log.h"

namespace patron::index {

struct SmallShopOptions {
  uint32_t products = 3000;    // the first ten are the bestsellers
  uint32_t categories = 60;    // product p is in category p % categories
  uint32_t customers = 3000;   // each buys from three categories
  uint32_t baskets = 14;       // of a customer, one a week
  uint32_t unbought = 20;      // products at the end that nobody buys
  uint32_t complements = 150;  // pairs planted
};

struct SmallShop {
  TrainingLog log;
  std::vector<uint32_t> bestsellers;
  // Who buys the first takes the second along two times in five.
  std::vector<std::pair<uint32_t, uint32_t>> complements;
};

SmallShop MakeSmallShop(uint64_t seed, const SmallShopOptions& options);

// The same receipts with their products dealt anew: as many lines a receipt and
// as many of each product, save that a receipt holds no product twice.
TrainingLog Shuffled(TrainingLog log, uint64_t seed);

// One line, appended; grows the counts that it needs.
void AddLine(uint32_t customer, uint32_t product, uint32_t receipt, Day day,
             TrainingLog& log);

}  // namespace patron::index
