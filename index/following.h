// What a customer buys at her next visit after a product: the directed cosine
// between what one visit and the next hold.
#pragma once

#include <vector>

#include "index/learn.h"
#include "index/neighbour_table.h"
#include "index/parallel.h"
#include "index/purchases.h"
#include "index/training_log.h"

namespace patron::index {

// A visit is a day with purchases; of one with more than basket_limit products
// those of the first lines count. `held_out` receipts are left out. `listed`
// tells which products may stand in lists.
NeighbourTable Following(const TrainingLog& log,
                         const std::vector<HeldOut>& held_out,
                         const std::vector<uint8_t>& listed,
                         const LearnOptions& options, const Stage& stage);

}  // namespace patron::index
