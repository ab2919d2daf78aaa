#include "server/offers/shares.h"

#include <gtest/gtest.h>

#include <numeric>
#include <random>
#include <vector>

#include "tests/testing/seed.h"

namespace patron::offers {
namespace {

TEST(SharesTest, APercentageRoundsHalfUp) {
  EXPECT_EQ(PercentOf(5, 1'000), 1);  // 0.5
  EXPECT_EQ(PercentOf(4, 1'000), 0);  // 0.4
  EXPECT_EQ(PercentOf(1'000'000'000'000, 9'999), 999'900'000'000);
  EXPECT_EQ(PercentOf(0, 10'000), 0);
}

TEST(SharesTest, AShareOfNothingIsNothing) {
  EXPECT_EQ(ShareOf(5, 0, 0), 0);
  EXPECT_EQ(ShareOf(1'000'000'000'000'000, 999'999'999'999, 1'000'000'000'000),
            999'999'999'999'000);
}

TEST(SharesTest, WhereNothingWeighsTheFirstGetsEverything) {
  std::vector<int64_t> shares(3);
  ShareOut(7, {0, 0, 0}, absl::MakeSpan(shares));
  EXPECT_EQ(shares, (std::vector<int64_t>{7, 0, 0}));
}

TEST(SharesTest, SharesAddUpAndStayBelowTheirWeights) {
  std::mt19937_64 random(patron::testing::TestSeed(7001));
  for (int round = 0; round < 20'000; ++round) {
    std::vector<int64_t> weights(1 + random() % 8);
    for (int64_t& weight : weights)
      weight = static_cast<int64_t>(random() %
                                    (random() % 2 ? 4 : 1'000'000'000'000));
    const int64_t whole =
        std::accumulate(weights.begin(), weights.end(), int64_t{0});
    const int64_t amount =
        static_cast<int64_t>(random() % static_cast<uint64_t>(whole + 1));
    std::vector<int64_t> shares(weights.size());
    ShareOut(amount, weights, absl::MakeSpan(shares));
    EXPECT_EQ(std::accumulate(shares.begin(), shares.end(), int64_t{0}),
              amount);
    for (size_t i = 0; i < shares.size(); ++i) {
      ASSERT_GE(shares[i], 0);
      ASSERT_LE(shares[i], weights[i]);
    }
  }
}

}  // namespace
}  // namespace patron::offers
