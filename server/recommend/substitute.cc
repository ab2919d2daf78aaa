// What does instead of a product that is not there.
//
// Of the same narrowest category first. There the score is
//   1 + 0.35 × nearness of embedding (cosine, 0 at least)
//     + 0.40 × nearness of price
//     + 0.25 × likeness of attributes (brand, price tier, path, price),
// without the embedding's part where one of the two was never sold; another
// variant of the same product gets 0.25 more. What is of a wider category only
// comes after, by its likeness alone.
#include <algorithm>
#include <cmath>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using catalog::Entry;
using wire::ReasonCode;

constexpr double kEmbedding = 0.35;
constexpr double kPrice = 0.40;
constexpr double kAttributes = 0.25;
constexpr double kSameVariant = 0.25;
// Products of a category looked at; more are sampled evenly.
constexpr size_t kLookedAt = 2000;

// Cosine of the two embeddings, 0 to 1; nullopt where one has none.
std::optional<double> Nearness(const Situation& situation, uint32_t a,
                               uint32_t b) {
  if (situation.index == nullptr) return std::nullopt;
  const auto u = situation.index->Embedding(a);
  const auto v = situation.index->Embedding(b);
  if (u.empty() || v.empty()) return std::nullopt;
  double dot = 0, uu = 0, vv = 0;
  for (size_t i = 0; i < u.size(); ++i) {
    dot += static_cast<double>(u[i]) * v[i];
    uu += static_cast<double>(u[i]) * u[i];
    vv += static_cast<double>(v[i]) * v[i];
  }
  if (uu <= 0 || vv <= 0) return std::nullopt;
  return std::max(0.0, dot / std::sqrt(uu * vv));
}

bool SameVariant(const Entry& a, const Entry& b) {
  const std::string& base_a = a.product.variant_of;
  const std::string& base_b = b.product.variant_of;
  return (!base_a.empty() && base_a == base_b) ||
         base_a == b.product.product_id || base_b == a.product.product_id;
}

double ScoreOf(const Situation& situation, uint32_t wanted, uint32_t other) {
  const Entry& a = situation.catalog.Get(wanted);
  const Entry& b = situation.catalog.Get(other);
  const auto store = situation.query.store;
  const double price = PriceNearness(PriceOf(a, store), PriceOf(b, store));
  const double plain = kPrice * price + kAttributes * Likeness(a, b, store);
  const auto near = Nearness(situation, wanted, other);
  const double score =
      near ? kEmbedding * *near + plain : plain / (kPrice + kAttributes);
  return 1 + score + (SameVariant(a, b) ? kSameVariant : 0);
}

RankedItem Substitute(uint32_t product, double score, uint32_t wanted) {
  RankedItem item;
  item.product = product;
  item.score = score;
  item.reason = wire::ReasonCode::SUBSTITUTE_FOR;
  item.because_of = wanted;
  return item;
}

void AddOfItsKind(const Situation& situation, uint32_t wanted,
                  std::vector<RankedItem>& items) {
  const catalog::TermOrdinal kind = situation.catalog.Get(wanted).narrowest();
  const std::vector<uint32_t>& products = situation.catalog.InCategory(kind);
  const size_t step = products.size() / kLookedAt + 1;
  for (size_t i = 0; i < products.size(); i += step)
    items.push_back(Substitute(
        products[i], ScoreOf(situation, wanted, products[i]), wanted));
}

void OfferWider(const Situation& situation, Selection& selection) {
  for (const uint32_t wanted : situation.query.products) {
    for (const Neighbour& n :
         LikeByAttributes(situation, wanted, selection.k())) {
      if (selection.Full()) return;
      const double above =
          selection.items().empty() ? 1 : selection.items().back().score;
      RankedItem item =
          Substitute(n.product, std::min<double>(above, n.score), wanted);
      item.reason = ReasonCode::SAME_CATEGORY;
      selection.Offer(item);
    }
  }
}

}  // namespace

void ChooseSubstitute(const Situation& situation, Selection& selection) {
  BarRequested(situation, selection);
  std::vector<RankedItem> items;
  for (const uint32_t wanted : situation.query.products)
    AddOfItsKind(situation, wanted, items);
  SortByScore(items);
  OfferAll(items, selection);
  if (!selection.Full()) OfferWider(situation, selection);
}

}  // namespace patron::recommend
