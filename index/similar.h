// The lists of nearest products in embedding space.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "index/dense.h"
#include "index/neighbour_table.h"
#include "index/parallel.h"

namespace patron::index {

struct SimilarOptions {
  uint32_t length = 40;  // of a list
  // Up to so many products all pairs are compared; beyond, a graph is searched.
  size_t exact_upto = 100000;
};

// For each placed product the listed products whose embeddings have the largest
// positive inner product with its own.
absl::StatusOr<NeighbourTable> SimilarProducts(
    const DenseMatrix& embeddings, const std::vector<uint8_t>& listed,
    const SimilarOptions& options, const Stage& stage);

}  // namespace patron::index
