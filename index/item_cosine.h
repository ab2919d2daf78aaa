// Products bought by the same customers: cosine of TF-IDF weighted columns of
// the customer × product matrix, as the item-to-item recommenders of the public
// `implicit` library weigh them.
//
// A purchase weighs sqrt(days bought) · (ln(products) − ln(1 + products of the
// customer)): repeats count less and less, and so do customers who buy all.
#pragma once

#include <vector>

#include "index/neighbour_table.h"
#include "index/parallel.h"
#include "index/sparse_matrix.h"

namespace patron::index {

struct ItemCosineOptions {
  uint32_t length = 60;     // of a list
  uint32_t min_shared = 2;  // customers that two products share
};

// `listed` tells which products may stand in lists. A product never stands in
// its own.
NeighbourTable ItemCosine(const SparseMatrix& customers_by_products,
                          const std::vector<uint8_t>& listed,
                          const ItemCosineOptions& options, const Stage& stage);

// The same between two matrices of equal rows: products of a row of `from` lead
// to those of that row of `to`. The list of a product of `from` has products of
// `to`.
NeighbourTable DirectedCosine(const SparseMatrix& from, const SparseMatrix& to,
                              const std::vector<uint8_t>& listed,
                              const ItemCosineOptions& options,
                              const Stage& stage);

}  // namespace patron::index
