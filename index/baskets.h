// Receipts as sets of products.
#pragma once

#include <cstdint>
#include <vector>

#include "index/purchases.h"
#include "index/sparse_matrix.h"
#include "index/training_log.h"

namespace patron::index {

struct Baskets {
  // Receipts × products, no values; in the order of the log.
  SparseMatrix products;
  std::vector<uint32_t> customer;  // by basket
};

// Each receipt's distinct products, ascending; of more than `limit` those with
// the smallest digest of (receipt, product). `held_out` receipts are left out.
Baskets CollectBaskets(const TrainingLog& log,
                       const std::vector<HeldOut>& held_out, size_t limit);

}  // namespace patron::index
