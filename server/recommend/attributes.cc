// Likeness by attributes, for products that nobody has bought yet.
#include <algorithm>
#include <cmath>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using catalog::Entry;

// Products looked at for one level; more are sampled evenly.
constexpr size_t kLookedAt = 1000;

// Shares of the score; they add up to 1.
constexpr float kCategoryShare = 0.4f;
constexpr float kBrandShare = 0.2f;
constexpr float kTierShare = 0.15f;
constexpr float kPriceShare = 0.25f;

// Share of the levels of `a`'s category path that `b` has too.
float CategoryShare(const Entry& a, const Entry& b) {
  if (a.categories.empty()) return 0;
  size_t same = 0;
  while (same < a.categories.size() && same < b.categories.size() &&
         a.categories[same] == b.categories[same])
    ++same;
  return static_cast<float>(same) / static_cast<float>(a.categories.size());
}

// The narrowest category of `entry` that holds more than `enough` products,
// else its widest.
const std::vector<uint32_t>& Around(const Situation& situation,
                                    const Entry& entry, size_t enough) {
  const auto& levels = entry.categories;
  for (size_t i = levels.size(); i > 1; --i) {
    const auto& products = situation.catalog.InCategory(levels[i - 1]);
    if (products.size() > enough) return products;
  }
  if (levels.empty()) return situation.catalog.OfBrand(entry.brand);
  return situation.catalog.InCategory(levels.front());
}

}  // namespace

float PriceNearness(std::optional<int64_t> a, std::optional<int64_t> b) {
  if (!a || !b || *a <= 0 || *b <= 0) return 0;
  const double apart =
      std::abs(std::log(static_cast<double>(*a) / static_cast<double>(*b)));
  return static_cast<float>(std::max(0.0, 1 - apart / std::log(4.0)));
}

float Likeness(const Entry& a, const Entry& b, std::optional<uint32_t> store) {
  const bool brand = a.brand != catalog::kNoTerm && a.brand == b.brand;
  const bool tier = a.product.price_tier != wire::PriceTier::UNKNOWN &&
                    a.product.price_tier == b.product.price_tier;
  return kCategoryShare * CategoryShare(a, b) + (brand ? kBrandShare : 0) +
         (tier ? kTierShare : 0) +
         kPriceShare * PriceNearness(PriceOf(a, store), PriceOf(b, store));
}

std::vector<Neighbour> LikeByAttributes(const Situation& situation,
                                        uint32_t product, size_t enough) {
  const Entry& entry = situation.catalog.Get(product);
  const std::vector<uint32_t>& around = Around(situation, entry, enough);
  const size_t step = around.size() / kLookedAt + 1;
  std::vector<Neighbour> like;
  for (size_t i = 0; i < around.size(); i += step) {
    if (around[i] == product) continue;
    const Entry& other = situation.catalog.Get(around[i]);
    if (other.showable())
      like.push_back(
          {around[i], Likeness(entry, other, situation.query.store)});
  }
  std::sort(like.begin(), like.end(), index::Better);
  return like;
}

}  // namespace patron::recommend
