// A few threads that share the work of those who count, below everything else
// that the server does: whoever sells does not wait for whoever counts.
//
//   workers.Do([&] { members = Scan(); });   // all of a question, there
//   workers.Share(blocks, 8, [&](size_t from, size_t to) { … });
//
// On Linux the threads run where nobody else wants the core (SCHED_IDLE), and
// whoever wakes up takes it from them at once; a nice value alone would let
// them end their slice of milliseconds first. Where the cores never rest, a
// question would wait for long: after `patience` its caller does the work that
// nobody has begun, at the caller's own priority.
//
// What runs here may lose its core at any moment and for long: it must not hold
// a lock meanwhile that those who sell wait for.
//
// Ownership: owns its threads, which end with it. Threads: Do and Share from
// any, within work too; several questions go on side by side.
#pragma once

#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"

namespace patron::segments {

struct WorkersOptions {
  int threads = 2;  // 0: callers do all themselves
  absl::Duration patience = absl::Seconds(1);
};

class Workers {
 public:
  explicit Workers(const WorkersOptions& options);
  ~Workers();

  // Calls `work` with ranges that together are 0 … size, `grain` long or
  // shorter, on several threads at once; returns when all is done.
  using Work = absl::FunctionRef<void(size_t from, size_t to)>;
  void Share(size_t size, size_t grain, Work work);

  // Calls `work` once, on one of the threads; returns when it is done.
  void Do(absl::FunctionRef<void()> work);

 private:
  struct Task {
    const Work work;
    const size_t size;
    const size_t grain;
    std::atomic<size_t> next = 0;  // nobody has begun from here on
    int running = 0;               // threads at it; under the lock

    bool begun() const { return next.load() >= size; }
  };

  void Loop();
  bool IsWorker() const;
  // The newest that is not wholly begun: what others wait for is newer than
  // they are. Null: none.
  Task* Newest() const ABSL_SHARED_LOCKS_REQUIRED(mutex_);
  void Help(Task& task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void HelpNewest() ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Await(Task& task) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  const absl::Duration patience_;
  absl::Mutex mutex_;
  std::vector<Task*> tasks_ ABSL_GUARDED_BY(mutex_);  // oldest first
  bool ends_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace patron::segments
