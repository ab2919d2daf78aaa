// Kills the process that moves points, budgets and codes at random moments and
// looks at what is left.

#include "tests/commit/money_crash.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <filesystem>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "server/base/check.h"
#include "server/commit/state.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "tests/commit/money_check.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// As testing::Fault; the child takes the number.
enum Fault { kNone = 0, kDropUnsynced = 1 };

[[noreturn]] void BecomeChild(const std::string& store, int first, Fault fault,
                              bool sync, int output,
                              const std::string& error_file) {
  ::dup2(output, STDOUT_FILENO);
  ::dup2(::open(error_file.c_str(), O_CREAT | O_WRONLY | O_TRUNC, 0600),
         STDERR_FILENO);
  ::execl(PATRON_MONEY_CRASH_CHILD, PATRON_MONEY_CRASH_CHILD, store.c_str(),
          std::to_string(first).c_str(), std::to_string(fault).c_str(),
          sync ? "sync" : "nosync", nullptr);
  std::_Exit(99);
}

// Runs the child, and kills it once it has answered `kill_after` commands. Adds
// what it answered. False: it ended by itself.
bool RunAndKill(const std::string& store, int first, Fault fault, bool sync,
                int kill_after, const std::string& error_file,
                std::map<int, bool>& answered) {
  int pipe_ends[2];
  PATRON_CHECK(::pipe(pipe_ends) == 0);
  const pid_t child = ::fork();
  PATRON_CHECK(child >= 0);
  if (child == 0)
    BecomeChild(store, first, fault, sync, pipe_ends[1], error_file);
  ::close(pipe_ends[1]);
  std::FILE* lines = ::fdopen(pipe_ends[0], "r");
  int number = 0, refused = 0, count = 0;
  while (std::fscanf(lines, "%d %d", &number, &refused) == 2) {
    const auto [at, fresh] = answered.emplace(number, refused != 0);
    // A repeat gets the first answer.
    EXPECT_TRUE(fresh || at->second == (refused != 0)) << "command " << number;
    // What it wrote before it died is read on.
    if (++count == kill_after) ::kill(child, SIGKILL);
  }
  std::fclose(lines);
  int status = 0;
  ::waitpid(child, &status, 0);
  return WIFSIGNALED(status);
}

std::string TextOf(const std::string& file) {
  std::string text(4096, '\0');
  std::FILE* in = std::fopen(file.c_str(), "r");
  if (in == nullptr) return "";
  text.resize(std::fread(text.data(), 1, text.size(), in));
  std::fclose(in);
  return text;
}

// The store as it is, or with every reservation closed in a copy.
std::vector<std::string> ProblemsIn(const std::string& path,
                                    const std::map<int, bool>& answered) {
  {
    const auto state = commit::State::Open(path);
    if (!state.ok()) return {state.status().ToString()};
    std::vector<std::string> problems = MoneyProblems(**state, answered);
    if (!problems.empty()) return problems;
  }
  const std::string copy = path + " copy";
  std::filesystem::remove_all(copy);
  std::filesystem::copy(path, copy, std::filesystem::copy_options::recursive);
  return StuckMoney(copy);
}

struct Outcome {
  std::vector<std::string> problems;  // of the first kill that left any
  int refused = 0, done = 0;
};

// Kills `kills` children over the store in `path`.
Outcome KillOften(const std::string& path, Fault fault, bool sync, int kills,
                  uint64_t seed) {
  std::mt19937_64 random(seed);
  std::map<int, bool> answered;
  Outcome outcome;
  int first = 0;
  for (int kill = 0; kill < kills && outcome.problems.empty(); ++kill) {
    const int kill_after = 1 + static_cast<int>(random() % 250);
    EXPECT_TRUE(RunAndKill(path, first, fault, sync, kill_after, path + " err",
                           answered))
        << TextOf(path + " err");
    if (!answered.empty())
      first = answered.rbegin()->first / kMoneySteps + kMoneyThreads + 1;
    outcome.problems = ProblemsIn(path, answered);
  }
  for (const auto& [number, refused] : answered)
    ++(refused ? outcome.refused : outcome.done);
  return outcome;
}

TEST(MoneyCrashTest, AfterFiftyKillsTheBooksBalanceAndNothingIsStuck) {
  TempDir dir;
  const Outcome outcome =
      KillOften(dir.File("store"), kNone, /*sync=*/true, 50, TestSeed(1));
  EXPECT_THAT(outcome.problems, IsEmpty());
  EXPECT_GT(outcome.done, 1000);
  EXPECT_GT(outcome.refused, 100);  // what was released does not come back
}

TEST(MoneyCrashTest, NothingIsLostWhenEveryKillDropsUnsyncedData) {
  TempDir dir;
  const Outcome outcome = KillOften(dir.File("store"), kDropUnsynced,
                                    /*sync=*/true, 25, TestSeed(2));
  EXPECT_THAT(outcome.problems, IsEmpty());
}

// ---- canaries: what the tests above look for must be found where it is

TEST(MoneyCrashTest, WithSyncSwitchedOffTheDroppedDataIsMissed) {
  TempDir dir;
  const Outcome outcome = KillOften(dir.File("store"), kDropUnsynced,
                                    /*sync=*/false, 5, TestSeed(3));
  EXPECT_THAT(outcome.problems, Not(IsEmpty()));
}

// Damages a row, or says that there is nothing in it to damage: what the killed
// child had got to is chance.
template <typename Row>
using Damage = bool (*)(Row&);

// Damages the first row of `family` from `key` on that can be.
template <typename Row>
void DamageRow(store::Store& store, store::Family family,
               const std::string& key, Damage<Row> damage) {
  store::Batch batch(store);
  bool damaged = false;
  ASSERT_OK(store.Scan(family, key, "",
                       [&](absl::string_view at, absl::string_view value) {
                         auto row = store::Decode<Row>(value, "row");
                         PATRON_CHECK_OK(row.status());
                         damaged = damage(*row);
                         if (damaged)
                           batch.Put(family, at, store::Encode(*row));
                         return !damaged;
                       }));
  ASSERT_TRUE(damaged);
  ASSERT_OK(store.Write(batch));
}

class DamagedMoneyTest : public ::testing::Test {
 protected:
  DamagedMoneyTest() : path_(dir_.File("store")) {
    EXPECT_TRUE(
        RunAndKill(path_, 0, kNone, true, 200, dir_.File("err"), answered_));
    EXPECT_THAT(ProblemsIn(path_, answered_), IsEmpty());
  }

  template <typename Row>
  std::vector<std::string> After(store::Family family, const std::string& key,
                                 Damage<Row> damage) {
    {
      auto state = commit::State::Open(path_);
      PATRON_CHECK_OK(state.status());
      DamageRow<Row>(*(*state)->store, family, key, damage);
    }
    return ProblemsIn(path_, answered_);
  }

  TempDir dir_;
  const std::string path_;
  std::map<int, bool> answered_;
};

TEST_F(DamagedMoneyTest, APointTooManyIsFound) {
  EXPECT_THAT(After<wire::AccountRow>(store::Family::kAccounts, "",
                                      [](wire::AccountRow& row) {
                                        for (wire::ProgrammeAccount& programme :
                                             row.programmes) {
                                          if (programme.lots.empty()) continue;
                                          ++programme.lots[0].points;
                                          return true;
                                        }
                                        return false;
                                      }),
              Not(IsEmpty()));
}

TEST_F(DamagedMoneyTest, ABudgetThatCountsWrongIsFound) {
  const auto problems = After<wire::OfferCountRow>(
      store::Family::kMeta, "offer:sale", [](wire::OfferCountRow& row) {
        row.discount -= 75;
        return true;
      });
  ASSERT_THAT(problems, Not(IsEmpty()));
  EXPECT_THAT(problems[0], HasSubstr("offer sale counts"));
}

TEST_F(DamagedMoneyTest, ACodeThatIsFreeAgainIsFound) {
  const auto problems = After<wire::CodeRow>(
      store::Family::kCodes, "CODE0", [](wire::CodeRow& row) {
        if (row.reserved == 0 && row.used == 0) return false;
        row.reserved = row.used = 0;
        row.uses_left = 2;
        return true;
      });
  ASSERT_THAT(problems, Not(IsEmpty()));
  EXPECT_THAT(problems[0], HasSubstr("code CODE"));
}

TEST_F(DamagedMoneyTest, AReservationThatIsForgottenIsFound) {
  EXPECT_THAT(After<wire::ReservationRow>(
                  store::Family::kReservations, "",
                  [](wire::ReservationRow& row) {
                    if (row.state != wire::ReservationState::COMMITTED)
                      return false;
                    row.state = wire::ReservationState::EXPIRED;
                    return true;
                  }),
              Not(IsEmpty()));
}

}  // namespace
}  // namespace patron::testing
