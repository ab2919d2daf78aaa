// What must hold of a store that the commands of money_crash.h ran on, however
// they were cut off. Reads rows alone: it does not trust what stands in memory.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "server/commit/state.h"

namespace patron::testing {

// What is wrong, empty where nothing is: answered commands whose effect is not
// there, anything that is there twice, books that do not balance, counts of
// offers and codes that differ from what purchases and open reservations say, a
// budget that is overspent. `answered`: number of a command, and whether it was
// refused.
std::vector<std::string> MoneyProblems(const commit::State& state,
                                       const std::map<int, bool>& answered);

// Closes every open reservation of the store in `path`: some are committed,
// some released, the rest expire with the clock. What is wrong then: something
// is held all the same, or anything that MoneyProblems finds.
std::vector<std::string> StuckMoney(const std::string& path);

}  // namespace patron::testing
