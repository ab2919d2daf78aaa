// What people see on standard error while a command works: lines, and one line
// of progress that is drawn over itself.
//
// Threads: any. Ownership: borrows the stream.
#pragma once

#include <cstdint>
#include <ostream>
#include <string>

#include "absl/base/thread_annotations.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace patron::cli {

class Console {
 public:
  // Progress is drawn where `is_terminal`.
  Console(std::ostream& out, bool is_terminal)
      : out_(out), is_terminal_(is_terminal) {}

  void Line(absl::string_view text);
  void Progress(absl::string_view text);
  // Takes the progress away.
  void Done();
  bool is_terminal() const { return is_terminal_; }

 private:
  void Clear() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::ostream& out_;
  const bool is_terminal_;
  absl::Mutex mutex_;
  bool drawn_ ABSL_GUARDED_BY(mutex_) = false;
};

// "  42 % [████████            ]  620,000 rows  101,234 rows/s"; without the
// bar where `bytes_in_all` is not known.
std::string ProgressText(int64_t bytes, int64_t bytes_in_all, int64_t rows,
                         absl::Duration elapsed);

}  // namespace patron::cli
