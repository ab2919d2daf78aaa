// The log of one machine: a queue. See CommandLog.
#pragma once

#include <atomic>
#include <condition_variable>
#include <deque>
#include <mutex>

#include "absl/base/thread_annotations.h"
#include "server/base/clock.h"
#include "server/commit/command_log.h"

namespace patron::commit {

class LocalLog final : public CommandLog {
 public:
  // Goes on after `last_position` and never stamps earlier than
  // `last_logged_at`.
  LocalLog(const Clock& clock, LogPosition last_position,
           absl::Time last_logged_at);

  absl::Status Append(const std::vector<PendingCommand*>& commands) override;
  bool Hear(size_t most, std::vector<PendingCommand*>& heard) override;
  void Close() override;

 private:
  bool HasWork() const { return waiting_.load(std::memory_order_acquire) > 0; }

  const Clock& clock_;
  std::mutex mutex_;
  std::condition_variable arrived_;
  std::deque<PendingCommand*> queue_;  // guarded by mutex_, as all below
  uint64_t last_position_;
  int64_t last_logged_at_us_;
  bool closed_ = false;
  bool listener_sleeps_ = false;
  std::atomic<int64_t> waiting_{0};  // size of queue_, and 1 once closed
};

}  // namespace patron::commit
