// How well learned lists foretell baskets that they were not learned from.
#pragma once

#include <vector>

#include "index/knowledge.h"
#include "index/purchases.h"
#include "index/training_log.h"

namespace patron::index {

// Recall at 10 of the products of held-out baskets, without regard to what the
// customer had before: each customer's candidates are scored from `purchases`,
// which do not hold that basket. Popularity is the one thing that does.
OfflineQuality MeasureQuality(const TrainingLog& log,
                              const std::vector<HeldOut>& held_out,
                              const Purchases& purchases,
                              const Knowledge& knowledge);

}  // namespace patron::index
