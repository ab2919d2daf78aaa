// Customers are made up as the models say; the fit must find what they were
// made with.
#include "server/prediction/fit.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <random>
#include <vector>

#include "server/prediction/simplex.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::prediction {
namespace {

using ::patron::testing::StatusIs;

class Shoppers {
 public:
  explicit Shoppers(uint64_t seed) : random_(seed) {}

  double Gamma(double shape, double rate) {
    return std::gamma_distribution<double>(shape, 1 / rate)(random_);
  }
  double Beta(double a, double b) {
    const double x = Gamma(a, 1);
    return x / (x + Gamma(b, 1));
  }
  double Chance() { return std::uniform_real_distribution<double>()(random_); }
  double Wait(double rate) {
    return std::exponential_distribution<double>(rate)(random_);
  }

  struct Life {
    Came came;
    int64_t later = 0;  // purchases in the `ahead` days after
  };
  Life Live(const PurchaseModel& m, int64_t age, double ahead) {
    Life life;
    life.came.age = age;
    const double rate = Gamma(m.r, m.alpha);
    const double leave = Beta(m.a, m.b);
    const auto end = static_cast<double>(age);
    for (double at = Wait(rate); at <= end + ahead; at += Wait(rate)) {
      if (at <= end) {
        ++life.came.repeats;
        life.came.last = static_cast<int64_t>(at);
      } else {
        ++life.later;
      }
      if (Chance() < leave) break;
    }
    return life;
  }

 private:
  std::mt19937_64 random_;
};

void ExpectClose(double found, double wanted, double share, const char* what) {
  EXPECT_LT(std::abs(std::log(found / wanted)), std::log(1 + share))
      << what << " " << found << ", wanted " << wanted;
}

TEST(FitTest, ParametersOfMadeUpCustomersAreFound) {
  const PurchaseModel truth = {0.9, 25, 0.8, 2.6};
  Shoppers shoppers(testing::TestSeed(51'000));
  std::vector<Came> came;
  int64_t later = 0;
  for (int i = 0; i < 40'000; ++i) {
    const auto life = shoppers.Live(truth, 90 + i % 640, 90);
    came.push_back(life.came);
    later += life.later;
  }
  ASSERT_OK_AND_ASSIGN(const PurchaseModel found, FitPurchases(came));
  ExpectClose(found.r, truth.r, 0.1, "r");
  ExpectClose(found.alpha, truth.alpha, 0.1, "alpha");
  ExpectClose(found.a, truth.a, 0.15, "a");
  ExpectClose(found.b, truth.b, 0.2, "b");
  EXPECT_GE(LogLikelihood(found, came), LogLikelihood(truth, came));
  // What it foretells is what they then did.
  double foretold = 0;
  for (const Came& one : came)
    foretold += ExpectedPurchases(
        found,
        {static_cast<double>(one.repeats), static_cast<double>(one.last),
         static_cast<double>(one.age)},
        90);
  EXPECT_NEAR(foretold, static_cast<double>(later),
              0.04 * static_cast<double>(later));
}

TEST(FitTest, CustomersAlikeCountAsOften) {
  Shoppers shoppers(testing::TestSeed(51'001));
  std::vector<Came> came;
  for (int i = 0; i < 2000; ++i)
    came.push_back(shoppers.Live({0.9, 25, 0.8, 2.6}, 90 + i % 20, 0).came);
  std::sort(came.begin(), came.end());
  std::vector<Came> together;
  for (const Came& one : came) {
    if (!together.empty() && together.back().repeats == one.repeats &&
        together.back().last == one.last && together.back().age == one.age)
      ++together.back().customers;
    else
      together.push_back(one);
  }
  ASSERT_LT(together.size(), came.size());
  const PurchaseModel model = {1, 20, 1, 3};
  EXPECT_NEAR(LogLikelihood(model, together), LogLikelihood(model, came),
              1e-12);
  EXPECT_LT(LogLikelihood(model, came), 0);
}

// The likelihood of the paper against the story summed up by brute force.
TEST(FitTest, TheLikelihoodIsThatOfTheStory) {
  const PurchaseModel m = {1.4, 12, 0.9, 2.2};
  const Came seen = {3, 20, 50};
  double sum = 0;
  double weights = 0;
  constexpr int kSteps = 2000;
  for (int i = 0; i < kSteps; ++i) {
    const double log_rate = -16 + 19 * (i + 0.5) / kSteps;
    const double rate = std::exp(log_rate);
    for (int j = 0; j < kSteps; ++j) {
      const double leave = (j + 0.5) / kSteps;
      const double weight = std::exp(m.r * log_rate - m.alpha * rate +
                                     (m.a - 1) * std::log(leave) +
                                     (m.b - 1) * std::log1p(-leave));
      weights += weight;
      sum += weight * std::pow(rate, 3) *
             (std::pow(1 - leave, 3) * std::exp(-rate * 50) +
              leave * std::pow(1 - leave, 2) * std::exp(-rate * 20));
    }
  }
  EXPECT_NEAR(LogLikelihood(m, {seen}), std::log(sum / weights), 0.01);
}

TEST(FitTest, ParametersOfMadeUpAmountsAreFound) {
  const AmountModel truth = {6, 4, 1500};
  Shoppers shoppers(testing::TestSeed(51'002));
  std::vector<Paid> paid;
  double means = 0;
  for (int i = 0; i < 20'000; ++i) {
    Paid& one = paid.emplace_back();
    one.purchases = 1 + i % 6;
    const double scale = shoppers.Gamma(truth.q, truth.v);
    for (int n = 0; n < one.purchases; ++n)
      one.mean +=
          shoppers.Gamma(truth.p, scale) / static_cast<double>(one.purchases);
    means += one.mean;
  }
  ASSERT_OK_AND_ASSIGN(const AmountModel found, FitAmounts(paid));
  ExpectClose(found.p, truth.p, 0.1, "p");
  ExpectClose(found.q, truth.q, 0.1, "q");
  ExpectClose(found.v, truth.v, 0.15, "v");
  EXPECT_NEAR(found.p * found.v / (found.q - 1), means / 20'000, 60);
}

// Then r and alpha grow together, and a and b: only their ratios are told.
TEST(FitTest, CustomersWhoAllLeaveAlikeAreFittedToo) {
  Shoppers shoppers(testing::TestSeed(51'003));
  std::vector<Came> came;
  for (int i = 0; i < 3000; ++i)
    came.push_back(
        shoppers.Live({5000, 100'000, 20'000, 80'000}, 120 + i % 300, 0).came);
  ASSERT_OK_AND_ASSIGN(const PurchaseModel found, FitPurchases(came));
  EXPECT_NEAR(found.a / (found.a + found.b), 0.2, 0.03);
  ExpectClose(found.alpha / found.r, 20, 0.15, "days between purchases");
  // One who is there buys 4.5 times, had she no chance to leave.
  const double rate = 1.0 / 20;
  const double there = 1 / (1 + 0.2 / 0.8 * std::exp(rate * 20));
  ExpectClose(ExpectedPurchases(found, {5, 100, 120}, 90),
              there * -std::expm1(-0.2 * rate * 90) / 0.2, 0.15, "purchases");
}

TEST(FitTest, ThoseWhoNeverCameBackTellNothing) {
  EXPECT_THAT(FitPurchases({{0, 0, 100, 500}, {0, 0, 300, 500}}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(FitAmounts({}), StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(SimplexTest, TheBottomOfACurvedValleyIsFound) {
  // Rosenbrock (1960).
  const Point found = Minimise(
      [](const Point& at) {
        return 100 * std::pow(at[1] - at[0] * at[0], 2) +
               std::pow(1 - at[0], 2);
      },
      {-1.2, 1});
  EXPECT_NEAR(found[0], 1, 1e-3);
  EXPECT_NEAR(found[1], 1, 1e-3);
}

}  // namespace
}  // namespace patron::prediction
