// Products put since the index was learned: it knows nothing of them, the
// catalogue knows their attributes.
#include <algorithm>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

// The newest of a category that are looked at.
constexpr size_t kLookedAt = 200;

}  // namespace

std::span<const uint32_t> PutSince(const Situation& situation,
                                   catalog::TermOrdinal category) {
  if (situation.index == nullptr || category == catalog::kNoTerm) return {};
  const std::vector<uint32_t>& products =
      situation.catalog.InCategory(category);
  const auto first =
      std::lower_bound(products.begin(), products.end(),
                       static_cast<uint32_t>(situation.index->products()));
  const std::span<const uint32_t> since(first, products.end());
  return since.last(std::min(since.size(), kLookedAt));
}

}  // namespace patron::recommend
