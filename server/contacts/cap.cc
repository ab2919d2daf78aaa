#include "server/contacts/cap.h"

#include <algorithm>
#include <optional>

namespace patron::contacts {
namespace {

// The contacts that can stand in one row of `days` days with `day`.
std::vector<Standing> Near(const std::vector<Standing>& standing, Day day,
                           int days) {
  std::vector<Standing> near;
  for (const Standing& one : standing)
    if (one.day > day - days && one.day < day + days) near.push_back(one);
  return near;
}

// The first day of the earliest row of `days` days that holds `day` and, with
// the new contact, more than `cap`. One that is fullest begins on the day of a
// contact, or on `day`.
std::optional<Day> FullFrom(const std::vector<Standing>& near, Day day,
                            int days, int cap) {
  std::vector<Day> starts = {day};
  for (const Standing& one : near)
    if (one.day < day) starts.push_back(one.day);
  std::sort(starts.begin(), starts.end());
  for (const Day start : starts) {
    const auto held =
        std::count_if(near.begin(), near.end(), [&](const Standing& one) {
          return one.day >= start && one.day < start + days;
        });
    if (held + 1 > cap) return start;
  }
  return std::nullopt;
}

// Of the contacts in the row, the one that gives way first; end(): none does.
std::vector<Standing>::iterator FirstToGo(std::vector<Standing>& near,
                                          Day start, int days,
                                          int32_t priority) {
  auto first = near.end();
  for (auto at = near.begin(); at != near.end(); ++at) {
    if (at->day < start || at->day >= start + days) continue;
    if (at->fixed || at->priority >= priority) continue;
    if (first == near.end() || at->priority < first->priority ||
        (at->priority == first->priority && at->run > first->run))
      first = at;
  }
  return first;
}

// A later row may have made an earlier choice needless: who need not go stays,
// the highest priority first.
std::vector<uint32_t> MustGo(std::vector<Standing> gone,
                             std::vector<Standing> near, Day day, int days,
                             int cap) {
  std::vector<uint32_t> runs;
  std::sort(gone.begin(), gone.end(), [](const auto& a, const auto& b) {
    return a.priority != b.priority ? a.priority > b.priority : a.run < b.run;
  });
  for (const Standing& one : gone) {
    near.push_back(one);
    if (!FullFrom(near, day, days, cap)) continue;
    near.pop_back();
    runs.push_back(one.run);
  }
  std::sort(runs.begin(), runs.end());
  return runs;
}

}  // namespace

CapDecision AskCap(const std::vector<Standing>& standing,
                   const wire::ContactRules& rules, Day day, int32_t priority) {
  const int days = std::max(1, rules.cap_days);
  std::vector<Standing> near = Near(standing, day, days);
  std::vector<Standing> gone;
  while (const auto start = FullFrom(near, day, days, rules.cap)) {
    const auto first = FirstToGo(near, *start, days, priority);
    if (first == near.end()) return {CapAnswer::kFull, {}};
    gone.push_back(*first);
    near.erase(first);
  }
  if (gone.empty()) return {CapAnswer::kFree, {}};
  return {CapAnswer::kDisplaces, MustGo(gone, near, day, days, rules.cap)};
}

}  // namespace patron::contacts
