// What follows when the knowledge of customer and product is used up.
#include <algorithm>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using wire::ReasonCode;

// Each filled-in item scores a little below the one before it: it was not
// weighed against the others.
constexpr double kBelow = 0.97;

void Append(const Situation& situation, uint32_t product,
            ReasonCode::type reason, Selection& selection) {
  if (!selection.Fits(product)) return;
  const auto& items = selection.items();
  const double score = items.empty() ? 1 : BelowScore(items.back().score);
  selection.Offer(FillItem(situation, product, reason, score));
}

void AppendList(const Situation& situation, std::span<const Neighbour> list,
                ReasonCode::type reason, Selection& selection) {
  for (const Neighbour& n : list) {
    if (selection.Full()) return;
    Append(situation, n.product, reason, selection);
  }
}

// Her own products, the latest first: all that there is where nothing new may
// be shown.
void VisitOwn(const Situation& situation, FillVisitor visit) {
  std::vector<facts::ItemFact> items = situation.facts.items;
  std::stable_sort(items.begin(), items.end(),
                   [](const facts::ItemFact& a, const facts::ItemFact& b) {
                     return a.last_day() > b.last_day();
                   });
  for (const facts::ItemFact& item : items)
    if (!visit(item.product.value(), ReasonCode::BOUGHT_BEFORE)) return;
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

void VisitFill(const Situation& situation, const Selection& selection,
               FillVisitor visit) {
  if (situation.query.novelty_weight == 0) return VisitOwn(situation, visit);
  for (const Neighbour& n : situation.PopularInStore())
    if (!visit(n.product, ReasonCode::POPULAR_IN_STORE)) return;
  for (const Neighbour& n : situation.Popular())
    if (!visit(n.product, ReasonCode::POPULAR)) return;
  for (const uint32_t product : InOrder(situation, selection.filter()))
    if (!visit(product, CatalogueReason(situation, product))) return;
}

void Fill(const Situation& situation, Selection& selection) {
  VisitFill(situation, selection,
            [&](uint32_t product, ReasonCode::type reason) {
              Append(situation, product, reason, selection);
              return !selection.Full();
            });
}

RankedItem FillItem(const Situation& situation, uint32_t product,
                    ReasonCode::type reason, double score) {
  RankedItem item;
  item.product = product;
  item.reason = reason;
  item.score = score;
  if (reason != ReasonCode::BOUGHT_BEFORE) return item;
  if (const facts::ItemFact* own = situation.Item(product)) {
    item.times = own->times;
    item.last_day = own->last_day();
  }
  return item;
}

double BelowScore(double above) { return above * kBelow; }

void ChooseTrending(const Situation& situation, Selection& selection) {
  AppendList(situation, situation.TrendingInStore(), ReasonCode::TRENDING,
             selection);
  AppendList(situation, situation.Trending(), ReasonCode::TRENDING, selection);
}

}  // namespace patron::recommend
