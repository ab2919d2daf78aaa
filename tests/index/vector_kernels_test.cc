#include "index/vector_kernels.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <numeric>
#include <random>

#include "index/vector_index.h"
#include "index/vector_pools.h"
#include "tests/index/every_target.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::IsOk;

std::vector<float> Draw(size_t n, std::mt19937_64& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (size_t i = 0; i < n; ++i) values.push_back(normal(random));
  return values;
}

// The order of addition that the header states.
float DotInOrder(const std::vector<float>& a, const std::vector<float>& b) {
  float sums[16] = {};
  for (size_t i = 0; i < a.size(); ++i) {
    const float term = a[i] * b[i];
    sums[i % 16] += term;
  }
  for (const size_t half : {8, 4, 2, 1}) {
    for (size_t i = 0; i < half; ++i) sums[i] += sums[i + half];
  }
  return sums[0];
}

TEST(VectorKernelsTest, AnInnerProductIsTheSameBitsOnEveryTarget) {
  std::mt19937_64 random(testing::TestSeed(31));
  for (size_t n = 1; n <= 130; ++n) {
    const auto a = Draw(n, random);
    const auto b = Draw(n, random);
    const auto wanted = std::bit_cast<uint32_t>(DotInOrder(a, b));
    OnEveryTarget([&] {
      const float dot = FastestDot()(a.data(), b.data(), n);
      ASSERT_EQ(std::bit_cast<uint32_t>(dot), wanted) << n;
    });
  }
}

TEST(VectorKernelsTest, AScanOfRowsIsTheBestOfAll) {
  std::mt19937_64 random(testing::TestSeed(32));
  for (const size_t count : {1, 15, 16, 17, 500}) {
    auto rows = Draw(count * 24, random);
    // Equal rows, whose order is that of their numbers.
    if (count > 2) std::copy_n(rows.begin(), 24, rows.begin() + 24);
    const auto query = Draw(24, random);
    std::vector<Neighbour> all;
    for (uint32_t i = 0; i < count; ++i) {
      all.push_back(
          {i, DotInOrder({rows.begin() + i * 24, rows.begin() + (i + 1) * 24},
                         query)});
    }
    std::sort(all.begin(), all.end(), Better);
    for (const size_t k : {1, 7, 600}) {
      std::vector<Neighbour> best(all.begin(),
                                  all.begin() + std::min(k, count));
      OnEveryTarget([&] { ASSERT_EQ(ScanRows(rows, query, k), best); });
    }
  }
}

TEST(VectorKernelsTest, AScanOfCodesIsTheBestOfAll) {
  std::mt19937_64 random(testing::TestSeed(33));
  for (const size_t dimensions : {3, 31, 32, 33, 64, 100}) {
    auto rows = Draw(333 * dimensions, random);
    std::fill_n(rows.begin() + 5 * dimensions, dimensions, 0.0f);
    const auto query = Draw(dimensions, random);
    const VectorCodes codes(rows, dimensions);
    const CodeBlocks blocks(codes);
    const VectorCodes::Query encoded = codes.Encode(query);
    std::vector<Neighbour> all;
    for (uint32_t i = 0; i < 333; ++i) {
      int32_t sum = 0;
      for (size_t j = 0; j < dimensions; ++j) {
        sum += codes.Row(i)[j] * encoded.codes[j];
      }
      all.push_back({i, static_cast<float>(sum) * codes.Scale(i)});
      const float near = all.back().score * encoded.scale;
      const float exact = DotInOrder(
          {rows.begin() + i * dimensions, rows.begin() + (i + 1) * dimensions},
          query);
      EXPECT_NEAR(near, exact, 0.02 * static_cast<double>(dimensions));
    }
    std::sort(all.begin(), all.end(), Better);
    all.resize(40);
    OnEveryTarget([&] {
      auto found = ScanCodes(blocks, encoded, 40);
      std::sort(found.begin(), found.end(), Better);
      ASSERT_EQ(found, all);
    });
  }
}

TEST(VectorKernelsTest, ALargeScanKeepsWhatASmallOneWould) {
  std::mt19937_64 random(testing::TestSeed(35));
  auto rows = Draw(9000 * 8, random);
  // Many rows alike: the estimated floor stands on one score.
  for (size_t row = 3000; row < 9000; ++row) {
    std::copy_n(rows.begin(), 8,
                rows.begin() + static_cast<ptrdiff_t>(row) * 8);
  }
  const VectorCodes codes(rows, 8);
  const CodeBlocks blocks(codes);
  for (int i = 0; i < 20; ++i) {
    const auto query = codes.Encode(Draw(8, random));
    for (const size_t k : {1, 10, 500, 8999, 9000, 10000}) {
      auto found = ScanCodes(blocks, query, k);
      std::sort(found.begin(), found.end(), Better);
      auto all = ScanCodes(blocks, query, 9000);
      KeepBest(k, all);
      ASSERT_EQ(found, all) << k;
    }
  }
}

TEST(VectorKernelsTest, ScansOfBlocksOfferTheirRowsAlone) {
  std::mt19937_64 random(testing::TestSeed(36));
  const auto rows = Draw(200 * 24, random);
  const VectorCodes codes(rows, 24);
  const auto query = codes.Encode(Draw(24, random));
  // The even rows up to 40, nothing, 150 and, among gaps, 151.
  std::vector<uint32_t> slots(5 * CodeBlocks::kRows, CodeBlocks::kNoRow);
  for (uint32_t i = 0; i < 20; ++i) slots[i] = 2 * i;
  slots[3 * CodeBlocks::kRows] = 150;
  slots[4 * CodeBlocks::kRows + 3] = 151;
  const CodeBlocks blocks(codes, slots);
  auto all = ScanCodes(CodeBlocks(codes), query, 200);
  std::erase_if(all, [](const Neighbour& n) {
    return n.product != 151 && (n.product % 2 == 1 || n.product >= 40);
  });
  ASSERT_EQ(all.size(), 21u);
  for (const size_t k : {1, 5, 21, 100}) {
    auto wanted = all;
    KeepBest(k, wanted);
    OnEveryTarget([&] {
      BestRows best(k, kNoFloor);
      for (const BlockRange range : {BlockRange{4, 5}, {2, 3}, {0, 2}}) {
        ScanBlocks(blocks, range, query, best);
      }
      auto found = best.Take();
      std::sort(found.begin(), found.end(), Better);
      ASSERT_EQ(found, wanted);
    });
  }
}

// Builds and searches an index on every target and expects the same of each.
void ExpectAlikeOnEveryTarget(size_t count, VectorIndexKind kind,
                              const VectorIndexOptions& options) {
  std::mt19937_64 random(testing::TestSeed(34));
  const auto rows = Draw(count * 20, random);
  const auto queries = Draw(30 * 20, random);
  std::vector<uint32_t> products(count);
  std::iota(products.begin(), products.end(), 0u);
  std::string bytes;
  std::vector<std::vector<Neighbour>> lists;
  OnEveryTarget([&] {
    ASSERT_OK_AND_ASSIGN(const auto index,
                         VectorIndex::Build(rows, 20, products, kind, options));
    EXPECT_EQ(index->Serialise().ok(), kind == VectorIndexKind::kHnsw);
    const std::string these = index->Serialise().value_or("");
    const auto found = index->Search(queries, 20);
    if (lists.empty()) {
      bytes = these;
      lists = found;
    }
    EXPECT_TRUE(these == bytes);
    EXPECT_EQ(found, lists);
  });
}

TEST(VectorKernelsTest, CellsAreMadeAndSearchedAlikeOnEveryTarget) {
  ExpectAlikeOnEveryTarget(3000, VectorIndexKind::kIvf,
                           {.rows_a_cell = 50, .probes = 8});
}

TEST(VectorKernelsTest, AGraphIsBuiltAndSearchedAlikeOnEveryTarget) {
  ExpectAlikeOnEveryTarget(1500, VectorIndexKind::kHnsw, {});
}

}  // namespace
}  // namespace patron::index
