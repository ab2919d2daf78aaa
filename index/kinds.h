// What kind each product is, and how it and its category sell: columns of
// Knowledge that the ranker's features look up.
#pragma once

#include "index/knowledge.h"
#include "index/learn.h"
#include "index/parallel.h"
#include "index/training_log.h"

namespace patron::index {

// Fills category, wider, department, brand, price_tier, first_sold, sold,
// mean_basket, the columns of categories and popular_in_category. Takes
// popularity and listed from `knowledge`.
void LearnKinds(const TrainingLog& log, const LearnOptions& options,
                const Stage& stage, Knowledge& knowledge);

}  // namespace patron::index
