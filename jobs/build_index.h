// The nightly job that makes Knowledge of State: reads a checkpoint, learns,
// writes an artefact. Asking the server for the checkpoint and to publish is
// the runner's.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/artefact.h"
#include "index/learn.h"
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
};

// What a run did, for its report.
struct BuildIndexReport {
  index::Manifest manifest;
  absl::Duration reading;
  absl::Duration learning;
  absl::Duration writing;
};

// kFailedPrecondition if the checkpoint holds no purchase; else as Store,
// Learn and WriteArtefact. `progress` may be null.
absl::StatusOr<BuildIndexReport> BuildIndex(
    const BuildIndexOptions& options, const Clock& clock,
    const index::LearnProgress& progress);

}  // namespace patron::jobs
