#include "index/vector_index.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <numeric>
#include <random>

#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;

constexpr uint32_t kDimensions = 16;

// Vectors of length 1 around a hundred centres.
std::vector<float> Clustered(size_t n, uint64_t seed) {
  std::mt19937_64 random(seed);
  const auto draw = [&] { return float(random() % 2001) / 1000 - 1; };
  std::vector<float> centres(100 * kDimensions);
  for (float& v : centres) v = draw();
  std::vector<float> vectors;
  for (size_t i = 0; i < n; ++i) {
    const size_t centre = random() % 100 * kDimensions;
    std::vector<float> row;
    double length = 0;
    for (uint32_t j = 0; j < kDimensions; ++j) {
      row.push_back(centres[centre + j] + 0.5f * draw());
      length += double{row[j]} * row[j];
    }
    for (float& v : row) v = float(v / std::sqrt(length));
    vectors.insert(vectors.end(), row.begin(), row.end());
  }
  return vectors;
}

std::vector<uint32_t> AllOf(size_t n) {
  std::vector<uint32_t> products(n);
  std::iota(products.begin(), products.end(), 0);
  return products;
}

TEST(VectorIndexTest, AGraphFindsNearlyAllOfTheTrueNeighbours) {
  const auto vectors = Clustered(6000, testing::TestSeed(3));
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build(vectors, kDimensions, AllOf(6000),
                                          {.graph_from = 1000}));
  EXPECT_FALSE(index->is_exact());
  ASSERT_OK_AND_ASSIGN(
      const double recall,
      MeasureRecall(*index, vectors, kDimensions, AllOf(6000), 300));
  EXPECT_GE(recall, 0.95);
}

TEST(VectorIndexTest, APoorGraphIsMeasuredAsPoor) {
  const auto vectors = Clustered(6000, testing::TestSeed(3));
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build(vectors, kDimensions, AllOf(6000),
                                          {.graph_from = 1000,
                                           .links = 2,
                                           .construction_breadth = 2,
                                           .search_breadth = 1}));
  ASSERT_OK_AND_ASSIGN(
      const double recall,
      MeasureRecall(*index, vectors, kDimensions, AllOf(6000), 300));
  EXPECT_LT(recall, 0.9);
}

TEST(VectorIndexTest, AGraphIsTheSameWhateverTheThreads) {
  const auto vectors = Clustered(3000, 5);
  std::string bytes[2];
  for (const int threads : {1, 4}) {
    omp_set_num_threads(threads);
    ASSERT_OK_AND_ASSIGN(const auto index,
                         VectorIndex::Build(vectors, kDimensions, AllOf(3000),
                                            {.graph_from = 1000}));
    EXPECT_EQ(omp_get_max_threads(), threads) << "the caller's setting stays";
    ASSERT_OK_AND_ASSIGN(bytes[threads == 1], index->Serialise());
  }
  EXPECT_EQ(bytes[0], bytes[1]);
}

TEST(VectorIndexTest, AnswersInOrdinalsOfTheProductsGiven) {
  const auto vectors = Clustered(100, 7);
  std::vector<uint32_t> odd;
  for (uint32_t i = 1; i < 100; i += 2) odd.push_back(i);
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build(vectors, kDimensions, odd, {}));
  ASSERT_OK_AND_ASSIGN(
      const auto lists,
      index->Search({vectors.data() + 7 * kDimensions, kDimensions}, 1000));
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0].size(), 50u) << "k beyond the size gives all";
  EXPECT_EQ(lists[0][0].product, 7u);
  EXPECT_NEAR(lists[0][0].score, 1, 1e-5);
  for (const Neighbour& n : lists[0]) EXPECT_EQ(n.product % 2, 1u);
}

TEST(VectorIndexTest, ComesBackFromItsBytesAndRefusesOthers) {
  const auto vectors = Clustered(50, 9);
  ASSERT_OK_AND_ASSIGN(
      const auto index,
      VectorIndex::Build(vectors, kDimensions, AllOf(50), {.graph_from = 10}));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, index->Serialise());
  ASSERT_OK_AND_ASSIGN(const auto again,
                       VectorIndex::Deserialise(bytes, kDimensions, AllOf(50)));
  ASSERT_OK_AND_ASSIGN(const auto before, index->Search(vectors, 5));
  ASSERT_OK_AND_ASSIGN(const auto after, again->Search(vectors, 5));
  EXPECT_EQ(before, after);
  const auto damaged = StatusIs(absl::StatusCode::kDataLoss);
  EXPECT_THAT(VectorIndex::Deserialise(bytes, kDimensions, AllOf(49)), damaged);
  EXPECT_THAT(VectorIndex::Deserialise(bytes, 8, AllOf(50)), damaged);
  EXPECT_THAT(VectorIndex::Deserialise("nonsense", kDimensions, AllOf(50)),
              damaged);
}

TEST(VectorIndexTest, AnEmptyIndexFindsNothing) {
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build({}, kDimensions, {}, {}));
  const std::vector<float> query(kDimensions, 0.25f);
  ASSERT_OK_AND_ASSIGN(const auto lists, index->Search(query, 10));
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_TRUE(lists[0].empty());
}

}  // namespace
}  // namespace patron::index
