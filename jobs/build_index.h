// The nightly job that makes Knowledge of State: reads a checkpoint, trains the
// ranker and measures it beside the running one, learns, writes an artefact.
// Asking the server for the checkpoint and to publish is the runner's.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/artefact.h"
#include "index/learn.h"
#include "jobs/train_ranker.h"
#include "server/base/clock.h"

namespace patron::jobs {

struct BuildIndexOptions {
  std::filesystem::path checkpoint;
  std::filesystem::path artefacts;
  // "" = the time of the build, as 20261121T020000Z.
  std::string version;
  // The shop's days, as the server counts them.
  absl::TimeZone time_zone = absl::UTCTimeZone();
  index::LearnOptions learn;
  // Whether the order of the home page is learned; a shop with too few
  // purchases for that gets an artefact without.
  bool rank = true;
  TrainRankerOptions ranker;
  // The version that serves, whose ranker the new one is measured beside; "" =
  // none.
  std::string running_version;
  // NDCG@10 that the new ranker may lose against it and still be published.
  double margin = 0.005;
};

// What a run did, for its report.
struct BuildIndexReport {
  index::Manifest manifest;
  absl::Duration reading;
  absl::Duration learning;
  absl::Duration writing;
  absl::Duration training;
  // Its json is in the artefact; trees = 0 where none was trained, and why.
  TrainedRanker ranker;
  std::string no_ranker;
  // Whether it is as good as the running one.
  bool publishable = true;
};

// kFailedPrecondition if the checkpoint holds no purchase; else as Store,
// Learn and WriteArtefact. `progress` may be null.
absl::StatusOr<BuildIndexReport> BuildIndex(
    const BuildIndexOptions& options, const Clock& clock,
    const index::LearnProgress& progress);

}  // namespace patron::jobs
