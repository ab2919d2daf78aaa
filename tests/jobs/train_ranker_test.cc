#include "jobs/train_ranker.h"

#include <algorithm>
#include <cstring>
#include <numeric>
#include <random>
#include <set>

#include "absl/strings/str_cat.h"
#include "index/trees.h"
#include "jobs/purchase_log.h"
#include "jobs/ranker_examples.h"
#include "server/ranking/ranking.h"
#include "tests/index/small_shop.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::jobs {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::Line;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

index::TrainingLog SmallLog() {
  return index::MakeSmallShop(5, {.products = 300,
                                  .categories = 20,
                                  .customers = 500,
                                  .baskets = 8,
                                  .complements = 20})
      .log;
}

// Quick to train; one customer in four is held out.
TrainRankerOptions Quick() {
  TrainRankerOptions options;
  options.learn.dimensions = 8;
  options.windows = 1;
  options.held_out_one_in = 4;
  options.objectives = {"binary:logistic"};
  options.depth = 4;
  options.trees = {10, 20};
  options.threads = 1;
  return options;
}

TEST(TrainRankerTest, FindsWhatThePlainOrderFindsAndTellsWhatCarriesIt) {
  ASSERT_OK_AND_ASSIGN(const TrainedRanker ranker,
                       TrainRanker(SmallLog(), Quick(), nullptr));
  EXPECT_GT(ranker.learned.customers, 50u);
  EXPECT_GT(ranker.learned.recall_at_10, 0.9 * ranker.plain.recall_at_10);
  EXPECT_GT(ranker.ceiling, 0.5);
  EXPECT_EQ(ranker.tried.size(), 2u);
  ASSERT_EQ(ranker.gains.size(), ranking::kFeatures);
  EXPECT_GT(ranker.gains[0].second, ranker.gains[1].second);
  EXPECT_GT(ranker.gains[1].second, 0);
}

TEST(TrainRankerTest, TheSameLogGivesTheSameBytes) {
  const index::TrainingLog log = SmallLog();
  for (const char* objective : {"binary:logistic", "rank:ndcg"}) {
    TrainRankerOptions options = Quick();
    options.objectives = {objective};
    ASSERT_OK_AND_ASSIGN(const TrainedRanker first,
                         TrainRanker(log, options, nullptr));
    ASSERT_OK_AND_ASSIGN(const TrainedRanker second,
                         TrainRanker(log, options, nullptr));
    EXPECT_EQ(first.json, second.json) << objective;
  }
}

// Rows of chance; `knows` puts the label itself into one feature.
ExampleRows RowsOfChance(uint64_t seed, bool knows) {
  ExampleRows rows;
  std::mt19937_64 random(seed);
  for (size_t i = 0; i < 4000; ++i) {
    rows.labels.push_back(random() % 8 == 0 ? 1.0f : 0.0f);
    for (size_t f = 0; f < ranking::kFeatures; ++f)
      rows.rows.push_back(static_cast<float>(random() % 1000));
    if (knows)
      rows.rows[i * ranking::kFeatures + ranking::k_together] = rows.labels[i];
  }
  return rows;
}

TEST(CheckLeaksTest, AFeatureThatKnowsItsLabelInTrainingAloneIsCaughtByName) {
  EXPECT_OK(CheckLeaks({RowsOfChance(1, false), RowsOfChance(2, false)}, 0.08));
  EXPECT_OK(CheckLeaks({RowsOfChance(1, true), RowsOfChance(2, true)}, 0.08))
      << "it tells as much where the label cannot be in it";
  EXPECT_THAT(CheckLeaks({RowsOfChance(1, true), RowsOfChance(2, false)}, 0.08),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("feature together gives labels away")));
}

// Many products of few customers each: what a table holds of one customer
// shows.
index::TrainingLog SparseLog() {
  return index::MakeSmallShop(6, {.products = 3000,
                                  .categories = 60,
                                  .customers = 800,
                                  .baskets = 8,
                                  .complements = 20})
      .log;
}

TEST(TrainRankerTest, TablesThatWereLearnedFromTheLabelsAreCaught) {
  const index::TrainingLog log = SparseLog();
  for (const int folds : {0, 2}) {
    TrainRankerOptions options = Quick();
    options.folds = folds;
    EXPECT_OK(TrainRanker(log, options, nullptr)) << folds << " folds";
    options.plant_leak = true;
    EXPECT_THAT(TrainRanker(log, options, nullptr),
                StatusIs(absl::StatusCode::kFailedPrecondition,
                         HasSubstr("labels away")))
        << folds << " folds";
  }
}

class TreesAStepTest : public ::testing::TestWithParam<int> {};

INSTANTIATE_TEST_SUITE_P(Steps, TreesAStepTest, ::testing::Values(1, 2));

TEST_P(TreesAStepTest, TheServerAddsUpAsTheLibraryDoes) {
  const index::TrainingLog log = SmallLog();
  TrainRankerOptions options = Quick();
  options.trees_a_step = GetParam();
  ASSERT_OK_AND_ASSIGN(const TrainedRanker ranker,
                       TrainRanker(log, options, nullptr));
  EXPECT_THAT(options.trees, ::testing::Contains(ranker.trees));
  ASSERT_OK_AND_ASSIGN(const index::Trees trees,
                       index::Trees::Parse(ranker.json));
  EXPECT_TRUE(ranking::Usable(&trees));
  ASSERT_OK_AND_ASSIGN(const index::Knowledge knowledge,
                       index::Learn(log, Quick().learn, nullptr));
  ranking::Scratch scratch;
  for (uint32_t customer = 0; customer < 20; ++customer) {
    const auto facts = FactsOf(log, customer, log.today);
    ranking::Gather({facts, knowledge, std::nullopt, log.today}, scratch);
    ranking::Compute({facts, knowledge, std::nullopt, log.today}, scratch);
    ranking::Score(trees, scratch);
    ASSERT_OK_AND_ASSIGN(const std::vector<float> library,
                         PredictByLibrary(ranker.json, scratch.rows));
    std::vector<float> margins(library.size());
    trees.Score(scratch.rows, margins);
    EXPECT_EQ(margins, library) << customer;
    for (size_t i = 0; i < 100; ++i)
      EXPECT_EQ(scratch.margins[scratch.order[i]], library[scratch.order[i]])
          << customer << ", place " << i;
  }
}

std::vector<uint32_t> BestByWholeSums(const index::Trees& trees,
                                      const ranking::Scratch& scratch,
                                      size_t count) {
  std::vector<float> whole(scratch.products.size());
  trees.Score(scratch.rows, whole);
  std::vector<uint32_t> order(whole.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return whole[a] != whole[b] ? whole[a] > whole[b]
                                : scratch.products[a] < scratch.products[b];
  });
  order.resize(count);
  return order;
}

TEST(TrainRankerTest, TheFirstPageIsThatOfTheWholeSums) {
  const index::TrainingLog log = SparseLog();
  TrainRankerOptions options = Quick();
  options.trees = {60};
  ASSERT_OK_AND_ASSIGN(const TrainedRanker ranker,
                       TrainRanker(log, options, nullptr));
  ASSERT_OK_AND_ASSIGN(const index::Trees trees,
                       index::Trees::Parse(ranker.json));
  ASSERT_OK_AND_ASSIGN(const index::Knowledge knowledge,
                       index::Learn(log, options.learn, nullptr));
  ranking::Scratch scratch;
  size_t same = 0, most = 0;
  for (uint32_t customer = 0; customer < 50; ++customer) {
    const auto facts = FactsOf(log, customer, log.today);
    const ranking::Question question{facts, knowledge, std::nullopt, log.today};
    ranking::Gather(question, scratch);
    ranking::Compute(question, scratch);
    ranking::Score(trees, scratch);
    ASSERT_GT(scratch.products.size(), 200u) << "all are finalists";
    ASSERT_EQ(scratch.order.size(), scratch.products.size());
    for (size_t i = 1; i < scratch.order.size(); ++i)
      ASSERT_GE(scratch.margins[scratch.order[i - 1]],
                scratch.margins[scratch.order[i]]);
    for (const uint32_t at : BestByWholeSums(trees, scratch, 10))
      same += std::find(scratch.order.begin(), scratch.order.begin() + 10,
                        at) != scratch.order.begin() + 10;
    most += 10;
  }
  EXPECT_GE(same, most * 99 / 100);
}

TEST(TrainRankerTest, WhatMovesACandidateMovesItAcrossStages) {
  const index::TrainingLog log = SparseLog();
  ASSERT_OK_AND_ASSIGN(const TrainedRanker ranker,
                       TrainRanker(log, Quick(), nullptr));
  ASSERT_OK_AND_ASSIGN(const index::Trees trees,
                       index::Trees::Parse(ranker.json));
  ASSERT_OK_AND_ASSIGN(const index::Knowledge knowledge,
                       index::Learn(log, Quick().learn, nullptr));
  const auto facts = FactsOf(log, 1, log.today);
  const ranking::Question question{facts, knowledge, std::nullopt, log.today};
  ranking::Scratch scratch;
  ranking::Gather(question, scratch);
  ranking::Compute(question, scratch);
  ranking::Score(trees, scratch);
  const uint32_t last = scratch.order.back();
  std::vector<float> moves(scratch.products.size(), 0.0f);
  moves[last] = 50;
  ranking::Score(trees, moves, scratch);
  EXPECT_EQ(scratch.order.front(), last);
  std::vector<float> whole(scratch.products.size());
  trees.Score(scratch.rows, whole);
  EXPECT_NEAR(scratch.margins[last], whole[last] + 50, 1e-3);
}

TEST(TrainRankerTest, TheRunningModelIsMeasuredBeside) {
  const index::TrainingLog log = SmallLog();
  TrainRankerOptions options = Quick();
  ASSERT_OK_AND_ASSIGN(const TrainedRanker first,
                       TrainRanker(log, options, nullptr));
  EXPECT_EQ(first.running.customers, 0u);
  EXPECT_TRUE(first.NotWorse(0));
  options.running = first.json;
  ASSERT_OK_AND_ASSIGN(const TrainedRanker again,
                       TrainRanker(log, options, nullptr));
  EXPECT_EQ(again.running.customers, again.learned.customers);
  EXPECT_DOUBLE_EQ(again.running.ndcg_at_10, again.learned.ndcg_at_10);
  EXPECT_TRUE(again.NotWorse(0));
  options.trees = {1};
  options.depth = 1;
  ASSERT_OK_AND_ASSIGN(const TrainedRanker poor,
                       TrainRanker(log, options, nullptr));
  EXPECT_LT(poor.learned.ndcg_at_10, poor.running.ndcg_at_10);
  EXPECT_FALSE(poor.NotWorse(0));
  EXPECT_TRUE(poor.NotWorse(1));
}

TEST(TrainRankerTest, TooFewCustomersTeachNothing) {
  const auto log =
      index::MakeSmallShop(
          5,
          {.products = 100, .categories = 10, .customers = 8, .complements = 0})
          .log;
  EXPECT_THAT(TrainRanker(log, Quick(), nullptr),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("customers")));
}

TEST(TrainRankerTest, OptionsOutOfRangeAreRefusedByName) {
  const auto refused = [](auto change, absl::string_view name) {
    TrainRankerOptions options = Quick();
    change(options);
    EXPECT_THAT(TrainRanker(SmallLog(), options, nullptr),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr(std::string(name))));
  };
  refused([](auto& o) { o.windows = 0; }, "windows");
  refused([](auto& o) { o.days = 0; }, "days");
  refused([](auto& o) { o.folds = 1; }, "folds");
  refused([](auto& o) { o.negatives = 0; }, "negatives");
  refused([](auto& o) { o.depth = 9; }, "depth");
  refused([](auto& o) { o.trees = {50, 20}; }, "trees");
  refused([](auto& o) { o.trees_a_step = 3; }, "trees");
  refused([](auto& o) { o.held_out_one_in = 1; }, "held_out_one_in");
}

TEST(BeforeTest, KeepsWhatLiesBeforeTheDay) {
  const index::TrainingLog log = SmallLog();
  const Day day = log.today - 20;
  const index::TrainingLog before = Before(log, day);
  EXPECT_EQ(before.today, day);
  EXPECT_OK(index::Validate(before));
  EXPECT_EQ(before.lines(),
            static_cast<size_t>(std::count_if(log.day.begin(), log.day.end(),
                                              [&](Day d) { return d < day; })));
  EXPECT_LT(*std::max_element(before.day.begin(), before.day.end()), day);
}

// The features of a customer from the store's facts, and from the log that was
// read out of it.
TEST(FactsOfTest, TrainingAndServingSeeTheSameNumbers) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  for (int p = 0; p < 30; ++p)
    store.Apply(
        Body(MakeProduct(absl::StrCat("p", p), {absl::StrCat("c", p % 5)})));
  int receipt = 0;
  for (int customer = 0; customer < 40; ++customer)
    for (int visit = 0; visit < 9; ++visit) {
      std::vector<Line> lines;
      std::set<int> products;
      for (int i = 0; i < 4; ++i)
        products.insert((customer * 7 + visit * (3 + i) + i * i) % 30);
      for (const int p : products) lines.push_back({absl::StrCat("p", p)});
      lines.push_back(lines.front());  // two lines of one product
      store.Apply(Body(MakePurchase(
          absl::StrCat("r", ++receipt), absl::StrCat("c", customer), lines,
          kNoonUs - (60 - 6 * visit - customer % 5) * kDayUs)));
    }
  const Day today = DayOf(absl::FromUnixMicros(kNoonUs), absl::UTCTimeZone());
  ASSERT_OK_AND_ASSIGN(const index::TrainingLog log,
                       ReadPurchaseLog(*store.state().store, today));
  index::LearnOptions learn;
  learn.dimensions = 8;
  ASSERT_OK_AND_ASSIGN(const index::Knowledge knowledge,
                       index::Learn(log, learn, nullptr));
  ranking::Scratch serving, training;
  for (uint32_t customer = 0; customer < 40; ++customer) {
    const auto served = store.FactsOf(absl::StrCat("c", customer));
    const auto learned = FactsOf(log, customer, today, log.stores - 1);
    EXPECT_EQ(served.items, learned.items);
    ranking::Gather({served, knowledge, std::nullopt, today}, serving);
    ranking::Compute({served, knowledge, std::nullopt, today}, serving);
    ranking::Gather({learned, knowledge, std::nullopt, today}, training);
    ranking::Compute({learned, knowledge, std::nullopt, today}, training);
    ASSERT_EQ(serving.products, training.products);
    ASSERT_FALSE(serving.rows.empty());
    EXPECT_EQ(0, std::memcmp(serving.rows.data(), training.rows.data(),
                             serving.rows.size() * sizeof(float)))
        << customer;
  }
}

}  // namespace
}  // namespace patron::jobs
