// A list that may be read days later: what will be due within the coming week
// and new arrivals of her taste, two of the first to one of the second, then
// her home page without what she did just now (the recommender forgets that
// before it decides).
//
// What is due is ordered by how far its usual interval will have passed when
// the week ends, 1 at most, times the trust that times bought gives. Due items
// and arrivals are weighed by nothing that compares them: their scores tell
// places.
#include <algorithm>

#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

double ReadyBy(const RankedItem& item, Day day) {
  const double passed = day - item.last_day;
  const double trust = item.times / (item.times + 1.0);
  return trust * std::min(1.0, passed / item.interval_days);
}

std::vector<RankedItem> DueThisWeek(const Situation& situation) {
  const Day last = situation.today + situation.options.email_days;
  std::vector<RankedItem> due = DueItems(situation, last);
  for (RankedItem& item : due) item.score = ReadyBy(item, last);
  SortByScore(due);
  return due;
}

// Two of `due`, one of `arrivals`, and so on; the arrivals are `most` at most.
std::vector<RankedItem> Mixed(const std::vector<RankedItem>& due,
                              const std::vector<RankedItem>& arrivals,
                              size_t most) {
  std::vector<RankedItem> mixed;
  const size_t shown = std::min(most, arrivals.size());
  for (size_t d = 0, a = 0; d < due.size() || a < shown;) {
    for (int turn = 0; turn < 2 && d < due.size(); ++turn)
      mixed.push_back(due[d++]);
    if (a < shown) mixed.push_back(arrivals[a++]);
  }
  double score = 1;
  for (RankedItem& item : mixed) {
    item.score = score;
    score = BelowScore(score);
  }
  return mixed;
}

}  // namespace

void ChooseEmail(const Situation& situation, Workspace& workspace,
                 Selection& selection) {
  const std::vector<RankedItem> arrivals = Arrivals(situation, selection);
  OfferAll(Mixed(DueThisWeek(situation), arrivals, (selection.k() + 2) / 3),
           selection);
  if (selection.Full()) return;
  const size_t chosen = selection.items().size();
  ChooseHome(situation, workspace, selection, nullptr);
  auto& all = selection.items();
  // The home page's scores are of another scale: they go on below.
  const double below = chosen > 0 ? all[chosen - 1].score : 1;
  const double first = all.size() > chosen ? all[chosen].score : 1;
  for (size_t i = chosen; i < all.size(); ++i)
    all[i].score *= first > 0 ? below / first : 1;
}

}  // namespace patron::recommend
