// What follows when the knowledge of customer and product is used up.
#include <algorithm>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using wire::ReasonCode;

// Each filled-in item scores a little below the one before it: it was not
// weighed against the others.
constexpr double kBelow = 0.97;

void Append(uint32_t product, ReasonCode::type reason, Selection& selection) {
  RankedItem item;
  item.product = product;
  item.reason = reason;
  const auto& items = selection.items();
  item.score = items.empty() ? 1 : items.back().score * kBelow;
  selection.Offer(item);
}

void AppendList(std::span<const Neighbour> list, ReasonCode::type reason,
                Selection& selection) {
  for (const Neighbour& n : list) {
    if (selection.Full()) return;
    Append(n.product, reason, selection);
  }
}

// A filter on category or brand: what sells best within it first.
std::vector<uint32_t> InOrder(const Situation& situation,
                              const ProductFilter& filter) {
  std::vector<uint32_t> scope = filter.Scope();
  std::reverse(scope.begin(), scope.end());
  if (filter.narrowed())
    std::stable_sort(scope.begin(), scope.end(), [&](uint32_t a, uint32_t b) {
      return situation.Popularity(a) > situation.Popularity(b);
    });
  return scope;
}

ReasonCode::type CatalogueReason(const Situation& situation, uint32_t product) {
  if (situation.Popularity(product) > 0) return ReasonCode::POPULAR;
  const bool added_since =
      situation.index != nullptr && product >= situation.index->products();
  return added_since ? ReasonCode::NEW_ARRIVAL : ReasonCode::IN_CATALOGUE;
}

}  // namespace

void Fill(const Situation& situation, Selection& selection) {
  AppendList(situation.PopularInStore(), ReasonCode::POPULAR_IN_STORE,
             selection);
  AppendList(situation.Popular(), ReasonCode::POPULAR, selection);
  if (selection.Full()) return;
  for (const uint32_t product : InOrder(situation, selection.filter())) {
    if (selection.Full()) return;
    Append(product, CatalogueReason(situation, product), selection);
  }
}

void ChooseTrending(const Situation& situation, Selection& selection) {
  AppendList(situation.TrendingInStore(), ReasonCode::TRENDING, selection);
  AppendList(situation.Trending(), ReasonCode::TRENDING, selection);
}

}  // namespace patron::recommend
