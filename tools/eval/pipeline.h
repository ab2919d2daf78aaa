// The full pipeline on sales before a cut: Knowledge learned, the ranker
// trained on the weeks before, candidates gathered and ordered as the server
// does it (server/ranking). What is new to the customer is ordered by the same
// ranker.
//
// Ownership: borrows the task. Threads: Train on one; Lists from one at a time.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/artefact.h"
#include "index/learn.h"
#include "jobs/train_ranker.h"
#include "server/ranking/ranking.h"
#include "tools/eval/baselines.h"
#include "tools/eval/next_days.h"

namespace patron::eval {

struct PipelineOptions {
  index::LearnOptions learn;
  // `learn` above stands in the place of its own. Chosen on The Complete
  // Journey at the cuts 2017-10-02 to 2017-10-23: log loss, 100 steps (150, and
  // weights by basket, were no better), three trees a step, 8 windows.
  jobs::TrainRankerOptions ranker = DefaultRanker();

  static jobs::TrainRankerOptions DefaultRanker() {
    jobs::TrainRankerOptions options;
    options.windows = 8;
    options.active_days = kActiveDays;
    options.objectives = {"binary:logistic"};
    options.trees = {300};
    options.trees_a_step = 3;
    options.held_out_one_in = 20;
    return options;
  }
};

// Share of what is bought that stood among the candidates, mean of customers.
struct Ceiling {
  double all = 0;
  double fresh = 0;
  double candidates = 0;  // of a customer, mean
};

class Pipeline {
 public:
  // kNotFound where too few customers teach a ranker; else as
  // jobs::TrainRanker and index::Learn.
  static absl::StatusOr<std::unique_ptr<Pipeline>> Train(
      const NextDays& task, const PipelineOptions& options,
      const index::LearnProgress& progress);

  // Scored candidates, best first.
  absl::StatusOr<DaysLists> Lists(const DaysCase& one, size_t k);
  Ceiling MeasureCeiling();

  const index::Artefact& artefact() const { return *artefact_; }
  const jobs::TrainedRanker& trained() const { return trained_; }

 private:
  explicit Pipeline(const NextDays& task) : task_(task) {}

  absl::Status Learn(const PipelineOptions& options,
                     const index::LearnProgress& progress);
  // Fills scratch_ with the customer's candidates in their order.
  void Rank(uint32_t customer);

  const NextDays& task_;
  index::TrainingLog log_;
  std::vector<uint32_t> main_store_;
  jobs::TrainedRanker trained_;
  std::shared_ptr<const index::Artefact> artefact_;
  ranking::Scratch scratch_;
};

}  // namespace patron::eval
