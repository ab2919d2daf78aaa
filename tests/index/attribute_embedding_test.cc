#include "index/attribute_embedding.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

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

TEST(AttributeEmbeddingTest, AProductLikeNoOtherKeepsZeros) {
  const ProductAttributes known{{1, 10}, 5, 0};
  EXPECT_THAT(Placed(known, known, {{2, 20}, 9, 0}), ElementsAre(0, 0));
  EXPECT_THAT(Placed(known, known, {}), ElementsAre(0, 0));
  EXPECT_THAT(Placed({}, {}, {}), ElementsAre(0, 0));
}

}  // namespace
}  // namespace patron::index
