#include "tools/datagen/random.h"

#include "server/base/check.h"

namespace patron::datagen {
namespace {

// The weights scaled so that their mean is 1.
std::vector<double> Scaled(const std::vector<double>& weights) {
  double sum = 0;
  for (const double weight : weights) sum += weight;
  PATRON_CHECK(sum > 0);
  std::vector<double> scaled = weights;
  for (double& weight : scaled)
    weight = weight * static_cast<double>(weights.size()) / sum;
  return scaled;
}

uint32_t Threshold(double share) {
  return share >= 1 ? UINT32_MAX : static_cast<uint32_t>(share * 4294967295.0);
}

}  // namespace

AliasTable::AliasTable(const std::vector<double>& weights)
    : slots_(weights.size()) {
  std::vector<double> share = Scaled(weights);
  std::vector<uint32_t> small, large;
  for (uint32_t i = 0; i < share.size(); ++i) {
    slots_[i].other = i;
    (share[i] < 1 ? small : large).push_back(i);
  }
  while (!small.empty() && !large.empty()) {
    const uint32_t poor = small.back(), rich = large.back();
    small.pop_back();
    slots_[poor] = {Threshold(share[poor]), rich};
    share[rich] -= 1 - share[poor];
    if (share[rich] >= 1) continue;
    large.pop_back();
    small.push_back(rich);
  }
}

}  // namespace patron::datagen
