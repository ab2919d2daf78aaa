// The log of one machine: a queue. See CommandLog.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "server/base/clock.h"
#include "server/base/day.h"
#include "server/commit/command_log.h"

namespace patron::commit {

class LocalLog final : public CommandLog {
 public:
  // Goes on after `last_position` and never stamps earlier than
  // `last_logged_at`. `zone`: of the shop's days.
  LocalLog(const Clock& clock, absl::TimeZone zone, LogPosition last_position,
           absl::Time last_logged_at);

  absl::Status Append(const std::vector<PendingCommand*>& commands) override;
  bool Hear(size_t most, std::vector<PendingCommand*>& heard) override;
  void Close() override;

 private:
  bool HasWork() const { return waiting_.load(std::memory_order_acquire) > 0; }

  const Clock& clock_;
  const absl::TimeZone zone_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<PendingCommand*> queue_;  // guarded by mutex_, as all below
  uint64_t last_position_;
  int64_t last_logged_at_us_;
  Day last_logged_day_;
  bool closed_ = false;
  bool listener_sleeps_ = false;
  std::atomic<int64_t> waiting_{0};  // size of queue_, and 1 once closed
};

}  // namespace patron::commit
