#include "server/offers/basket.h"

#include <algorithm>
#include <iterator>
#include <numeric>
#include <utility>

#include "server/subjects/subjects.h"

namespace patron::offers {
namespace {

const wire::Product* FindProduct(absl::string_view id, const World& world) {
  if (world.find_product == nullptr || world.products == nullptr)
    return nullptr;
  const ProductOrdinal product = (*world.find_product)(id);
  return product == kNoProduct ? nullptr : world.products->Find(product);
}

}  // namespace

Basket::Basket(std::vector<Line> lines, const World& world)
    : lines_(std::move(lines)), everything_(lines_.size()) {
  std::iota(everything_.begin(), everything_.end(), 0);
  SortByScope(FindHits(world), world.definitions->scopes.size());
}

std::vector<Basket::Hit> Basket::FindHits(const World& world) const {
  const ScopeIndex& scopes = world.definitions->scopes;
  std::vector<uint32_t> asked(scopes.size(), 0);
  std::vector<Hit> hits;
  for (uint32_t at = 0; at < lines_.size(); ++at) {
    const absl::string_view id = lines_[at].product_id;
    const subjects::ProductSubject product(id, FindProduct(id, world),
                                           world.today);
    scopes.ForEachCovering(product, at + 1, asked, [&](Scope scope) {
      hits.push_back({scope, at});
    });
  }
  return hits;
}

// Counting sort: lines of one scope stay in their order.
void Basket::SortByScope(const std::vector<Hit>& hits, size_t scopes) {
  starts_.assign(scopes + 1, 0);
  for (const Hit& hit : hits) ++starts_[hit.scope + 1];
  std::partial_sum(starts_.begin(), starts_.end(), starts_.begin());
  places_.resize(hits.size());
  std::vector<uint32_t> next(starts_.begin(), starts_.end() - 1);
  for (const Hit& hit : hits) places_[next[hit.scope]++] = hit.line;
}

Places Basket::Covered(Scope scope) const {
  if (scope == kEverything) return everything_;
  return Places(places_).subspan(starts_[scope],
                                 starts_[scope + 1] - starts_[scope]);
}

Places Basket::CoveredByBoth(Scope one, Scope other,
                             std::vector<uint32_t>& memory) const {
  if (one == kEverything || one == other) return Covered(other);
  if (other == kEverything) return Covered(one);
  const Places a = Covered(one), b = Covered(other);
  memory.clear();
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(memory));
  return memory;
}

int64_t Basket::ListAmountOf(Places places) const {
  int64_t amount = 0;
  for (const uint32_t at : places) amount += lines_[at].list_amount;
  return amount;
}

int64_t Basket::QuantityOf(Places places) const {
  int64_t quantity = 0;
  for (const uint32_t at : places) quantity += lines_[at].quantity_milli;
  return quantity;
}

}  // namespace patron::offers
