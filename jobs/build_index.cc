#include "jobs/build_index.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/artefact_files.h"
#include "jobs/purchase_log.h"
#include "server/base/status_macros.h"
#include "server/commit/state.h"
#include "server/store/store.h"

namespace patron::jobs {
namespace {

// The ranker of the version that serves; "" if it has none.
absl::StatusOr<std::string> RunningRanker(const BuildIndexOptions& options) {
  if (options.running_version.empty()) return std::string();
  auto json = index::ReadFile(options.artefacts / options.running_version /
                              index::kRankerFile);
  if (absl::IsNotFound(json.status())) return std::string();
  return json;
}

absl::Status Train(const index::TrainingLog& log,
                   const BuildIndexOptions& options,
                   const index::LearnProgress& progress,
                   BuildIndexReport& report) {
  if (!options.rank) {
    report.no_ranker = "not asked for";
    return absl::OkStatus();
  }
  TrainRankerOptions ranker = options.ranker;
  ranker.learn = options.learn;
  ranker.threads = options.learn.threads;
  ranker.unknown_store = log.stores - 1;
  PATRON_ASSIGN_OR_RETURN(ranker.running, RunningRanker(options));
  auto trained = TrainRanker(log, ranker, progress);
  if (absl::IsNotFound(trained.status())) {
    report.no_ranker = std::string(trained.status().message());
    return absl::OkStatus();
  }
  PATRON_ASSIGN_OR_RETURN(report.ranker, std::move(trained));
  report.publishable = report.ranker.NotWorse(options.margin);
  return absl::OkStatus();
}

// Puts the ranker, and how good it is, into what the artefact keeps.
void TellOf(const TrainedRanker& ranker, index::Knowledge& knowledge) {
  if (ranker.trees == 0) return;
  knowledge.ranker = ranker.json;
  knowledge.parameters["ranker_trees"] = ranker.trees;
  knowledge.parameters["ranker_customers"] = ranker.learned.customers;
  knowledge.parameters["ranker_recall_at_10"] = ranker.learned.recall_at_10;
  knowledge.parameters["ranker_ndcg_at_10"] = ranker.learned.ndcg_at_10;
}

}  // namespace

absl::StatusOr<BuildIndexReport> BuildIndex(
    const BuildIndexOptions& options, const Clock& clock,
    const index::LearnProgress& progress) {
  BuildIndexReport report;
  const absl::Time started = clock.Now();
  PATRON_ASSIGN_OR_RETURN(const auto store,
                          store::Store::OpenReadOnly(options.checkpoint));
  PATRON_ASSIGN_OR_RETURN(const commit::Applied applied,
                          commit::ReadApplied(*store));
  if (progress != nullptr) progress("reading purchases", 0, 1);
  PATRON_ASSIGN_OR_RETURN(
      const index::TrainingLog log,
      ReadPurchaseLog(*store, DayOf(started, options.time_zone)));
  if (log.lines() == 0)
    return absl::FailedPreconditionError(
        absl::StrCat(options.checkpoint.string(), ": holds no purchase up to ",
                     FormatDay(log.today), ": there is nothing to learn from"));
  const absl::Time read = clock.Now();
  PATRON_RETURN_IF_ERROR(Train(log, options, progress, report));
  const absl::Time trained = clock.Now();
  PATRON_ASSIGN_OR_RETURN(index::Knowledge knowledge,
                          index::Learn(log, options.learn, progress));
  TellOf(report.ranker, knowledge);
  const absl::Time learned = clock.Now();

  index::ArtefactOrigin origin;
  origin.created_at = started;
  origin.version =
      options.version.empty()
          ? absl::FormatTime("%Y%m%dT%H%M%SZ", started, absl::UTCTimeZone())
          : options.version;
  origin.store_uuid = store->uuid();
  origin.log_position = applied.position.value();
  PATRON_ASSIGN_OR_RETURN(
      report.manifest,
      index::WriteArtefact(options.artefacts, origin, knowledge));
  report.reading = read - started;
  report.training = trained - read;
  report.learning = learned - trained;
  report.writing = clock.Now() - learned;
  return report;
}

}  // namespace patron::jobs
