// The time, as something handed in. Only RealClock asks the machine; tests move
// a SimulatedClock and never sleep. Both may be read from any thread.
#pragma once

#include <atomic>
#include <cstdint>

#include "absl/time/time.h"

namespace patron {

class Clock {
 public:
  virtual ~Clock() = default;
  virtual absl::Time Now() const = 0;
};

class RealClock final : public Clock {
 public:
  absl::Time Now() const override;
};

class SimulatedClock final : public Clock {
 public:
  explicit SimulatedClock(absl::Time start)
      : now_us_(absl::ToUnixMicros(start)) {}
  absl::Time Now() const override {
    return absl::FromUnixMicros(now_us_.load());
  }
  void Advance(absl::Duration by) { now_us_ += absl::ToInt64Microseconds(by); }
  void Set(absl::Time now) { now_us_ = absl::ToUnixMicros(now); }

 private:
  std::atomic<int64_t> now_us_;
};

}  // namespace patron
