// What the server does for itself now and then, until destroyed: gives back
// what expired reservations hold within a second of their time, brings the
// columns up to date where nobody asked for them, has the rules of saved
// segments kept as columns, and forgets old replies.
// Ownership: borrows everything. Threads: one of its own.
#pragma once

#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "server/segments/desk.h"

namespace patron::api {

class Housekeeper {
 public:
  Housekeeper(commit::State& state, commit::Engine& engine,
              segments::Desk& segments, const Clock& clock,
              absl::Duration reply_retention);
  ~Housekeeper();

 private:
  void Run();
  bool StoppedWithin(absl::Duration pause);
  void GiveBackExpired();
  void ForgetReplies();

  commit::State& state_;
  commit::Engine& engine_;
  segments::Desk& segments_;
  const Clock& clock_;
  const absl::Duration reply_retention_;
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace patron::api
