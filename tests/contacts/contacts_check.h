// What must hold of contacts and runs at every place in the log, looked up row
// by row: for tests that plan from many threads or are killed. Without merges
// and without rules that changed since.
#pragma once

#include <string>
#include <vector>

#include "server/commit/state.h"

namespace patron::testing {

// Caps, budgets, the holdout, and the counts of every run against its rows;
// empty: all is well.
std::vector<std::string> ContactProblems(const commit::State& state);

// Contacts and lists as text, a line a row; with them every run but for what
// depends on when it was logged.
std::vector<std::string> ContactLines(const commit::State& state);

}  // namespace patron::testing
