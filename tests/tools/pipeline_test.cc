#include "tools/eval/pipeline.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/tools/eval_fixtures.h"
#include "tools/eval/days_report.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;

constexpr uint32_t kProducts = 60;

// Customers of six tastes over ten products each, a visit a week for twelve
// weeks up to the cut and one after it.
std::vector<TestReceipt> Receipts(uint32_t customers, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<TestReceipt> receipts;
  for (Day day = -81; day <= 3; day += 7)
    for (uint32_t c = 0; c < customers; ++c) {
      TestReceipt receipt{c, day, {}, c % 3};
      for (uint32_t i = 0; i < 10; ++i)
        if (random() % 10 < 1 + (i + c) % 5)
          receipt.products.push_back(c % 6 * 10 + i);
      if (random() % 2 == 0)
        receipt.products.push_back(static_cast<uint32_t>(random() % kProducts));
      std::sort(receipt.products.begin(), receipt.products.end());
      receipt.products.erase(
          std::unique(receipt.products.begin(), receipt.products.end()),
          receipt.products.end());
      receipts.push_back(std::move(receipt));
    }
  return receipts;
}

PipelineOptions SmallOptions() {
  PipelineOptions options;
  options.learn.dimensions = 8;
  options.ranker.windows = 3;
  options.ranker.trees = {21};
  options.ranker.threads = 1;
  options.learn.threads = 1;
  options.ranker.held_out_one_in = 10;
  return options;
}

TEST(PipelineTest, ItBeatsThePopularAndLeavesNewListsWithoutOwnProducts) {
  const Sales sales = SalesOf(Receipts(180, testing::TestSeed(3)), kProducts);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  ASSERT_OK_AND_ASSIGN(const auto pipeline,
                       Pipeline::Train(task, SmallOptions(), nullptr));
  const Baselines baselines(task, BaselineOptions());
  auto methods = baselines.Methods(&pipeline->artefact());
  methods.emplace_back("patron", [&](const DaysCase& one, size_t k) {
    return pipeline->Lists(one, k);
  });
  ASSERT_OK_AND_ASSIGN(
      const DaysReport report,
      Evaluate("test", task, methods, {5}, SimulatedClock(absl::UnixEpoch())));
  EXPECT_GT(report.methods.back().at[0].mean.recall,
            report.methods.front().at[0].mean.recall + 0.1);
  EXPECT_GT(pipeline->MeasureCeiling().all, 0.9);
  for (const DaysCase& one : task.cases()) {
    ASSERT_OK_AND_ASSIGN(const DaysLists lists, pipeline->Lists(one, 20));
    const std::vector<uint32_t> own = task.OwnOf(one.customer);
    for (const uint32_t product : lists.fresh)
      EXPECT_FALSE(std::binary_search(own.begin(), own.end(), product));
  }
}

TEST(PipelineTest, WhatHappensFromTheCutOnChangesNoList) {
  std::vector<TestReceipt> receipts = Receipts(120, testing::TestSeed(4));
  const Sales sales = SalesOf(receipts, kProducts);
  // After the cut everybody buys one and the same product, many times.
  for (TestReceipt& receipt : receipts)
    if (receipt.day >= 0) receipt.products = {7};
  const Sales other = SalesOf(receipts, kProducts);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  ASSERT_OK_AND_ASSIGN(const NextDays changed,
                       NextDays::Make(other, kTestCut, 7));
  ASSERT_OK_AND_ASSIGN(const auto first,
                       Pipeline::Train(task, SmallOptions(), nullptr));
  ASSERT_OK_AND_ASSIGN(const auto second,
                       Pipeline::Train(changed, SmallOptions(), nullptr));
  EXPECT_EQ(first->trained().json, second->trained().json);
  for (const DaysCase& one : task.cases()) {
    ASSERT_OK_AND_ASSIGN(const DaysLists a, first->Lists(one, 20));
    ASSERT_OK_AND_ASSIGN(const DaysLists b, second->Lists(one, 20));
    EXPECT_EQ(a.all, b.all);
  }
}

TEST(PipelineTest, TooFewCustomersTeachNoRanker) {
  const Sales sales = SalesOf(Receipts(5, testing::TestSeed(5)), kProducts);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  EXPECT_THAT(Pipeline::Train(task, SmallOptions(), nullptr),
              StatusIs(absl::StatusCode::kNotFound));
}

}  // namespace
}  // namespace patron::eval
