#include "tools/eval/pipeline.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/status/status.h"
#include "server/base/status_macros.h"

namespace patron::eval {
namespace {

// Share of `truth` (not empty) in `products` (ascending).
double ShareOf(const std::vector<uint32_t>& truth,
               const std::vector<uint32_t>& products) {
  const auto held =
      std::count_if(truth.begin(), truth.end(), [&](uint32_t product) {
        return std::binary_search(products.begin(), products.end(), product);
      });
  return static_cast<double>(held) / static_cast<double>(truth.size());
}

}  // namespace

absl::StatusOr<std::unique_ptr<Pipeline>> Pipeline::Train(
    const NextDays& task, const PipelineOptions& options,
    const index::LearnProgress& progress) {
  std::unique_ptr<Pipeline> pipeline(new Pipeline(task));
  PATRON_RETURN_IF_ERROR(pipeline->Learn(options, progress));
  return pipeline;
}

absl::Status Pipeline::Learn(const PipelineOptions& options,
                             const index::LearnProgress& progress) {
  log_ = LogBefore(task_.sales(), task_.cut());
  main_store_ = MainStores(task_.sales(), task_.cut());
  index::LearnOptions learn = options.learn;
  learn.holdout_one_in = 0;  // the evaluation itself measures
  jobs::TrainRankerOptions ranker = options.ranker;
  ranker.learn = learn;
  PATRON_ASSIGN_OR_RETURN(trained_, jobs::TrainRanker(log_, ranker, progress));
  PATRON_ASSIGN_OR_RETURN(index::Knowledge knowledge,
                          index::Learn(log_, learn, progress));
  knowledge.ranker = trained_.json;
  index::ArtefactOrigin origin;
  origin.version = "1";
  PATRON_ASSIGN_OR_RETURN(
      artefact_, index::Artefact::FromKnowledge(origin, std::move(knowledge)));
  if (ranking::Usable(artefact_->ranker())) return absl::OkStatus();
  return absl::InternalError("the ranker does not fit the features");
}

void Pipeline::Rank(uint32_t customer) {
  const facts::CustomerFacts facts = jobs::FactsOf(log_, customer, task_.cut());
  std::optional<uint32_t> store = main_store_[customer];
  if (*store == task_.sales().stores) store.reset();
  const ranking::Question question{facts, artefact_->knowledge(), store,
                                   task_.cut()};
  ranking::Gather(question, scratch_);
  ranking::Compute(question, scratch_);
  ranking::Score(*artefact_->ranker(), scratch_);
}

absl::StatusOr<DaysLists> Pipeline::Lists(const DaysCase& one, size_t k) {
  Rank(one.customer);
  std::vector<index::Neighbour> scored;
  for (size_t i = 0; i < scratch_.products.size(); ++i)
    scored.push_back({scratch_.products[i], scratch_.margins[i]});
  return BestOf(task_, std::move(scored), task_.OwnOf(one.customer), k);
}

Ceiling Pipeline::MeasureCeiling() {
  Ceiling ceiling;
  for (const DaysCase& one : task_.cases()) {
    Rank(one.customer);
    std::vector<uint32_t> products = scratch_.products;
    std::sort(products.begin(), products.end());
    ceiling.candidates += static_cast<double>(products.size());
    ceiling.all += ShareOf(one.bought, products);
    if (!one.fresh.empty()) ceiling.fresh += ShareOf(one.fresh, products);
  }
  const auto n = static_cast<double>(task_.cases().size());
  ceiling.candidates /= n;
  ceiling.all /= n;
  ceiling.fresh /= std::max(1.0, static_cast<double>(task_.fresh_cases()));
  return ceiling;
}

}  // namespace patron::eval
