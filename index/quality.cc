#include "index/quality.h"

#include <algorithm>
#include <set>
#include <span>

#include "absl/container/flat_hash_map.h"

namespace patron::index {
namespace {

constexpr size_t kShown = 10;

double Recall(std::span<const Neighbour> shown,
              const std::set<uint32_t>& truth) {
  const auto hits = std::count_if(
      shown.begin(), shown.end(),
      [&](const Neighbour& n) { return truth.contains(n.product); });
  return static_cast<double>(hits) / static_cast<double>(truth.size());
}

// Sums the scores that a table gives each product from each product of history.
std::vector<Neighbour> ByTable(std::span<const BoughtProduct> history,
                               const NeighbourTable& table) {
  absl::flat_hash_map<uint32_t, float> sums;
  for (const BoughtProduct& item : history) {
    for (const Neighbour& n : table.Row(item.product)) {
      sums[n.product] += n.score;
    }
  }
  std::vector<Neighbour> shown;
  for (const auto& [product, sum] : sums) shown.push_back({product, sum});
  KeepBest(kShown, shown);
  return shown;
}

std::set<uint32_t> BasketOf(const TrainingLog& log, const HeldOut& held) {
  return {log.product.begin() + held.begin, log.product.begin() + held.end};
}

}  // namespace

OfflineQuality MeasureQuality(const TrainingLog& log,
                              const std::vector<HeldOut>& held_out,
                              const Purchases& purchases,
                              const Knowledge& knowledge) {
  OfflineQuality quality;
  if (held_out.empty()) return quality;
  auto popular = knowledge.popular.Row(knowledge.stores);
  popular = popular.first(std::min(kShown, popular.size()));
  for (const HeldOut& held : held_out) {
    const std::set<uint32_t> truth = BasketOf(log, held);
    const auto history = purchases.Of(held.customer);
    quality.popular_recall_at_10 += Recall(popular, truth);
    quality.neighbours_recall_at_10 +=
        Recall(ByTable(history, knowledge.neighbours), truth);
    quality.similar_recall_at_10 +=
        Recall(ByTable(history, knowledge.similar), truth);
  }
  quality.customers = static_cast<uint32_t>(held_out.size());
  quality.popular_recall_at_10 /= quality.customers;
  quality.neighbours_recall_at_10 /= quality.customers;
  quality.similar_recall_at_10 /= quality.customers;
  return quality;
}

}  // namespace patron::index
