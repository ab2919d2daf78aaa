// One small extra at the till.
//
// An extra is small if its price is known and at most small_extra_share of what
// the basket costs (no limit where no price of the basket is known). Of the
// small ones the score is
//   1.0 × how strongly it goes with the basket, against the strongest,
//   0.6 × how well it sells in the store, 0.3 in the whole shop (logarithmic,
//         against the best seller),
//   0.5 if it makes a set with something in the basket,
//   0.1 × how cheap it is: 1 for nothing, 0 at the limit.
// What is dearer follows, the cheapest first.
#include <algorithm>

#include "server/recommend/decay.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using wire::ReasonCode;

constexpr float kGoesWith = 1.0f;
constexpr float kInStore = 0.6f;
constexpr float kPopular = 0.3f;
constexpr float kSet = 0.5f;
constexpr double kCheap = 0.1;
// Best sellers that are looked at.
constexpr size_t kBestSellers = 300;
// Products of the catalogue that are looked at, best sellers or not, evenly.
constexpr size_t kSampled = 1000;

// What the basket costs; 0 where no price of it is known.
int64_t WorthOf(const Situation& situation) {
  int64_t worth = 0;
  for (const uint32_t product : situation.query.products)
    worth += PriceOf(situation.catalog.Get(product), situation.query.store)
                 .value_or(0);
  return worth;
}

void AddScaled(std::span<const Neighbour> list, float weight,
               CandidateSet& candidates) {
  if (list.empty() || list.front().score <= 0) return;
  const float scale = weight / Log2OnePlus(list.front().score);
  for (const Neighbour& n : list.first(std::min(kBestSellers, list.size())))
    if (candidates.Fits(n.product))
      candidates.At(n.product).strength += scale * Log2OnePlus(n.score);
}

void AddGoesWith(const Situation& situation, Workspace& workspace) {
  GatherGoesWith(situation, situation.query.products, workspace);
  float most = 0;
  for (const Candidate& c : workspace.candidates.all())
    most = std::max(most, c.strength);
  std::vector<uint32_t> met;
  for (const Candidate& c : workspace.candidates.all())
    met.push_back(c.product);
  for (const uint32_t product : met)
    workspace.candidates.At(product).strength *= kGoesWith / most;
  for (const uint32_t product : situation.query.products)
    for (const Neighbour& n : SetOf(situation, product))
      if (n.score > 0.5f && workspace.candidates.Fits(n.product))
        workspace.candidates.At(n.product).Add(kSet * n.score, product);
}

// Everything cheap enough is a candidate, best seller or not.
void AddCatalogue(const Situation& situation, CandidateSet& candidates) {
  const std::vector<uint32_t>& listed = situation.catalog.Listed();
  const size_t step = listed.size() / kSampled + 1;
  for (size_t i = 0; i < listed.size(); i += step) candidates.At(listed[i]);
}

RankedItem Extra(const Candidate& candidate, int64_t price, double limit) {
  RankedItem item;
  item.product = candidate.product;
  item.reason = ReasonCode::SMALL_EXTRA;
  item.because_of = candidate.because_of;
  const double cheap = limit > 0 ? 1 - static_cast<double>(price) / limit : 0;
  item.score = candidate.strength + kCheap * std::max(0.0, cheap);
  return item;
}

// The reason of what is no small extra.
void NameDearer(RankedItem& item) {
  item.reason = item.because_of == kNoProduct.value()
                    ? ReasonCode::IN_CATALOGUE
                    : ReasonCode::GOES_WITH_BASKET;
}

}  // namespace

void ChooseCheckout(const Situation& situation, Workspace& workspace,
                    Selection& selection) {
  BarRequested(situation, selection);
  AddGoesWith(situation, workspace);
  AddScaled(situation.PopularInStore(), kInStore, workspace.candidates);
  AddScaled(situation.Popular(), kPopular, workspace.candidates);
  AddCatalogue(situation, workspace.candidates);
  const double limit = situation.options.small_extra_share *
                       static_cast<double>(WorthOf(situation));
  std::vector<RankedItem> small;
  std::vector<std::pair<int64_t, RankedItem>> dearer;
  for (const Candidate& candidate : workspace.candidates.all()) {
    const auto price = PriceOf(situation.catalog.Get(candidate.product),
                               situation.query.store);
    if (!price) continue;
    const RankedItem item = Extra(candidate, *price, limit);
    if (limit == 0 || static_cast<double>(*price) <= limit) {
      small.push_back(item);
    } else {
      dearer.emplace_back(*price, item);
    }
  }
  SortByScore(small);
  OfferAll(small, selection);
  std::stable_sort(
      dearer.begin(), dearer.end(), [](const auto& a, const auto& b) {
        return a.first != b.first ? a.first < b.first
                                  : a.second.product < b.second.product;
      });
  for (auto& [price, item] : dearer) {
    if (selection.Full()) return;
    const auto& items = selection.items();
    item.score = items.empty() ? 1 : BelowScore(items.back().score);
    NameDearer(item);
    selection.Offer(item);
  }
}

}  // namespace patron::recommend
