#include "server/segments/workers.h"

#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <algorithm>

namespace patron::segments {
namespace {

// A tenth of a core where others want it all.
constexpr int kNice = 10;

// On Linux a thread has a priority of its own. Where it may not be lowered, it
// stays as it is.
void LowerPriority() {
  static_cast<void>(::setpriority(
      PRIO_PROCESS, static_cast<id_t>(::syscall(SYS_gettid)), kNice));
}

}  // namespace

Workers::Workers(int threads) {
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Loop(); });
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
  if (size <= grain || threads_.empty()) return Run(task);
  const absl::MutexLock one_at_a_time(&busy_);
  const absl::MutexLock lock(&mutex_);
  task_ = &task;
  ++round_;
  const auto done = [this, &task]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return running_ == 0 && task.next.load() >= task.size;
  };
  mutex_.Await(absl::Condition(&done));
  task_ = nullptr;
}

void Workers::Loop() {
  LowerPriority();
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
