#include "server/segments/workers.h"

#include <algorithm>
#include <cstdint>

namespace patron::segments {

Workers::Workers(int threads) {
  for (int i = 1; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() {
  {
    const absl::MutexLock lock(&mutex_);
    ends_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

void Workers::Run(Task& task) {
  for (;;) {
    const size_t from = task.next.fetch_add(task.grain);
    if (from >= task.size) return;
    task.work(from, std::min(task.size, from + task.grain));
  }
}

void Workers::Share(size_t size, size_t grain, Work work) {
  Task task{work, size, grain};
  if (size <= grain || threads_.empty() || !busy_.TryLock()) return Run(task);
  {
    const absl::MutexLock lock(&mutex_);
    task_ = &task;
    ++round_;
  }
  Run(task);
  {
    const absl::MutexLock lock(&mutex_);
    task_ = nullptr;  // whoever has not begun stays out
    const auto done = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
      return running_ == 0;
    };
    mutex_.Await(absl::Condition(&done));
  }
  busy_.Unlock();
}

void Workers::Loop() {
  uint64_t seen = 0;
  for (;;) {
    Task* task = nullptr;
    {
      const absl::MutexLock lock(&mutex_);
      const auto called = [this, &seen]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
        return ends_ || (task_ != nullptr && round_ != seen);
      };
      mutex_.Await(absl::Condition(&called));
      if (ends_) return;
      seen = round_;
      task = task_;
      ++running_;
    }
    Run(*task);
    const absl::MutexLock lock(&mutex_);
    --running_;
  }
}

}  // namespace patron::segments
