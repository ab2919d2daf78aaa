#include <utility>

#include "server/targeting/next_best.h"

namespace patron::targeting {
namespace {

// Mean list price of listed products, by scope.
struct ScopePrices {
  std::vector<double> sum;
  std::vector<double> count;

  double Mean(offers::Scope scope) const {
    return count[scope] > 0 ? sum[scope] / count[scope] : 0;
  }
};

}  // namespace

Candidates::Candidates(const offers::Compiled& definitions,
                       const std::vector<size_t>& places,
                       const subjects::Products* products,
                       const subjects::Names* names, uint32_t product_count,
                       Day today) {
  const offers::ScopeIndex& scopes = definitions.scopes;
  // Candidates by scope, to be found from a product.
  std::vector<std::vector<size_t>> by_scope(scopes.size());
  for (const size_t place : places) {
    One& one = all_.emplace_back();
    one.place = place;
    one.offer = &definitions.offers[place];
    by_scope[one.offer->scope_number].push_back(all_.size() - 1);
    if (one.offer->scope_number != offers::kEverything)
      one.covers.resize(product_count);
  }
  ScopePrices prices{std::vector<double>(scopes.size()),
                     std::vector<double>(scopes.size())};
  std::vector<uint32_t> asked(scopes.size(), 0);
  int64_t listed = 0;
  for (uint32_t i = 0; i < product_count; ++i) {
    const wire::Product* product = products->Find(ProductOrdinal(i));
    if (product == nullptr) continue;
    ++listed;
    const subjects::ProductSubject subject(names->ProductId(i), product, today);
    const auto take = [&](offers::Scope scope) {
      if (product->__isset.price) {
        prices.sum[scope] += static_cast<double>(product->price);
        ++prices.count[scope];
      }
      for (const size_t at : by_scope[scope]) {
        if (scope != offers::kEverything) all_[at].covers[i] = true;
        ++all_[at].products;
      }
    };
    take(offers::kEverything);
    scopes.ForEachCovering(subject, i + 1, asked, take);
    for (One& one : all_)
      if (one.offer->offer.benefit == wire::Benefit::GIFT &&
          one.offer->offer.gift_product_id == product->product_id)
        one.gift_price =
            static_cast<double>(product->price) *
            static_cast<double>(one.offer->offer.gift_quantity_milli) / 1000;
  }
  for (One& one : all_) {
    if (one.offer->scope_number != offers::kEverything && listed > 0)
      one.share =
          static_cast<double>(one.products) / static_cast<double>(listed);
    const auto& parts = one.offer->offer.set_parts;
    for (size_t part = 0; part < parts.size(); ++part)
      one.set_price += prices.Mean(one.offer->part_numbers[part]) *
                       static_cast<double>(parts[part].quantity_milli) / 1000;
  }
}

}  // namespace patron::targeting
