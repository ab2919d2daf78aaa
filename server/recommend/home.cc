// The home page: a weighted blend over what speaks for each candidate.
#include <algorithm>
#include <bit>
#include <cmath>

#include "absl/container/inlined_vector.h"
#include "server/recommend/situation.h"
#include "server/recommend/stopwatch.h"

namespace patron::recommend {
namespace {

using facts::ItemFact;
using wire::ReasonCode;

constexpr uint32_t kNone = kNoProduct.value();

// Own products whose neighbours are gathered: the weightiest.
constexpr size_t kNeighbourSources = 100;
// Best sellers that are candidates for everybody.
constexpr size_t kPopularCandidates = 200;
// Products of a priority category that are looked at.
constexpr size_t kPriorityCandidates = 500;
// An interaction counts half after so many days.
constexpr double kInteractionHalfLifeDays = 3;
// From this due ratio on the reason is that it is due.
constexpr double kDueFrom = 0.8;

double Decayed(double age_days, double half_life_days) {
  return std::exp2(-age_days / half_life_days);
}

// log2(1 + x) by straight lines between powers of two: monotone, at most 0.09
// off, and the same on every machine. x is 0 or more.
float Log2OnePlus(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(1 + x);
  const float exponent = static_cast<float>(bits >> 23) - 127;
  return exponent + static_cast<float>(bits & 0x7fffff) / 0x800000;
}

// ---- candidates
// ----------------------------------------------------------------

// Times bought, each decayed by its age. Older times than the kept days are
// taken to lie midway between the first purchase and the oldest kept.
double DecayedTimes(const ItemFact& item, Day today, double half_life_days) {
  double sum = 0;
  int kept = 0;
  Day oldest = item.last_day();
  for (const uint16_t day : item.days) {
    if (day == 0) break;
    sum += Decayed(std::max(0, today - day), half_life_days);
    oldest = day;
    ++kept;
  }
  const double midway = today - (item.first_day + oldest) / 2.0;
  const double older = std::max(0, item.times - kept);
  return sum + older * Decayed(std::max(0.0, midway), half_life_days);
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
    for (const Neighbour& n : situation.Neighbours(source)) {
      Candidate& candidate = workspace.candidates.At(n.product);
      const float score = weight * n.score;
      candidate.neighbours += score;
      if (score <= candidate.best_neighbour) continue;
      candidate.best_neighbour = score;
      candidate.neighbour_of = source;
    }
  }
}

void AddGoesWith(const Situation& situation, uint32_t source, float weight,
                 bool cart, CandidateSet& candidates) {
  for (const Neighbour& n : situation.GoesWith(source)) {
    Candidate& candidate = candidates.At(n.product);
    const float score = weight * n.score;
    candidate.goes_with += score;
    if (score <= candidate.best_goes_with) continue;
    candidate.best_goes_with = score;
    candidate.goes_with_of = source;
    candidate.goes_with_cart = cart;
  }
}

void AddRecentPurchases(const Situation& situation, CandidateSet& candidates) {
  const int limit = situation.options.recent_purchase_days;
  for (const ItemFact& item : situation.facts.items) {
    const int age = situation.DaysSince(item);
    if (age > limit) continue;
    const double weight = Decayed(age, limit / 2.0);
    AddGoesWith(situation, item.product.value(), static_cast<float>(weight),
                false, candidates);
  }
}

void AddViewed(const Situation& situation, uint32_t source, float weight,
               CandidateSet& candidates) {
  for (const Neighbour& n : situation.Similar(source)) {
    Candidate& candidate = candidates.At(n.product);
    const float score = weight * n.score;
    if (score <= candidate.viewed) continue;
    candidate.viewed = score;
    candidate.viewed_like = source;
  }
}

void AddInteractions(const Situation& situation, CandidateSet& candidates) {
  for (const Interest& interest : InterestsOf(situation)) {
    const auto weight = static_cast<float>(
        Decayed(interest.age_days, kInteractionHalfLifeDays));
    if (interest.cart) {
      AddGoesWith(situation, interest.product, weight, true, candidates);
    } else {
      AddViewed(situation, interest.product, weight, candidates);
    }
  }
}

// Scales a list's scores to 1 for its first, logarithmic.
template <typename Set>
void AddScaled(std::span<const Neighbour> list, size_t most, Set set,
               CandidateSet& candidates) {
  if (list.empty() || list.front().score <= 0) return;
  const float scale = 1 / Log2OnePlus(list.front().score);
  for (const Neighbour& n : list.first(std::min(most, list.size())))
    set(candidates.At(n.product), scale * Log2OnePlus(n.score));
}

void AddPopular(const Situation& situation, CandidateSet& candidates) {
  const auto popular = situation.Popular();
  for (const Neighbour& n :
       popular.first(std::min(kPopularCandidates, popular.size())))
    candidates.At(n.product);
  AddScaled(
      situation.PopularInStore(), kPopularCandidates,
      [](Candidate& c, float score) { c.popular_in_store = score; },
      candidates);
  const auto trending = [](Candidate& c, float score) {
    c.trending = std::max(c.trending, score);
  };
  AddScaled(situation.TrendingInStore(), kPopularCandidates, trending,
            candidates);
  AddScaled(situation.Trending(), kPopularCandidates, trending, candidates);
}

// The first products of each priority category, evenly over it.
void AddPriorities(const Situation& situation, CandidateSet& candidates) {
  for (const std::string& name : situation.hints.priority_categories) {
    const catalog::TermOrdinal category = situation.catalog.Category(name);
    if (category == catalog::kNoTerm) continue;
    const auto& products = situation.catalog.InCategory(category);
    const size_t step = products.size() / kPriorityCandidates + 1;
    for (size_t i = 0; i < products.size(); i += step)
      if (candidates.Fits(products[i])) candidates.At(products[i]);
    for (const Candidate& candidate : candidates.all()) {
      const auto& levels = situation.catalog.Get(candidate.product).categories;
      if (std::find(levels.begin(), levels.end(), category) != levels.end())
        candidates.At(candidate.product).priority = true;
    }
  }
}

void GatherHome(const Situation& situation, Workspace& workspace) {
  CandidateSet& candidates = workspace.candidates;
  AddOwn(situation, workspace);
  AddNeighbours(situation, workspace);
  AddRecentPurchases(situation, candidates);
  AddInteractions(situation, candidates);
  AddPopular(situation, candidates);
  AddPriorities(situation, candidates);
}

// ---- ranking
// -------------------------------------------------------------------

// 0 until half of the interval, 1 around it, back to 0 when given up.
double DueShape(double ratio, double abandoned_after) {
  if (ratio < 0.5) return 0;
  if (ratio < 1) return 2 * ratio - 1;
  if (ratio < 2) return 1;
  return std::max(0.0, 1 - (ratio - 2) / std::max(1.0, abandoned_after - 2));
}

// The weighted terms of one candidate.
struct Terms {
  float own = 0;
  float neighbours = 0;
  float goes_with = 0;
  float viewed = 0;
  float popularity = 0;
  float popular_in_store = 0;
  float trending = 0;
  float priority = 0;

  float Sum() const {
    return own + neighbours + goes_with + viewed + popularity +
           popular_in_store + trending + priority;
  }
};

class HomeBlend {
 public:
  explicit HomeBlend(const Situation& situation)
      : situation_(situation),
        weights_(situation.options.home),
        popularity_scale_(PopularityScale(situation)) {}

  Terms TermsOf(const Candidate& c) const {
    Terms terms;
    if (c.item >= 0)
      terms.own = Own(situation_.facts.items[static_cast<size_t>(c.item)]);
    terms.neighbours = Weigh(weights_.neighbours, c.neighbours);
    terms.goes_with = Weigh(weights_.goes_with, Log2OnePlus(c.goes_with));
    terms.viewed = Weigh(weights_.viewed, c.viewed);
    terms.popularity = Weigh(
        weights_.popularity,
        popularity_scale_ * Log2OnePlus(situation_.Popularity(c.product)));
    terms.popular_in_store =
        Weigh(weights_.popularity_in_store, c.popular_in_store);
    terms.trending = Weigh(weights_.trending, c.trending);
    terms.priority = c.priority ? static_cast<float>(weights_.priority) : 0;
    return terms;
  }

 private:
  static float PopularityScale(const Situation& situation) {
    const auto popular = situation.Popular();
    if (popular.empty() || popular.front().score <= 0) return 0;
    return 1 / Log2OnePlus(popular.front().score);
  }

  static float Weigh(double weight, float value) {
    return static_cast<float>(weight) * value;
  }

  float Own(const ItemFact& item) const {
    const DueState due = DueOf(situation_, item);
    double sum =
        weights_.own * std::log1p(DecayedTimes(item, situation_.today,
                                               weights_.own_half_life_days));
    if (due.interval_days > 0)
      sum += weights_.due *
             DueShape(due.ratio, situation_.options.abandoned_after_intervals);
    if (situation_.index != nullptr)
      sum += weights_.repeat_rate *
             situation_.index->RepeatRate(item.product.value());
    return static_cast<float>(sum);
  }

  const Situation& situation_;
  const HomeWeights& weights_;
  const float popularity_scale_;
};

// The reason of an own product: that it is due, else that she knows it.
void ExplainOwn(const Situation& situation, const ItemFact& item,
                RankedItem& out) {
  const DueState due = DueOf(situation, item);
  const bool is_due = due.ratio >= kDueFrom &&
                      due.ratio <= situation.options.abandoned_after_intervals;
  out.reason = is_due ? ReasonCode::DUE_AGAIN : ReasonCode::BOUGHT_BEFORE;
  out.interval_days = due.interval_days;
  out.times = item.times;
  out.last_day = item.last_day();
  if (is_due) out.due_day = item.last_day() + due.interval_days;
}

// The reason of any other: its largest term.
void ExplainOther(const Candidate& c, const Terms& terms, RankedItem& out) {
  float best = 0;
  const auto consider = [&](float term, ReasonCode::type reason, uint32_t of) {
    if (term <= best) return;
    best = term;
    out.reason = reason;
    out.because_of = of;
  };
  consider(terms.goes_with,
           c.goes_with_cart ? ReasonCode::GOES_WITH_BASKET
                            : ReasonCode::GOES_WITH_PURCHASE,
           c.goes_with_of);
  consider(terms.neighbours, ReasonCode::SIMILAR_TO_PURCHASE, c.neighbour_of);
  consider(terms.viewed, ReasonCode::SIMILAR_TO_VIEWED, c.viewed_like);
  consider(terms.priority, ReasonCode::PRIORITY_CATEGORY, kNone);
  consider(terms.trending, ReasonCode::TRENDING, kNone);
  consider(terms.popular_in_store, ReasonCode::POPULAR_IN_STORE, kNone);
  consider(terms.popularity, ReasonCode::POPULAR, kNone);
}

RankedItem Explain(const Situation& situation, const HomeBlend& blend,
                   const Candidate& candidate, float score) {
  RankedItem item;
  item.product = candidate.product;
  item.score = score;
  if (candidate.item >= 0) {
    ExplainOwn(situation,
               situation.facts.items[static_cast<size_t>(candidate.item)],
               item);
  } else {
    ExplainOther(candidate, blend.TermsOf(candidate), item);
  }
  return item;
}

// Counts products by narrowest category among the first ten of a customer
// without history, so that she sees the width of the shop.
class CategoryCap {
 public:
  explicit CategoryCap(const Situation& situation)
      : situation_(situation), active_(situation.facts.items.empty()) {}

  bool Allows(uint32_t product, size_t place) const {
    if (!active_ || place >= 10) return true;
    const catalog::TermOrdinal category = Of(product);
    return category == catalog::kNoTerm ||
           std::count(shown_.begin(), shown_.end(), category) <
               situation_.options.per_category_among_ten;
  }
  void Add(uint32_t product) {
    if (active_) shown_.push_back(Of(product));
  }

 private:
  catalog::TermOrdinal Of(uint32_t product) const {
    return situation_.catalog.Get(product).narrowest();
  }

  const Situation& situation_;
  const bool active_;
  absl::InlinedVector<catalog::TermOrdinal, 10> shown_;
};

void Order(const HomeBlend& blend, Workspace& workspace) {
  auto& order = workspace.order;
  order.clear();
  for (const Candidate& candidate : workspace.candidates.all())
    order.push_back(
        OrderKey(blend.TermsOf(candidate).Sum(), candidate.product));
  std::make_heap(order.begin(), order.end());
}

void Take(const Situation& situation, const HomeBlend& blend,
          Workspace& workspace, Selection& selection) {
  CategoryCap cap(situation);
  std::vector<RankedItem> held_back;
  auto& order = workspace.order;
  while (!selection.Full() && !order.empty()) {
    std::pop_heap(order.begin(), order.end());
    const uint64_t key = order.back();
    order.pop_back();
    const Candidate& candidate = *workspace.candidates.Find(ProductOf(key));
    if (!selection.Fits(candidate.product)) continue;
    const RankedItem item = Explain(situation, blend, candidate, ScoreOf(key));
    if (!cap.Allows(item.product, selection.items().size())) {
      held_back.push_back(item);
    } else if (selection.Offer(item)) {
      cap.Add(item.product);
    }
  }
  for (const RankedItem& item : held_back) selection.Offer(item);
}

}  // namespace

void ChooseHome(const Situation& situation, Workspace& workspace,
                Selection& selection, StageTimes* times) {
  Stopwatch watch(times != nullptr);
  for (const ItemFact& item : situation.facts.items)
    if (JustBought(situation, item)) selection.Bar(item.product.value());
  GatherHome(situation, workspace);
  if (times != nullptr) times->candidates += watch.Lap();
  const HomeBlend blend(situation);
  Order(blend, workspace);
  Take(situation, blend, workspace, selection);
  ReservePlaces(situation, selection);
  if (times != nullptr) times->ranking += watch.Lap();
}

}  // namespace patron::recommend
