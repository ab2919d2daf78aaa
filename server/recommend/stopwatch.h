// Durations of the stages of one answer, by the machine's steady clock: they
// are measured, they decide nothing.
#pragma once

#include <chrono>
#include <utility>

#include "absl/time/time.h"

namespace patron::recommend {

class Stopwatch {
 public:
  // One that does not run costs nothing and tells zero.
  explicit Stopwatch(bool running) : running_(running) {
    if (running_) last_ = std::chrono::steady_clock::now();
  }

  // Since the last lap, or the start.
  absl::Duration Lap() {
    if (!running_) return absl::ZeroDuration();
    const auto now = std::chrono::steady_clock::now();
    return absl::FromChrono(now - std::exchange(last_, now));
  }

 private:
  const bool running_;
  std::chrono::steady_clock::time_point last_;
};

}  // namespace patron::recommend
