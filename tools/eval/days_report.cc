#include "tools/eval/days_report.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <iterator>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"

namespace patron::eval {
namespace {

using Json = nlohmann::ordered_json;

// Truth of each case by kind, in the order of the task's cases.
struct Truth {
  std::vector<std::vector<uint32_t>> repeat;

  explicit Truth(const NextDays& task) {
    for (const DaysCase& one : task.cases()) {
      std::vector<uint32_t>& again = repeat.emplace_back();
      std::set_difference(one.bought.begin(), one.bought.end(),
                          one.fresh.begin(), one.fresh.end(),
                          std::back_inserter(again));
    }
  }
};

// −log2 of each product's share of the lines before the cut.
std::vector<double> NoveltyOf(const NextDays& task) {
  std::vector<double> novelty(task.sales().products.size());
  for (const Sale& sale : task.Before()) ++novelty[sale.product];
  const auto all = static_cast<double>(task.Before().size());
  for (double& value : novelty)
    value = value > 0 ? -std::log2(value / all) : std::log2(all);
  return novelty;
}

Measures MeanOf(const std::vector<Measures>& each,
                const std::vector<bool>& counts) {
  Measures sum;
  double n = 0;
  for (size_t i = 0; i < each.size(); ++i) {
    if (!counts[i]) continue;
    ++n;
    sum.recall += each[i].recall;
    sum.ndcg += each[i].ndcg;
    sum.hit += each[i].hit;
  }
  if (n == 0) return sum;
  return {sum.recall / n, sum.ndcg / n, sum.hit / n};
}

// Runs one method over the cases and measures its lists.
class Run {
 public:
  Run(const NextDays& task, const std::vector<int>& ks,
      const std::vector<double>& novelty, const Truth& truth,
      const DaysReport& report)
      : task_(task),
        ks_(ks),
        novelty_(novelty),
        truth_(truth),
        report_(report) {}

  absl::StatusOr<DaysResult> Of(const NamedDaysMethod& method,
                                const Clock& clock) {
    const auto longest =
        static_cast<size_t>(*std::max_element(ks_.begin(), ks_.end()));
    std::vector<DaysLists> lists;
    std::vector<absl::Duration> took;
    for (const DaysCase& one : task_.cases()) {
      const absl::Time started = clock.Now();
      PATRON_ASSIGN_OR_RETURN(DaysLists list, method.second(one, longest));
      took.push_back(clock.Now() - started);
      lists.push_back(std::move(list));
    }
    DaysResult result;
    result.name = method.first;
    std::sort(took.begin(), took.end());
    result.p50 = took[took.size() / 2];
    result.p99 = took[took.size() * 99 / 100];
    for (const int k : ks_) MeasureAt(static_cast<size_t>(k), lists, result);
    return result;
  }

 private:
  void MeasureAt(size_t k, const std::vector<DaysLists>& lists,
                 DaysResult& result) const {
    std::vector<Measures> all, fresh, repeat;
    for (size_t i = 0; i < lists.size(); ++i) {
      const DaysCase& one = task_.cases()[i];
      const auto& again = truth_.repeat[i];
      all.push_back(Measure(lists[i].all, one.bought, k));
      fresh.push_back(one.fresh.empty()
                          ? Measures()
                          : Measure(lists[i].fresh, one.fresh, k));
      repeat.push_back(again.empty() ? Measures()
                                     : Measure(lists[i].all, again, k));
    }
    const std::vector<bool> every(lists.size(), true);
    result.at.push_back(Shown(k, lists, &DaysLists::all, every));
    result.at.back().mean = MeanOf(all, every);
    result.fresh.push_back(
        Shown(k, lists, &DaysLists::fresh, report_.has_fresh));
    result.fresh.back().mean = MeanOf(fresh, report_.has_fresh);
    result.repeat.push_back(MeanOf(repeat, report_.has_repeat));
    result.each.push_back(std::move(all));
    result.each_fresh.push_back(std::move(fresh));
  }

  // Coverage and novelty of the lists of the cases that count.
  DaysMeasures Shown(size_t k, const std::vector<DaysLists>& lists,
                     std::vector<uint32_t> DaysLists::*which,
                     const std::vector<bool>& counts) const {
    std::set<uint32_t> distinct;
    double novelty = 0, shown = 0;
    for (size_t i = 0; i < lists.size(); ++i) {
      const std::vector<uint32_t>& list = lists[i].*which;
      for (size_t j = 0; counts[i] && j < std::min(k, list.size()); ++j) {
        distinct.insert(list[j]);
        novelty += novelty_[list[j]];
        ++shown;
      }
    }
    DaysMeasures measures;
    measures.coverage = static_cast<double>(distinct.size()) /
                        static_cast<double>(task_.candidates());
    measures.novelty = shown > 0 ? novelty / shown : 0;
    return measures;
  }

  const NextDays& task_;
  const std::vector<int>& ks_;
  const std::vector<double>& novelty_;
  const Truth& truth_;
  const DaysReport& report_;
};

DaysReport Begin(const std::string& name, const NextDays& task,
                 const Truth& truth, const std::vector<int>& ks) {
  DaysReport report;
  report.task = name;
  report.cut = task.cut();
  report.days = task.days();
  report.candidates = task.candidates();
  report.ks = ks;
  for (size_t i = 0; i < task.cases().size(); ++i) {
    const DaysCase& one = task.cases()[i];
    report.customers.push_back(task.sales().customers[one.customer]);
    report.has_fresh.push_back(!one.fresh.empty());
    report.has_repeat.push_back(!truth.repeat[i].empty());
    report.mean_truth += static_cast<double>(one.bought.size());
  }
  report.mean_truth /= static_cast<double>(task.cases().size());
  return report;
}

size_t Count(const std::vector<bool>& values) {
  return static_cast<size_t>(std::count(values.begin(), values.end(), true));
}

void PutMeasures(int k, const Measures& mean, Json& row) {
  row[absl::StrCat("recall@", k)] = mean.recall;
  row[absl::StrCat("ndcg@", k)] = mean.ndcg;
  row[absl::StrCat("hit@", k)] = mean.hit;
}

Json Measured(const std::vector<int>& ks, const std::vector<DaysMeasures>& at) {
  Json row = Json::object();
  for (size_t i = 0; i < ks.size(); ++i) {
    PutMeasures(ks[i], at[i].mean, row);
    row[absl::StrCat("coverage@", ks[i])] = at[i].coverage;
    row[absl::StrCat("novelty@", ks[i])] = at[i].novelty;
  }
  return row;
}

Json ToJson(const DaysResult& method, const std::vector<int>& ks) {
  Json row = {{"name", method.name}};
  row.update(Measured(ks, method.at));
  row["new"] = Measured(ks, method.fresh);
  row["repeat"] = Json::object();
  for (size_t i = 0; i < ks.size(); ++i)
    PutMeasures(ks[i], method.repeat[i], row["repeat"]);
  row["p50_us"] = absl::ToDoubleMicroseconds(method.p50);
  row["p99_us"] = absl::ToDoubleMicroseconds(method.p99);
  return row;
}

Json ToJson(const PlacementReport& report) {
  Json rows = Json::array();
  for (const PlacementResult& r : report.results) {
    Json row = {
        {"name", r.placement}, {"method", r.method}, {"cases", r.cases}};
    if (r.growth > 0)
      row["growth"] = r.growth;
    else
      PutMeasures(10, r.at_10, row);
    row["p50_us"] = absl::ToDoubleMicroseconds(r.p50);
    row["p99_us"] = absl::ToDoubleMicroseconds(r.p99);
    rows.push_back(std::move(row));
  }
  for (const auto& [placement, why] : report.not_judged)
    rows.push_back({{"name", placement}, {"not_judged", why}});
  return rows;
}

Json EachOf(const std::vector<int>& ks,
            const std::vector<std::vector<Measures>>& each) {
  Json json = Json::object();
  const std::pair<const char*, double Measures::*> fields[] = {
      {"recall@", &Measures::recall},
      {"ndcg@", &Measures::ndcg},
      {"hit@", &Measures::hit}};
  for (size_t i = 0; i < ks.size(); ++i)
    for (const auto& [name, field] : fields) {
      Json& values = json[absl::StrCat(name, ks[i])] = Json::array();
      for (const Measures& one : each[i]) values.push_back(one.*field);
    }
  return json;
}

using MeasuresAt = std::function<DaysMeasures(const DaysResult&, size_t)>;

void AppendTable(const DaysReport& report, const std::string& title,
                 const MeasuresAt& of, std::string& out) {
  absl::StrAppend(&out, title, "\n");
  absl::StrAppendFormat(&out, "%-18s", "method");
  for (const int k : report.ks)
    for (const char* name : {"recall@", "ndcg@", "hit@", "cover@", "novel@"})
      absl::StrAppendFormat(&out, "%11s", absl::StrCat(name, k));
  for (const DaysResult& method : report.methods) {
    absl::StrAppendFormat(&out, "\n%-18s", method.name);
    for (size_t i = 0; i < report.ks.size(); ++i) {
      const DaysMeasures m = of(method, i);
      absl::StrAppendFormat(&out, "%11.4f%11.4f%11.4f%11.4f%11.2f",
                            m.mean.recall, m.mean.ndcg, m.mean.hit, m.coverage,
                            m.novelty);
    }
  }
  absl::StrAppend(&out, "\n");
}

void AppendRepeats(const DaysReport& report, std::string& out) {
  absl::StrAppendFormat(&out, "bought before, %d customers; time of a decision",
                        Count(report.has_repeat));
  absl::StrAppendFormat(&out, "\n%-18s", "method");
  for (const int k : report.ks)
    absl::StrAppendFormat(&out, "%11s%11s", absl::StrCat("recall@", k),
                          absl::StrCat("ndcg@", k));
  absl::StrAppendFormat(&out, "%11s%11s", "p50 us", "p99 us");
  for (const DaysResult& method : report.methods) {
    absl::StrAppendFormat(&out, "\n%-18s", method.name);
    for (const Measures& m : method.repeat)
      absl::StrAppendFormat(&out, "%11.4f%11.4f", m.recall, m.ndcg);
    absl::StrAppendFormat(&out, "%11.0f%11.0f",
                          absl::ToDoubleMicroseconds(method.p50),
                          absl::ToDoubleMicroseconds(method.p99));
  }
  absl::StrAppend(&out, "\n");
}

}  // namespace

absl::StatusOr<DaysReport> Evaluate(const std::string& name,
                                    const NextDays& task,
                                    const std::vector<NamedDaysMethod>& methods,
                                    const std::vector<int>& ks,
                                    const Clock& clock) {
  const Truth truth(task);
  const std::vector<double> novelty = NoveltyOf(task);
  DaysReport report = Begin(name, task, truth, ks);
  for (const NamedDaysMethod& method : methods) {
    PATRON_ASSIGN_OR_RETURN(
        DaysResult result,
        Run(task, ks, novelty, truth, report).Of(method, clock));
    report.methods.push_back(std::move(result));
  }
  return report;
}

std::string ToJson(const DaysReport& report,
                   const PlacementReport* placements) {
  Json json;
  json["task"] = report.task;
  json["cut"] = FormatDay(report.cut);
  json["days"] = report.days;
  json["customers"] = report.customers.size();
  json["customers_new"] = Count(report.has_fresh);
  json["candidates"] = report.candidates;
  json["mean_truth"] = report.mean_truth;
  json["methods"] = Json::array();
  for (const DaysResult& method : report.methods)
    json["methods"].push_back(ToJson(method, report.ks));
  if (placements != nullptr) json["placements"] = ToJson(*placements);
  return json.dump();
}

std::string ToTable(const DaysReport& report) {
  std::string out = absl::StrFormat(
      "%s: %d days from %s, %d customers, %d candidates, %.1f bought on "
      "average\n",
      report.task, report.days, FormatDay(report.cut), report.customers.size(),
      report.candidates, report.mean_truth);
  AppendTable(
      report, "all products",
      [](const DaysResult& m, size_t i) { return m.at[i]; }, out);
  AppendTable(
      report,
      absl::StrCat("new to the customer, ", Count(report.has_fresh),
                   " customers"),
      [](const DaysResult& m, size_t i) { return m.fresh[i]; }, out);
  AppendRepeats(report, out);
  return out;
}

std::string PerCustomerJson(const DaysReport& report) {
  Json json;
  json["task"] = report.task;
  json["cut"] = FormatDay(report.cut);
  json["days"] = report.days;
  json["customers"] = report.customers;
  json["has_new"] = report.has_fresh;
  json["methods"] = Json::array();
  for (const DaysResult& method : report.methods) {
    Json row = {{"name", method.name}};
    row.update(EachOf(report.ks, method.each));
    row["new"] = EachOf(report.ks, method.each_fresh);
    json["methods"].push_back(std::move(row));
  }
  return json.dump();
}

}  // namespace patron::eval
