#include "tools/patron/importer.h"

#include <algorithm>

namespace patron::cli {

// About a minute in all: a server that restarts is back by then.
std::vector<absl::Duration> ImportOptions::DefaultRetryWaits() {
  std::vector<absl::Duration> waits;
  absl::Duration wait = absl::Milliseconds(50);
  for (int i = 0; i < 20; ++i) {
    waits.push_back(wait);
    wait = std::min(wait * 2, absl::Seconds(5));
  }
  return waits;
}

bool IsRetryable(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnavailable ||
         status.code() == absl::StatusCode::kResourceExhausted;
}

bool IsRetryable(const wire::PatronError& error) {
  return error.retryable || error.code == wire::ErrorCode::OVERLOADED ||
         error.code == wire::ErrorCode::UNAVAILABLE;
}

}  // namespace patron::cli
