#include "server/prediction/prediction.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace patron::prediction {
namespace {

using ::testing::DoubleNear;

// Fader, Hardie & Lee (2005), table 2: 2357 customers of CDNOW, in weeks.
constexpr PurchaseModel kCdnow = {0.243, 4.414, 0.793, 2.426};
// Fader & Hardie (2013), section 4: the same customers, in dollars.
constexpr AmountModel kCdnowAmounts = {6.25, 3.74, 15.44};

// The worked example of Fader, Hardie & Lee, "Implementing the BG/NBD Model for
// Customer Base Analysis in Excel" (2005).
TEST(PredictionTest, ThePapersCustomerBuysSoOftenInThirtyNineWeeks) {
  const Visits visits = {.repeats = 2, .last = 30.43, .age = 38.86};
  EXPECT_THAT(ExpectedPurchases(kCdnow, visits, 39), DoubleNear(1.226, 0.001));
}

// Customer 1516 of the vignette of the R package BTYD (Dziurzynski, Wadsworth &
// McCarthy): 26 repeat purchases, the last at 30.86 of 31 weeks. The vignette's
// own parameters have more digits.
TEST(PredictionTest, AnotherPublishedCustomerIsAlmostSurelyThere) {
  const Visits visits = {.repeats = 26, .last = 30.86, .age = 31};
  EXPECT_THAT(ChanceAlive(kCdnow, visits), DoubleNear(0.9689, 0.0005));
  EXPECT_THAT(ExpectedPurchases(kCdnow, visits, 52), DoubleNear(25.76, 0.01));
}

TEST(PredictionTest, PublishedMeansOfAmountsComeOut) {
  EXPECT_THAT(ExpectedAmount(kCdnowAmounts, 2, 22.35), DoubleNear(24.65, 0.03));
  EXPECT_THAT(ExpectedAmount(kCdnowAmounts, 1, 11.77), DoubleNear(18.91, 0.03));
}

// ---- against the stories that the models tell, summed up by brute force

// The chance of what was seen of a customer with this rate and this chance to
// leave after a purchase, and of what follows.
struct Story {
  double there = 0;  // … and she is still there
  double gone = 0;   // … and she left
};

Story StoryOf(const Visits& v, double rate, double leave) {
  const double bought = std::pow(rate, v.repeats);
  Story story;
  story.there =
      std::pow(1 - leave, v.repeats) * bought * std::exp(-rate * v.age);
  if (v.repeats > 0)
    story.gone = leave * std::pow(1 - leave, v.repeats - 1) * bought *
                 std::exp(-rate * v.last);
  return story;
}

// Of one who is there: purchases in `ahead`, the last of which she leaves with.
double Ahead(double rate, double leave, double ahead) {
  return -std::expm1(-leave * rate * ahead) / leave;
}

struct BruteForce {
  double alive = 0;
  double purchases = 0;
};

// Over a grid of rates and chances; both are put on scales that spread the
// distributions' ends.
BruteForce Integrate(const PurchaseModel& m, const Visits& v, double ahead) {
  constexpr int kSteps = 1500;
  double all = 0;
  double there = 0;
  double purchases = 0;
  for (int i = 0; i < kSteps; ++i) {
    const double log_rate = -28 + 32 * (i + 0.5) / kSteps;
    const double rate = std::exp(log_rate);
    const double rate_weight = std::exp(m.r * log_rate - m.alpha * rate);
    for (int j = 0; j < kSteps; ++j) {
      const double odds = -24 + 48 * (j + 0.5) / kSteps;
      const double leave = 1 / (1 + std::exp(-odds));
      const double weight = rate_weight * std::exp(m.a * std::log(leave) +
                                                   m.b * std::log1p(-leave));
      const Story story = StoryOf(v, rate, leave);
      all += weight * (story.there + story.gone);
      there += weight * story.there;
      purchases += weight * story.there * Ahead(rate, leave, ahead);
    }
  }
  return {there / all, purchases / all};
}

struct Case {
  PurchaseModel model;
  Visits visits;
  double ahead;
};

TEST(PredictionTest, ClosedFormsAreWhatTheStoryComesTo) {
  for (const Case& c : {
           Case{kCdnow, {2, 30.43, 38.86}, 39}, Case{kCdnow, {0, 0, 38.86}, 39},
           Case{kCdnow, {0, 0, 0}, 10},
           Case{{0.8, 20, 0.9, 2.5}, {7, 120, 300}, 90},
           Case{{0.8, 20, 0.9, 2.5}, {1, 0, 400}, 365},
           Case{{2, 30, 1, 3}, {3, 50, 70}, 30},         // a is 1
           Case{{0.5, 10, 0.4, 0.6}, {0, 0, 20}, 30},    // a + b is 1
           Case{{1.2, 9, 1.7, 0.8}, {4, 100, 110}, 60},  // leaves soon
       }) {
    const BruteForce wanted = Integrate(c.model, c.visits, c.ahead);
    EXPECT_NEAR(ChanceAlive(c.model, c.visits), wanted.alive, 2e-4)
        << c.visits.repeats << " of " << c.visits.age;
    EXPECT_NEAR(ExpectedPurchases(c.model, c.visits, c.ahead), wanted.purchases,
                2e-3 * (1 + wanted.purchases))
        << c.visits.repeats << " of " << c.visits.age;
  }
}

TEST(PredictionTest, NearOneNothingBreaks) {
  const Visits visits = {3, 50, 70};
  const auto expected = [&](double a, double b) {
    return ExpectedPurchases({2, 30, a, b}, visits, 30);
  };
  EXPECT_NEAR(expected(1 - 1e-12, 3), expected(1, 3), 1e-9);
  EXPECT_NEAR(expected(1 + 1e-9, 3), expected(1, 3), 1e-7);
  const auto of_new = [](double b) {
    return ExpectedPurchases({0.5, 10, 0.4, b}, {0, 0, 20}, 30);
  };
  EXPECT_NEAR(of_new(0.6 - 1e-9), of_new(0.6 + 1e-9), 1e-7);
}

TEST(PredictionTest, OneWithoutRepeatsIsThereAndSilenceTells) {
  EXPECT_EQ(ChanceAlive(kCdnow, {0, 0, 500}), 1);
  double before = 1;
  for (double age = 30; age < 400; age += 30) {
    const double alive = ChanceAlive(kCdnow, {5, 30, age});
    EXPECT_LT(alive, before) << age;
    before = alive;
  }
  EXPECT_LT(before, 0.05);
}

TEST(PredictionTest, MoreTimeAheadIsMorePurchases) {
  const Visits visits = {4, 80, 100};
  double before = 0;
  for (const double ahead : {1.0, 30.0, 90.0, 365.0, 3650.0}) {
    const double purchases = ExpectedPurchases(kCdnow, visits, ahead);
    EXPECT_GT(purchases, before) << ahead;
    before = purchases;
  }
  EXPECT_EQ(ExpectedPurchases(kCdnow, visits, 0), 0);
}

// Half of the customers whose rates have the gamma distribution of one who is
// there have bought by then.
TEST(PredictionTest, HalfHaveBoughtAfterTheMedianWait) {
  const Visits visits = {3, 50, 60};
  const double wait = MedianWait(kCdnow, visits);
  const double shape = kCdnow.r + visits.repeats;
  const double rate = kCdnow.alpha + visits.age;
  EXPECT_NEAR(std::pow(rate / (rate + wait), shape), 0.5, 1e-12);
}

TEST(PredictionTest, DefinitionsCarryTheModel) {
  const Model model = {kCdnow, kCdnowAmounts, "EUR"};
  const Model back = FromWire(ToWire(model));
  EXPECT_EQ(back.purchases.alpha, 4.414);
  EXPECT_EQ(back.purchases.b, 2.426);
  ASSERT_TRUE(back.amounts.has_value());
  EXPECT_EQ(back.amounts->v, 15.44);
  EXPECT_EQ(back.currency, "EUR");
  EXPECT_FALSE(
      FromWire(ToWire({kCdnow, std::nullopt, ""})).amounts.has_value());
}

}  // namespace
}  // namespace patron::prediction
