// What is due again, and when. Only the customer's own products.
#include <algorithm>
#include <cmath>
#include <optional>
#include <utility>

#include "server/recommend/home.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

// The usual interval: her own; for a product bought once, that of its other
// customers, if enough of them come back for it. 0 = none.
int IntervalOf(const Situation& situation, const facts::ItemFact& item) {
  if (const std::optional<int> own = item.UsualIntervalDays()) return *own;
  if (situation.index == nullptr) return 0;
  const uint32_t product = item.product.value();
  const bool returns = situation.index->RepeatRate(product) >=
                       situation.options.buy_again_repeat_rate;
  return returns ? static_cast<int>(std::lround(
                       situation.index->TypicalIntervalDays(product)))
                 : 0;
}

// Grows until the item is one interval overdue, then sinks; what is overdue by
// more than the limit comes after all others.
double Urgency(double ratio, double limit) {
  if (ratio <= 2) return ratio;
  if (ratio <= 1 + limit) return 2 - (ratio - 2) / limit;
  return 0.01 / ratio;
}

// An interval seen several times weighs more than one seen once.
double Trust(const facts::ItemFact& item) {
  return item.times / (item.times + 1.0);
}

RankedItem Due(const Situation& situation, const facts::ItemFact& item,
               int interval) {
  RankedItem due;
  due.product = item.product.value();
  const double ratio =
      static_cast<double>(situation.DaysSince(item)) / interval;
  due.score =
      Trust(item) * Urgency(ratio, situation.options.abandoned_after_intervals);
  due.reason = wire::ReasonCode::DUE_AGAIN;
  due.interval_days = interval;
  due.last_day = item.last_day();
  due.due_day = item.last_day() + interval;
  due.times = item.times;
  return due;
}

// By the chance that she buys them now, where an order was learned: it has seen
// how far intervals can be trusted.
void OrderByChance(const Situation& situation, Workspace& workspace,
                   std::vector<RankedItem>& due) {
  workspace.wanted.clear();
  for (const RankedItem& item : due) workspace.wanted.push_back(item.product);
  ranking::Scratch& ranked = workspace.ranking;
  Rank(situation, workspace.wanted, ranked);
  std::vector<std::pair<uint32_t, float>> margins;
  margins.reserve(ranked.products.size());
  for (size_t at = 0; at < ranked.products.size(); ++at)
    margins.emplace_back(ranked.products[at], ranked.margins[at]);
  std::sort(margins.begin(), margins.end());
  for (RankedItem& item : due) {
    const auto at = std::lower_bound(margins.begin(), margins.end(),
                                     std::pair(item.product, -HUGE_VALF));
    const bool known = at != margins.end() && at->first == item.product;
    item.score = known ? ChanceOf(at->second) : 0;
  }
  SortByScore(due);
}

}  // namespace

std::vector<RankedItem> DueItems(const Situation& situation,
                                 std::optional<Day> last_day) {
  std::vector<RankedItem> due;
  for (const facts::ItemFact& item : situation.facts.items) {
    const int interval = IntervalOf(situation, item);
    if (interval <= 0) continue;
    if (last_day && item.last_day() + interval > *last_day) continue;
    const double ratio =
        static_cast<double>(situation.DaysSince(item)) / interval;
    if (last_day && ratio > situation.options.abandoned_after_intervals)
      continue;
    due.push_back(Due(situation, item, interval));
  }
  SortByScore(due);
  return due;
}

void ChooseBuyAgain(const Situation& situation, Workspace& workspace,
                    Selection& selection) {
  std::vector<RankedItem> due = DueItems(situation, std::nullopt);
  if (RanksHome(situation)) OrderByChance(situation, workspace, due);
  OfferAll(due, selection);
}

}  // namespace patron::recommend
