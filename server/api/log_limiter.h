// At most one line of log a second for what a stranger can cause at will.
// Threads: any.
#pragma once

#include <atomic>
#include <cstdint>
#include <optional>

#include "absl/time/time.h"

namespace patron::api {

class LogLimiter {
 public:
  // How many were kept back since the last line; nullopt to keep this one back.
  std::optional<int64_t> Admit(absl::Time now) {
    const int64_t second = absl::ToUnixSeconds(now);
    int64_t last = last_second_.load();
    if (second == last || !last_second_.compare_exchange_strong(last, second)) {
      ++kept_back_;
      return std::nullopt;
    }
    return kept_back_.exchange(0);
  }

 private:
  std::atomic<int64_t> last_second_{0};
  std::atomic<int64_t> kept_back_{0};
};

}  // namespace patron::api
