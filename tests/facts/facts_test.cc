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

TEST(FactsTest, DiscountBandsEndAtWholePercents) {
  struct Case {
    int64_t list_amount, amount;
    size_t band;
  };
  for (const Case& c :
       {Case{0, 0, 0}, Case{1000, 1000, 0}, Case{900, 1000, 0},
        Case{1000, 999, 1}, Case{1000, 850, 1}, Case{1000, 849, 2},
        Case{1000, 650, 2}, Case{1000, 649, 3}, Case{1000, 450, 3},
        Case{1000, 449, 4}, Case{1'000'000'000'000, 0, 4}})
    EXPECT_EQ(DiscountBandOf(c.list_amount, c.amount), c.band)
        << c.amount << " of " << c.list_amount;
}

TEST(FactsTest, TraitsAreAProfileWithoutWhatNamesHer) {
  wire::Customer customer;
  customer.customer_id = "ann";
  customer.__set_name("Ann Example");
  customer.contacts = {{"email", "ann@example.org"}};
  customer.__set_birth_year(1980);
  const auto traits = MakeTraits(customer);
  EXPECT_EQ(traits->name, "");
  EXPECT_FALSE(traits->__isset.name);
  EXPECT_TRUE(traits->contacts.empty());
  EXPECT_EQ(traits->birth_year, 1980);
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

TEST(FactsTest, ShowingsCountLatestFirstAndTheOldestFallsOff) {
  std::vector<Showing> shown;
  for (uint32_t product = 0; product < kShownKept + 3; ++product)
    AddShowing(shown, {ProductOrdinal(product), 100, 1});
  ASSERT_EQ(shown.size(), kShownKept);
  EXPECT_EQ(shown.front().product, ProductOrdinal(kShownKept + 2));
  EXPECT_EQ(shown.back().product, ProductOrdinal(3));
  AddShowing(shown, {ProductOrdinal(5), 107, 1});
  EXPECT_EQ(shown.front(), (Showing{ProductOrdinal(5), 107, 2}));
  EXPECT_EQ(shown.size(), kShownKept);
  for (int i = 0; i < 300; ++i) AddShowing(shown, {ProductOrdinal(5), 101, 1});
  EXPECT_EQ(shown.front(), (Showing{ProductOrdinal(5), 107, 255}));
}

}  // namespace
}  // namespace patron::facts
