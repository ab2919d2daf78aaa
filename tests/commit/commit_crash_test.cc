// Kills the committing process at random moments and looks at what is left.

#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <memory>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/commit/state.h"
#include "tests/commit/crash_purchases.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::CrashPurchase;
using ::patron::testing::kCrashCustomers;
using ::patron::testing::kCrashThreads;
using ::patron::testing::TempDir;
using ::testing::HasSubstr;

// As testing::Fault; the child takes the number.
enum Fault { kNone = 0, kDropUnsynced = 1, kNoSpace = 2, kSyncFails = 3 };

struct ChildRun {
  std::vector<int> acknowledged;
  int exit_code = -1;  // -1: killed
  std::string errors;
};

// Runs the child; kills it once it has acknowledged `kill_after` purchases, or
// waits for its end if that never happens.
ChildRun RunChild(const std::string& store, int first, Fault fault,
                  int64_t after, bool sync, int kill_after,
                  const std::string& error_file) {
  int pipe_ends[2];
  PATRON_CHECK(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  PATRON_CHECK(child >= 0);
  if (child == 0) {
    ::dup2(pipe_ends[1], STDOUT_FILENO);
    ::dup2(::open(error_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600),
           STDERR_FILENO);
    ::close(pipe_ends[0]);
    ::close(pipe_ends[1]);
    ::execl(PATRON_CRASH_CHILD, PATRON_CRASH_CHILD, store.c_str(),
            std::to_string(first).c_str(), std::to_string(fault).c_str(),
            std::to_string(after).c_str(), sync ? "sync" : "nosync", nullptr);
    std::_Exit(99);
  }
  ::close(pipe_ends[1]);
  ChildRun run;
  std::FILE* lines = ::fdopen(pipe_ends[0], "r");
  int number = 0;
  bool killed = false;
  while (std::fscanf(lines, "%d", &number) == 1) {
    run.acknowledged.push_back(number);
    if (!killed && static_cast<int>(run.acknowledged.size()) >= kill_after) {
      ::kill(child, SIGKILL);
      killed = true;  // what it wrote before it died is read on
    }
  }
  std::fclose(lines);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFEXITED(status)) run.exit_code = WEXITSTATUS(status);
  std::FILE* errors = std::fopen(error_file.c_str(), "r");
  char buffer[4096];
  run.errors.assign(buffer, std::fread(buffer, 1, sizeof buffer, errors));
  std::fclose(errors);
  return run;
}

// Acknowledged purchases that the store does not hold whole.
int CountLost(const store::Store& store, const std::set<int>& acknowledged) {
  int lost = 0;
  for (const int number : acknowledged) {
    const auto row =
        store.Get(store::Family::kReceipts, absl::StrCat("receipt-", number));
    EXPECT_OK(row);
    lost += !row->has_value();
  }
  return lost;
}

// Every purchase is in receipts, in history, in the totals and in the facts as
// often as in each other.
void ExpectAppliedOnce(commit::State& state) {
  const auto count = [&state](store::Family family) {
    int64_t rows = 0;
    EXPECT_OK(state.store->Scan(family, "", "",
                                [&](absl::string_view, absl::string_view) {
                                  ++rows;
                                  return true;
                                }));
    return rows;
  };
  const int64_t receipts = count(store::Family::kReceipts);
  EXPECT_EQ(count(store::Family::kPurchases), receipts);
  EXPECT_EQ(state.totals.Now().purchases, receipts);
  int64_t in_facts = 0;
  for (int c = 0; c < kCrashCustomers; ++c) {
    facts::CustomerFacts facts;
    if (const auto ordinal =
            state.ordinals.customers.Find(absl::StrCat("c", c)))
      state.facts.Read(CustomerOrdinal(*ordinal), facts);
    in_facts += facts.summary.purchases;
  }
  EXPECT_EQ(in_facts, receipts);
}

// Kills `rounds` children over one store; the number of acknowledged purchases
// that were lost, or of a store that does not open at all, 1.
int LostAfterKills(Fault fault, bool sync, int rounds, uint64_t seed) {
  TempDir dir;
  const std::string path = dir.File("store");
  std::mt19937_64 random(seed);
  std::set<int> acknowledged;
  int first = 0;
  for (int round = 0; round < rounds; ++round) {
    const int kill_after = 1 + static_cast<int>(random() % 120);
    const ChildRun run =
        RunChild(path, first, fault, 0, sync, kill_after, dir.File("err"));
    EXPECT_EQ(run.exit_code, -1) << run.errors;
    acknowledged.insert(run.acknowledged.begin(), run.acknowledged.end());
    if (!acknowledged.empty())
      first = *acknowledged.rbegin() + kCrashThreads + 1;
    const auto state = commit::State::Open(path);
    if (!state.ok()) return 1;
    const int lost = CountLost(*(*state)->store, acknowledged);
    if (lost > 0) return lost;
    ExpectAppliedOnce(**state);
    if (::testing::Test::HasFailure()) return -1;
  }
  return 0;
}

TEST(CommitCrashTest, FiftyKillsLoseNothingAcknowledgedAndApplyNothingTwice) {
  EXPECT_EQ(LostAfterKills(kNone, /*sync=*/true, 50, testing::TestSeed(1)), 0);
}

TEST(CommitCrashTest, NothingIsLostWhenEveryKillDropsUnsyncedData) {
  EXPECT_EQ(
      LostAfterKills(kDropUnsynced, /*sync=*/true, 25, testing::TestSeed(2)),
      0);
}

// The canary: without sync the test above must find what is lost.
TEST(CommitCrashTest, WithSyncSwitchedOffTheDroppedDataIsMissed) {
  EXPECT_GT(
      LostAfterKills(kDropUnsynced, /*sync=*/false, 5, testing::TestSeed(3)),
      0);
}

void ExpectStopsWithMessage(Fault fault, int64_t after, const char* message) {
  TempDir dir;
  const std::string path = dir.File("store");
  const ChildRun healthy =
      RunChild(path, 0, kNone, 0, true, 50, dir.File("err"));
  std::set<int> acknowledged(healthy.acknowledged.begin(),
                             healthy.acknowledged.end());
  const int first = *acknowledged.rbegin() + kCrashThreads + 1;
  const ChildRun run = RunChild(path, first, fault, after, true,
                                /*kill_after=*/1'000'000, dir.File("err"));
  EXPECT_EQ(run.exit_code, 1);
  EXPECT_THAT(run.errors, HasSubstr(message));
  EXPECT_THAT(run.errors, HasSubstr("a restart finds everything that was"));
  EXPECT_GT(run.acknowledged.size(), 0u);
  acknowledged.insert(run.acknowledged.begin(), run.acknowledged.end());
  const auto state = commit::State::Open(path);
  ASSERT_OK(state);
  EXPECT_EQ(CountLost(*(*state)->store, acknowledged), 0);
  ExpectAppliedOnce(**state);
}

TEST(CommitCrashTest, AFullDiskStopsTheProcessAndARestartFindsEverything) {
  ExpectStopsWithMessage(kNoSpace, 400'000, "no space left on the test's disk");
}

TEST(CommitCrashTest, AFailingSyncStopsTheProcessAndARestartFindsEverything) {
  ExpectStopsWithMessage(kSyncFails, 40, "the test's disk does not sync");
}

}  // namespace
}  // namespace patron
