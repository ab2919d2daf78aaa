// Consistent copies of State for jobs on this machine, by hard links, each in
// `<root>/<log position>/` (with "-2" and so on where one is there).
// Threads: any.
#pragma once

#include <filesystem>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "admin_types.h"
#include "server/store/store.h"

namespace patron::api {

class Checkpoints {
 public:
  // Borrows `store`. Removes what a creation that was interrupted left.
  Checkpoints(std::filesystem::path root, const store::Store& store);

  absl::StatusOr<wire::CheckpointInfo> Create();

  // kInvalidArgument for a path that is not a directory in `root`, kNotFound
  // for one that is not there.
  absl::Status Drop(const std::string& path);

 private:
  std::filesystem::path FreeName(uint64_t position) const;

  const std::filesystem::path root_;
  const store::Store& store_;
  absl::Mutex mutex_;  // one creation or removal at a time
};

}  // namespace patron::api
