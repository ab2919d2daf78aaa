#include <gtest/gtest.h>

#include "absl/time/civil_time.h"
#include "server/offers/quote.h"

namespace patron::offers {
namespace {

using wire::Period;

Day DayOn(int year, int month, int day) {
  return static_cast<Day>(absl::CivilDay(year, month, day) -
                          absl::CivilDay(1970));
}

TEST(PeriodTest, EverIsOnePeriod) {
  EXPECT_EQ(PeriodOf(Period::EVER, 0), 0);
  EXPECT_EQ(PeriodOf(Period::EVER, kMaxDay), 0);
}

TEST(PeriodTest, ADayIsItself) {
  EXPECT_EQ(PeriodOf(Period::DAY, 20619), 20619);
}

TEST(PeriodTest, AWeekBeginsOnMonday) {
  const int32_t week = PeriodOf(Period::WEEK, DayOn(2026, 6, 15));
  EXPECT_EQ(PeriodOf(Period::WEEK, DayOn(2026, 6, 21)), week);
  EXPECT_EQ(PeriodOf(Period::WEEK, DayOn(2026, 6, 14)), week - 1);
  EXPECT_EQ(PeriodOf(Period::WEEK, DayOn(2026, 6, 22)), week + 1);
  // 1970 began on a Thursday: its first four days are the week of 1969's end.
  EXPECT_EQ(PeriodOf(Period::WEEK, 0), 0);
  EXPECT_EQ(PeriodOf(Period::WEEK, 3), 0);
  EXPECT_EQ(PeriodOf(Period::WEEK, 4), 1);
}

TEST(PeriodTest, MonthsAreCountedSince1970AndYearsAreTheirNumber) {
  EXPECT_EQ(PeriodOf(Period::MONTH, 0), 0);
  EXPECT_EQ(PeriodOf(Period::MONTH, DayOn(2026, 6, 1)), 56 * 12 + 5);
  EXPECT_EQ(PeriodOf(Period::MONTH, DayOn(2026, 5, 31)), 56 * 12 + 4);
  EXPECT_EQ(PeriodOf(Period::YEAR, DayOn(2026, 12, 31)), 2026);
  EXPECT_EQ(PeriodOf(Period::YEAR, DayOn(2027, 1, 1)), 2027);
}

class LeftTest : public ::testing::Test {
 protected:
  Left LeftNow() const {
    return LeftOf(offer_, 9, count_, &account_, DayOn(2026, 6, 15));
  }
  void CountIn(Day day) {
    count_.uses = 7;
    count_.reserved_uses = 2;
    count_.discount = 700;
    count_.reserved_discount = 200;
    count_.period = PeriodOf(offer_.limits.period, day);
    count_.period_uses = 3;
    count_.period_discount = 300;
  }

  wire::Offer offer_;
  wire::OfferCountRow count_;
  wire::AccountRow account_;
};

TEST_F(LeftTest, WithoutLimitsThereIsNoEnd) {
  CountIn(DayOn(2026, 6, 15));
  const Left left = LeftNow();
  EXPECT_EQ(left.uses, -1);
  EXPECT_EQ(left.budget, -1);
  EXPECT_EQ(left.customer_uses, -1);
}

TEST_F(LeftTest, WhatIsReservedIsNotLeft) {
  offer_.limits.uses = 10;
  offer_.limits.budget = 1000;
  CountIn(DayOn(2026, 6, 15));
  EXPECT_EQ(LeftNow().uses, 1);
  EXPECT_EQ(LeftNow().budget, 100);
}

TEST_F(LeftTest, AnotherPeriodBeginsAfresh) {
  offer_.limits.uses = 10;
  offer_.limits.budget = 1000;
  offer_.limits.period = Period::MONTH;
  CountIn(DayOn(2026, 6, 1));
  EXPECT_EQ(LeftNow().uses, 7);
  EXPECT_EQ(LeftNow().budget, 700);
  CountIn(DayOn(2026, 5, 31));
  EXPECT_EQ(LeftNow().uses, 10);
  EXPECT_EQ(LeftNow().budget, 1000);
}

TEST_F(LeftTest, MoreUsedThanALowerLimitAllowsLeavesNothing) {
  offer_.limits.uses = 5;
  CountIn(DayOn(2026, 6, 15));
  EXPECT_EQ(LeftNow().uses, 0);
}

TEST_F(LeftTest, ACustomersUsesAreHerOwnAndOfTheOffer) {
  offer_.limits.uses_per_customer = 3;
  offer_.limits.customer_period = Period::YEAR;
  wire::OfferUses uses;
  uses.offer = 8;
  uses.period = 2026;
  uses.uses = 3;
  account_.offers.push_back(uses);
  EXPECT_EQ(LeftNow().customer_uses, 3);
  uses.offer = 9;
  uses.uses = 1;
  uses.reserved = 1;
  account_.offers.push_back(uses);
  EXPECT_EQ(LeftNow().customer_uses, 1);
  account_.offers.back().period = 2025;
  EXPECT_EQ(LeftNow().customer_uses, 3);
  EXPECT_EQ(LeftOf(offer_, 9, count_, nullptr, 20619).customer_uses, 3);
}

}  // namespace
}  // namespace patron::offers
