#include <algorithm>
#include <cmath>
#include <cstring>
#include <set>
#include <string>

#include "gmock/gmock.h"
#include "gtest/gtest.h"
#include "server/ranking/ranking.h"

namespace patron::ranking {
namespace {

using index::Neighbour;

constexpr Day kToday = 1000;

// Eight products: 0 and 1 are tea (category 1), 2 and 3 soap (category 2), the
// rest of no category. 7 is not sold any more.
index::Knowledge MakeKnowledge() {
  index::Knowledge k;
  k.today = kToday;
  k.products = 8;
  k.stores = 1;
  k.customers = 100;
  k.dimensions = 2;
  k.embeddings = {1, 0, 1, 0, 0, 1, 0, 1, 1, 0, 0, 1, 1, 0, 1, 0};
  const auto table = [](std::vector<std::vector<Neighbour>> rows) {
    return index::TableOf(rows);
  };
  k.similar = table({{}, {}, {}, {}, {}, {}, {}, {}});
  k.goes_with = table({{{4, 2.0f}}, {}, {}, {}, {}, {}, {}, {}});
  k.neighbours =
      table({{{5, 0.5f}, {7, 0.4f}}, {}, {{5, 0.25f}}, {}, {}, {}, {}, {}});
  k.together = table({{{2, 0.5f}}, {}, {}, {}, {}, {}, {}, {}});
  k.following = table({{{3, 0.75f}}, {}, {}, {}, {}, {}, {}, {}});
  k.popular = table({{{6, 40.0f}, {0, 20.0f}}, {{6, 50.0f}, {0, 25.0f}}});
  k.trending = table({{}, {{6, 4.0f}}});
  k.groups = 2;
  k.group_centres = {1, 0, 0, 1};
  k.popular_in_group = table({{{1, 0.5f}}, {{3, 0.5f}}});
  k.popular_in_category = table({{}, {{1, 9.0f}, {0, 8.0f}}, {{2, 1.0f}}});
  k.category = {1,
                1,
                2,
                2,
                index::kNoCategory,
                index::kNoCategory,
                index::kNoCategory,
                index::kNoCategory};
  k.department = k.category;
  k.wider = k.category;
  k.brand = {5, 5, 6, 6, 7, 7, 7, 7};
  k.price_tier = {0, 2, 1, 255, 255, 255, 255, 255};
  k.first_sold.assign(8, kToday - 300);
  k.sold.assign(8 * index::kSaleSpans, 0.25f);
  k.category_interval_days = {0, 10, 20};
  k.category_repeat_rate = {0, 0.5f, 0.25f};
  k.category_popularity = {0, 30, 10};
  k.listed = {1, 1, 1, 1, 1, 1, 1, 0};
  k.popularity = {25, 9, 1, 1, 1, 1, 50, 1};
  k.typical_interval_days.assign(8, 14);
  k.repeat_rate.assign(8, 0.5f);
  k.customers_of.assign(8, 10);
  return k;
}

// A product bought so many days ago, the longest first.
facts::ItemFact BoughtAgo(uint32_t product, const std::vector<int>& days) {
  facts::ItemFact item{.product = ProductOrdinal(product)};
  for (const int ago : days) facts::AddReceipt(item, kToday - ago);
  return item;
}

// She bought product 0 on three days, the last 20 days ago.
facts::CustomerFacts TeaDrinker() {
  facts::CustomerFacts facts;
  facts::ItemFact tea{.product = ProductOrdinal(0)};
  for (const Day day : {kToday - 40, kToday - 30, kToday - 20}) {
    facts::AddReceipt(tea, day);
    facts::PurchaseFacts purchase;
    purchase.day = day;
    purchase.store = StoreOrdinal(0);
    facts::AddPurchase(facts.summary, purchase);
  }
  facts.items = {tea};
  return facts;
}

class GatherTest : public ::testing::Test {
 protected:
  void Ask(const facts::CustomerFacts& facts,
           std::vector<uint32_t> wanted = {}) {
    const Question question{facts, knowledge_, std::nullopt, kToday};
    Gather(question, wanted, scratch_);
    Compute(question, scratch_);
  }
  // The feature of a candidate.
  float Of(uint32_t product, FeatureIndex feature) const {
    for (size_t i = 0; i < scratch_.products.size(); ++i)
      if (scratch_.products[i] == product)
        return scratch_.rows[i * kFeatures + feature];
    ADD_FAILURE() << product << " is no candidate";
    return 0;
  }

  index::Knowledge knowledge_ = MakeKnowledge();
  Scratch scratch_;
};

TEST_F(GatherTest, EveryListBringsItsCandidatesOnce) {
  Ask(TeaDrinker());
  EXPECT_THAT(scratch_.products,
              ::testing::UnorderedElementsAre(0, 1, 2, 3, 4, 5, 6))
      << "7 is not sold any more";
}

TEST_F(GatherTest, WhatIsWantedIsACandidate) {
  Ask(facts::CustomerFacts(), {4, 7, 123456});
  EXPECT_THAT(scratch_.products, ::testing::Contains(4u));
  EXPECT_THAT(scratch_.products, ::testing::Not(::testing::Contains(7u)));
}

TEST_F(GatherTest, HerHistoryIsToldOfTheProduct) {
  Ask(TeaDrinker());
  EXPECT_EQ(Of(0, k_times), 3);
  EXPECT_EQ(Of(0, k_days_since), 20);
  EXPECT_EQ(Of(0, k_interval), 10);
  EXPECT_EQ(Of(0, k_due), 2);
  EXPECT_EQ(Of(0, k_due_in), -10);
  EXPECT_EQ(Of(0, k_times_share), 1);
  EXPECT_EQ(Of(0, k_kept_in_last_visits), 3);
  EXPECT_TRUE(std::isnan(Of(5, k_times)));
  EXPECT_TRUE(std::isnan(Of(5, k_days_since)));
  for (const uint32_t product : scratch_.products) {
    EXPECT_EQ(Of(product, k_visits), 3);
    EXPECT_EQ(Of(product, k_away), 20);
    EXPECT_EQ(Of(product, k_rhythm), 10);
  }
}

TEST_F(GatherTest, ListsAddUpByTheWeightOfHerProducts) {
  Ask(TeaDrinker());
  EXPECT_FLOAT_EQ(Of(5, k_neighbours), 0.5f) << "her only product weighs 1";
  EXPECT_FLOAT_EQ(Of(2, k_together), 0.5f);
  EXPECT_FLOAT_EQ(Of(3, k_following), 0.75f);
  EXPECT_FLOAT_EQ(Of(1, k_in_group), 0.5f);
  EXPECT_FLOAT_EQ(Of(6, k_popular_in_store), 1.0f);
  EXPECT_FLOAT_EQ(Of(1, k_taste), 1.0f);
  EXPECT_FLOAT_EQ(Of(3, k_taste), 0.0f);
}

TEST_F(GatherTest, KindsAreComparedWithHers) {
  Ask(TeaDrinker());
  EXPECT_EQ(Of(1, k_category_days_since), 20);
  EXPECT_EQ(Of(1, k_category_due), 2);
  EXPECT_FLOAT_EQ(Of(1, k_category_part), 1.0f);
  EXPECT_FLOAT_EQ(Of(1, k_tier_difference), 2.0f);
  EXPECT_FLOAT_EQ(Of(1, k_brand_part), 1.0f);
  EXPECT_EQ(Of(3, k_category_times), 0);
  EXPECT_TRUE(std::isnan(Of(3, k_category_days_since)));
  EXPECT_TRUE(std::isnan(Of(6, k_category_times))) << "of no category";
}

TEST_F(GatherTest, BrandsAndWiderCategoriesAreComparedWithHers) {
  facts::CustomerFacts facts = TeaDrinker();
  facts.items.push_back(BoughtAgo(1, {20}));
  Ask(facts);
  EXPECT_FLOAT_EQ(Of(0, k_brand_in_category), 1.0f);
  EXPECT_FLOAT_EQ(Of(0, k_item_in_wider), Of(0, k_item_in_category));
  EXPECT_EQ(Of(0, k_wider_times), Of(0, k_category_times));
  EXPECT_EQ(Of(1, k_wider_days_since), 20);
  EXPECT_EQ(Of(1, k_wider_items), 2);
  EXPECT_TRUE(std::isnan(Of(2, k_wider_part))) << "she bought no soap";
  EXPECT_TRUE(std::isnan(Of(2, k_brand_in_category)));
}

TEST_F(GatherTest, GapsTellHowEvenlySheBuys) {
  facts::CustomerFacts facts;
  facts.items = {BoughtAgo(0, {30, 20, 10}), BoughtAgo(1, {45, 15, 5})};
  Ask(facts);
  EXPECT_FLOAT_EQ(Of(0, k_due_lately), 1.0f);
  EXPECT_FLOAT_EQ(Of(0, k_gap_spread), 0.0f);
  EXPECT_FLOAT_EQ(Of(1, k_due_lately), 0.25f) << "5 days, of gaps 30 and 10";
  EXPECT_FLOAT_EQ(Of(1, k_gap_spread), 0.5f);
}

TEST_F(GatherTest, AStrangerGetsWhatIsPopular) {
  Ask(facts::CustomerFacts());
  EXPECT_THAT(scratch_.products, ::testing::UnorderedElementsAre(0, 6));
  EXPECT_TRUE(std::isnan(Of(6, k_away)));
}

TEST_F(GatherTest, AProductPutSinceIsPassedOver) {
  facts::CustomerFacts facts = TeaDrinker();
  facts.items.push_back(BoughtAgo(99, {20}));
  Ask(facts);
  EXPECT_THAT(scratch_.products, ::testing::Not(::testing::Contains(99u)));
  EXPECT_EQ(Of(0, k_items), 2);
}

TEST_F(GatherTest, UsedMemoryChangesNothing) {
  Ask(TeaDrinker());
  const auto products = scratch_.products;
  const auto rows = scratch_.rows;
  Ask(facts::CustomerFacts());
  Ask(TeaDrinker());
  EXPECT_EQ(scratch_.products, products);
  ASSERT_EQ(scratch_.rows.size(), rows.size());
  EXPECT_EQ(0, std::memcmp(scratch_.rows.data(), rows.data(),
                           rows.size() * sizeof(float)));
}

TEST_F(GatherTest, ThePlainOrderPutsHerOwnFirst) {
  Ask(TeaDrinker());
  ScorePlainly(scratch_);
  ASSERT_EQ(scratch_.order.size(), scratch_.products.size());
  EXPECT_EQ(scratch_.products[scratch_.order[0]], 0u);
  for (size_t i = 1; i < scratch_.order.size(); ++i)
    EXPECT_GE(scratch_.margins[scratch_.order[i - 1]],
              scratch_.margins[scratch_.order[i]]);
}

TEST(FeaturesTest, EachHasANameOfItsOwnAndASentence) {
  std::set<std::string> names;
  for (const Feature& feature : kFeatureTable) {
    EXPECT_TRUE(names.insert(feature.name).second) << feature.name;
    EXPECT_EQ(std::string(feature.sentence).back(), '.') << feature.name;
  }
}

}  // namespace
}  // namespace patron::ranking
