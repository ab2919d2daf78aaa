// The frequency cap (M2) and who gives way to whom (M3): at most `cap`
// marketing contacts of one customer in any `cap_days` days.
//
//   AskCap(StandingOf(diary.Read(customer), runs), rules, day, priority).answer
//
// A new contact on `day` is free if every row of cap_days days that holds `day`
// stays within the cap. Else it stands only if contacts of runs that are not
// frozen and have a smaller priority give way: the lowest priority first, of
// equal ones the youngest run; no more of them than it takes. Contacts of one
// day count each. A pure function, for the planner and for Apply alike.
#pragma once

#include <cstdint>
#include <vector>

#include "definitions_types.h"
#include "server/base/day.h"

namespace patron::contacts {

// A contact that counts: of a run that is not released, and no service message.
struct Standing {
  uint32_t run = 0;
  Day day = 0;
  int32_t priority = 0;
  bool fixed = false;  // of a frozen run
};

enum class CapAnswer { kFree, kFull, kDisplaces };

struct CapDecision {
  CapAnswer answer = CapAnswer::kFree;
  std::vector<uint32_t> displaced;  // runs, of kDisplaces; by number
};

CapDecision AskCap(const std::vector<Standing>& standing,
                   const wire::ContactRules& rules, Day day, int32_t priority);

}  // namespace patron::contacts
