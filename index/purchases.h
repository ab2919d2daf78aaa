// What each customer bought, product by product, gathered from the log.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "index/sparse_matrix.h"
#include "index/training_log.h"
#include "server/base/day.h"

namespace patron::index {

struct BoughtProduct {
  uint32_t product = 0;
  uint32_t days = 0;  // distinct days on which it was bought, 1 or more
  Day first = 0;
  Day last = 0;
};

// By customer ordinal; within a customer by product. Anonymous lines are not
// in.
struct Purchases {
  std::vector<uint64_t> offsets = {0};
  std::vector<BoughtProduct> bought;

  size_t customers() const { return offsets.size() - 1; }
  std::span<const BoughtProduct> Of(size_t customer) const {
    return {bought.data() + offsets[customer],
            offsets[customer + 1] - offsets[customer]};
  }
};

// The lines [begin, end) of a customer's last receipt, left out of learning.
struct HeldOut {
  uint32_t customer = 0;
  size_t begin = 0;
  size_t end = 0;
};

// The last receipts of one in `one_in` of the customers that have three or
// more, chosen by a digest of the ordinal; none if `one_in` is 0.
std::vector<HeldOut> ChooseHoldout(const TrainingLog& log, uint32_t one_in);

// `held_out` is left out; it ascends, as ChooseHoldout gives it.
Purchases CollectPurchases(const TrainingLog& log,
                           const std::vector<HeldOut>& held_out);

// Customers × products, value the number of days; a customer's latest `limit`
// products, equal days by product.
SparseMatrix IncidenceOf(const Purchases& purchases, uint32_t products,
                         size_t limit);

}  // namespace patron::index
