// The lists of nearest products in embedding space.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "index/choose_index.h"
#include "index/dense.h"
#include "index/knowledge.h"
#include "index/neighbour_table.h"
#include "index/parallel.h"

namespace patron::index {

struct SimilarOptions {
  uint32_t length = 40;  // of a list
  ChooseOptions choice;
};

struct SimilarLists {
  NeighbourTable table;
  AnnQuality ann;
};

// For each placed product the listed products whose embeddings have the largest
// positive inner product with its own.
absl::StatusOr<SimilarLists> SimilarProducts(const DenseMatrix& embeddings,
                                             const std::vector<uint8_t>& listed,
                                             const SimilarOptions& options,
                                             const Stage& stage);

}  // namespace patron::index
