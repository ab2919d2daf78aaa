#include "server/segments/workers.h"

#include <sched.h>

#include <algorithm>

namespace patron::segments {
namespace {

// Anybody may do so. Where there is no such thing, the thread stays as it is.
void GiveWayToAll() {
#if defined(SCHED_IDLE)
  const sched_param none{};
  static_cast<void>(::sched_setscheduler(/*this thread*/ 0, SCHED_IDLE, &none));
#endif
}

}  // namespace

Workers::Workers(const WorkersOptions& options) : patience_(options.patience) {
  for (int i = 0; i < options.threads; ++i)
    threads_.emplace_back([this] { Loop(); });
}

Workers::~Workers() {
  {
    const absl::MutexLock lock(&mutex_);
    ends_ = true;
  }
  for (std::thread& thread : threads_) thread.join();
}

bool Workers::IsWorker() const {
  return std::any_of(threads_.begin(), threads_.end(),
                     [](const std::thread& one) {
                       return one.get_id() == std::this_thread::get_id();
                     });
}

void Workers::Do(absl::FunctionRef<void()> work) {
  if (IsWorker()) return work();
  Share(1, 1, [work](size_t, size_t) { work(); });
}

void Workers::Share(size_t size, size_t grain, Work work) {
  if (size == 0) return;
  Task task{work, size, grain};
  const bool worker = IsWorker();
  const absl::MutexLock lock(&mutex_);
  tasks_.push_back(&task);
  if (worker || threads_.empty()) Help(task);
  Await(task);
  tasks_.erase(std::find(tasks_.begin(), tasks_.end(), &task));
}

void Workers::Await(Task& task) {
  const auto done = [&task] { return task.begun() && task.running == 0; };
  if (IsWorker()) return mutex_.Await(absl::Condition(&done));
  if (mutex_.AwaitWithTimeout(absl::Condition(&done), patience_)) return;
  const auto useful = [this, &done]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return done() || Newest() != nullptr;
  };
  for (;;) {
    mutex_.Await(absl::Condition(&useful));
    if (done()) return;
    HelpNewest();
  }
}

Workers::Task* Workers::Newest() const {
  const auto at = std::find_if(tasks_.rbegin(), tasks_.rend(),
                               [](const Task* one) { return !one->begun(); });
  return at == tasks_.rend() ? nullptr : *at;
}

// Parts are taken without the lock: the last may have gone since one looked.
void Workers::HelpNewest() {
  if (Task* const task = Newest()) Help(*task);
}

void Workers::Help(Task& task) {
  ++task.running;
  mutex_.Unlock();
  for (;;) {
    const size_t from = task.next.fetch_add(task.grain);
    if (from >= task.size) break;
    task.work(from, std::min(task.size, from + task.grain));
  }
  mutex_.Lock();
  --task.running;
}

void Workers::Loop() {
  GiveWayToAll();
  const absl::MutexLock lock(&mutex_);
  const auto called = [this]() ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return ends_ || Newest() != nullptr;
  };
  for (;;) {
    mutex_.Await(absl::Condition(&called));
    if (ends_) return;
    HelpNewest();
  }
}

}  // namespace patron::segments
