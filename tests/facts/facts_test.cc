#include "server/facts/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <vector>

#include "tests/testing/seed.h"

namespace patron::facts {
namespace {

using ::testing::ElementsAre;

ItemFact Bought(const std::vector<Day>& days) {
  ItemFact item{ProductOrdinal(1)};
  for (const Day day : days) AddReceipt(item, day);
  return item;
}

TEST(FactsTest, ItemKeepsTheLatestDaysInWhateverOrderTheyCome) {
  const uint64_t seed = testing::TestSeed(7);
  std::mt19937_64 random(seed);
  std::vector<Day> days = {100, 107, 107, 114, 121, 130};
  const ItemFact in_order = Bought(days);
  EXPECT_EQ(in_order.times, 6);
  EXPECT_EQ(in_order.first_day, 100);
  EXPECT_THAT(in_order.days, ElementsAre(130, 121, 114, 107));
  for (int round = 0; round < 100; ++round) {
    std::shuffle(days.begin(), days.end(), random);
    EXPECT_EQ(Bought(days), in_order);
  }
}

TEST(FactsTest, UsualInterval) {
  EXPECT_EQ(Bought({100}).UsualIntervalDays(), std::nullopt);
  EXPECT_EQ(Bought({100, 100}).UsualIntervalDays(), std::nullopt);
  EXPECT_EQ(Bought({100, 110}).UsualIntervalDays(), 10);
  // Median of the latest gaps: one long holiday does not stretch it.
  EXPECT_EQ(Bought({100, 110, 150, 160}).UsualIntervalDays(), 10);
  EXPECT_EQ(Bought({0 + 1, 100, 110, 124}).UsualIntervalDays(), 14);
  EXPECT_EQ(Bought({100, 110, 130}).UsualIntervalDays(), 15);
  // Two receipts of one day are not an interval of nothing.
  EXPECT_EQ(Bought({100, 110, 110, 120}).UsualIntervalDays(), 10);
}

TEST(FactsTest, RecentKeepsTheNewestInteractions) {
  Summary summary;
  for (int i = 0; i < 40; ++i)
    AddInteraction(summary, {(i * 17) % 40, ProductOrdinal(1), 1});
  ASSERT_EQ(summary.recent.size(), kRecentKept);
  EXPECT_EQ(summary.recent.front().at_us, 39);
  EXPECT_EQ(summary.recent.back().at_us, 24);
}

TEST(FactsTest, AnAmountThatCameAndWentLeavesNoTrace) {
  Summary summary;
  AddAmount(summary.spend, "EUR", 100);
  AddAmount(summary.spend, "CHF", 5);
  AddAmount(summary.spend, "EUR", -100);
  ASSERT_EQ(summary.spend.size(), 1u);
  EXPECT_EQ(summary.spend[0].first, "CHF");
}

}  // namespace
}  // namespace patron::facts
