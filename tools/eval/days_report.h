// What methods achieve on the task of the next days: means, and each customer's
// own figures, from which two runs are compared.
//
// Per list length k: Recall@k = hits ÷ truth, NDCG@k over the whole truth,
// Hit@k (next_basket.h: Measure); coverage = distinct products shown ÷
// candidates; novelty = mean of −log2 of the shown product's share of all lines
// before the cut (Vargas & Castells 2011). Repeats: the same measures against
// what she buys again.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "tools/eval/baselines.h"
#include "tools/eval/next_basket.h"
#include "tools/eval/next_days.h"
#include "tools/eval/placement_report.h"

namespace patron::eval {

struct DaysMeasures {
  Measures mean;
  double coverage = 0;
  double novelty = 0;
};

struct DaysResult {
  std::string name;
  std::vector<DaysMeasures> at;     // of all, one per k
  std::vector<DaysMeasures> fresh;  // of what is new to the customer, one per k
  std::vector<Measures> repeat;     // of what she bought before, one per k
  // [k][case]; of cases without new truth `fresh` holds zeros.
  std::vector<std::vector<Measures>> each;
  std::vector<std::vector<Measures>> each_fresh;
  // Of one decision.
  absl::Duration p50;
  absl::Duration p99;
};

struct DaysReport {
  std::string task;
  Day cut = 0;
  int days = 0;
  size_t candidates = 0;
  double mean_truth = 0;
  std::vector<int> ks;
  std::vector<std::string> customers;  // of the cases
  std::vector<bool> has_fresh;         // by case
  std::vector<bool> has_repeat;        // by case
  std::vector<DaysResult> methods;
};

// `clock` measures decisions. Whatever a method refuses ends the evaluation.
absl::StatusOr<DaysReport> Evaluate(const std::string& name,
                                    const NextDays& task,
                                    const std::vector<NamedDaysMethod>& methods,
                                    const std::vector<int>& ks,
                                    const Clock& clock);

// `placements`, where it is not null, stand beside the methods.
std::string ToJson(const DaysReport& report,
                   const PlacementReport* placements = nullptr);
std::string ToTable(const DaysReport& report);
// Each customer's figures, as comparison.h reads them.
std::string PerCustomerJson(const DaysReport& report);

}  // namespace patron::eval
