// A short queue between one writer and one reader; either may end it.
//
// Threads: any.
#pragma once

#include <deque>
#include <utility>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"

namespace patron::cli {

template <typename T>
class BatchQueue {
 public:
  explicit BatchQueue(size_t capacity) : capacity_(capacity) {}

  // Waits for room. False, and nothing queued, once the reader has stopped.
  bool Push(T value) {
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &BatchQueue::MayPush));
    if (stopped_) return false;
    queue_.push_back(std::move(value));
    return true;
  }

  // Waits for a value. False once the queue is closed and empty.
  bool Pop(T& value) {
    const absl::MutexLock lock(&mutex_);
    mutex_.Await(absl::Condition(this, &BatchQueue::MayPop));
    if (queue_.empty()) return false;
    value = std::move(queue_.front());
    queue_.pop_front();
    return true;
  }

  // Nothing more is written.
  void Close() {
    const absl::MutexLock lock(&mutex_);
    closed_ = true;
  }

  // Nothing more is read.
  void Stop() {
    const absl::MutexLock lock(&mutex_);
    stopped_ = true;
  }

 private:
  bool MayPush() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopped_ || queue_.size() < capacity_;
  }
  bool MayPop() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return closed_ || !queue_.empty();
  }

  const size_t capacity_;
  absl::Mutex mutex_;
  std::deque<T> queue_ ABSL_GUARDED_BY(mutex_);
  bool closed_ ABSL_GUARDED_BY(mutex_) = false;
  bool stopped_ ABSL_GUARDED_BY(mutex_) = false;
};

}  // namespace patron::cli
