#include "index/baskets.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/small_shop.h"

namespace patron::index {
namespace {

using ::testing::ElementsAre;

TEST(BasketsTest, AReceiptIsASetOfProducts) {
  TrainingLog log;
  AddLine(0, 3, 0, 1, log);
  AddLine(0, 1, 0, 1, log);
  AddLine(0, 3, 0, 1, log);
  AddLine(kAnonymousCustomer, 2, 1, 1, log);
  const Baskets baskets = CollectBaskets(log, {}, 60);
  ASSERT_EQ(baskets.products.rows(), 2u);
  EXPECT_THAT(baskets.products.Columns(0), ElementsAre(1, 3));
  EXPECT_THAT(baskets.products.Columns(1), ElementsAre(2));
  EXPECT_THAT(baskets.customer, ElementsAre(0, kAnonymousCustomer));
}

TEST(BasketsTest, ALargeBasketIsCutToTheLimitAlwaysTheSameWay) {
  TrainingLog log;
  for (uint32_t product = 0; product < 500; ++product) {
    AddLine(0, product, 0, 1, log);
  }
  const Baskets baskets = CollectBaskets(log, {}, 60);
  EXPECT_EQ(baskets.products.RowSize(0), 60u);
  const auto kept = baskets.products.Columns(0);
  EXPECT_TRUE(std::is_sorted(kept.begin(), kept.end()));
  EXPECT_GT(kept.back(), 400u) << "not just the first";
  EXPECT_EQ(baskets.products.column,
            CollectBaskets(log, {}, 60).products.column);
}

TEST(BasketsTest, HeldOutReceiptsAreLeftOut) {
  TrainingLog log;
  for (uint32_t receipt = 0; receipt < 4; ++receipt) {
    AddLine(0, receipt, receipt, 1, log);
    AddLine(0, receipt + 1, receipt, 1, log);
  }
  const auto held_out = ChooseHoldout(log, 1);
  ASSERT_EQ(held_out.size(), 1u);
  EXPECT_EQ(held_out[0].begin, 6u);
  EXPECT_EQ(held_out[0].end, 8u);
  EXPECT_EQ(CollectBaskets(log, held_out, 60).products.rows(), 3u);
  const Purchases purchases = CollectPurchases(log, held_out);
  EXPECT_EQ(purchases.Of(0).size(), 4u) << "products 0 to 3";
}

}  // namespace
}  // namespace patron::index
