#include "server/segments/ready_made.h"

#include <algorithm>
#include <array>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_replace.h"
#include "server/base/currency.h"
#include "server/base/text.h"
#include "server/rules/suggest.h"

namespace patron::segments {
namespace {

constexpr int64_t kMostDays = 3650;
constexpr int64_t kMostCount = 1'000'000;
constexpr int64_t kMostMoney = 1'000'000'000'000;

constexpr std::array kThresholds = {
    Threshold{"new_days", 30, 1, kMostDays, "days since the first purchase"},
    Threshold{"active_days", 90, 1, kMostDays, "days since the last purchase"},
    Threshold{"lost_days", 365, 1, kMostDays, "days since the last purchase"},
    Threshold{"regular_days", 180, 1, kMostDays, "days looked back"},
    Threshold{"regular_visits", 6, 1, kMostCount, "days with a purchase"},
    Threshold{"vip_days", 365, 1, kMostDays, "days looked back"},
    Threshold{"vip_spend", 100'000, 1, kMostMoney, "paid, minor units"},
    Threshold{"one_off_days", 60, 1, kMostDays, "days since the only purchase"},
    Threshold{"habit_lines", 5, 1, kMostCount,
              "receipt lines from which on a habit is told"},
    Threshold{"discount_share", 70, 1, 100, "percent of lines"},
    Threshold{"price_tier_share", 60, 1, 100, "percent of lines"},
    Threshold{"category_share", 60, 1, 100, "percent of lines"},
    Threshold{"drift_days", 90, 1, kMostDays, "days looked back"},
    Threshold{"drift_views", 5, 1, kMostCount, "products looked at online"},
    Threshold{"seeker_days", 60, 1, kMostDays, "days looked back"},
    Threshold{"seeker_looks", 10, 1, kMostCount,
              "views, searches and inquiries"},
    Threshold{"seeker_ratio", 5, 1, kMostCount, "of them for a line bought"},
    Threshold{"promoter_score", 9, 1, 10, "least answer"},
    Threshold{"detractor_score", 6, 0, 9, "largest answer"},
    Threshold{"bad_days", 90, 1, kMostDays, "days looked back"},
    Threshold{"bad_review", 2, 0, 10, "largest score of a bad review"},
    Threshold{"bad_returns", 3, 1, kMostCount, "lines sent back"},
    Threshold{"risk_churn", 50, 1, 100, "percent, chance to buy no more"},
    Threshold{"birthday_days", 14, 0, 366, "days to the birthday"},
    Threshold{"due_products", 1, 1, kMostCount, "products due again"},
};

struct Template {
  const char* id;
  const char* name;
  const char* meaning;
  const char* rule;
};

// Promoter, passive, detractor: answers 9 and 10, 7 and 8, 0 to 6 to "how
// likely would you recommend us" (Reichheld, "The One Number You Need to Grow",
// 2003). The last answer counts.
constexpr std::array kTemplates = {
    Template{"new", "New", "First bought less than {new_days} days ago.",
             "days_since_first_purchase < {new_days}"},
    Template{"active", "Active",
             "Last bought less than {active_days} days ago.",
             "days_since_last_purchase < {active_days}"},
    Template{"lapsing", "Lapsing",
             "Last bought {active_days} days ago or longer, but less than "
             "{lost_days}.",
             "days_since_last_purchase >= {active_days} and "
             "days_since_last_purchase < {lost_days}"},
    Template{"lost", "Lost", "Last bought {lost_days} days ago or longer.",
             "days_since_last_purchase >= {lost_days}"},
    Template{"at-risk", "At risk",
             "Has bought more than once and, by what patron-jobs fit-value "
             "learned, buys no more with a chance of {risk_churn} % or more.",
             "predicted_churn >= {risk_churn}"},
    Template{"regular", "Regular",
             "Bought on at least {regular_visits} days of the last "
             "{regular_days}.",
             "distinct(lines.day, last {regular_days} days) >= "
             "{regular_visits}"},
    Template{"vip", "VIP",
             "Paid at least {vip_spend:money} in the last {vip_days} days, net "
             "of returns.",
             "sum(lines.amount{where_currency}, last {vip_days} days) >= "
             "{vip_spend}"},
    Template{"one-off", "One-off",
             "Bought once, {one_off_days} days ago or longer, and never again.",
             "purchases = 1 and days_since_last_purchase >= {one_off_days}"},
    Template{"discount-waiter", "Discount waiter",
             "Of at least {habit_lines} lines bought, {discount_share} % or "
             "more were discounted.",
             "lines >= {habit_lines} and discounted_lines * 100 >= lines * "
             "{discount_share}"},
    Template{"price-tier-low", "Low price tier",
             "Of at least {habit_lines} lines whose price tier is known, "
             "{price_tier_share} % or more are of the low one.",
             "count(lines where lines.price_tier in (\"low\", \"middle\", "
             "\"high\")) >= {habit_lines} and count(lines where "
             "lines.price_tier = \"low\") * 100 >= count(lines where "
             "lines.price_tier in (\"low\", \"middle\", \"high\")) * "
             "{price_tier_share}"},
    Template{"price-tier-middle", "Middle price tier",
             "Of at least {habit_lines} lines whose price tier is known, "
             "{price_tier_share} % or more are of the middle one.",
             "count(lines where lines.price_tier in (\"low\", \"middle\", "
             "\"high\")) >= {habit_lines} and count(lines where "
             "lines.price_tier = \"middle\") * 100 >= count(lines where "
             "lines.price_tier in (\"low\", \"middle\", \"high\")) * "
             "{price_tier_share}"},
    Template{"price-tier-high", "High price tier",
             "Of at least {habit_lines} lines whose price tier is known, "
             "{price_tier_share} % or more are of the high one.",
             "count(lines where lines.price_tier in (\"low\", \"middle\", "
             "\"high\")) >= {habit_lines} and count(lines where "
             "lines.price_tier = \"high\") * 100 >= count(lines where "
             "lines.price_tier in (\"low\", \"middle\", \"high\")) * "
             "{price_tier_share}"},
    Template{"category-lover", "Category lover",
             "Of at least {habit_lines} lines bought, {category_share} % or "
             "more are of one category.",
             "lines >= {habit_lines} and top_category_share >= "
             "{category_share}"},
    Template{"online-drifter", "Online drifter",
             "Looked at least {drift_views} times at products in the last "
             "{drift_days} days and bought nothing in them.",
             "count(events where events.kind = \"view\", last {drift_days} "
             "days) >= {drift_views} and count(lines, last {drift_days} days) "
             "= 0"},
    Template{"information-seeker", "Information seeker",
             "Looked, searched or asked at least {seeker_looks} times in the "
             "last {seeker_days} days, and at least {seeker_ratio} times for "
             "each line bought.",
             "count(events where events.kind in (\"view\", \"search\", "
             "\"inquiry\"), last {seeker_days} days) >= {seeker_looks} and "
             "count(lines, last {seeker_days} days) > 0 and "
             "count(events where events.kind in (\"view\", \"search\", "
             "\"inquiry\"), last {seeker_days} days) >= count(lines, last "
             "{seeker_days} days) * {seeker_ratio}"},
    Template{"self-service", "Self-service",
             "Prefers to shop without assistance, by the profile.",
             "service_preference = \"self\""},
    Template{"promoter", "Promoter",
             "Answered {promoter_score} or more when last asked whether she "
             "would recommend the shop.",
             "feedback_last[\"nps\"] >= {promoter_score}"},
    Template{"passive", "Passive",
             "Answered more than {detractor_score} and less than "
             "{promoter_score} when last asked whether she would recommend "
             "the shop.",
             "feedback_last[\"nps\"] > {detractor_score} and "
             "feedback_last[\"nps\"] < {promoter_score}"},
    Template{"detractor", "Detractor",
             "Answered {detractor_score} or less when last asked whether she "
             "would recommend the shop.",
             "feedback_last[\"nps\"] <= {detractor_score}"},
    Template{"bad-experience", "Had a bad experience",
             "In the last {bad_days} days: a technical failure, a complaint, "
             "a review of {bad_review} or less, an answer of "
             "{detractor_score} or less when asked whether she would "
             "recommend the shop, or {bad_returns} or more lines sent back in "
             "part.",
             "count(events where events.kind in (\"complaint\", "
             "\"technical_failure\"), last {bad_days} days) > 0 or "
             "count(events where events.kind = "
             "\"review\" and events.value <= {bad_review}, last {bad_days} "
             "days) > 0 or count(events where events.feedback = \"nps\" and "
             "events.value <= {detractor_score}, last {bad_days} days) > 0 or "
             "count(lines where lines.returned > 0, last {bad_days} days) >= "
             "{bad_returns}"},
    Template{"birthday-soon", "Birthday soon",
             "Has her birthday in the next {birthday_days} days.",
             "days_to_birthday <= {birthday_days}"},
    Template{"replenishment-due", "Replenishment due",
             "Buys at least {due_products} product at a usual interval that "
             "has passed since.",
             "due_products >= {due_products}"},
};

using Replacements = std::vector<std::pair<std::string, std::string>>;

// "1000.00 EUR"; whole minor units where the shop has no currency.
std::string MoneyText(int64_t minor, const std::string& currency) {
  if (currency.empty()) return absl::StrCat(minor, " minor units");
  int64_t unit = 1;
  const int digits = ExponentOf(currency);
  for (int i = 0; i < digits; ++i) unit *= 10;
  if (digits == 0) return absl::StrCat(minor, " ", currency);
  return absl::StrFormat("%d.%0*d %s", minor / unit, digits, minor % unit,
                         currency);
}

// What stands in braces, and what takes its place.
Replacements ReplacementsFor(const std::map<std::string, int64_t>& thresholds,
                             const std::string& currency) {
  Replacements all;
  for (const Threshold& threshold : kThresholds) {
    const auto given = thresholds.find(threshold.name);
    const int64_t value =
        given == thresholds.end() ? threshold.fallback : given->second;
    all.emplace_back(absl::StrCat("{", threshold.name, "}"),
                     absl::StrCat(value));
    all.emplace_back(absl::StrCat("{", threshold.name, ":money}"),
                     MoneyText(value, currency));
  }
  all.emplace_back("{where_currency}",
                   currency.empty() ? std::string()
                                    : absl::StrCat(" where lines.currency = \"",
                                                   currency, "\""));
  return all;
}

const Threshold* FindThreshold(absl::string_view name) {
  const auto* const found =
      std::find_if(kThresholds.begin(), kThresholds.end(),
                   [&](const Threshold& one) { return one.name == name; });
  return found == kThresholds.end() ? nullptr : found;
}

std::vector<std::string> ThresholdNames() {
  std::vector<std::string> names;
  for (const Threshold& one : kThresholds) names.emplace_back(one.name);
  return names;
}

}  // namespace

absl::Span<const Threshold> Thresholds() { return kThresholds; }

std::vector<wire::Segment> ReadyMade(
    const std::map<std::string, int64_t>& thresholds,
    const std::string& currency) {
  const Replacements replacements = ReplacementsFor(thresholds, currency);
  std::vector<wire::Segment> all;
  for (const Template& one : kTemplates) {
    wire::Segment& segment = all.emplace_back();
    segment.id = one.id;
    segment.name = one.name;
    segment.meaning = absl::StrReplaceAll(one.meaning, replacements);
    segment.rule = absl::StrReplaceAll(one.rule, replacements);
  }
  return all;
}

bool IsReadyMade(absl::string_view segment_id) {
  return std::any_of(kTemplates.begin(), kTemplates.end(),
                     [&](const Template& one) { return one.id == segment_id; });
}

absl::Status CheckThresholds(const std::map<std::string, int64_t>& thresholds) {
  for (const auto& [name, value] : thresholds) {
    const Threshold* const threshold = FindThreshold(name);
    if (threshold == nullptr)
      return absl::InvalidArgumentError(absl::StrCat(
          "thresholds: no ready-made segment has a threshold ", Quoted(name),
          rules::Suggestion(name, ThresholdNames())));
    if (value < threshold->least || value > threshold->most)
      return absl::InvalidArgumentError(
          absl::StrCat("thresholds.", name, ": ", value, " is not between ",
                       threshold->least, " and ", threshold->most, " (",
                       threshold->help, ")"));
  }
  return absl::OkStatus();
}

}  // namespace patron::segments
