// Programs that the benchmark starts: they end with the object, and with the
// process, whatever happens.
//
// Threads: one.
// Errors:  kInternal naming program and what it said for one that fails;
//          kDeadlineExceeded for one that does not end; kCancelled on a signal.
#pragma once

#include <sys/types.h>

#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace patron::bench {

class Child {
 public:
  // Starts `words` (the first is the program's path). What it prints goes to
  // `out` and `err`, files that are replaced.
  static absl::StatusOr<std::unique_ptr<Child>> Start(
      const std::vector<std::string>& words, const std::filesystem::path& out,
      const std::filesystem::path& err);
  // Kills what still runs.
  ~Child();
  Child(const Child&) = delete;
  Child& operator=(const Child&) = delete;

  pid_t pid() const { return pid_; }

  // kInternal, with the end of what it told as errors, once it has ended.
  absl::Status CheckRuns();
  // OK once it has ended with exit code 0.
  absl::Status Wait(absl::Duration timeout);
  // Asks it to stop (SIGTERM) and waits.
  absl::Status Stop(absl::Duration timeout);

 private:
  Child(pid_t pid, std::string name, std::filesystem::path err);

  bool HasEnded();
  absl::Status Outcome() const;
  absl::Status Failure(const std::string& how) const;

  const pid_t pid_;
  const std::string name_;
  const std::filesystem::path err_;
  bool ended_ = false;
  int status_ = 0;
};

// Processor time that a process has used; zero for one that is not there.
absl::Duration CpuTimeOf(pid_t pid);

// The whole of a file; "" if there is none.
std::string Contents(const std::filesystem::path& path);

}  // namespace patron::bench
