#include "index/repeats.h"

#include <gtest/gtest.h>

#include "tests/index/small_shop.h"

namespace patron::index {
namespace {

TEST(RepeatsTest, TheUsualIntervalIsTheMedianOverCustomers) {
  TrainingLog log;
  AddLine(0, 0, 0, 100, log);  // 10 days between
  AddLine(0, 0, 1, 110, log);
  AddLine(0, 0, 2, 120, log);
  AddLine(1, 0, 3, 100, log);  // 30 days
  AddLine(1, 0, 4, 130, log);
  AddLine(2, 0, 5, 100, log);  // 14 days
  AddLine(2, 0, 6, 114, log);
  AddLine(3, 0, 7, 100, log);  // once
  const Repeats repeats = LearnRepeats(CollectPurchases(log, {}), 2);
  EXPECT_FLOAT_EQ(repeats.typical_interval_days[0], 14);
  EXPECT_FLOAT_EQ(repeats.repeat_rate[0], 0.75);
  EXPECT_EQ(repeats.customers[0], 4u);
}

TEST(RepeatsTest, TwiceOnOneDayIsNoRepeat) {
  TrainingLog log;
  AddLine(0, 0, 0, 100, log);
  AddLine(0, 0, 1, 100, log);
  const Repeats repeats = LearnRepeats(CollectPurchases(log, {}), 1);
  EXPECT_EQ(repeats.typical_interval_days[0], 0);
  EXPECT_EQ(repeats.repeat_rate[0], 0);
  EXPECT_EQ(repeats.customers[0], 1u);
}

TEST(RepeatsTest, NothingIsKnownOfAnonymousOrUnboughtProducts) {
  TrainingLog log;
  AddLine(kAnonymousCustomer, 0, 0, 100, log);
  const Repeats repeats = LearnRepeats(CollectPurchases(log, {}), 2);
  for (const uint32_t product : {0, 1}) {
    EXPECT_EQ(repeats.customers[product], 0u);
    EXPECT_EQ(repeats.repeat_rate[product], 0);
  }
}

}  // namespace
}  // namespace patron::index
