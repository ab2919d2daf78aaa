// What a store sells, for nobody known.
//
// The score is how well a product sells in the store, 1 for its best seller,
// and up to 0.3 for how much more it sells there than it used to; without a
// store, or with one that has sold nothing, the whole shop's figures. How many
// of a category stand together is the shape's (shape.h).
#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "server/recommend/decay.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using wire::ReasonCode;

constexpr double kTrending = 0.3;

struct Sales {
  double popular = 0;
  double trending = 0;
};
using SalesOf = absl::flat_hash_map<uint32_t, Sales>;

void AddScaled(std::span<const Neighbour> list, double Sales::*part,
               SalesOf& sales) {
  if (list.empty() || list.front().score <= 0) return;
  const double scale = 1 / Log2OnePlus(list.front().score);
  for (const Neighbour& n : list)
    sales[n.product].*part = scale * Log2OnePlus(n.score);
}

std::vector<RankedItem> Ranked(const SalesOf& sales, ReasonCode::type popular) {
  std::vector<RankedItem> items;
  for (const auto& [product, sold] : sales) {
    RankedItem& item = items.emplace_back();
    item.product = product;
    item.score = sold.popular + kTrending * sold.trending;
    item.reason = sold.popular > 0 ? popular : ReasonCode::TRENDING;
  }
  SortByScore(items);
  return items;
}

}  // namespace

void ChooseKiosk(const Situation& situation, Selection& selection) {
  const bool of_store = !situation.PopularInStore().empty();
  SalesOf sales;
  AddScaled(of_store ? situation.PopularInStore() : situation.Popular(),
            &Sales::popular, sales);
  AddScaled(of_store ? situation.TrendingInStore() : situation.Trending(),
            &Sales::trending, sales);
  OfferAll(Ranked(sales, of_store ? ReasonCode::POPULAR_IN_STORE
                                  : ReasonCode::POPULAR),
           selection);
}

}  // namespace patron::recommend
