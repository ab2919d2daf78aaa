// What sells, and what sells more than it did.
#pragma once

#include <vector>

#include "index/learn.h"
#include "index/neighbour_table.h"
#include "index/parallel.h"

namespace patron::index {

struct Popularity {
  std::vector<float> of_product;  // whole shop
  // A row a store, then one for the whole shop.
  NeighbourTable popular;
  NeighbourTable trending;
};

// A receipt counts once for each of its products, popular as 2^(−age / half
// life). Trending compares the receipts of the recent days with those of the
// days before: z of the recent share under "same rate as all sales there"
// (Przyborowski and Wilenski 1940); listed from z = 3 and 5 recent receipts on.
// `listed` tells which products may stand in lists.
Popularity LearnPopularity(const TrainingLog& log,
                           const std::vector<uint8_t>& listed,
                           const LearnOptions& options, const Stage& stage);

}  // namespace patron::index
