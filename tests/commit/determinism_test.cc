// The same commands in the same order give the same State, byte for byte.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <clocale>
#include <fstream>
#include <map>
#include <random>
#include <regex>
#include <string>
#include <vector>

#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::CommandGenerator;
using ::patron::testing::TempDir;

std::vector<wire::Command> Commands(uint64_t seed, int count) {
  CommandGenerator generator(seed);
  std::vector<wire::Command> commands;
  for (int i = 0; i < count; ++i) commands.push_back(generator.Next());
  return commands;
}

// Feeds the commands in batches whose sizes `next_size` tells; restarts after
// each of the positions in `restarts`.
template <typename NextSize>
std::string ChecksumAfter(const std::vector<wire::Command>& commands,
                          NextSize next_size,
                          const std::vector<size_t>& restarts = {}) {
  TempDir dir;
  AppliedStore store(dir.File("store"));
  size_t at = 0;
  for (size_t batch = 0; at < commands.size(); ++batch) {
    const size_t count = std::min<size_t>(next_size(), commands.size() - at);
    store.Apply(std::vector<wire::Command>(
        commands.begin() + static_cast<std::ptrdiff_t>(at),
        commands.begin() + static_cast<std::ptrdiff_t>(at + count)));
    at += count;
    for (const size_t restart : restarts)
      if (restart == batch) store.Reopen();
  }
  return store.Checksum();
}

class DeterminismTest : public ::testing::Test {
 protected:
  const uint64_t seed_ = testing::TestSeed(42);
  const std::vector<wire::Command> commands_ = Commands(seed_, 4000);
};

TEST_F(DeterminismTest, BatchesOfAnySizeAndARestartGiveTheSameBytes) {
  const std::string one_by_one = ChecksumAfter(commands_, [] { return 1; });
  std::mt19937_64 random(seed_);
  const auto random_size = [&random] { return 1 + random() % 100; };
  EXPECT_EQ(ChecksumAfter(commands_, random_size), one_by_one);
  EXPECT_EQ(ChecksumAfter(commands_, [] { return 512; }), one_by_one);
  EXPECT_EQ(ChecksumAfter(commands_, [] { return 64; }, {0, 7, 31}),
            one_by_one);
  EXPECT_NE(ChecksumAfter(Commands(seed_ + 1, 4000), [] { return 64; }),
            one_by_one);
}

TEST_F(DeterminismTest, TimeZoneAndLocaleDoNotShow) {
  const std::string here = ChecksumAfter(commands_, [] { return 64; });
  ASSERT_EQ(::setenv("TZ", "Pacific/Kiritimati", 1), 0);
  ::tzset();
  for (const char* locale : {"de_DE.UTF-8", "tr_TR.UTF-8", "C"})
    if (std::setlocale(LC_ALL, locale) != nullptr) {
      EXPECT_EQ(ChecksumAfter(commands_, [] { return 64; }), here) << locale;
    }
  ::unsetenv("TZ");
  ::tzset();
  std::setlocale(LC_ALL, "C");
}

// The literal is what every build must give: the tests run under g++, and under
// clang with a sanitizer in tools/check.sh. It changes only with the format,
// the meaning of a command, or the generator.
TEST(DeterminismPinTest, EveryCompilerGivesThisChecksum) {
  EXPECT_EQ(ChecksumAfter(Commands(42, 1500), [] { return 100; }),
            "d4672083da828f3a197f8bded709a945");
}

// A checksum of commands that were all refused would say little.
TEST(DeterminismPinTest, ContactsArePlannedCappedDisplacedAndMerged) {
  TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Commands(42, 4000));
  std::map<int32_t, int64_t> left_out;
  int64_t planned = 0;
  for (const contacts::RunPtr& run : store.state().runs.All()) {
    planned += run->planned;
    for (const auto& [reason, customers] : run->left_out)
      left_out[reason] += customers;
  }
  EXPECT_GT(planned, 100);
  for (const auto reason :
       {wire::LeftOut::CONSENT, wire::LeftOut::CAP, wire::LeftOut::HOLDOUT,
        wire::LeftOut::DISPLACED, wire::LeftOut::MERGED})
    EXPECT_GT(left_out[reason], 0) << reason;
  EXPECT_FALSE(store.state().lists.All().empty());
}

TEST(DeterminismPinTest, AKindThatTheGeneratorDoesNotKnowFails) {
  std::ifstream file(PATRON_COMMANDS_THRIFT);
  const std::string idl((std::istreambuf_iterator<char>(file)), {});
  std::smatch body;
  ASSERT_TRUE(std::regex_search(
      idl, body, std::regex(R"(union CommandBody \{([^}]*)\})")));
  const std::string fields = body[1];
  std::vector<std::string> kinds;
  const std::regex field(R"(\d+:\s*\S+\s+(\w+))");
  for (auto at = std::sregex_iterator(fields.begin(), fields.end(), field);
       at != std::sregex_iterator(); ++at)
    kinds.push_back((*at)[1]);
  EXPECT_THAT(CommandGenerator::Kinds(),
              ::testing::UnorderedElementsAreArray(kinds));
}

}  // namespace
}  // namespace patron
