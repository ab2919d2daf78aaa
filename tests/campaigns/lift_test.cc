#include "server/campaigns/lift.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <vector>

#include "server/base/student.h"
#include "tests/testing/seed.h"

namespace patron::campaigns {
namespace {

using ::testing::HasSubstr;

Spend Of(const std::vector<int64_t>& amounts) {
  Spend spend;
  for (const int64_t amount : amounts) spend.Add(amount);
  return spend;
}

// Eight of ten buy nothing, the others lognormally; minor units.
class Shoppers {
 public:
  explicit Shoppers(uint64_t seed) : random_(seed) {}

  Spend Buy(int customers, double factor = 1) {
    Spend spend;
    for (int i = 0; i < customers; ++i) spend.Add(One(factor));
    return spend;
  }

 private:
  int64_t One(double factor) {
    std::uniform_real_distribution<double> chance(0, 1);
    std::normal_distribution<double> normal(0, 1);
    if (chance(random_) < 0.8) return 0;
    return std::llround(std::exp(7.5 + 1.1 * normal(random_)) * factor);
  }

  std::mt19937_64 random_;
};

TEST(LiftTest, AnIntervalIsWelchs) {
  // Worked by hand: means 27 and 21, variances of the means 0.8 and 0.5.
  Spend contacted, held_out;
  for (int i = 0; i < 30; ++i) contacted.Add(i % 2 == 0 ? 20 : 34);
  for (int i = 0; i < 40; ++i) held_out.Add(i % 2 == 0 ? 16 : 26);
  const Lift lift = LiftOf(contacted, held_out);
  ASSERT_TRUE(lift.enough) << lift.note;
  EXPECT_DOUBLE_EQ(lift.lift, 6);
  const double v1 = 49.0 * 30 / 29 / 30, v2 = 25.0 * 40 / 39 / 40;
  const double freedom = (v1 + v2) * (v1 + v2) / (v1 * v1 / 29 + v2 * v2 / 39);
  const double reach = StudentQuantile(0.975, freedom) * std::sqrt(v1 + v2);
  EXPECT_NEAR(lift.high - lift.lift, reach, 1e-9);
  EXPECT_NEAR(lift.lift - lift.low, reach, 1e-9);
}

TEST(LiftTest, TooLittleDataSaysSoInsteadOfANumber) {
  const Spend many = Shoppers(1).Buy(200);
  const Spend few = Of(std::vector<int64_t>(29, 100));
  std::vector<int64_t> spent(100, 0);
  for (int i = 0; i < 4; ++i) spent[i] = 500;
  const Spend few_buyers = Of(spent);
  Lift lift = LiftOf(few, many);
  EXPECT_FALSE(lift.enough);
  EXPECT_THAT(lift.note, HasSubstr("29 customers contacted"));
  lift = LiftOf(many, few_buyers);
  EXPECT_FALSE(lift.enough);
  EXPECT_THAT(lift.note, HasSubstr("4 buyers held out"));
  EXPECT_EQ(lift.high, 0);
  EXPECT_TRUE(LiftOf(many, many).enough);
}

TEST(LiftTest, EqualSpendersHaveNoLiftAndNoDoubt) {
  const Spend same = Of(std::vector<int64_t>(50, 700));
  const Lift lift = LiftOf(same, same);
  EXPECT_TRUE(lift.enough);
  EXPECT_EQ(lift.low, 0);
  EXPECT_EQ(lift.high, 0);
}

TEST(LiftTest, NineteenOfTwentyIntervalsOfCampaignsWithoutEffectHoldZero) {
  Shoppers shoppers(testing::TestSeed(20260302));
  constexpr int kCampaigns = 1000;
  int hold_zero = 0;
  for (int i = 0; i < kCampaigns; ++i) {
    const Lift lift = LiftOf(shoppers.Buy(1000), shoppers.Buy(1000));
    ASSERT_TRUE(lift.enough);
    hold_zero += lift.low <= 0 && lift.high >= 0;
  }
  RecordProperty("hold_zero", hold_zero);
  EXPECT_GE(hold_zero, kCampaigns * 93 / 100);
  EXPECT_LE(hold_zero, kCampaigns * 97 / 100);
}

TEST(LiftTest, APlantedLiftIsFound) {
  Shoppers shoppers(testing::TestSeed(5));
  const Spend contacted = shoppers.Buy(20'000, 1.25);
  const Spend held_out = shoppers.Buy(20'000);
  const Lift lift = LiftOf(contacted, held_out);
  // A fifth buy, exp(7.5 + 1.1² ÷ 2) each on average, a quarter more.
  const double planted = 0.2 * std::exp(7.5 + 1.1 * 1.1 / 2) * 0.25;
  EXPECT_GT(lift.low, 0);
  EXPECT_LT(lift.low, planted);
  EXPECT_GT(lift.high, planted);
}

}  // namespace
}  // namespace patron::campaigns
