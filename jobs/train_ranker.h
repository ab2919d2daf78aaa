// Trains the ranker of server/ranking by XGBoost, and measures it.
//
// All is defined over a TrainingLog, so that the nightly job and evaluation
// share it. An example is a customer at a day: her facts from before that day,
// tables learned from lines that do not hold the labels, and as labels the
// products that she bought from that day on. Some customers are held out by
// their number's digest: never trained on, they choose objective and number of
// trees, and measure.
//
//   jobs::TrainRankerOptions options;
//   PATRON_ASSIGN_OR_RETURN(const jobs::TrainedRanker ranker,
//                           jobs::TrainRanker(log, options, nullptr));
//   knowledge.ranker = ranker.json;
//
// The same log and options give the same JSON, byte for byte, on one machine.
// Threads: as index::Learn. Errors: kInvalidArgument for an option out of range
// or a log that Validate refuses; kNotFound for too few examples to learn from;
// kFailedPrecondition for a feature that gives labels away (named); kInternal
// for the library's.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/knowledge.h"
#include "index/learn.h"
#include "index/training_log.h"
#include "server/base/day.h"
#include "server/facts/facts.h"

namespace patron::jobs {

// The lines of days before `day`, which becomes the log's today.
index::TrainingLog Before(const index::TrainingLog& log, Day day);

// Facts as the store would have them after the customer's purchases of days
// before `before`; empty for a customer without. Money and events are not in.
// Lines of `unknown_store` name no store.
facts::CustomerFacts FactsOf(const index::TrainingLog& log, uint32_t customer,
                             Day before,
                             uint32_t unknown_store = kNoStore.value());

struct TrainRankerOptions {
  // How tables are learned; its holdout measures nothing here and is ignored.
  index::LearnOptions learn;
  uint32_t unknown_store = kNoStore.value();

  // Labels are what was bought in `windows` spans of `days` days each; the
  // latest ends with the last day that has lines, each other `stride` days
  // before the next one. Tables of a window are learned from what lies before
  // it.
  int windows = 2;
  int days = 7;
  int stride = 7;
  // Above 0: labels are the lines of the last day, which tables that will be
  // served are learned from as well. Customers are dealt into so many folds;
  // for each, tables are learned from everything but the labels of its
  // customers. `windows`, `days` and `stride` do not count.
  int folds = 0;
  // Customers who bought nothing in so many days before a window teach nothing
  // of it; 0 = all.
  int active_days = 0;

  // Customers a window taken at most, by their digest.
  uint32_t most_customers = 10000;
  // One in so many is held out.
  uint32_t held_out_one_in = 10;
  // Share of the candidates without a label that are trained on.
  double negatives = 0.35;

  // Those tried; the best on the held-out customers is taken.
  std::vector<std::string> objectives = {"binary:logistic", "rank:ndcg"};
  // A step of the boosting is the mean of so many trees, each of its own draw
  // of examples and features (Breiman 2001).
  int trees_a_step = 1;
  int depth = 6;
  double learning_rate = 0.08;
  // Numbers of trees tried, ascending; of whole steps.
  std::vector<int> trees = {50, 100, 150, 200, 300};
  double min_child_weight = 10;
  double subsample = 0.8;
  double columns_by_tree = 0.7;
  uint64_t seed = 1;
  int threads = 2;

  // A feature leaks if alone it tells bought from not bought so much better
  // (area under the curve) where tables were learned for training than where
  // nothing of the customer's label can be in them; features together do, if a
  // few shallow trees tell half as much better.
  double leak_margin = 0.08;

  // JSON of a model to measure beside; "" = none. One of other features is not
  // measured.
  std::string running;

  // For the test of the guard: tables are learned from the labels too.
  bool plant_leak = false;
};

// Means over held-out customers who bought something.
struct RankerQuality {
  uint32_t customers = 0;
  double recall_at_10 = 0;
  double ndcg_at_10 = 0;
  double hit_at_10 = 0;
};

struct TrainedRanker {
  std::string json;  // as XGBoost writes it
  std::string objective;
  int trees = 0;
  uint64_t examples = 0;
  uint64_t rows = 0;
  uint64_t bought = 0;  // rows with a label
  // Share of what was bought that stood among the candidates.
  double ceiling = 0;
  RankerQuality learned;
  RankerQuality plain;    // ranking::ScorePlainly
  RankerQuality running;  // customers = 0: none measured
  // By share of the gain, largest first.
  std::vector<std::pair<std::string, double>> gains;
  // Tried: "binary:logistic, 100 trees" and its quality.
  std::vector<std::pair<std::string, RankerQuality>> tried;

  // Whether it may take the running one's place: its NDCG is not smaller by
  // more than `margin`.
  bool NotWorse(double margin) const {
    return running.customers == 0 ||
           learned.ndcg_at_10 >= running.ndcg_at_10 - margin;
  }
};

// `progress` may be null.
absl::StatusOr<TrainedRanker> TrainRanker(const index::TrainingLog& log,
                                          const TrainRankerOptions& options,
                                          const index::LearnProgress& progress);

// The order that a model's JSON gives rows of ranking::Compute, through the
// library: margins, one a row. For comparison with the server's own evaluator.
absl::StatusOr<std::vector<float>> PredictByLibrary(
    const std::string& json, const std::vector<float>& rows);

}  // namespace patron::jobs
