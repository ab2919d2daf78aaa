// Placements around given products: similar, goes with, basket.
#include <algorithm>
#include <functional>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using wire::ReasonCode;

// Share of "bought by the same customers" in the basket's blend: it ranks what
// goes with nothing in the basket and breaks ties among what does.
constexpr float kNeighbourShare = 0.1f;

// What a product put since the index was learned takes over from its like.
constexpr float kInherited = 0.8f;
// Products of its like whose lists stand for one that has none, and products of
// a list whose kinds are searched for new ones.
constexpr size_t kLikeLooked = 20;
constexpr size_t kListLooked = 20;

RankedItem Item(uint32_t product, double score, ReasonCode::type reason,
                uint32_t because_of) {
  RankedItem item;
  item.product = product;
  item.score = score;
  item.reason = reason;
  item.because_of = because_of;
  return item;
}

// Adds the list of `source`, weighted, to the candidates.
void Gather(std::span<const Neighbour> list, uint32_t source, float weight,
            CandidateSet& candidates) {
  for (const Neighbour& n : list) {
    if (!candidates.Fits(n.product)) continue;
    candidates.At(n.product).Add(weight * n.score, source);
  }
}

// Offers the candidates by their sums.
void OfferGathered(Workspace& workspace, ReasonCode::type reason,
                   Selection& selection) {
  auto& order = workspace.order;
  order.clear();
  for (const Candidate& candidate : workspace.candidates.all())
    order.push_back(OrderKey(candidate.strength, candidate.product));
  std::sort(order.begin(), order.end(), std::greater<>());
  for (const uint64_t key : order) {
    if (selection.Full()) return;
    const Candidate& candidate = *workspace.candidates.Find(ProductOf(key));
    selection.Offer(
        Item(candidate.product, ScoreOf(key), reason, candidate.because_of));
  }
}

// Products of `product`'s kind that were put since the index was learned.
void GatherNewLike(const Situation& situation, uint32_t product,
                   CandidateSet& candidates) {
  const catalog::Entry& entry = situation.catalog.Get(product);
  for (const uint32_t other : PutSince(situation, entry.narrowest())) {
    const float like =
        Likeness(entry, situation.catalog.Get(other), situation.query.store);
    if (candidates.Fits(other))
      candidates.At(other).Add(kInherited * like, product);
  }
}

// Products like `product` that have a list: of its narrowest category where
// there are any, at most kLikeLooked.
std::vector<Neighbour> LikeWithLists(const Situation& situation,
                                     uint32_t product) {
  const catalog::TermOrdinal kind = situation.catalog.Get(product).narrowest();
  std::vector<Neighbour> of_kind, wider;
  for (const Neighbour& n : LikeByAttributes(situation, product, kLikeLooked)) {
    if (situation.GoesWith(n.product).empty()) continue;
    const bool same = situation.catalog.Get(n.product).narrowest() == kind;
    (same ? of_kind : wider).push_back(n);
  }
  std::vector<Neighbour>& like = of_kind.empty() ? wider : of_kind;
  if (like.size() > kLikeLooked) like.resize(kLikeLooked);
  return like;
}

// What goes with products like `product`, which has no list of its own: the
// mean of their lists, the more like the heavier.
void GatherThroughLike(const Situation& situation, uint32_t product,
                       CandidateSet& candidates) {
  const std::vector<Neighbour> like = LikeWithLists(situation, product);
  float all = 0;
  for (const Neighbour& n : like) all += n.score;
  if (all <= 0) return;
  for (const Neighbour& n : like)
    Gather(situation.GoesWith(n.product), product, kInherited * n.score / all,
           candidates);
}

// New products like those that go with `product`.
void GatherNewCompanions(const Situation& situation, uint32_t product,
                         CandidateSet& candidates) {
  const auto list = situation.GoesWith(product);
  for (const Neighbour& n : list.first(std::min(kListLooked, list.size()))) {
    const catalog::Entry& entry = situation.catalog.Get(n.product);
    for (const uint32_t other : PutSince(situation, entry.narrowest())) {
      if (!candidates.Fits(other) || other == product) continue;
      const float like =
          Likeness(entry, situation.catalog.Get(other), situation.query.store);
      candidates.At(other).Add(kInherited * like * n.score, product);
    }
  }
}

// What completes the set of the basket, above all that goes with it.
void OfferSets(const Situation& situation, const Workspace& workspace,
               Selection& selection) {
  double most = 0;
  for (const Candidate& candidate : workspace.candidates.all())
    most = std::max<double>(most, candidate.strength);
  std::vector<RankedItem> items;
  for (const uint32_t product : situation.query.products)
    for (const Neighbour& n : SetOf(situation, product)) {
      const Candidate* also = workspace.candidates.Find(n.product);
      const double goes = also == nullptr ? 0 : also->strength;
      items.push_back(Item(n.product, most + n.score + goes / (1 + most),
                           ReasonCode::COMPLETES_SET, product));
    }
  SortByScore(items);
  OfferAll(items, selection);
}

// Products like the requested ones by their attributes, below what stands
// already.
void OfferLike(const Situation& situation, ReasonCode::type reason,
               Selection& selection) {
  for (const uint32_t product : situation.query.products) {
    const double below =
        selection.items().empty() ? 1 : selection.items().back().score;
    for (const Neighbour& n :
         LikeByAttributes(situation, product, selection.k())) {
      if (selection.Full()) return;
      selection.Offer(Item(n.product, below * n.score, reason, product));
    }
  }
}

// The best sellers of the widest categories of the requested products.
void OfferSameCategory(const Situation& situation, Selection& selection) {
  for (const uint32_t product : situation.query.products) {
    const auto& own = situation.catalog.Get(product).categories;
    if (own.empty()) continue;
    const double below =
        selection.items().empty() ? 1 : selection.items().back().score;
    for (const Neighbour& n : situation.Popular()) {
      if (selection.Full()) return;
      const auto& categories = situation.catalog.Get(n.product).categories;
      if (categories.empty() || categories.front() != own.front()) continue;
      const double share = n.score / situation.Popular().front().score;
      selection.Offer(
          Item(n.product, below * share, ReasonCode::SAME_CATEGORY, product));
    }
  }
}

}  // namespace

void BarRequested(const Situation& situation, Selection& selection) {
  for (const uint32_t product : situation.query.products)
    selection.Bar(product);
}

void GatherGoesWith(const Situation& situation,
                    std::span<const uint32_t> products, Workspace& workspace) {
  CandidateSet& candidates = workspace.candidates;
  for (const uint32_t product : products) {
    if (situation.GoesWith(product).empty()) {
      GatherThroughLike(situation, product, candidates);
    } else {
      Gather(situation.GoesWith(product), product, 1, candidates);
      GatherNewCompanions(situation, product, candidates);
    }
  }
}

std::vector<RankedItem> Gathered(const Workspace& workspace,
                                 ReasonCode::type reason) {
  std::vector<RankedItem> items;
  for (const Candidate& candidate : workspace.candidates.all())
    items.push_back(Item(candidate.product, candidate.strength, reason,
                         candidate.because_of));
  SortByScore(items);
  return items;
}

void ChooseSimilar(const Situation& situation, Workspace& workspace,
                   Selection& selection) {
  BarRequested(situation, selection);
  for (const uint32_t product : situation.query.products) {
    Gather(situation.Similar(product), product, 1, workspace.candidates);
    if (!situation.Similar(product).empty())
      GatherNewLike(situation, product, workspace.candidates);
  }
  OfferGathered(workspace, ReasonCode::SIMILAR_TO_PRODUCT, selection);
  if (!selection.Full())
    OfferLike(situation, ReasonCode::SAME_CATEGORY, selection);
}

void ChooseGoesWith(const Situation& situation, Workspace& workspace,
                    Selection& selection) {
  BarRequested(situation, selection);
  GatherGoesWith(situation, situation.query.products, workspace);
  OfferGathered(workspace, ReasonCode::GOES_WITH_PRODUCT, selection);
  if (!selection.Full()) OfferSameCategory(situation, selection);
}

void ChooseBasket(const Situation& situation, Workspace& workspace,
                  Selection& selection) {
  BarRequested(situation, selection);
  GatherGoesWith(situation, situation.query.products, workspace);
  for (const uint32_t product : situation.query.products)
    Gather(situation.Neighbours(product), product, kNeighbourShare,
           workspace.candidates);
  OfferSets(situation, workspace, selection);
  OfferGathered(workspace, ReasonCode::GOES_WITH_BASKET, selection);
}

}  // namespace patron::recommend
