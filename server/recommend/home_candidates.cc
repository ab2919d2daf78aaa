// Candidates of the home page: what speaks for which product, before weights.
#include <algorithm>
#include <cmath>
#include <limits>

#include "server/recommend/decay.h"
#include "server/recommend/home.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using facts::ItemFact;

// Own products whose neighbours are gathered: the weightiest.
constexpr size_t kNeighbourSources = 100;
// Best sellers that are candidates for everybody.
constexpr size_t kPopularCandidates = 200;
// Products of a priority category that are candidates.
constexpr size_t kPriorityCandidates = 500;
// An interaction counts half after so many days.
constexpr double kInteractionHalfLifeDays = 3;

// Of a list, all.
constexpr size_t kWhole = std::numeric_limits<size_t>::max();

std::span<const Neighbour> FirstOf(std::span<const Neighbour> list,
                                   size_t most) {
  return list.first(std::min(most, list.size()));
}

void AddOwn(const Situation& situation, Workspace& workspace) {
  const auto& items = situation.facts.items;
  for (size_t i = 0; i < items.size(); ++i) {
    const uint32_t product = items[i].product.value();
    if (workspace.candidates.Fits(product))
      workspace.candidates.At(product).item = static_cast<int32_t>(i);
  }
}

// The own items whose neighbours are gathered, with weights whose squares add
// up to 1: a long history does not outweigh the other terms.
void WeighSources(const Situation& situation, Workspace& workspace) {
  auto& sources = workspace.sources;
  sources.clear();
  const double half_life = situation.options.home.neighbour_half_life_days;
  const auto& items = situation.facts.items;
  for (uint32_t i = 0; i < items.size(); ++i) {
    const double decayed = DecayedTimes(items[i], situation.today, half_life);
    sources.emplace_back(static_cast<float>(std::sqrt(decayed)), i);
  }
  if (sources.size() > kNeighbourSources) {
    const auto heavier = [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    std::nth_element(sources.begin(), sources.begin() + kNeighbourSources,
                     sources.end(), heavier);
    sources.resize(kNeighbourSources);
    std::sort(sources.begin(), sources.end(), heavier);
  }
  float squares = 0;
  for (const auto& [weight, item] : sources) squares += weight * weight;
  const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
  for (auto& [weight, item] : sources) weight *= scale;
}

void AddNeighbours(const Situation& situation, Workspace& workspace) {
  WeighSources(situation, workspace);
  for (const auto& [weight, item] : workspace.sources) {
    const uint32_t source = situation.facts.items[item].product.value();
    for (const Neighbour& n : situation.Neighbours(source))
      workspace.candidates.At(n.product).Add(weight * n.score, source);
  }
}

void AddRecentPurchases(const Situation& situation, CandidateSet& candidates) {
  const int limit = situation.options.recent_purchase_days;
  for (const ItemFact& item : situation.facts.items) {
    const int age = situation.DaysSince(item);
    if (age > limit) continue;
    const double weight = Decayed(age, limit / 2.0);
    AddGoesWith(situation, item.product.value(), static_cast<float>(weight),
                false, kWhole, candidates);
  }
}

// Scales a list's scores to 1 for its first, logarithmic.
template <typename Set>
void AddScaled(std::span<const Neighbour> list, size_t most, Set set,
               CandidateSet& candidates) {
  if (list.empty() || list.front().score <= 0) return;
  const float scale = 1 / Log2OnePlus(list.front().score);
  for (const Neighbour& n : list.first(std::min(most, list.size())))
    set(candidates.EvidenceAt(n.product), scale * Log2OnePlus(n.score));
}

void AddPopular(const Situation& situation, CandidateSet& candidates) {
  const auto popular = situation.Popular();
  for (const Neighbour& n :
       popular.first(std::min(kPopularCandidates, popular.size())))
    candidates.At(n.product);
  AddScaled(
      situation.PopularInStore(), kPopularCandidates,
      [](Evidence& e, float score) { e.popular_in_store = score; }, candidates);
  const auto trending = [](Evidence& e, float score) {
    e.trending = std::max(e.trending, score);
  };
  AddScaled(situation.TrendingInStore(), kPopularCandidates, trending,
            candidates);
  AddScaled(situation.Trending(), kPopularCandidates, trending, candidates);
}

// Marks the candidates of the customer's priority categories, and adds products
// of those, evenly over each.
void AddPriorities(const Situation& situation, CandidateSet& candidates) {
  for (const std::string& name : situation.facts.summary.priorities) {
    const catalog::TermOrdinal category = situation.catalog.Category(name);
    if (category == catalog::kNoTerm) continue;
    const auto& products = situation.catalog.InCategory(category);
    const size_t step = products.size() / kPriorityCandidates + 1;
    for (size_t i = 0; i < products.size(); ++i)
      if (i % step == 0 || candidates.Find(products[i]) != nullptr)
        candidates.EvidenceAt(products[i]).priority = true;
  }
}

}  // namespace

void AddGoesWith(const Situation& situation, uint32_t source, float weight,
                 bool cart, size_t most, CandidateSet& candidates) {
  for (const Neighbour& n : FirstOf(situation.GoesWith(source), most)) {
    Evidence& evidence = candidates.EvidenceAt(n.product);
    const float score = weight * n.score;
    evidence.goes_with += score;
    if (score <= evidence.best_goes_with) continue;
    evidence.best_goes_with = score;
    evidence.goes_with_of = source;
    evidence.goes_with_cart = cart;
  }
}

void AddViewed(const Situation& situation, uint32_t source, float weight,
               size_t most, CandidateSet& candidates) {
  for (const Neighbour& n : FirstOf(situation.Similar(source), most)) {
    Evidence& evidence = candidates.EvidenceAt(n.product);
    const float score = weight * n.score;
    if (score <= evidence.viewed) continue;
    evidence.viewed = score;
    evidence.viewed_like = source;
  }
}

void AddInteractions(const Situation& situation, size_t most,
                     CandidateSet& candidates) {
  for (const Interest& interest : InterestsOf(situation)) {
    const auto weight = static_cast<float>(
        Decayed(interest.age_days, kInteractionHalfLifeDays));
    if (interest.cart) {
      AddGoesWith(situation, interest.product, weight, true, most, candidates);
    } else {
      AddViewed(situation, interest.product, weight, most, candidates);
    }
  }
}

void GatherHome(const Situation& situation, Workspace& workspace) {
  CandidateSet& candidates = workspace.candidates;
  AddOwn(situation, workspace);
  AddNeighbours(situation, workspace);
  AddRecentPurchases(situation, candidates);
  AddInteractions(situation, kWhole, candidates);
  AddPopular(situation, candidates);
  AddPriorities(situation, candidates);
}

}  // namespace patron::recommend
