#include "server/commit/local_log.h"

#include <algorithm>

#include "server/commit/waiter.h"

namespace patron::commit {

LocalLog::LocalLog(const Clock& clock, absl::TimeZone zone,
                   LogPosition last_position, absl::Time last_logged_at)
    : clock_(clock),
      zone_(zone),
      last_position_(last_position.value()),
      last_logged_at_us_(absl::ToUnixMicros(last_logged_at)),
      last_logged_day_(DayOf(last_logged_at, zone)) {}

absl::Status LocalLog::Append(const std::vector<PendingCommand*>& commands) {
  const int64_t now_us = absl::ToUnixMicros(clock_.Now());
  bool wake = false;
  {
    const std::lock_guard lock(mutex_);
    if (closed_) return absl::UnavailableError("the server is stopping");
    last_logged_at_us_ = std::max(last_logged_at_us_, now_us);
    last_logged_day_ =
        std::max(last_logged_day_,
                 DayOf(absl::FromUnixMicros(last_logged_at_us_), zone_));
    for (PendingCommand* pending : commands) {
      pending->command.logged_at_us = last_logged_at_us_;
      pending->command.logged_day = last_logged_day_;
      pending->position = LogPosition(++last_position_);
      queue_.push_back(pending);
    }
    waiting_.fetch_add(static_cast<int64_t>(commands.size()));
    wake = listener_sleeps_;
  }
  if (wake) arrived_.notify_one();
  return absl::OkStatus();
}

bool LocalLog::Hear(size_t most, std::vector<PendingCommand*>& heard) {
  heard.clear();
  SpinUntil(kLongSpinTurns, [this] { return HasWork(); });
  std::unique_lock lock(mutex_);
  listener_sleeps_ = true;
  arrived_.wait(lock, [this] { return closed_ || !queue_.empty(); });
  listener_sleeps_ = false;
  const size_t count = std::min(most, queue_.size());
  heard.assign(queue_.begin(),
               queue_.begin() + static_cast<std::ptrdiff_t>(count));
  queue_.erase(queue_.begin(),
               queue_.begin() + static_cast<std::ptrdiff_t>(count));
  waiting_.fetch_sub(static_cast<int64_t>(count));
  return count > 0;
}

void LocalLog::Close() {
  {
    const std::lock_guard lock(mutex_);
    closed_ = true;
    waiting_.fetch_add(1);
  }
  arrived_.notify_one();
}

}  // namespace patron::commit
