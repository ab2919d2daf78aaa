#include "index/vector_index.h"

#include <gtest/gtest.h>
#include <omp.h>

#include <cmath>
#include <numeric>
#include <random>

#include "index/bare_faiss.h"
#include "index/choose_index.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::IsOk;

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
                                          VectorIndexKind::kHnsw, {}));
  EXPECT_EQ(index->kind(), "hnsw");
  const RecallSample sample(vectors, kDimensions, AllOf(6000), 300);
  const double recall = sample.Of(*index);
  EXPECT_GE(recall, 0.95);
}

TEST(VectorIndexTest, APoorGraphIsMeasuredAsPoor) {
  const auto vectors = Clustered(6000, testing::TestSeed(3));
  ASSERT_OK_AND_ASSIGN(
      const auto index,
      VectorIndex::Build(
          vectors, kDimensions, AllOf(6000), VectorIndexKind::kHnsw,
          {.links = 2, .construction_breadth = 2, .search_breadth = 1}));
  const RecallSample sample(vectors, kDimensions, AllOf(6000), 300);
  const double recall = sample.Of(*index);
  EXPECT_LT(recall, 0.9);
}

TEST(VectorIndexTest, AGraphIsTheSameWhateverTheThreads) {
  const auto vectors = Clustered(3000, 5);
  std::string bytes[2];
  for (const int threads : {1, 4}) {
    omp_set_num_threads(threads);
    ASSERT_OK_AND_ASSIGN(const auto index,
                         VectorIndex::Build(vectors, kDimensions, AllOf(3000),
                                            VectorIndexKind::kHnsw, {}));
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
                       VectorIndex::Build(vectors, kDimensions, odd,
                                          VectorIndexKind::kScan, {}));
  const auto lists =
      index->Search({vectors.data() + 7 * kDimensions, kDimensions}, 1000);
  ASSERT_EQ(lists.size(), 1u);
  EXPECT_EQ(lists[0].size(), 50u) << "k beyond the size gives all";
  EXPECT_EQ(lists[0][0].product, 7u);
  EXPECT_NEAR(lists[0][0].score, 1, 1e-5);
  for (const Neighbour& n : lists[0]) EXPECT_EQ(n.product % 2, 1u);
}

std::span<const float> RowOf(const std::vector<float>& rows, size_t row) {
  return {rows.data() + row * kDimensions, kDimensions};
}

// Share of the library's best ten that `index` finds; by score, as of equally
// near rows either is right.
double RecallBeside(const VectorIndex& index, const BareFaiss& library,
                    const std::vector<float>& queries, size_t k) {
  double hits = 0;
  const size_t count = queries.size() / kDimensions;
  for (size_t i = 0; i < count; ++i) {
    const auto truth = library.Search(RowOf(queries, i), 10);
    const auto found = index.Search(RowOf(queries, i), k);
    EXPECT_OK(truth);
    const float least = truth->back().score - 1e-5f;
    for (size_t j = 0; j < 10; ++j) hits += found[0][j].score >= least;
  }
  return hits / static_cast<double>(10 * count);
}

TEST(VectorIndexTest, AScanFindsWhatTheLibraryFinds) {
  const auto rows = Clustered(20000, testing::TestSeed(21));
  const auto queries = Clustered(300, testing::TestSeed(22));
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build(rows, kDimensions, AllOf(20000),
                                          VectorIndexKind::kScan, {}));
  EXPECT_EQ(index->kind(), "scan");
  ASSERT_OK_AND_ASSIGN(const auto library, BareFaiss::Flat(rows, kDimensions));
  EXPECT_GE(RecallBeside(*index, *library, queries, 100), 0.999);
  EXPECT_GE(RecallBeside(*index, *library, queries, 10), 0.999);
}

TEST(VectorIndexTest, AScansScoresAreTheLibrarysToRounding) {
  const auto rows = Clustered(5000, testing::TestSeed(23));
  const auto queries = Clustered(50, testing::TestSeed(24));
  ASSERT_OK_AND_ASSIGN(const auto index,
                       VectorIndex::Build(rows, kDimensions, AllOf(5000),
                                          VectorIndexKind::kScan, {}));
  ASSERT_OK_AND_ASSIGN(const auto library, BareFaiss::Flat(rows, kDimensions));
  const auto lists = index->Search(queries, 100);
  for (size_t i = 0; i < lists.size(); ++i) {
    ASSERT_OK_AND_ASSIGN(const auto theirs,
                         library->Search(RowOf(queries, i), 100));
    for (size_t j = 0; j < 100; ++j) {
      ASSERT_NEAR(lists[i][j].score, theirs[j].score, 1e-5);
      const bool tied =
          (j > 0 && theirs[j - 1].score < theirs[j].score + 1e-5) ||
          (j < 99 && theirs[j].score < theirs[j + 1].score + 1e-5);
      if (tied || j == 99) continue;
      ASSERT_EQ(lists[i][j].product, theirs[j].product);
    }
  }
}

TEST(VectorIndexTest, AGraphFindsAsMuchAsTheLibraryInTheSameGraph) {
  const auto rows = Clustered(8000, testing::TestSeed(25));
  const auto queries = Clustered(200, testing::TestSeed(26));
  ASSERT_OK_AND_ASSIGN(
      const auto index,
      VectorIndex::Build(rows, kDimensions, AllOf(8000), VectorIndexKind::kHnsw,
                         {.search_breadth = 64}));
  ASSERT_OK_AND_ASSIGN(const auto flat, BareFaiss::Flat(rows, kDimensions));
  ASSERT_OK_AND_ASSIGN(const std::string bytes, index->Serialise());
  ASSERT_OK_AND_ASSIGN(const auto graph, BareFaiss::Graph(bytes, 64));
  double theirs = 0;
  for (size_t i = 0; i < 200; ++i) {
    ASSERT_OK_AND_ASSIGN(const auto truth, flat->Search(RowOf(queries, i), 10));
    ASSERT_OK_AND_ASSIGN(const auto found,
                         graph->Search(RowOf(queries, i), 10));
    for (const Neighbour& n : found) {
      theirs += n.score >= truth.back().score - 1e-5f;
    }
  }
  EXPECT_GE(RecallBeside(*index, *flat, queries, 10), theirs / 2000 - 0.005);
}

TEST(VectorIndexTest, CellsFindNearlyAllAndAllOfThemAll) {
  const auto rows = Clustered(20000, testing::TestSeed(28));
  const auto queries = Clustered(300, testing::TestSeed(29));
  ASSERT_OK_AND_ASSIGN(const auto library, BareFaiss::Flat(rows, kDimensions));
  double before = 0;
  for (const int probes : {4, 16, 200}) {
    ASSERT_OK_AND_ASSIGN(
        const auto index,
        VectorIndex::Build(rows, kDimensions, AllOf(20000),
                           VectorIndexKind::kIvf,
                           {.rows_a_cell = 100, .probes = probes}));
    EXPECT_EQ(index->kind(), "ivf");
    EXPECT_EQ(index->parameters().at("cells"), 200);
    EXPECT_EQ(index->parameters().at("probes"), probes);
    const double recall = RecallBeside(*index, *library, queries, 40);
    EXPECT_GE(recall, before);
    if (probes >= 16) {
      EXPECT_GE(recall, 0.95) << probes;
    }
    before = recall;
  }
  EXPECT_GE(before, 0.999);
}

TEST(VectorIndexTest, CellsOfFewOrEqualRowsFindWhatThereIs) {
  for (const size_t count : {1, 5, 40}) {
    std::vector<float> rows = Clustered(1, 7);
    for (size_t i = 1; i < count; ++i) {
      for (uint32_t j = 0; j < kDimensions; ++j) rows.push_back(rows[j]);
    }
    ASSERT_OK_AND_ASSIGN(
        const auto index,
        VectorIndex::Build(rows, kDimensions, AllOf(count),
                           VectorIndexKind::kIvf,
                           {.rows_a_cell = 4, .probes = 1000}));
    EXPECT_EQ(index->Search(RowOf(rows, 0), 100)[0].size(), count);
  }
}

TEST(VectorIndexTest, CellsAnswerManyAtOnceAsTheyDoOneByOne) {
  const auto rows = Clustered(5000, testing::TestSeed(38));
  const auto queries = Clustered(400, testing::TestSeed(39));
  ASSERT_OK_AND_ASSIGN(
      const auto index,
      VectorIndex::Build(rows, kDimensions, AllOf(5000), VectorIndexKind::kIvf,
                         {.rows_a_cell = 50, .probes = 20}));
  const auto lists = index->Search(queries, 30);
  ASSERT_EQ(lists.size(), 400u);
  for (size_t i = 0; i < lists.size(); ++i) {
    EXPECT_EQ(index->Search(RowOf(queries, i), 30)[0], lists[i]) << i;
  }
}

// Fewer than these are scanned in what follows.
ChooseOptions FromAThousand() { return {.scan_below = 1000, .search = {}}; }

MeasuredIndex Chosen(const std::vector<float>& vectors,
                     const ChooseOptions& options) {
  auto chosen = ChooseVectorIndex(vectors, kDimensions,
                                  AllOf(vectors.size() / kDimensions), options);
  EXPECT_OK(chosen);
  return *std::move(chosen);
}

TEST(ChooseIndexTest, FewAreScannedManyHaveCells) {
  const auto vectors = Clustered(6000, testing::TestSeed(27));
  ChooseOptions options = FromAThousand();
  const MeasuredIndex cells = Chosen(vectors, options);
  EXPECT_EQ(cells.index->kind(), "ivf");
  EXPECT_GE(cells.recall, 0.95);
  options.scan_below = 6001;
  const MeasuredIndex scan = Chosen(vectors, options);
  EXPECT_EQ(scan.index->kind(), "scan");
  EXPECT_GE(scan.recall, 0.999);
}

TEST(ChooseIndexTest, WhatFindsTooFewIsSearchedWider) {
  const auto vectors = Clustered(6000, testing::TestSeed(27));
  ChooseOptions options = FromAThousand();
  options.search.rows_a_cell = 30;
  options.search.probes = 1;
  options.least_recall = 0;
  const MeasuredIndex narrow = Chosen(vectors, options);
  EXPECT_EQ(narrow.index->parameters().at("probes"), 1);
  options.least_recall = narrow.recall + 0.001;
  const MeasuredIndex wider = Chosen(vectors, options);
  EXPECT_EQ(wider.index->kind(), "ivf");
  EXPECT_GE(wider.index->parameters().at("probes"), 2);
  EXPECT_GE(wider.recall, options.least_recall);
}

TEST(ChooseIndexTest, CellsThatFindTooFewGiveWayToTheGraphThenToAScan) {
  const auto vectors = Clustered(6000, testing::TestSeed(27));
  ChooseOptions options = FromAThousand();
  options.search.rows_a_cell = 10;
  options.search.probes = 1;
  options.search.most_probes = 2;
  const MeasuredIndex graph = Chosen(vectors, options);
  EXPECT_EQ(graph.index->kind(), "hnsw");
  EXPECT_GE(graph.recall, 0.95);
  EXPECT_EQ(graph.index->parameters().at("links"), 32);
  options.search.links = 2;
  options.search.construction_breadth = 2;
  options.search.search_breadth = 1;
  options.search.most_search_breadth = 4;
  const MeasuredIndex scan = Chosen(vectors, options);
  EXPECT_EQ(scan.index->kind(), "scan");
  EXPECT_GE(scan.recall, 0.999);
  options.most_scanned = 5999;
  const MeasuredIndex many = Chosen(vectors, options);
  EXPECT_NE(many.index->kind(), "scan");
  EXPECT_LT(many.recall, 0.95);
}

TEST(VectorIndexTest, AnEmptyIndexFindsNothing) {
  const std::vector<float> query(kDimensions, 0.25f);
  for (const auto kind : {VectorIndexKind::kScan, VectorIndexKind::kIvf,
                          VectorIndexKind::kHnsw}) {
    ASSERT_OK_AND_ASSIGN(const auto index,
                         VectorIndex::Build({}, kDimensions, {}, kind, {}));
    const auto lists = index->Search(query, 10);
    ASSERT_EQ(lists.size(), 1u);
    EXPECT_TRUE(lists[0].empty());
  }
}

}  // namespace
}  // namespace patron::index
