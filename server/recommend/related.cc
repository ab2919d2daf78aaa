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

void BarRequested(const Situation& situation, Selection& selection) {
  for (const uint32_t product : situation.query.products)
    selection.Bar(product);
}

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

void ChooseSimilar(const Situation& situation, Workspace& workspace,
                   Selection& selection) {
  BarRequested(situation, selection);
  for (const uint32_t product : situation.query.products)
    Gather(situation.Similar(product), product, 1, workspace.candidates);
  OfferGathered(workspace, ReasonCode::SIMILAR_TO_PRODUCT, selection);
  if (!selection.Full())
    OfferLike(situation, ReasonCode::SAME_CATEGORY, selection);
}

void ChooseGoesWith(const Situation& situation, Workspace& workspace,
                    Selection& selection) {
  BarRequested(situation, selection);
  for (const uint32_t product : situation.query.products)
    Gather(situation.GoesWith(product), product, 1, workspace.candidates);
  OfferGathered(workspace, ReasonCode::GOES_WITH_PRODUCT, selection);
  if (!selection.Full()) OfferSameCategory(situation, selection);
}

void ChooseBasket(const Situation& situation, Workspace& workspace,
                  Selection& selection) {
  BarRequested(situation, selection);
  for (const uint32_t product : situation.query.products) {
    Gather(situation.GoesWith(product), product, 1, workspace.candidates);
    Gather(situation.Neighbours(product), product, kNeighbourShare,
           workspace.candidates);
  }
  OfferGathered(workspace, ReasonCode::GOES_WITH_BASKET, selection);
}

}  // namespace patron::recommend
