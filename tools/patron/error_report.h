// The rows that were refused: the first ones on the console, all of them in a
// file where one is asked for, and how many there were.
//
// Threads: any. Ownership: borrows the console.
#pragma once

#include <cstdint>
#include <fstream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "tools/patron/console.h"

namespace patron::cli {

class ErrorReport {
 public:
  // `file` is how the input is called in front of the line number.
  ErrorReport(Console& console, std::string file, int64_t shown = 20)
      : console_(console), file_(std::move(file)), shown_(shown) {}

  // Writes all problems to `path` too. kInvalidArgument where it does not open.
  absl::Status WriteTo(const std::string& path);

  // FILE:LINE: MESSAGE
  void Add(int64_t line, absl::string_view message);
  int64_t count() const;
  // Tells how many were not shown; a failing error file too.
  void Finish();

 private:
  Console& console_;
  const std::string file_;
  const int64_t shown_;
  std::string path_;
  mutable absl::Mutex mutex_;
  std::ofstream all_ ABSL_GUARDED_BY(mutex_);
  int64_t count_ ABSL_GUARDED_BY(mutex_) = 0;
};

}  // namespace patron::cli
