#include "index/learn.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <set>

#include "tests/index/small_shop.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

// Learned once; the tests look at it from different sides.
class LearnTest : public ::testing::Test {
 protected:
  static void SetUpTestSuite() {
    shop_ = new SmallShop(MakeSmallShop(testing::TestSeed(1), {}));
    auto learned = Learn(shop_->log, {}, nullptr);
    ASSERT_OK(learned);
    knowledge_ = new Knowledge(*std::move(learned));
  }
  static void TearDownTestSuite() {
    delete shop_;
    delete knowledge_;
  }

  // Share of the planted pairs that stand in the first five of goes-with.
  static double PlantedFound(const Knowledge& knowledge) {
    size_t found = 0;
    for (const auto& pair : shop_->complements) {
      const auto list = knowledge.goes_with.Row(pair.first);
      const auto end = list.begin() + std::min<size_t>(5, list.size());
      found += std::any_of(list.begin(), end, [&](const Neighbour& n) {
        return n.product == pair.second;
      });
    }
    return double(found) / double(shop_->complements.size());
  }

  // Share of other products' lists, cut to `length`, with any bestseller.
  static double Flooded(const NeighbourTable& table, size_t length) {
    const std::set<uint32_t> best(shop_->bestsellers.begin(),
                                  shop_->bestsellers.end());
    size_t lists = 0;
    size_t flooded = 0;
    for (uint32_t product = 0; product < table.rows(); ++product) {
      auto list = table.Row(product);
      if (list.empty() || best.contains(product)) continue;
      list = list.first(std::min(length, list.size()));
      ++lists;
      flooded += std::any_of(list.begin(), list.end(), [&](const Neighbour& n) {
        return best.contains(n.product);
      });
    }
    EXPECT_GT(lists, 0u);
    return double(flooded) / double(lists);
  }

  static SmallShop* shop_;
  static Knowledge* knowledge_;
};

SmallShop* LearnTest::shop_ = nullptr;
Knowledge* LearnTest::knowledge_ = nullptr;

TEST_F(LearnTest, PlantedComplementsStandInTheFirstFiveOfGoesWith) {
  EXPECT_GE(PlantedFound(*knowledge_), 0.8);
}

TEST_F(LearnTest, NothingGoesTogetherAfterTheBasketsAreShuffled) {
  ASSERT_OK_AND_ASSIGN(const Knowledge shuffled,
                       Learn(Shuffled(shop_->log, 2), {}, nullptr));
  EXPECT_EQ(shuffled.goes_with.entries.size(), 0u);
  EXPECT_EQ(PlantedFound(shuffled), 0);
}

TEST_F(LearnTest, BestsellersDoNotFloodOtherProductsLists) {
  EXPECT_LE(Flooded(knowledge_->similar, 10), 0.05);
  EXPECT_LE(Flooded(knowledge_->goes_with, 24), 0.05);
}

TEST_F(LearnTest, SimilarProductsAreMostlyOfTheSameCategory) {
  size_t same = 0;
  size_t all = 0;
  for (uint32_t product = 10; product < 600; ++product) {
    const auto list = knowledge_->similar.Row(product);
    for (const Neighbour& n : list.first(std::min<size_t>(5, list.size()))) {
      same += n.product % 60 == product % 60;
      ++all;
    }
  }
  EXPECT_GT(double(same) / double(all), 0.6);
}

TEST_F(LearnTest, ProductsWithoutPurchasesAreFoundByAttributes) {
  const uint32_t unbought = shop_->log.products() - 1;
  ASSERT_EQ(knowledge_->customers_of[unbought], 0u);
  const auto list = knowledge_->similar.Row(unbought);
  ASSERT_FALSE(list.empty());
  EXPECT_EQ(list[0].product % 60, unbought % 60);
  const auto stands = [&](uint32_t product) {
    const auto row = knowledge_->similar.Row(product);
    return std::any_of(row.begin(), row.end(), [&](const Neighbour& n) {
      return n.product == unbought;
    });
  };
  size_t lists = 0;
  for (uint32_t p = 0; p < knowledge_->products; ++p) lists += stands(p);
  EXPECT_GT(lists, 0u);
}

TEST_F(LearnTest, EmbeddingsOfBoughtProductsHaveLengthOne) {
  for (uint32_t product = 0; product < 600; ++product) {
    double sum = 0;
    for (uint32_t j = 0; j < knowledge_->dimensions; ++j) {
      const float v =
          knowledge_->embeddings[product * knowledge_->dimensions + j];
      sum += double{v} * v;
    }
    EXPECT_NEAR(sum, 1, 1e-4) << product;
  }
}

TEST_F(LearnTest, ListsAreSortedBoundedAndWithoutTheProductItself) {
  const LearnOptions options;
  const std::pair<const NeighbourTable*, size_t> tables[] = {
      {&knowledge_->similar, options.similar},
      {&knowledge_->goes_with, options.goes_with},
      {&knowledge_->neighbours, options.neighbours}};
  for (const auto& [table, length] : tables) {
    ASSERT_EQ(table->rows(), shop_->log.products());
    for (uint32_t product = 0; product < table->rows(); ++product) {
      const auto list = table->Row(product);
      EXPECT_LE(list.size(), length);
      EXPECT_TRUE(std::is_sorted(list.begin(), list.end(), Better));
      for (const Neighbour& n : list) {
        EXPECT_NE(n.product, product);
        EXPECT_GT(n.score, 0);
      }
    }
  }
}

TEST_F(LearnTest, WhatIsLearnedForetellsTheBasketsHeldOut) {
  const OfflineQuality& quality = knowledge_->quality;
  EXPECT_GT(quality.customers, 30u);
  EXPECT_GT(quality.neighbours_recall_at_10, 0.05);
  EXPECT_GT(quality.similar_recall_at_10, 0.02);
}

TEST_F(LearnTest, DiscontinuedProductsStandInNoListButHaveTheirOwn) {
  TrainingLog log = shop_->log;
  const uint32_t gone = knowledge_->similar.Row(100)[0].product;
  log.attributes[gone].discontinued = true;
  ASSERT_OK_AND_ASSIGN(const Knowledge knowledge, Learn(log, {}, nullptr));
  for (const NeighbourTable* table :
       {&knowledge.similar, &knowledge.goes_with, &knowledge.neighbours,
        &knowledge.popular, &knowledge.trending}) {
    for (const Neighbour& n : table->entries) EXPECT_NE(n.product, gone);
  }
  EXPECT_FALSE(knowledge.similar.Row(gone).empty());
}

TEST(LearnSmallTest, AnEmptyLogGivesEmptyKnowledge) {
  ASSERT_OK_AND_ASSIGN(const Knowledge knowledge,
                       Learn(TrainingLog(), {}, nullptr));
  EXPECT_EQ(knowledge.products, 0u);
  EXPECT_EQ(knowledge.popular.rows(), 1u);
}

TEST(LearnSmallTest, ProductsThatNobodyBoughtGiveEmptyLists) {
  TrainingLog log;
  log.attributes.resize(5);
  log.customers = 3;
  ASSERT_OK_AND_ASSIGN(const Knowledge knowledge, Learn(log, {}, nullptr));
  EXPECT_EQ(knowledge.similar.rows(), 5u);
  EXPECT_TRUE(knowledge.similar.entries.empty());
}

TEST(LearnSmallTest, ALogOfOneLineIsEnough) {
  TrainingLog log;
  AddLine(0, 0, 0, 100, log);
  ASSERT_OK_AND_ASSIGN(const Knowledge knowledge, Learn(log, {}, nullptr));
  EXPECT_EQ(knowledge.customers_of[0], 1u);
  for (const float v : knowledge.embeddings) EXPECT_TRUE(std::isfinite(v));
}

TEST(LearnSmallTest, OptionsOutOfRangeAreRefusedByName) {
  const auto refused = [](const LearnOptions& options, const char* name) {
    EXPECT_THAT(Learn(TrainingLog(), options, nullptr),
                StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(name)));
  };
  refused({.threads = 0}, "threads");
  refused({.dimensions = 0}, "dimensions");
  refused({.category_strength = -1}, "category_strength");
  refused({.false_discovery_rate = 0}, "false_discovery_rate");
  refused({.popularity_half_life_days = 0}, "popularity_half_life_days");
  refused({.trending_recent_days = 0}, "trending_recent_days");
  refused({.trending_before_days = 0}, "trending_before_days");
}

TEST(LearnSmallTest, TellsHowFarItIs) {
  std::set<std::string> stages;
  ASSERT_OK(Learn(
      MakeSmallShop(3, {.products = 200, .customers = 50, .complements = 0})
          .log,
      {}, [&](absl::string_view stage, uint64_t done, uint64_t total) {
        EXPECT_LE(done, total);
        stages.emplace(stage);
      }));
  EXPECT_EQ(stages,
            (std::set<std::string>{
                "popularity", "kinds", "repeats", "goes with", "together",
                "following", "neighbours", "embeddings", "groups", "similar"}));
}

}  // namespace
}  // namespace patron::index
