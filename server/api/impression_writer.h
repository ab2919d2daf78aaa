// What was shown, remembered beside the path of the answer: a token is signed
// at once, the showing waits in a bounded queue for a thread of its own, which
// writes them as commands of many.
//
// A full queue drops showings and counts them; an answer never waits for one.
// Showings that stand in the queue when the machine fails are lost: they are
// statistics, not promises. Stop writes what is queued.
// Ownership: borrows all of the constructor's references.
// Threads:   Show from any; Stop from one, after the last Show.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "commands_types.h"
#include "server/commit/engine.h"
#include "server/recommend/impression.h"
#include "server/recommend/recommender.h"

namespace patron::api {

struct ImpressionWriterOptions {
  size_t queue_showings = 32'768;  // some 100 bytes each
  size_t batch_showings = 256;
  // How long the first showing of a batch waits for others.
  absl::Duration batch_wait = absl::Milliseconds(100);
};

class ImpressionWriter {
 public:
  ImpressionWriter(const recommend::ImpressionSigner& signer,
                   commit::Engine& engine,
                   const ImpressionWriterOptions& options = {});
  ~ImpressionWriter();

  // Takes note that `ranked` answers `request`; returns its token.
  std::string Show(const wire::RecommendRequest& request,
                   const recommend::RankedAnswer& ranked);

  void Stop();

  uint64_t dropped() const { return dropped_.load(); }

 private:
  void Enqueue(wire::Impression showing);
  bool HasWork() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || !queue_.empty();
  }
  bool HasBatch() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return stopping_ || queue_.size() >= options_.batch_showings;
  }
  // Waits for showings; false when stopped and empty.
  bool Take(std::vector<wire::Impression>& batch);
  void Run();

  const recommend::ImpressionSigner& signer_;
  commit::Engine& engine_;
  const ImpressionWriterOptions options_;
  std::atomic<uint64_t> next_answer_;
  std::atomic<uint64_t> dropped_{0};

  absl::Mutex mutex_;
  std::vector<wire::Impression> queue_ ABSL_GUARDED_BY(mutex_);
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread writing_;
};

}  // namespace patron::api
