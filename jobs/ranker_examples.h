// The rows that a ranker is trained and measured on.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "index/learn.h"
#include "index/training_log.h"
#include "jobs/train_ranker.h"

namespace patron::jobs {

// Customers at a day, each with rows of ranking::Compute that stand together.
struct ExampleRows {
  std::vector<float> rows;
  std::vector<float> labels;       // 1 = bought, by row
  std::vector<float> plain;        // ranking::ScorePlainly, by row
  std::vector<uint32_t> groups;    // rows of each customer
  std::vector<uint32_t> truth;     // products that each bought
  std::vector<uint32_t> products;  // by row
};

struct Examples {
  ExampleRows train;  // customers with a bought candidate; some of the others
  ExampleRows held_out;  // all candidates, customers who bought something
};

absl::StatusOr<Examples> CollectExamples(const index::TrainingLog& log,
                                         const TrainRankerOptions& options,
                                         const index::LearnProgress& progress);

// Area under the curve of `values`, one a row: how often a bought row has a
// larger one than a row that is not; NaN counts as smallest. 0.5 = chance.
double AreaUnderCurve(const std::vector<float>& values,
                      const std::vector<float>& labels);

// Two standard errors of such an `area` over the rows held out, at most: its
// variance is below area · (1 − area) by the smaller class (Bamber 1975).
double ChanceOfArea(double area, const ExampleRows& held_out);

// kFailedPrecondition naming the feature that alone tells bought from not
// bought much better in `train` than in `held_out`.
absl::Status CheckLeaks(const Examples& examples, double margin);

}  // namespace patron::jobs
