#include "server/targeting/thresholds.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace patron::targeting {
namespace {

using ::testing::DoubleNear;
using ::testing::Each;
using ::testing::HasSubstr;

facts::Summary Bought(const BandLines& lines) {
  facts::Summary summary;
  summary.discount_bands = lines;
  summary.first_day = 100;
  for (const int32_t each : lines) summary.lines += each;
  summary.purchases = summary.lines;
  summary.spend = {{"EUR", 100 * summary.lines}};
  return summary;
}

// Half buy at any price, the others from 30 or from 50 % off.
Population SomePopulation() {
  std::vector<facts::Summary> customers;
  for (int i = 0; i < 50; ++i) {
    customers.push_back(Bought({12, 2, 4, 2, 0}));
    customers.push_back(Bought(i % 2 == 0 ? BandLines{0, 0, 6, 3, 1}
                                          : BandLines{0, 0, 0, 4, 2}));
  }
  return PopulationOf(customers, "EUR", 200);
}

TEST(ThresholdsTest, WhoBuysAtFullPriceGainsNothingByDepth) {
  const BandValues rates = RelativeRates({12, 2, 4, 2, 0}, SomePopulation());
  EXPECT_THAT(rates, Each(DoubleNear(rates[0], 1e-9)));
  EXPECT_EQ(ThresholdBand(rates), 0u);
}

TEST(ThresholdsTest, WhoWaitsForThirtyPercentIsTold) {
  const BandValues rates = RelativeRates({0, 0, 6, 3, 1}, SomePopulation());
  EXPECT_LT(rates[0], 0.4);
  EXPECT_GT(rates[2], 3 * rates[0]);
  EXPECT_EQ(ThresholdBand(rates), 2u);
}

TEST(ThresholdsTest, WhoWaitsForFiftyPercentIsTold) {
  const BandValues rates = RelativeRates({0, 0, 0, 4, 2}, SomePopulation());
  EXPECT_GT(rates[3], 2 * rates[2]);
  EXPECT_EQ(ThresholdBand(rates), 3u);
}

TEST(ThresholdsTest, OneWhoIsUnknownStandsBetweenTheOthers) {
  const Population population = SomePopulation();
  const double unknown = RelativeRates({}, population)[0];
  EXPECT_GT(unknown, RelativeRates({0, 0, 6, 3, 1}, population)[0]);
  EXPECT_LT(unknown, RelativeRates({12, 2, 4, 2, 0}, population)[0]);
}

TEST(ThresholdsTest, FewLinesSayLessThanMany) {
  const Population population = SomePopulation();
  EXPECT_GT(RelativeRates({0, 0, 1, 0, 0}, population)[0],
            RelativeRates({0, 0, 10, 0, 0}, population)[0]);
}

TEST(ThresholdsTest, RatesNeverFallAndKeepTheirSum) {
  const Population population = SomePopulation();
  for (const BandLines& lines :
       {BandLines{5, 0, 0, 0, 5}, BandLines{0, 9, 1, 0, 0},
        BandLines{3, 1, 4, 1, 5}, BandLines{0, 0, 9, 0, 0}}) {
    const BandValues rates = RelativeRates(lines, population);
    double sum = 0;
    for (size_t band = 0; band < facts::kDiscountBands; ++band) {
      sum += rates[band] * population.share[band];
      if (band > 0) {
        EXPECT_GE(rates[band], rates[band - 1]);
      }
    }
    EXPECT_NEAR(sum, 1, 1e-9);
  }
}

TEST(ThresholdsTest, ClassesAreFoundAgain) {
  const Population population = SomePopulation();
  double any_price = 0, size = 0;
  for (const BuyerClass& one : population.classes) {
    size += one.size;
    if (one.mix[0] > 0.5) any_price += one.size;
  }
  EXPECT_NEAR(size, 1, 1e-9);
  EXPECT_NEAR(any_price, 0.5, 0.02);
}

TEST(ThresholdsTest, WhereAllAreAlikeNobodyWaits) {
  const std::vector<facts::Summary> alike(30, Bought({6, 0, 2, 2, 0}));
  const Population population = PopulationOf(alike, "EUR", 200);
  EXPECT_EQ(ThresholdBand(RelativeRates({6, 0, 2, 2, 0}, population)), 0u);
}

TEST(ThresholdsTest, AnEmptyShopHasAPopulation) {
  const Population population = PopulationOf({}, "EUR", 200);
  EXPECT_EQ(population.line_value, 0);
  EXPECT_GT(RelativeRates({}, population)[0], 0);
}

TEST(ThresholdsTest, HabitsAreToldInWords) {
  EXPECT_THAT(HabitText({8, 0, 1, 1, 0}, 0),
              HasSubstr("usually buys at full price (8 of 10 lines"));
  EXPECT_EQ(HabitText({2, 0, 5, 3, 0}, 2),
            "bought 8 of 10 lines at more than 15 % off");
  EXPECT_EQ(HabitText({2, 0, 0, 8, 0}, 3),
            "bought 8 of 10 lines at more than 35 % off");
  EXPECT_EQ(HabitText({}, 0), "has bought nothing yet");
}

}  // namespace
}  // namespace patron::targeting
