#include "tests/rules/naive_rows.h"

#include <algorithm>
#include <map>
#include <set>

namespace patron::rules {
namespace {

// The amounts of the first or last day that has one, by a map of all days.
std::optional<int64_t> AmountAtEnd(bool first,
                                   const std::vector<ShopRow>& rows) {
  std::map<int64_t, std::set<int64_t>> days;
  for (const ShopRow& row : rows) {
    const auto day = StoredAs<int64_t>(row.fields, kLineDay, "");
    const auto amount = StoredAs<int64_t>(row.fields, kLineAmount, "");
    if (day && amount) days[*day].insert(*amount);
  }
  if (days.empty()) return std::nullopt;
  return first ? *days.begin()->second.begin()
               : *days.rbegin()->second.rbegin();
}

}  // namespace

bool InWindow(const ShopSubject& subject, const ShopRow& row, int64_t days) {
  if (days == 0) return true;
  const auto day = StoredAs<int64_t>(row.fields, kLineDay, "");
  return day && *day <= subject.today && *day > subject.today - days;
}

std::optional<int64_t> Folded(const std::string& function,
                              const std::vector<ShopRow>& rows) {
  if (function == "first" || function == "last")
    return AmountAtEnd(function == "first", rows);
  std::vector<int64_t> amounts;
  for (const ShopRow& row : rows)
    if (const auto amount = StoredAs<int64_t>(row.fields, kLineAmount, ""))
      amounts.push_back(*amount);
  std::sort(amounts.begin(), amounts.end());
  if (function == "count") return rows.size();
  if (function == "distinct")
    return std::set<int64_t>(amounts.begin(), amounts.end()).size();
  Wide sum = 0;
  for (const int64_t amount : amounts) sum += amount;
  if (function == "sum") return Bounded(sum);
  if (amounts.empty()) return std::nullopt;
  if (function == "avg") return int64_t(sum / Wide(amounts.size()));
  return function == "min" ? amounts.front() : amounts.back();
}

}  // namespace patron::rules
