#include "index/chance_model.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>

#include "tests/testing/seed.h"

namespace patron::index {
namespace {

SparseMatrix MatrixOf(uint32_t products,
                      const std::vector<std::vector<uint32_t>>& baskets) {
  SparseMatrix matrix;
  matrix.columns = products;
  for (const auto& basket : baskets) {
    matrix.column.insert(matrix.column.end(), basket.begin(), basket.end());
    matrix.offsets.push_back(matrix.column.size());
  }
  return matrix;
}

TEST(LogLikelihoodRatioTest, AgreesWithValuesWorkedOutByHand) {
  // 2 (10 ln(10 / 2) − 8) and 2 (3 ln(3 / 0.01) − 2.99).
  EXPECT_NEAR(LogLikelihoodRatio(10, 2), 16.18875825, 1e-6);
  EXPECT_NEAR(LogLikelihoodRatio(3, 0.01), 28.24269485, 1e-6);
  EXPECT_NEAR(LogLikelihoodRatio(100, 50), 38.62943611, 1e-6);
}

TEST(LogLikelihoodRatioTest, IsZeroForWhatChanceExplains) {
  EXPECT_EQ(LogLikelihoodRatio(5, 5), 0);
  EXPECT_EQ(LogLikelihoodRatio(1, 5), 0);
  EXPECT_EQ(LogLikelihoodRatio(0, 5), 0);
}

TEST(ChanceModelTest, EqualProductsInPairsMeetEquallyOften) {
  // All six pairs of four products once: each pair meets in one basket.
  const ChanceModel model(
      MatrixOf(4, {{0, 1}, {0, 2}, {0, 3}, {1, 2}, {1, 3}, {2, 3}}));
  EXPECT_NEAR(model.Expected(0, 1), 1.0, 1e-4);
  EXPECT_NEAR(model.Expected(2, 3), 1.0, 1e-4);
}

TEST(ChanceModelTest, BasketsOfOneHoldNoPair) {
  const ChanceModel model(MatrixOf(2, {{0}, {1}, {0}, {1}}));
  EXPECT_LT(model.Expected(0, 1), 1e-6);
}

// Deals products to baskets of very different sizes and counts, over many
// deals, how often three pairs of different popularity meet.
TEST(ChanceModelTest, ExpectationMeetsTheMeanOfManyDeals) {
  std::mt19937_64 random(testing::TestSeed(11));
  const auto deal = [&] {
    std::vector<std::vector<uint32_t>> baskets;
    for (int i = 0; i < 2000; ++i) {
      std::set<uint32_t> basket;
      const size_t lines = i % 10 == 0 ? 30 : 2 + i % 3;
      for (size_t j = 0; j < lines; ++j) {
        const double u = double(random() % 1000003) / 1000003;
        basket.insert(static_cast<uint32_t>(u * u * 200));
      }
      baskets.emplace_back(basket.begin(), basket.end());
    }
    return baskets;
  };
  const std::pair<uint32_t, uint32_t> pairs[] = {{0, 1}, {0, 150}, {60, 90}};
  constexpr int kDeals = 60;
  double expected[3] = {};
  double met[3] = {};
  for (int i = 0; i < kDeals; ++i) {
    const auto baskets = deal();
    const ChanceModel model(MatrixOf(200, baskets));
    for (int p = 0; p < 3; ++p) {
      const auto [a, b] = pairs[p];
      expected[p] += model.Expected(a, b) / kDeals;
      for (const auto& basket : baskets) {
        met[p] += double(std::binary_search(basket.begin(), basket.end(), a) &&
                         std::binary_search(basket.begin(), basket.end(), b)) /
                  kDeals;
      }
    }
  }
  for (int p = 0; p < 3; ++p) EXPECT_NEAR(expected[p] / met[p], 1, 0.06) << p;
}

}  // namespace
}  // namespace patron::index
