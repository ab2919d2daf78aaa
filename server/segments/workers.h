// A few threads that share one piece of work at a time, below everything else
// that the server does: whoever sells does not wait for whoever counts.
//
// Ownership: owns its threads, which end with it. Threads: Share from any; a
// second caller waits for the first.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/synchronization/mutex.h"

namespace patron::segments {

class Workers {
 public:
  explicit Workers(int threads);
  ~Workers();

  // Calls `work` with ranges that together are 0 … size, `grain` long or
  // shorter, on several threads at once; returns when all is done. One range
  // is the caller's own work.
  using Work = absl::FunctionRef<void(size_t from, size_t to)>;
  void Share(size_t size, size_t grain, Work work);

 private:
  struct Task {
    Work work;
    size_t size;
    size_t grain;
    std::atomic<size_t> next = 0;
  };
  static void Run(Task& task);
  void Loop();

  absl::Mutex busy_;
  absl::Mutex mutex_;
  Task* task_ ABSL_GUARDED_BY(mutex_) = nullptr;
  uint64_t round_ ABSL_GUARDED_BY(mutex_) = 0;
  int running_ ABSL_GUARDED_BY(mutex_) = 0;
  bool ends_ ABSL_GUARDED_BY(mutex_) = false;
  std::vector<std::thread> threads_;
};

}  // namespace patron::segments
