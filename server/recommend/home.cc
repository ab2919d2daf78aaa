// The home page: the learned order where there is one, and a weighted blend
// over what speaks for each candidate where there is none, or beyond it.
#include "server/recommend/home.h"

#include <algorithm>
#include <cmath>

#include "absl/container/inlined_vector.h"
#include "server/recommend/decay.h"
#include "server/recommend/situation.h"
#include "server/recommend/stopwatch.h"

namespace patron::recommend {
namespace {

using facts::ItemFact;
using wire::ReasonCode;

constexpr uint32_t kNone = kNoProduct.value();

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

  // TermsOf(c, e).Sum(), without the terms that most candidates lack.
  float ScoreOf(const Candidate& c, const Evidence& e) const {
    if (c.item >= 0 || c.evidence >= 0) return TermsOf(c, e).Sum();
    return Weigh(weights_.neighbours, c.strength) + Popularity(c);
  }

  Terms TermsOf(const Candidate& c, const Evidence& e) const {
    Terms terms;
    if (c.item >= 0)
      terms.own = Own(situation_.facts.items[static_cast<size_t>(c.item)]);
    terms.neighbours = Weigh(weights_.neighbours, c.strength);
    terms.popularity = Popularity(c);
    if (c.evidence >= 0) AddEvidence(e, terms);
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

  float Popularity(const Candidate& c) const {
    return Weigh(
        weights_.popularity,
        popularity_scale_ * Log2OnePlus(situation_.Popularity(c.product)));
  }

  void AddEvidence(const Evidence& e, Terms& terms) const {
    terms.goes_with = Weigh(weights_.goes_with, Log2OnePlus(e.goes_with));
    terms.viewed = Weigh(weights_.viewed, e.viewed);
    terms.popular_in_store =
        Weigh(weights_.popularity_in_store, e.popular_in_store);
    terms.trending = Weigh(weights_.trending, e.trending);
    terms.priority = e.priority ? static_cast<float>(weights_.priority) : 0;
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
  const bool is_due = IsDueAgain(situation, item);
  out.reason = is_due ? ReasonCode::DUE_AGAIN : ReasonCode::BOUGHT_BEFORE;
  out.interval_days = due.interval_days;
  out.times = item.times;
  out.last_day = item.last_day();
  if (is_due) out.due_day = item.last_day() + due.interval_days;
}

// The reason of any other: its largest term.
void ExplainOther(const Candidate& c, const Evidence& e, const Terms& terms,
                  RankedItem& out) {
  float best = 0;
  const auto consider = [&](float term, ReasonCode::type reason, uint32_t of) {
    if (term <= best) return;
    best = term;
    out.reason = reason;
    out.because_of = of;
  };
  consider(terms.goes_with,
           e.goes_with_cart ? ReasonCode::GOES_WITH_BASKET
                            : ReasonCode::GOES_WITH_PURCHASE,
           e.goes_with_of);
  consider(terms.neighbours, ReasonCode::SIMILAR_TO_PURCHASE, c.because_of);
  consider(terms.viewed, ReasonCode::SIMILAR_TO_VIEWED, e.viewed_like);
  consider(terms.priority, ReasonCode::PRIORITY_CATEGORY, kNone);
  consider(terms.trending, ReasonCode::TRENDING, kNone);
  consider(terms.popular_in_store, ReasonCode::POPULAR_IN_STORE, kNone);
  consider(terms.popularity, ReasonCode::POPULAR, kNone);
}

RankedItem Explain(const Situation& situation, const HomeBlend& blend,
                   const Candidate& candidate, const Evidence& evidence,
                   double score) {
  RankedItem item;
  item.product = candidate.product;
  item.score = score;
  if (candidate.item >= 0) {
    ExplainOwn(situation,
               situation.facts.items[static_cast<size_t>(candidate.item)],
               item);
  } else {
    ExplainOther(candidate, evidence, blend.TermsOf(candidate, evidence), item);
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
    order.push_back(OrderKey(
        blend.ScoreOf(candidate, workspace.candidates.EvidenceOf(candidate)),
        candidate.product));
  std::make_heap(order.begin(), order.end());
}

// The blend's score, which does not exceed that of an item chosen before by
// another measure.
double Below(const Selection& selection, float score) {
  if (selection.items().empty()) return score;
  return std::min<double>(score, selection.items().back().score);
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
    const RankedItem item = Explain(situation, blend, candidate,
                                    workspace.candidates.EvidenceOf(candidate),
                                    Below(selection, ScoreOf(key)));
    if (!cap.Allows(item.product, selection.items().size())) {
      held_back.push_back(item);
    } else if (selection.Offer(item)) {
      cap.Add(item.product);
    }
  }
  for (const RankedItem& item : held_back) selection.Offer(item);
}

void ChooseBlended(const Situation& situation, Workspace& workspace,
                   Selection& selection, StageTimes* times) {
  Stopwatch watch(times != nullptr);
  workspace.candidates.Reset(0);  // empty, whatever was gathered before
  GatherHome(situation, workspace);
  if (times != nullptr) times->candidates += watch.Lap();
  const HomeBlend blend(situation);
  Order(blend, workspace);
  Take(situation, blend, workspace, selection);
  if (times != nullptr) times->ranking += watch.Lap();
}

}  // namespace

RankedItem ExplainHome(const Situation& situation, const Candidate& candidate,
                       const Evidence& evidence, double score) {
  return Explain(situation, HomeBlend(situation), candidate, evidence, score);
}

void ChooseHome(const Situation& situation, Workspace& workspace,
                Selection& selection, StageTimes* times) {
  for (const ItemFact& item : situation.facts.items)
    if (JustBought(situation, item)) selection.Bar(item.product.value());
  if (RanksHome(situation))
    ChooseRanked(situation, workspace, selection, times);
  if (!selection.Full()) ChooseBlended(situation, workspace, selection, times);
  ReservePlaces(situation, selection);
}

}  // namespace patron::recommend
