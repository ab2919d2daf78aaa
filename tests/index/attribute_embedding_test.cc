#include "index/attribute_embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

namespace patron::index {
namespace {

using ::testing::ElementsAre;

// Two bought products, (1, 0) and (0, 1), and `asked`; its row comes back.
std::vector<float> Placed(const ProductAttributes& first,
                          const ProductAttributes& second,
                          const ProductAttributes& asked) {
  DenseMatrix embeddings(3, 2);
  embeddings.Row(0)[0] = 1;
  embeddings.Row(1)[1] = 1;
  EmbedByAttributes({first, second, asked}, embeddings);
  return {embeddings.Row(2)[0], embeddings.Row(2)[1]};
}

TEST(AttributeEmbeddingTest, TheClosestGroupWithPurchasesDecides) {
  const ProductAttributes cheap{{1, 10}, 5, 0};
  const ProductAttributes dear{{1, 10}, 6, 3};
  // Category, brand and tier; category and brand; category and tier.
  EXPECT_THAT(Placed(cheap, dear, {{1, 10}, 5, 0}), ElementsAre(1, 0));
  EXPECT_THAT(Placed(cheap, dear, {{1, 10}, 6, 0}), ElementsAre(0, 1));
  EXPECT_THAT(Placed(cheap, dear, {{1, 10}, 7, 3}), ElementsAre(0, 1));
  // The category, then the wider one, then the brand.
  EXPECT_THAT(Placed(cheap, dear, {{1, 10}, 7, 1}), ElementsAre(0.5, 0.5));
  EXPECT_THAT(Placed(cheap, dear, {{1, 11}, 7, 1}), ElementsAre(0.5, 0.5));
  EXPECT_THAT(Placed(cheap, dear, {{2, 20}, 5, 1}), ElementsAre(1, 0));
}

// Three products of a category at (1, 0), (0, 1) and zeros, one alone at (0,
// 1).
DenseMatrix DrawnTowardsCategory(uint32_t customers_of_first) {
  DenseMatrix embeddings(4, 2);
  embeddings.Row(0)[0] = embeddings.Row(1)[1] = embeddings.Row(3)[1] = 1;
  const std::vector<ProductAttributes> attributes = {
      {{1, 10}}, {{1, 10}}, {{1, 10}}, {{2, 20}}};
  DrawTowardsCategory(attributes, {customers_of_first, 1000000, 0, 1}, 3,
                      embeddings);
  return embeddings;
}

TEST(DrawTowardsCategoryTest, FewCustomersAreDrawnFarManyHardly) {
  const DenseMatrix few = DrawnTowardsCategory(1);  // a quarter stays
  EXPECT_NEAR(few.Row(0)[0], 0.25 / std::hypot(0.25, 0.75), 1e-6);
  EXPECT_NEAR(few.Row(0)[1], 0.75 / std::hypot(0.25, 0.75), 1e-6);
  const DenseMatrix many = DrawnTowardsCategory(3000000);
  EXPECT_NEAR(many.Row(0)[0], 1, 1e-5);
}

TEST(DrawTowardsCategoryTest, TheUnboughtAndTheLonelyStayWhereTheyAre) {
  const DenseMatrix drawn = DrawnTowardsCategory(1);
  EXPECT_EQ(drawn.Row(2)[0], 0);
  EXPECT_EQ(drawn.Row(2)[1], 0);
  EXPECT_EQ(drawn.Row(3)[0], 0);
  EXPECT_EQ(drawn.Row(3)[1], 1);
}

TEST(AttributeEmbeddingTest, AProductLikeNoOtherKeepsZeros) {
  const ProductAttributes known{{1, 10}, 5, 0};
  EXPECT_THAT(Placed(known, known, {{2, 20}, 9, 0}), ElementsAre(0, 0));
  EXPECT_THAT(Placed(known, known, {}), ElementsAre(0, 0));
  EXPECT_THAT(Placed({}, {}, {}), ElementsAre(0, 0));
}

}  // namespace
}  // namespace patron::index
