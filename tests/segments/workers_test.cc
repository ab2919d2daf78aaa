#include "server/segments/workers.h"

#include <gtest/gtest.h>
#include <sched.h>

#include <atomic>
#include <thread>
#include <vector>

#include "absl/synchronization/notification.h"

namespace patron::segments {
namespace {

WorkersOptions Options(int threads, absl::Duration patience) {
  WorkersOptions options;
  options.threads = threads;
  options.patience = patience;
  return options;
}

// How often each of `size` places was visited.
std::vector<int> Visits(Workers& workers, size_t size, size_t grain) {
  std::vector<std::atomic<int>> visits(size);
  workers.Share(size, grain, [&](size_t from, size_t to) {
    EXPECT_LE(to - from, grain);
    for (size_t at = from; at < to; ++at) ++visits[at];
  });
  return {visits.begin(), visits.end()};
}

TEST(WorkersTest, EveryPlaceIsVisitedOnce) {
  for (const int threads : {0, 1, 2, 3}) {
    Workers workers(Options(threads, absl::InfiniteDuration()));
    for (const size_t size : {0, 1, 7, 8, 1000})
      EXPECT_EQ(Visits(workers, size, 8), std::vector<int>(size, 1))
          << threads << " threads, " << size;
  }
}

TEST(WorkersTest, WorkIsDoneBelowAllOther) {
  Workers workers(Options(1, absl::InfiniteDuration()));
  int policy = -1;
  workers.Do([&] { policy = ::sched_getscheduler(0); });
  EXPECT_EQ(policy, SCHED_IDLE);
  EXPECT_NE(::sched_getscheduler(0), SCHED_IDLE);
}

TEST(WorkersTest, WorkMayBeSharedWithinWork) {
  for (const int threads : {1, 2}) {
    Workers workers(Options(threads, absl::InfiniteDuration()));
    std::vector<int> visits;
    workers.Do([&] { workers.Do([&] { visits = Visits(workers, 100, 3); }); });
    EXPECT_EQ(visits, std::vector<int>(100, 1));
  }
}

TEST(WorkersTest, QuestionsGoOnSideBySide) {
  Workers workers(Options(2, absl::InfiniteDuration()));
  std::vector<std::thread> callers;
  std::atomic<int> whole = 0;
  for (int caller = 0; caller < 8; ++caller)
    callers.emplace_back([&] {
      for (int turn = 0; turn < 50; ++turn)
        workers.Do([&] {
          whole += Visits(workers, 64, 5) == std::vector<int>(64, 1) ? 1 : 0;
        });
    });
  for (std::thread& caller : callers) caller.join();
  EXPECT_EQ(whole, 400);
}

TEST(WorkersTest, TheLastPartMayBeGoneWhenAThreadComesForIt) {
  Workers workers(Options(3, absl::InfiniteDuration()));
  std::atomic<int> visits = 0;
  workers.Do([&] {
    for (int turn = 0; turn < 100'000; ++turn)
      workers.Share(2, 1, [&](size_t, size_t) { ++visits; });
  });
  EXPECT_EQ(visits, 200'000);
}

TEST(WorkersTest, WhoWaitsInVainDoesTheWorkAlone) {
  Workers workers(Options(1, absl::ZeroDuration()));
  absl::Notification begun;
  absl::Notification go_on;
  std::thread other([&] {
    workers.Share(1, 1, [&](size_t, size_t) {
      begun.Notify();
      go_on.WaitForNotification();
    });
  });
  begun.WaitForNotification();
  // Somebody is held up, maybe the only thread there is.
  std::vector<int> visits;
  workers.Do([&] { visits = Visits(workers, 100, 3); });
  EXPECT_EQ(visits, std::vector<int>(100, 1));
  go_on.Notify();
  other.join();
}

}  // namespace
}  // namespace patron::segments
