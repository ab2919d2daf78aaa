#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "server/base/status_macros.h"
#include "tools/eval/coupons.h"

namespace patron::eval {
namespace {

constexpr double kTop = 0.1;
constexpr int kFewestRedeemers = 5;

// Places by falling score.
std::vector<size_t> ByScore(const std::vector<double>& scores) {
  std::vector<size_t> order(scores.size());
  std::iota(order.begin(), order.end(), 0);
  std::stable_sort(order.begin(), order.end(),
                   [&](size_t a, size_t b) { return scores[a] > scores[b]; });
  return order;
}

// Calls `visit` with size and outcomes of each group of one score, highest
// first.
template <typename Visit>
void ForEachTie(const std::vector<double>& scores,
                const std::vector<bool>& outcomes, Visit visit) {
  const std::vector<size_t> order = ByScore(scores);
  for (size_t i = 0; i < order.size();) {
    double size = 0, with = 0;
    const double score = scores[order[i]];
    for (; i < order.size() && scores[order[i]] == score; ++i) {
      ++size;
      with += outcomes[order[i]];
    }
    visit(size, with);
  }
}

double CountOf(const std::vector<bool>& outcomes) {
  return static_cast<double>(
      std::count(outcomes.begin(), outcomes.end(), true));
}

std::vector<const CouponCase*> CasesOf(const std::vector<CouponCase>& cases,
                                       CampaignRange first,
                                       CampaignRange second = {0, -1}) {
  const auto in = [](int campaign, CampaignRange range) {
    return campaign >= range.first && campaign <= range.last;
  };
  std::vector<const CouponCase*> chosen;
  for (const CouponCase& one : cases)
    if (in(one.campaign, first) || in(one.campaign, second))
      chosen.push_back(&one);
  return chosen;
}

absl::StatusOr<targeting::ResponseModel> LearnOn(
    const std::vector<const CouponCase*>& cases, double penalty) {
  std::vector<targeting::Example> examples;
  examples.reserve(cases.size());
  for (const CouponCase* one : cases) examples.push_back(one->example);
  targeting::LearnOptions options;
  options.penalty = penalty;
  return targeting::Learn(examples, options);
}

CouponScore ScoreOf(const targeting::ResponseModel& model) {
  return [&model](const CouponCase& one) {
    return model.ChanceOf(one.example.features);
  };
}

// Fills tried and penalty.
absl::Status ChoosePenalty(const std::vector<CouponCase>& cases,
                           const CouponOptions& options, CouponReport& report) {
  const auto fit = CasesOf(cases, options.fit);
  const auto validate = CasesOf(cases, options.validate);
  double best = -1;
  for (const double penalty : options.penalties) {
    PATRON_ASSIGN_OR_RETURN(const auto model, LearnOn(fit, penalty));
    const CouponMeasures measures = MeasureCoupons(validate, ScoreOf(model));
    report.tried.push_back({penalty, measures});
    if (measures.pooled_auc <= best) continue;
    best = measures.pooled_auc;
    report.penalty = penalty;
  }
  return absl::OkStatus();
}

nlohmann::ordered_json ToJson(const CouponMeasures& measures) {
  return {{"pooled_auc", measures.pooled_auc},
          {"mean_auc", measures.mean_auc},
          {"pooled_lift", measures.pooled_lift},
          {"mean_lift", measures.mean_lift}};
}

void AppendRow(std::string& table, const std::string& name,
               const CouponMeasures& m) {
  absl::StrAppendFormat(&table, "%-26s%12.3f%12.3f%12.2f%12.2f\n", name,
                        m.pooled_auc, m.mean_auc, m.pooled_lift, m.mean_lift);
}

}  // namespace

double AreaUnderCurve(const std::vector<double>& scores,
                      const std::vector<bool>& outcomes) {
  const double with = CountOf(outcomes);
  const double without = static_cast<double>(outcomes.size()) - with;
  if (with == 0 || without == 0) return 0.5;
  double above = 0, area = 0;
  ForEachTie(scores, outcomes, [&](double size, double tied) {
    area += (size - tied) * (above + tied / 2);
    above += tied;
  });
  return area / (with * without);
}

double LiftAt(double share, const std::vector<double>& scores,
              const std::vector<bool>& outcomes) {
  const double with = CountOf(outcomes);
  if (with == 0) return 0;
  const auto all = static_cast<double>(outcomes.size());
  const double top = std::max(1.0, std::round(all * share));
  double left = top, found = 0;
  ForEachTie(scores, outcomes, [&](double size, double tied) {
    const double taken = std::min(left, size);
    found += tied * taken / size;
    left -= taken;
  });
  return (found / top) / (with / all);
}

CouponMeasures MeasureCoupons(const std::vector<const CouponCase*>& cases,
                              const CouponScore& score) {
  std::vector<double> all_scores;
  std::vector<bool> all_outcomes;
  std::map<int, std::pair<std::vector<double>, std::vector<bool>>> by_campaign;
  for (const CouponCase* one : cases) {
    const double value = score(*one);
    all_scores.push_back(value);
    all_outcomes.push_back(one->example.used);
    by_campaign[one->campaign].first.push_back(value);
    by_campaign[one->campaign].second.push_back(one->example.used);
  }
  CouponMeasures measures;
  measures.pooled_auc = AreaUnderCurve(all_scores, all_outcomes);
  measures.pooled_lift = LiftAt(kTop, all_scores, all_outcomes);
  int counted = 0;
  for (const auto& [campaign, scored] : by_campaign) {
    const auto& [scores, outcomes] = scored;
    if (CountOf(outcomes) < kFewestRedeemers) continue;
    ++counted;
    measures.mean_auc += AreaUnderCurve(scores, outcomes);
    measures.mean_lift += LiftAt(kTop, scores, outcomes);
  }
  if (counted > 0) {
    measures.mean_auc /= counted;
    measures.mean_lift /= counted;
  }
  return measures;
}

absl::StatusOr<CouponReport> EvaluateCoupons(
    const std::vector<CouponCase>& cases, const CouponOptions& options) {
  CouponReport report;
  PATRON_RETURN_IF_ERROR(ChoosePenalty(cases, options, report));
  const auto train = CasesOf(cases, options.fit, options.validate);
  const auto test = CasesOf(cases, options.test);
  PATRON_ASSIGN_OR_RETURN(const auto model, LearnOn(train, report.penalty));
  report.train_cases = train.size();
  report.test_cases = test.size();
  for (const CouponCase* one : test) report.test_rate += one->example.used;
  if (report.test_rate == 0 ||
      report.test_rate == static_cast<double>(test.size()))
    return absl::FailedPreconditionError(
        absl::StrCat("test campaigns: ", report.test_rate, " of ", test.size(),
                     " redeemed"));
  report.test_rate /= static_cast<double>(test.size());
  const std::pair<std::string, CouponScore> methods[] = {
      {"spend before start", [](const CouponCase& c) { return c.spend; }},
      {"past redemptions", [](const CouponCase& c) { return c.redemptions; }},
      {"past coupon lines", [](const CouponCase& c) { return c.coupon_lines; }},
      {"patron", ScoreOf(model)}};
  for (const auto& [name, score] : methods)
    report.methods.emplace_back(name, MeasureCoupons(test, score));
  for (int f = 0; f < targeting::kFeatures; ++f)
    report.weights[std::string(targeting::FeatureName(f))] = model.weights()[f];
  return report;
}

std::string ToJson(const CouponReport& report) {
  nlohmann::ordered_json json;
  json["task"] = "offers";
  json["train_cases"] = report.train_cases;
  json["test_cases"] = report.test_cases;
  json["test_rate"] = report.test_rate;
  json["penalty"] = report.penalty;
  json["validation"] = nlohmann::ordered_json::array();
  for (const CouponReport::Tried& tried : report.tried) {
    auto row = ToJson(tried.measures);
    row["penalty"] = tried.penalty;
    json["validation"].push_back(std::move(row));
  }
  json["methods"] = nlohmann::ordered_json::array();
  for (const auto& [name, measures] : report.methods) {
    nlohmann::ordered_json row = {{"name", name}};
    row.update(ToJson(measures));
    json["methods"].push_back(std::move(row));
  }
  json["weights"] = report.weights;
  return json.dump();
}

std::string ToTable(const CouponReport& report) {
  std::string table =
      absl::StrFormat("%-26s%12s%12s%12s%12s\n", "validation campaigns",
                      "pooled AUC", "mean AUC", "pooled lift", "mean lift");
  for (const CouponReport::Tried& tried : report.tried)
    AppendRow(table, absl::StrCat("  penalty ", tried.penalty), tried.measures);
  absl::StrAppendFormat(
      &table,
      "penalty %g; learned on %d cases, tested on %d, of which %.1f %% "
      "redeemed\n%s\n",
      report.penalty, report.train_cases, report.test_cases,
      100 * report.test_rate, "test campaigns");
  for (const auto& [name, measures] : report.methods)
    AppendRow(table, "  " + name, measures);
  return table;
}

}  // namespace patron::eval
