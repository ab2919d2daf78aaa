#include "tools/eval/paired.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

TEST(PairedTest, TheIntervalIsStudents) {
  // Differences 1, 2, 3, 4: mean 2.5, variance 5/3, t(0.975, 3) = 3.182446.
  const std::vector<double> first = {2, 4, 6, 8}, second = {1, 2, 3, 4};
  ASSERT_OK_AND_ASSIGN(const PairedResult result,
                       ComparePaired(first, second, {}));
  EXPECT_EQ(result.pairs, 4u);
  EXPECT_DOUBLE_EQ(result.first, 5);
  EXPECT_DOUBLE_EQ(result.second, 2.5);
  EXPECT_DOUBLE_EQ(result.difference, 2.5);
  const double reach = 3.182446305 * std::sqrt(5.0 / 3 / 4);
  EXPECT_NEAR(result.low, 2.5 - reach, 1e-6);
  EXPECT_NEAR(result.high, 2.5 + reach, 1e-6);
}

TEST(PairedTest, TheChanceOfFlipsIsThatOfAllOfThem) {
  // Of the 16 signs of 1, 2, 3, 4 two reach a sum of 10: p = 1/8.
  const std::vector<double> first = {1, 2, 3, 4}, second = {0, 0, 0, 0};
  PairedOptions options;
  options.flips = 100'000;
  ASSERT_OK_AND_ASSIGN(const PairedResult result,
                       ComparePaired(first, second, options));
  EXPECT_NEAR(result.p, 0.125, 0.005);
  EXPECT_EQ(result.verdict, Verdict::kCannotTell);
}

TEST(PairedTest, EqualRunsCannotBeTold) {
  const std::vector<double> same(50, 0.25);
  ASSERT_OK_AND_ASSIGN(const PairedResult result,
                       ComparePaired(same, same, {}));
  EXPECT_EQ(result.p, 1);
  EXPECT_EQ(result.low, 0);
  EXPECT_EQ(result.verdict, Verdict::kCannotTell);
}

TEST(PairedTest, TheSameSeedGivesTheSameChance) {
  const std::vector<double> first = {1, 0, 3, 2, 5}, second = {0, 1, 1, 2, 2};
  ASSERT_OK_AND_ASSIGN(const auto one, ComparePaired(first, second, {}));
  ASSERT_OK_AND_ASSIGN(const auto again, ComparePaired(first, second, {}));
  EXPECT_EQ(one.p, again.p);
}

TEST(PairedTest, UnevenRunsAndSinglePairsAreRefused) {
  const std::vector<double> two = {1, 2}, one = {1};
  EXPECT_THAT(ComparePaired(two, one, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2 and 1 values")));
  EXPECT_THAT(ComparePaired(one, one, {}),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

// Recalls of so many customers, the second `better` above the first on average.
struct Runs {
  std::vector<double> first, second;
};
Runs Draw(size_t customers, double better, std::mt19937_64& random) {
  std::normal_distribution<double> own(0.15, 0.1), noise(0, 0.08);
  Runs runs;
  for (size_t i = 0; i < customers; ++i) {
    const double customer = own(random);
    runs.first.push_back(customer + noise(random));
    runs.second.push_back(customer + noise(random) + better);
  }
  return runs;
}

TEST(PairedTest, APlantedDifferenceIsFoundOnTheRightSide) {
  std::mt19937_64 random(testing::TestSeed(1));
  PairedOptions options;
  options.flips = 1000;
  for (int i = 0; i < 20; ++i) {
    const Runs runs = Draw(400, 0.03, random);
    ASSERT_OK_AND_ASSIGN(const auto result,
                         ComparePaired(runs.first, runs.second, options));
    EXPECT_EQ(result.verdict, Verdict::kSecond);
    ASSERT_OK_AND_ASSIGN(const auto other,
                         ComparePaired(runs.second, runs.first, options));
    EXPECT_EQ(other.verdict, Verdict::kFirst);
    EXPECT_LT(other.p, 0.01);
  }
}

TEST(PairedTest, WithoutADifferenceAlarmsAreAsRareAsPromised) {
  std::mt19937_64 random(testing::TestSeed(2));
  PairedOptions options;
  options.flips = 400;
  constexpr int kTrials = 600;
  int alarms = 0;
  for (int i = 0; i < kTrials; ++i) {
    const Runs runs = Draw(60, 0, random);
    ASSERT_OK_AND_ASSIGN(const auto result,
                         ComparePaired(runs.first, runs.second, options));
    alarms += result.verdict != Verdict::kCannotTell;
  }
  // 30 are expected at most; 5.4 is the standard error.
  EXPECT_LE(alarms, 30 + 4 * 5.4);
  EXPECT_GE(alarms, 5);  // and it can say something
}

}  // namespace
}  // namespace patron::eval
