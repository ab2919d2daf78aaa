#include "index/popularity.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/index/small_shop.h"

namespace patron::index {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Popularity Learned(const TrainingLog& log, std::vector<uint8_t> listed = {}) {
  listed.resize(log.products(), 1);
  const LearnProgress silent;
  return LearnPopularity(log, listed, LearnOptions(),
                         Stage("popularity", 1, silent));
}

TEST(PopularityTest, AReceiptCountsHalfAfterAHalfLife) {
  TrainingLog log;
  AddLine(0, 0, 0, 1000 - 28, log);
  AddLine(0, 1, 1, 1000, log);
  AddLine(0, 1, 1, 1000, log);  // the same receipt: once
  const Popularity learned = Learned(log);
  EXPECT_THAT(learned.of_product, ElementsAre(0.5f, 1.0f));
  EXPECT_THAT(learned.popular.Row(1),
              ElementsAre(Neighbour{1, 1.0f}, Neighbour{0, 0.5f}));
}

TEST(PopularityTest, EachStoreHasItsList) {
  TrainingLog log;
  AddLine(0, 0, 0, 1000, log);
  AddLine(0, 1, 1, 1000, log);
  log.stores = 3;
  log.store[1] = 2;
  const Popularity learned = Learned(log);
  ASSERT_EQ(learned.popular.rows(), 4u);
  EXPECT_THAT(learned.popular.Row(0), ElementsAre(Neighbour{0, 1.0f}));
  EXPECT_THAT(learned.popular.Row(1), IsEmpty());
  EXPECT_THAT(learned.popular.Row(2), ElementsAre(Neighbour{1, 1.0f}));
  EXPECT_EQ(learned.popular.Row(3).size(), 2u);
}

TEST(PopularityTest, DiscontinuedProductsStandInNoList) {
  TrainingLog log;
  AddLine(0, 0, 0, 1000, log);
  AddLine(0, 1, 1, 1000, log);
  const Popularity learned = Learned(log, {0});
  EXPECT_THAT(learned.popular.Row(1), ElementsAre(Neighbour{1, 1.0f}));
  EXPECT_EQ(learned.of_product[0], 1.0f);
}

// Product 0 sells five times as fast in the last two weeks, 1 evenly.
TEST(PopularityTest, WhatSellsFasterThanBeforeIsTrending) {
  TrainingLog log;
  uint32_t receipt = 0;
  for (Day day = 1000 - 69; day <= 1000; ++day) {
    const bool recent = day > 1000 - 14;
    for (int i = 0; i < (recent ? 5 : 1); ++i) {
      AddLine(0, 0, receipt++, day, log);
    }
    for (int i = 0; i < 10; ++i) AddLine(0, 1, receipt++, day, log);
  }
  const Popularity learned = Learned(log);
  ASSERT_EQ(learned.trending.Row(1).size(), 1u);
  EXPECT_EQ(learned.trending.Row(1)[0].product, 0u);
  // 70 recent and 56 before; share of recent sales 210 / 826.
  const double share = 210.0 / 826.0;
  const double z = (70 - 126 * share) / std::sqrt(126 * share * (1 - share));
  EXPECT_NEAR(learned.trending.Row(1)[0].score, z, 1e-4);
}

}  // namespace
}  // namespace patron::index
