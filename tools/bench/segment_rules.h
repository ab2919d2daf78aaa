// The rule that segments are measured by: ten clauses, three of them windows
// over history. tools/compare/duckdb_rule.py asks the same in SQL.
#pragma once

#include <string>

namespace patron::bench {

// `less` days are taken off every window: another rule of the same cost, which
// nobody has saved.
std::string TenClauses(int less);

}  // namespace patron::bench
