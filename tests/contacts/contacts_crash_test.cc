// Kills the process that plans three runs at random moments: every chunk that
// was answered is there, whoever goes on goes on where it stood, and the lists
// are in the end those of a process that nobody killed.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "tests/contacts/contacts_check.h"
#include "tests/contacts/plan_story.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

using ::testing::IsEmpty;
using ::testing::Not;

// As testing::Fault; the child takes the number.
enum Fault { kNone = 0, kDropUnsynced = 1 };
using Decided = std::array<int, 3>;  // customers, by run

[[noreturn]] void BecomeChild(const std::string& store, Fault fault, bool sync,
                              int output, const std::string& error_file) {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(::open(error_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600),
         STDERR_FILENO);
  ::execl(PATRON_CONTACTS_CRASH_CHILD, PATRON_CONTACTS_CRASH_CHILD,
          store.c_str(), std::to_string(fault).c_str(),
          sync ? "sync" : "nosync", nullptr);
  std::_Exit(99);
}

// Runs the child and kills it after `kill_after` answers; `decided` is what it
// answered last. False: it came to the end of the story before.
bool RunAndKill(const std::string& store, Fault fault, bool sync,
                int kill_after, Decided& decided) {
  int pipe_ends[2];
  PATRON_CHECK(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  PATRON_CHECK(child >= 0);
  if (child == 0) BecomeChild(store, fault, sync, pipe_ends[1], store + " err");
  ::close(pipe_ends[1]);
  std::FILE* lines = ::fdopen(pipe_ends[0], "r");
  int count = 0;
  Decided line{};
  while (std::fscanf(lines, "%d %d %d", &line[0], &line[1], &line[2]) == 3) {
    decided = line;
    if (++count == kill_after) ::kill(child, SIGKILL);
  }
  std::fclose(lines);
  int status = 0;
  ::waitpid(child, &status, 0);
  if (WIFSIGNALED(status)) return true;
  EXPECT_EQ(WEXITSTATUS(status), 0) << "see " << store << " err";
  return false;
}

// What is wrong after a kill.
std::vector<std::string> ProblemsIn(const std::string& path,
                                    const Decided& decided) {
  const auto state = commit::State::Open(path);
  if (!state.ok()) return {state.status().ToString()};
  std::vector<std::string> problems = ContactProblems(**state);
  for (uint32_t run = 0; run < decided.size(); ++run) {
    const auto row = (*state)->runs.Get(run);
    const int64_t stands = row == nullptr ? 0 : row->decided;
    if (stands < decided[run])
      problems.push_back(absl::StrCat("run ", run, " stands at ", stands,
                                      ", answered were ", decided[run]));
  }
  return problems;
}

std::vector<std::string> LinesIn(const std::string& path) {
  const auto state = commit::State::Open(path);
  PATRON_CHECK_OK(state.status());
  return ContactLines(**state);
}

std::vector<std::string> UninterruptedLines() {
  TempDir dir;
  store::StoreOptions options;
  options.sync = false;
  const auto state = commit::State::Open(dir.File("store"), options);
  PATRON_CHECK_OK(state.status());
  const SimulatedClock clock = StoryClock();
  const auto engine = commit::Engine::Open(**state, clock, {});
  PATRON_CHECK_OK(engine.status());
  BeginStory(**engine);
  while (auto body = NextOfStory(**state))
    PATRON_CHECK_OK((*engine)->Execute(*std::move(body), {"", ""}).status());
  return ContactLines(**state);
}

// The first line that differs, not thousands.
void ExpectUninterrupted(const std::vector<std::string>& lines) {
  const std::vector<std::string> want = UninterruptedLines();
  EXPECT_GT(want.size(), 1000u);
  ASSERT_EQ(lines.size(), want.size());
  for (size_t i = 0; i < lines.size(); ++i) ASSERT_EQ(lines[i], want[i]);
}

// Kills until the story is over; the kills it took. Stops at problems.
int KillToTheEnd(const std::string& path, Fault fault, bool sync, uint64_t seed,
                 std::vector<std::string>& problems) {
  std::mt19937_64 random(seed);
  Decided decided{};
  int kills = 0;
  while (problems.empty() &&
         RunAndKill(path, fault, sync, 1 + static_cast<int>(random() % 18),
                    decided)) {
    ++kills;
    problems = ProblemsIn(path, decided);
  }
  return kills;
}

TEST(ContactsCrashTest, AKilledPlanGoesOnToTheListsOfOneThatWasNot) {
  TempDir dir;
  std::vector<std::string> problems;
  EXPECT_GT(KillToTheEnd(dir.File("store"), kNone, /*sync=*/true, TestSeed(1),
                         problems),
            5);
  EXPECT_THAT(problems, IsEmpty());
  ExpectUninterrupted(LinesIn(dir.File("store")));
}

TEST(ContactsCrashTest, SoItIsWhenEveryKillDropsUnsyncedData) {
  TempDir dir;
  std::vector<std::string> problems;
  EXPECT_GT(KillToTheEnd(dir.File("store"), kDropUnsynced, /*sync=*/true,
                         TestSeed(2), problems),
            5);
  EXPECT_THAT(problems, IsEmpty());
  ExpectUninterrupted(LinesIn(dir.File("store")));
}

// A canary: what the tests above look for must be found where it is.
TEST(ContactsCrashTest, WithSyncSwitchedOffTheDroppedChunksAreMissed) {
  TempDir dir;
  Decided decided{};
  ASSERT_TRUE(RunAndKill(dir.File("store"), kDropUnsynced, /*sync=*/false, 15,
                         decided));
  EXPECT_THAT(ProblemsIn(dir.File("store"), decided), Not(IsEmpty()));
}

}  // namespace
}  // namespace patron::testing
