// What the server does for itself now and then, until destroyed: gives back
// what expired reservations hold within a second of their time, brings the
// columns up to date where nobody asked for them, has the rules of saved
// segments kept as columns, warm when they change and every minute (what was
// changed since waits for whoever asks), and forgets old replies.
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
              segments::Desk& segments, const segments::Live& live,
              const Clock& clock, absl::Duration reply_retention);
  ~Housekeeper();

 private:
  void Run();
  bool StoppedWithin(absl::Duration pause);
  void GiveBackExpired();
  void KeepColumns(bool warm);
  void ForgetReplies();

  commit::State& state_;
  commit::Engine& engine_;
  segments::Desk& segments_;
  const segments::Live& live_;
  const Clock& clock_;
  const absl::Duration reply_retention_;
  std::shared_ptr<const segments::Catalogue> kept_;  // its thread's own
  absl::Mutex mutex_;
  bool stopping_ ABSL_GUARDED_BY(mutex_) = false;
  std::thread thread_;
};

}  // namespace patron::api
