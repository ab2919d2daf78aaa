// Which artefact serves: opens, swaps, remembers, goes back.
//
// `artefacts/CURRENT` holds two lines, the version that serves and the one that
// served before it, and is replaced whole: after a crash both are as before or
// as after. A version is verified and loaded before anything changes; readers
// never wait.
// A trial stands in `artefacts/TRIAL` and goes on after a restart and over a
// publication; publishing the version on trial ends it.
// Ownership: owns the holder that the recommender borrows.
// Threads:   any; one publication at a time.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "admin_types.h"
#include "index/artefact.h"
#include "server/recommend/index_holder.h"
#include "server/recommend/trial.h"

namespace patron::api {

class IndexKeeper {
 public:
  IndexKeeper(std::filesystem::path artefacts, std::string store_uuid);

  const recommend::IndexHolder& holder() const { return holder_; }

  // The version, whether it serves or not. Errors as of Publish.
  absl::StatusOr<std::shared_ptr<const index::Artefact>> Find(
      const std::string& version) const;

  // At the start: opens what CURRENT names. A version that is damaged is told
  // in the log and the one before it taken; failing that, none serves.
  void OpenCurrent();

  // kInvalidArgument for a name that is none; kNotFound where there is no such
  // version; kFailedPrecondition with the reason for one that is damaged or
  // another store's. The one that served keeps serving.
  absl::StatusOr<wire::IndexVersion> Publish(const std::string& version);

  // kFailedPrecondition where none served before.
  absl::StatusOr<wire::IndexVersion> Rollback();

  // Answers `percent` (1 to 99) of customers by `version` from now on.
  // kInvalidArgument for a percent out of range or the serving version;
  // kFailedPrecondition where a trial is under way or nothing serves; else as
  // Publish.
  absl::StatusOr<wire::IndexVersion> StartTrial(const std::string& version,
                                                recommend::Trial trial);
  // kFailedPrecondition where none is under way.
  absl::Status StopTrial();

  // Oldest first. `problem` tells of a manifest that does not read or a file of
  // another size; digests are checked by Publish.
  absl::StatusOr<std::vector<wire::IndexVersion>> List() const;

 private:
  struct Serving {
    std::string current;
    std::string previous;
  };

  absl::StatusOr<std::shared_ptr<const index::Artefact>> Open(
      const std::string& version) const;
  absl::StatusOr<wire::IndexVersion> Serve(const std::string& version)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  wire::IndexVersion Describe(const std::string& version) const;
  std::string ServingVersion() const;
  // What TRIAL says, if that reads and its version opens.
  void OpenTrial() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  absl::Status EndTrial() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const std::filesystem::path artefacts_;
  const std::string store_uuid_;
  recommend::IndexHolder holder_;
  absl::Mutex mutex_;                        // held over a publication
  Serving serving_ ABSL_GUARDED_BY(mutex_);  // what CURRENT says
};

}  // namespace patron::api
