#include "server/offers/combination.h"

#include <algorithm>
#include <array>
#include <optional>
#include <tuple>
#include <utility>

#include "server/offers/quote.h"

namespace patron::offers {
namespace {

using Applied = std::vector<const Candidate*>;

// What a combination comes to. Points are counted only where what is left to
// pay ties.
struct Outcome {
  Applied applied;
  Remaining remaining;
  std::optional<int64_t> points;
};

std::vector<absl::string_view> SortedIds(const Applied& applied) {
  std::vector<absl::string_view> ids;
  for (const Candidate* each : applied) ids.push_back(each->offer->offer.id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

// Line offers, then basket ones, then points.
int PlaceOf(wire::Benefit::type benefit) {
  constexpr std::array kOrder = {
      wire::Benefit::PRICE_MATCH,  wire::Benefit::PERCENT,
      wire::Benefit::BUY_N_PAY_M,  wire::Benefit::SET_PRICE,
      wire::Benefit::AMOUNT,       wire::Benefit::FREE_DELIVERY,
      wire::Benefit::GIFT,         wire::Benefit::POINTS_MULTIPLIER,
      wire::Benefit::BONUS_POINTS, wire::Benefit::EARLY_ACCESS};
  return static_cast<int>(std::find(kOrder.begin(), kOrder.end(), benefit) -
                          kOrder.begin());
}

class Search {
 public:
  Search(const std::vector<Candidate>& candidates, const Basket& basket,
         PointsOf points)
      : candidates_(candidates), lines_(basket.lines()), points_(points) {}

  Outcome Exhaustive(const Remaining& start) {
    VisitFrom(0, start);
    return *std::move(best_);
  }

  Outcome Greedy(const Remaining& start) {
    Outcome taken{{}, start, std::nullopt};
    Outcome* exclusive = nullptr;
    std::vector<Outcome> alone = ByGainAlone(start);
    for (Outcome& one : alone) {
      const Candidate& candidate = *one.applied.front();
      if (candidate.offer->offer.exclusive) {
        if (exclusive == nullptr) exclusive = &one;
        continue;
      }
      if (!FitsBeside(candidate, taken.applied)) continue;
      std::optional<Outcome> with = With(candidate, taken, start);
      if (with && Beats(*with, taken)) taken = *std::move(with);
    }
    if (exclusive != nullptr && Beats(*exclusive, taken)) return *exclusive;
    return taken;
  }

 private:
  bool FitsBeside(const Candidate& candidate, const Applied& applied) const {
    return std::all_of(
        applied.begin(), applied.end(), [&](const Candidate* other) {
          return StandTogether(candidate.offer->offer, other->offer->offer);
        });
  }

  // False where it would take more than its budget.
  bool LayOverWithinBudget(const Candidate& candidate,
                           Remaining& remaining) const {
    const int64_t taken = LayOver(candidate, lines_, remaining);
    return candidate.budget_left < 0 || taken <= candidate.budget_left;
  }

  int64_t PointsOfOutcome(Outcome& outcome) const {
    if (!outcome.points)
      outcome.points = points_(outcome.applied, outcome.remaining.lines);
    return *outcome.points;
  }

  // Whether there is less to pay or, at the same, more points.
  bool Beats(Outcome& a, Outcome& b) const {
    if (a.remaining.total != b.remaining.total)
      return a.remaining.total < b.remaining.total;
    return PointsOfOutcome(a) > PointsOfOutcome(b);
  }

  bool IsBetter(Outcome& a, Outcome& b) const {
    if (Beats(a, b)) return true;
    if (Beats(b, a)) return false;
    if (a.applied.size() != b.applied.size())
      return a.applied.size() < b.applied.size();
    return SortedIds(a.applied) < SortedIds(b.applied);
  }

  void Consider(const Remaining& remaining) {
    if (best_ && remaining.total > best_->remaining.total) return;
    Outcome outcome{visited_, remaining, std::nullopt};
    if (!best_ || IsBetter(outcome, *best_)) best_ = std::move(outcome);
  }

  // Whether it changes nothing but the number of offers.
  bool IsIdle(const Candidate& candidate, const Remaining& before,
              const Remaining& after) const {
    return before.total == after.total && !GivesPoints(candidate.offer->offer);
  }

  // Every way to go on from `visited_`, which left `remaining`.
  void VisitFrom(size_t at, const Remaining& remaining) {
    if (at == candidates_.size()) return Consider(remaining);
    VisitFrom(at + 1, remaining);
    const Candidate& candidate = candidates_[at];
    if (!FitsBeside(candidate, visited_)) return;
    Remaining after = remaining;
    if (!LayOverWithinBudget(candidate, after)) return;
    if (IsIdle(candidate, remaining, after)) return;
    visited_.push_back(&candidate);
    VisitFrom(at + 1, after);
    visited_.pop_back();
  }

  // `taken` and one more; nullopt where a budget does not allow it.
  std::optional<Outcome> With(const Candidate& candidate, const Outcome& taken,
                              const Remaining& start) const {
    Outcome outcome{taken.applied, start, std::nullopt};
    // Candidates stand in order of application: so do their addresses.
    outcome.applied.insert(std::upper_bound(outcome.applied.begin(),
                                            outcome.applied.end(), &candidate),
                           &candidate);
    for (const Candidate* each : outcome.applied)
      if (!LayOverWithinBudget(*each, outcome.remaining)) return std::nullopt;
    return outcome;
  }

  // Every candidate by itself, the one that is best alone first.
  std::vector<Outcome> ByGainAlone(const Remaining& start) {
    const Outcome none{{}, start, std::nullopt};
    std::vector<Outcome> alone;
    for (const Candidate& candidate : candidates_)
      if (std::optional<Outcome> one = With(candidate, none, start)) {
        PointsOfOutcome(*one);
        alone.push_back(*std::move(one));
      }
    std::sort(alone.begin(), alone.end(),
              [this](Outcome& a, Outcome& b) { return IsBetter(a, b); });
    return alone;
  }

  const std::vector<Candidate>& candidates_;
  const std::vector<Line>& lines_;
  const PointsOf points_;
  Applied visited_;  // those taken on the way to where VisitFrom stands
  std::optional<Outcome> best_;
};

}  // namespace

bool AppliesBefore(const wire::Offer& a, const wire::Offer& b) {
  return std::make_tuple(-int64_t{a.priority}, PlaceOf(a.benefit),
                         absl::string_view(a.id)) <
         std::make_tuple(-int64_t{b.priority}, PlaceOf(b.benefit),
                         absl::string_view(b.id));
}

bool StandTogether(const wire::Offer& a, const wire::Offer& b) {
  return !a.exclusive && !b.exclusive &&
         (a.group.empty() || a.group != b.group);
}

Combination BestCombination(const std::vector<Candidate>& candidates,
                            const Basket& basket, int64_t delivery,
                            PointsOf points) {
  Search search(candidates, basket, points);
  const Remaining start = RemainingOf(basket, delivery);
  Combination combination;
  combination.exhaustive = candidates.size() <= kExhaustiveOffers;
  Outcome outcome =
      combination.exhaustive ? search.Exhaustive(start) : search.Greedy(start);
  combination.applied = std::move(outcome.applied);
  return combination;
}

}  // namespace patron::offers
