#include "server/subjects/habits.h"

#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/facts/facts.h"
#include "server/subjects/fields.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

constexpr int kLeastDays = 3;
constexpr int kGivenUpIntervals = 3;

using ProductDay = std::pair<std::string, Day>;

// The widest category of a line; "" for none.
std::string CategoryOf(const rules::Row& line) {
  const rules::Value value = line.Get(kRowCategory, "");
  const auto* const levels = std::get_if<absl::Span<const std::string>>(&value);
  return levels == nullptr || levels->empty() ? "" : levels->front();
}

// Percent of all lines that stand in the category with most of them.
rules::Value TopCategoryShare(const rules::Subject& customer) {
  std::map<std::string, int64_t> counts;
  int64_t lines = 0;
  int64_t most = 0;
  customer.ForEach(kLines, 0, [&](const rules::Row& line) {
    ++lines;
    const std::string category = CategoryOf(line);
    if (!category.empty()) most = std::max(most, ++counts[category]);
    return true;
  });
  return NumberIf(lines > 0, lines > 0 ? most * 100 / lines : 0);
}

// Each day on which each product was bought once, sorted.
std::vector<ProductDay> ProductDays(const rules::Subject& customer) {
  std::vector<ProductDay> days;
  customer.ForEach(kLines, 0, [&](const rules::Row& line) {
    const rules::Value product = line.Get(kRowProduct, "");
    const rules::Value day = line.Get(kDay, "");
    const auto* const id = std::get_if<absl::string_view>(&product);
    const auto* const number = std::get_if<int64_t>(&day);
    if (id != nullptr && number != nullptr)
      days.emplace_back(std::string(*id), static_cast<Day>(*number));
    return true;
  });
  std::sort(days.begin(), days.end());
  days.erase(std::unique(days.begin(), days.end()), days.end());
  return days;
}

int64_t DueProducts(const rules::Subject& customer) {
  const std::vector<ProductDay> days = ProductDays(customer);
  int64_t due = 0;
  for (size_t at = 0; at < days.size();) {
    facts::ItemFact item;
    const std::string& product = days[at].first;
    for (; at < days.size() && days[at].first == product; ++at)
      facts::AddReceipt(item, days[at].second);
    if (IsDue(item, customer.Today())) ++due;
  }
  return due;
}

}  // namespace

bool IsDue(const facts::ItemFact& item, int64_t today) {
  const auto interval = item.UsualIntervalDays();
  if (!interval || item.times < kLeastDays) return false;
  const int64_t passed = today - item.last_day();
  return passed >= *interval && passed < *interval * kGivenUpIntervals;
}

std::optional<Day> DueChanges(const facts::ItemFact& item, int64_t today) {
  const auto interval = item.UsualIntervalDays();
  if (!interval || item.times < kLeastDays) return std::nullopt;
  for (const int64_t day :
       {int64_t{item.last_day()} + *interval,
        int64_t{item.last_day()} + int64_t{*interval} * kGivenUpIntervals})
    if (day > today) return static_cast<Day>(day);
  return std::nullopt;
}

bool IsHabit(int field) {
  return field == kTopCategoryShare || field == kDueProducts;
}

rules::Value HabitValue(const rules::Subject& customer, int field) {
  return field == kDueProducts ? Number(DueProducts(customer))
                               : TopCategoryShare(customer);
}

}  // namespace patron::subjects
