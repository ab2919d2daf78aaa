#include "jobs/build_index.h"

#include "absl/strings/str_cat.h"
#include "jobs/purchase_log.h"
#include "server/base/status_macros.h"
#include "server/commit/state.h"
#include "server/store/store.h"

namespace patron::jobs {

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
  PATRON_ASSIGN_OR_RETURN(const index::Knowledge knowledge,
                          index::Learn(log, options.learn, progress));
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
  report.learning = learned - read;
  report.writing = clock.Now() - learned;
  return report;
}

}  // namespace patron::jobs
