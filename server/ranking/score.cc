#include <algorithm>
#include <cmath>

#include "server/ranking/ranking.h"

namespace patron::ranking {

bool Usable(const index::Trees* ranker) {
  if (ranker == nullptr || ranker->features() != kFeatures) return false;
  const auto& names = ranker->feature_names();
  return std::equal(
      names.begin(), names.end(), kFeatureTable.begin(), kFeatureTable.end(),
      [](const std::string& a, const Feature& b) { return a == b.name; });
}

void Score(const index::Trees& ranker, Scratch& scratch) {
  scratch.margins.resize(scratch.products.size());
  ranker.Score(scratch.rows, scratch.margins);
  Order(scratch);
}

void Order(Scratch& scratch) {
  scratch.order.resize(scratch.products.size());
  for (uint32_t i = 0; i < scratch.order.size(); ++i) scratch.order[i] = i;
  std::sort(scratch.order.begin(), scratch.order.end(),
            [&scratch](uint32_t a, uint32_t b) {
              const float x = scratch.margins[a];
              const float y = scratch.margins[b];
              return x != y ? x > y : scratch.products[a] < scratch.products[b];
            });
}

void ScorePlainly(Scratch& scratch) {
  scratch.margins.resize(scratch.products.size());
  for (size_t i = 0; i < scratch.products.size(); ++i) {
    const float* row = &scratch.rows[i * kFeatures];
    float margin = 2.6f * row[k_neighbours] + 0.02f * row[k_popularity];
    if (scratch.evidence[i].item >= 0)
      margin +=
          0.95f * std::log1p(row[k_decayed_60]) + 1.6f * row[k_repeat_rate];
    scratch.margins[i] = margin;
  }
  Order(scratch);
}

}  // namespace patron::ranking
