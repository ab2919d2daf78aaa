#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdint>
#include <limits>
#include <random>

#include "absl/time/civil_time.h"
#include "server/loyalty/account.h"
#include "server/loyalty/programmes.h"
#include "tests/testing/seed.h"

namespace patron::loyalty {
namespace {

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Day DayOf(int year, int month, int day) {
  return static_cast<Day>(absl::CivilDay(year, month, day) -
                          absl::CivilDay(1970));
}

wire::Programme Rate(int64_t points, int64_t amount,
                     wire::Rounding::type rounding = wire::Rounding::DOWN) {
  wire::Programme programme;
  programme.earn_points = points;
  programme.earn_amount = amount;
  programme.rounding = rounding;
  return programme;
}

wire::Programme Redeem(int64_t points, int64_t amount) {
  wire::Programme programme;
  programme.redeem_points = points;
  programme.redeem_amount = amount;
  return programme;
}

TEST(PointsForTest, RoundsAsTheProgrammeSays) {
  const auto down = Rate(1, 100, wire::Rounding::DOWN);
  const auto nearest = Rate(1, 100, wire::Rounding::NEAREST);
  const auto up = Rate(1, 100, wire::Rounding::UP);
  struct Case {
    int64_t amount, down, nearest, up;
  };
  for (const Case& c :
       {Case{0, 0, 0, 0}, Case{1, 0, 0, 1}, Case{49, 0, 0, 1},
        Case{50, 0, 1, 1}, Case{99, 0, 1, 1}, Case{100, 1, 1, 1},
        Case{149, 1, 1, 2}, Case{150, 1, 2, 2}, Case{200, 2, 2, 2}}) {
    EXPECT_EQ(PointsFor(down, c.amount, 10000), c.down) << c.amount;
    EXPECT_EQ(PointsFor(nearest, c.amount, 10000), c.nearest) << c.amount;
    EXPECT_EQ(PointsFor(up, c.amount, 10000), c.up) << c.amount;
  }
}

TEST(PointsForTest, AMultiplierIsRoundedWithTheAmountAtOnce) {
  // 1.50 × 1 point a 1.00 × 1.5 = 2.25 points; rounded before it were 1.
  EXPECT_EQ(PointsFor(Rate(1, 100), 150, 15000), 2);
  EXPECT_EQ(PointsFor(Rate(1, 100, wire::Rounding::UP), 150, 15000), 3);
  EXPECT_EQ(PointsFor(Rate(3, 7), 5, 20000), 4);  // 30 / 7
}

TEST(PointsForTest, NothingGivesNothing) {
  EXPECT_EQ(PointsFor(Rate(1, 100), -500, 10000), 0);
  EXPECT_EQ(PointsFor(Rate(1, 100), 500, 0), 0);
  EXPECT_EQ(PointsFor(Rate(1, 100), 500, -10000), 0);
  EXPECT_EQ(PointsFor(Rate(0, 100), 500, 10000), 0);
  EXPECT_EQ(PointsFor(Rate(1, 0), 500, 10000), 0);
}

TEST(PointsForTest, KeepsToTheEndOfItsType) {
  EXPECT_EQ(PointsFor(Rate(1, 1), kMost, 10000), kMost);
  EXPECT_EQ(PointsFor(Rate(1, 1), kMost, 10001), kMost);
  EXPECT_EQ(PointsFor(Rate(kMost, 1), kMost, kMost), kMost);
  EXPECT_EQ(PointsFor(Rate(kMost, kMost), kMost, 10000), kMost);
  EXPECT_EQ(PointsFor(Rate(1, kMost), kMost, 10000), 1);
  EXPECT_EQ(PointsFor(Rate(1, kMost), kMost - 1, 10000), 0);
  EXPECT_EQ(PointsFor(Rate(1, kMost, wire::Rounding::UP), 1, 1), 1);
}

TEST(PointsToPayTest, IsTheFewestThatPays) {
  const uint64_t seed = testing::TestSeed(20261122);
  std::mt19937_64 random(seed);
  for (int i = 0; i < 20000; ++i) {
    const auto programme = Redeem(1 + static_cast<int64_t>(random() % 1000),
                                  1 + static_cast<int64_t>(random() % 1000));
    const int64_t amount = 1 + static_cast<int64_t>(random() % 1000000);
    const Points points = PointsToPay(programme, amount);
    ASSERT_GE(AmountOf(programme, points), amount);
    ASSERT_LT(AmountOf(programme, points - 1), amount);
  }
}

TEST(PointsToPayTest, KeepsToTheEndOfItsType) {
  EXPECT_EQ(AmountOf(Redeem(1, 2), kMost), kMost);
  EXPECT_EQ(PointsToPay(Redeem(2, 1), kMost), kMost);
  EXPECT_EQ(PointsToPay(Redeem(1, 1), kMost), kMost);
  EXPECT_EQ(AmountOf(Redeem(1, 1), kMost), kMost);
  EXPECT_EQ(PointsToPay(Redeem(1, kMost), kMost), 1);
}

TEST(PointsToPayTest, PointsThatPayNothingPayNothing) {
  EXPECT_EQ(AmountOf(Redeem(0, 0), 100), 0);
  EXPECT_EQ(PointsToPay(Redeem(0, 0), 100), kMost);
  EXPECT_EQ(PointsToPay(Redeem(0, 0), 0), 0);
  EXPECT_EQ(AmountOf(Redeem(100, 50), -100), 0);
}

LotDays DaysOf(wire::Expiry::type expiry, int32_t count, int32_t pending,
               Day day) {
  wire::Programme programme;
  programme.expiry = expiry;
  programme.expiry_count = count;
  programme.pending_days = pending;
  return LotDaysOf(programme, day);
}

TEST(LotDaysTest, FollowTheProgramme) {
  const Day leap = DayOf(2028, 2, 29);
  EXPECT_EQ(DaysOf(wire::Expiry::NEVER, 5, 0, leap).expiry_day, 0);
  EXPECT_EQ(DaysOf(wire::Expiry::DAYS, 1, 0, leap).expiry_day,
            DayOf(2028, 3, 1));
  EXPECT_EQ(DaysOf(wire::Expiry::END_OF_MONTH, 0, 0, leap).expiry_day, leap);
  EXPECT_EQ(DaysOf(wire::Expiry::END_OF_MONTH, 12, 0, leap).expiry_day,
            DayOf(2029, 2, 28));
  EXPECT_EQ(
      DaysOf(wire::Expiry::END_OF_MONTH, 1, 0, DayOf(2026, 12, 31)).expiry_day,
      DayOf(2027, 1, 31));
  EXPECT_EQ(DaysOf(wire::Expiry::END_OF_YEAR, 0, 0, leap).expiry_day,
            DayOf(2028, 12, 31));
  EXPECT_EQ(DaysOf(wire::Expiry::END_OF_YEAR, 2, 0, leap).expiry_day,
            DayOf(2030, 12, 31));
  EXPECT_EQ(DaysOf(wire::Expiry::NEVER, 0, 0, leap).available_day, 0);
  EXPECT_EQ(DaysOf(wire::Expiry::NEVER, 0, 14, leap).available_day,
            DayOf(2028, 3, 14));
}

TEST(LotDaysTest, KeepToTheEndOfTheirType) {
  constexpr int32_t kLast = std::numeric_limits<int32_t>::max();
  for (const auto expiry : {wire::Expiry::DAYS, wire::Expiry::END_OF_MONTH,
                            wire::Expiry::END_OF_YEAR}) {
    const LotDays days = DaysOf(expiry, kLast, kLast, 20000);
    EXPECT_EQ(days.expiry_day, kLast);
    EXPECT_EQ(days.available_day, kLast);
  }
  // Day 0 would mean "never".
  EXPECT_EQ(DaysOf(wire::Expiry::DAYS, 0, 0, 0).expiry_day, 1);
}

TEST(ProgrammesTest, AreFoundByIdAndByOrdinal) {
  Programmes programmes;
  programmes.all.resize(2);
  programmes.all[0].ordinal = 7;
  programmes.all[0].programme.id = "club";
  programmes.all[1].ordinal = 3;
  programmes.all[1].programme.id = "beans";
  EXPECT_EQ(programmes.ById("beans"), &programmes.all[1]);
  EXPECT_EQ(programmes.ByOrdinal(7), &programmes.all[0]);
  EXPECT_EQ(programmes.ById("gone"), nullptr);
  EXPECT_EQ(programmes.ByOrdinal(0), nullptr);
}

}  // namespace
}  // namespace patron::loyalty
