#include "jobs/train_ranker.h"

#include <algorithm>
#include <cmath>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "index/trees.h"
#include "jobs/booster.h"
#include "jobs/ranker_examples.h"
#include "server/base/status_macros.h"
#include "server/ranking/ranking.h"

namespace patron::jobs {
namespace {

using ranking::kFeatures;

constexpr size_t kShown = 10;
// Fewer customers than these teach, or measure, nothing.
constexpr size_t kFewestTrain = 20;
constexpr size_t kFewestHeldOut = 5;
// Thresholds a feature, which the server's evaluator keeps in a byte.
constexpr int kBins = 250;
constexpr int kProbeTrees = 15;

std::vector<std::string> FeatureNames() {
  std::vector<std::string> names;
  for (const ranking::Feature& feature : ranking::kFeatureTable)
    names.emplace_back(feature.name);
  return names;
}

absl::Status CheckOption(bool holds, absl::string_view name, double value,
                         absl::string_view wanted) {
  if (holds) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("option ", name, " is ", value, ", must be ", wanted));
}

absl::Status CheckOptions(const TrainRankerOptions& o) {
  PATRON_RETURN_IF_ERROR(
      CheckOption(o.windows >= 1, "windows", o.windows, "1 or more"));
  PATRON_RETURN_IF_ERROR(CheckOption(o.days >= 1, "days", o.days, "1 or more"));
  PATRON_RETURN_IF_ERROR(
      CheckOption(o.stride >= 1, "stride", o.stride, "1 or more"));
  PATRON_RETURN_IF_ERROR(CheckOption(o.folds == 0 || o.folds >= 2, "folds",
                                     o.folds, "0 or 2 and more"));
  PATRON_RETURN_IF_ERROR(CheckOption(o.held_out_one_in >= 2, "held_out_one_in",
                                     o.held_out_one_in, "2 or more"));
  PATRON_RETURN_IF_ERROR(CheckOption(o.negatives > 0 && o.negatives <= 1,
                                     "negatives", o.negatives,
                                     "above 0, at most 1"));
  PATRON_RETURN_IF_ERROR(
      CheckOption(o.depth >= 1 && o.depth <= 8, "depth", o.depth, "1 to 8"));
  PATRON_RETURN_IF_ERROR(CheckOption(o.learning_rate > 0, "learning_rate",
                                     o.learning_rate, "above 0"));
  if (o.objectives.empty() || o.trees.empty())
    return absl::InvalidArgumentError(
        "options objectives and trees: one of each at least");
  if (o.trees.front() < 1 || !std::is_sorted(o.trees.begin(), o.trees.end()))
    return absl::InvalidArgumentError(
        "option trees: must ascend from 1 or more");
  for (const int trees : o.trees)
    if (o.trees_a_step < 1 || trees % o.trees_a_step != 0)
      return absl::InvalidArgumentError(absl::StrCat("option trees: ", trees,
                                                     " are not whole steps of ",
                                                     o.trees_a_step, " trees"));
  return absl::OkStatus();
}

// Means over the customers of `rows`, ordered by `scores`.
RankerQuality Measure(const ExampleRows& rows,
                      const std::vector<float>& scores) {
  RankerQuality quality;
  std::vector<uint32_t> order;
  size_t begin = 0;
  for (size_t group = 0; group < rows.groups.size(); ++group) {
    const size_t size = rows.groups[group];
    order.resize(size);
    std::iota(order.begin(), order.end(), static_cast<uint32_t>(begin));
    const size_t shown = std::min(kShown, size);
    std::partial_sort(
        order.begin(), order.begin() + static_cast<std::ptrdiff_t>(shown),
        order.end(), [&](uint32_t a, uint32_t b) {
          return scores[a] != scores[b] ? scores[a] > scores[b]
                                        : rows.products[a] < rows.products[b];
        });
    double hits = 0, gain = 0, best = 0;
    for (size_t i = 0; i < shown; ++i) {
      if (!(rows.labels[order[i]] > 0)) continue;
      ++hits;
      gain += 1 / std::log2(static_cast<double>(i) + 2);
    }
    for (size_t i = 0; i < rows.truth[group]; ++i)
      best += 1 / std::log2(static_cast<double>(i) + 2);
    quality.recall_at_10 += hits / rows.truth[group];
    quality.ndcg_at_10 += gain / best;
    quality.hit_at_10 += hits > 0;
    begin += size;
  }
  quality.customers = static_cast<uint32_t>(rows.groups.size());
  const double n = std::max<double>(1, quality.customers);
  quality.recall_at_10 /= n;
  quality.ndcg_at_10 /= n;
  quality.hit_at_10 /= n;
  return quality;
}

double Worth(const RankerQuality& quality) {
  return quality.recall_at_10 + quality.ndcg_at_10;
}

class Trainer {
 public:
  Trainer(Examples examples, const TrainRankerOptions& options,
          const index::LearnProgress& progress)
      : examples_(std::move(examples)),
        options_(options),
        progress_(progress) {}

  absl::StatusOr<TrainedRanker> Run() && {
    CountExamples();
    PATRON_ASSIGN_OR_RETURN(
        const Matrix train,
        Matrix::Make(examples_.train.rows, kFeatures, examples_.train.labels,
                     examples_.train.groups, options_.threads));
    PATRON_ASSIGN_OR_RETURN(const Matrix held_out,
                            Matrix::Make(examples_.held_out.rows, kFeatures, {},
                                         {}, options_.threads));
    PATRON_RETURN_IF_ERROR(Probe(train, held_out));
    examples_.train = {};  // the matrix has copied it
    for (const std::string& objective : options_.objectives)
      PATRON_RETURN_IF_ERROR(Try(objective, train, held_out));
    PATRON_RETURN_IF_ERROR(MeasureRunning(held_out));
    PATRON_RETURN_IF_ERROR(ReadGains());
    return std::move(result_);
  }

 private:
  void CountExamples() {
    const ExampleRows& train = examples_.train;
    const ExampleRows& held = examples_.held_out;
    result_.examples = train.groups.size();
    result_.rows = train.labels.size();
    result_.bought = static_cast<uint64_t>(
        std::count(train.labels.begin(), train.labels.end(), 1.0f));
    const double among = static_cast<double>(
        std::count(held.labels.begin(), held.labels.end(), 1.0f));
    const double all =
        std::accumulate(held.truth.begin(), held.truth.end(), 0.0);
    result_.ceiling = all > 0 ? among / all : 0;
    result_.plain = Measure(held, held.plain);
  }

  std::map<std::string, std::string> Parameters(
      const std::string& objective) const {
    return {{"objective", objective},
            {"tree_method", "hist"},
            {"max_bin", absl::StrCat(kBins)},
            {"max_depth", absl::StrCat(options_.depth)},
            {"eta", absl::StrCat(options_.learning_rate)},
            {"min_child_weight",
             absl::StrCat(objective == "binary:logistic"
                              ? options_.min_child_weight
                              : options_.min_child_weight / 10)},
            {"num_parallel_tree", absl::StrCat(options_.trees_a_step)},
            {"subsample", absl::StrCat(options_.subsample)},
            {"colsample_bytree", absl::StrCat(options_.columns_by_tree)},
            {"nthread", absl::StrCat(options_.threads)},
            {"seed", absl::StrCat(options_.seed)},
            {"base_score", "0.5"},
            {"verbosity", "0"}};
  }

  // A few shallow trees cannot learn customers by heart: where they tell bought
  // from not bought much better in training than on those held out, what they
  // look at knows the labels.
  absl::Status Probe(const Matrix& train, const Matrix& held_out) const {
    auto parameters = Parameters("binary:logistic");
    parameters["num_parallel_tree"] = "1";
    parameters["max_depth"] = "3";
    parameters["eta"] = "0.3";
    PATRON_ASSIGN_OR_RETURN(Booster probe, Booster::Make(train, parameters));
    for (int round = 0; round < kProbeTrees; ++round)
      PATRON_RETURN_IF_ERROR(probe.Boost(round, train));
    PATRON_ASSIGN_OR_RETURN(const auto seen, probe.Predict(train, 0));
    PATRON_ASSIGN_OR_RETURN(const auto unseen, probe.Predict(held_out, 0));
    const double in_training = AreaUnderCurve(seen, examples_.train.labels);
    const double beyond = AreaUnderCurve(unseen, examples_.held_out.labels);
    if (in_training - beyond <=
        options_.leak_margin / 2 + ChanceOfArea(beyond, examples_.held_out))
      return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const std::string json,
                            probe.ToJson(kProbeTrees, FeatureNames()));
    PATRON_ASSIGN_OR_RETURN(const index::Trees trees,
                            index::Trees::Parse(json));
    const auto& gains = trees.gain_share();
    const auto most = std::max_element(gains.begin(), gains.end());
    return absl::FailedPreconditionError(absl::StrFormat(
        "features give labels away, %s most of all: %d trees tell bought from "
        "not bought by %.3f in training, by %.3f where the label is not in "
        "what tables were learned from (area under the curve, 0.5 = chance)",
        ranking::kFeatureTable[static_cast<size_t>(most - gains.begin())].name,
        kProbeTrees, in_training, beyond));
  }

  absl::Status Try(const std::string& objective, const Matrix& train,
                   const Matrix& held_out) {
    PATRON_ASSIGN_OR_RETURN(Booster booster,
                            Booster::Make(train, Parameters(objective)));
    int done = 0;
    for (const int trees : options_.trees) {
      const int steps = trees / options_.trees_a_step;
      for (; done < steps; ++done) {
        if (progress_)
          progress_("training",
                    static_cast<uint64_t>(done) *
                        static_cast<uint64_t>(options_.trees_a_step),
                    static_cast<uint64_t>(options_.trees.back()));
        PATRON_RETURN_IF_ERROR(booster.Boost(done, train));
      }
      PATRON_ASSIGN_OR_RETURN(const std::vector<float> scores,
                              booster.Predict(held_out, 0));
      const RankerQuality quality = Measure(examples_.held_out, scores);
      result_.tried.emplace_back(absl::StrCat(objective, ", ", trees, " trees"),
                                 quality);
      if (!result_.json.empty() && Worth(quality) <= Worth(result_.learned))
        continue;
      result_.learned = quality;
      result_.objective = objective;
      result_.trees = trees;
      PATRON_ASSIGN_OR_RETURN(result_.json,
                              booster.ToJson(steps, FeatureNames()));
    }
    return absl::OkStatus();
  }

  absl::Status MeasureRunning(const Matrix& held_out) {
    if (options_.running.empty()) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const Booster running,
                            Booster::FromJson(options_.running));
    PATRON_ASSIGN_OR_RETURN(const auto names, running.FeatureNames());
    if (names != FeatureNames()) return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const std::vector<float> scores,
                            running.Predict(held_out, 0));
    result_.running = Measure(examples_.held_out, scores);
    return absl::OkStatus();
  }

  // Reads the model as the server will.
  absl::Status ReadGains() {
    PATRON_ASSIGN_OR_RETURN(const index::Trees trees,
                            index::Trees::Parse(result_.json));
    const auto& gains = trees.gain_share();
    for (size_t i = 0; i < gains.size(); ++i)
      result_.gains.emplace_back(ranking::kFeatureTable[i].name, gains[i]);
    std::stable_sort(
        result_.gains.begin(), result_.gains.end(),
        [](const auto& a, const auto& b) { return a.second > b.second; });
    return absl::OkStatus();
  }

  Examples examples_;
  const TrainRankerOptions& options_;
  const index::LearnProgress& progress_;
  TrainedRanker result_;
};

}  // namespace

absl::StatusOr<TrainedRanker> TrainRanker(
    const index::TrainingLog& log, const TrainRankerOptions& options,
    const index::LearnProgress& progress) {
  PATRON_RETURN_IF_ERROR(CheckOptions(options));
  PATRON_RETURN_IF_ERROR(index::Validate(log));
  PATRON_ASSIGN_OR_RETURN(Examples examples,
                          CollectExamples(log, options, progress));
  if (examples.train.groups.size() < kFewestTrain ||
      examples.held_out.groups.size() < kFewestHeldOut)
    return absl::NotFoundError(absl::StrCat(
        "ranker: ", examples.train.groups.size(), " customers to train on and ",
        examples.held_out.groups.size(), " to measure by, wanted ",
        kFewestTrain, " and ", kFewestHeldOut));
  PATRON_RETURN_IF_ERROR(CheckLeaks(examples, options.leak_margin));
  return Trainer(std::move(examples), options, progress).Run();
}

absl::StatusOr<std::vector<float>> PredictByLibrary(
    const std::string& json, const std::vector<float>& rows) {
  PATRON_ASSIGN_OR_RETURN(const Booster booster, Booster::FromJson(json));
  PATRON_ASSIGN_OR_RETURN(const Matrix matrix,
                          Matrix::Make(rows, kFeatures, {}, {}, 1));
  return booster.Predict(matrix, 0);
}

}  // namespace patron::jobs
