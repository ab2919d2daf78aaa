// A loop over rows on several threads, with progress. The result may not depend
// on who runs a chunk: workers write to rows of their own.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <thread>
#include <vector>

#include "absl/strings/string_view.h"
#include "index/learn.h"

namespace patron::index {

// A named part of the learning: how many threads it may take, whom it tells.
class Stage {
 public:
  Stage(absl::string_view name, int threads, const LearnProgress& progress)
      : name_(name), threads_(threads), progress_(progress) {}

  int threads() const { return threads_; }
  void Report(size_t done, size_t total) const {
    if (progress_) progress_(name_, done, total);
  }

 private:
  const absl::string_view name_;
  const int threads_;
  const LearnProgress& progress_;
};

// Covers [0, n) with calls worker(begin, end) of `chunk` rows; each thread has
// a worker of its own from make_worker(). Reports from the calling thread.
template <typename MakeWorker>
void ParallelFor(const Stage& stage, size_t n, size_t chunk,
                 const MakeWorker& make_worker) {
  std::atomic<size_t> next = 0;
  const auto run = [&](bool reports) {
    auto worker = make_worker();
    for (;;) {
      const size_t begin = next.fetch_add(chunk);
      if (begin >= n) return;
      if (reports) stage.Report(begin, n);
      worker(begin, std::min(n, begin + chunk));
    }
  };
  std::vector<std::thread> others;
  for (int i = 1; i < stage.threads(); ++i) others.emplace_back(run, false);
  run(true);
  for (std::thread& other : others) other.join();
  stage.Report(n, n);
}

}  // namespace patron::index
