#include "tools/eval/next_days.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "server/base/clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/tools/eval_fixtures.h"
#include "tools/eval/baselines.h"
#include "tools/eval/days_report.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

TEST(NextDaysTest, TruthIsWhatIsBoughtWithinTheDaysAmongWhatWasSoldBefore) {
  const Sales sales = SalesOf({{0, -10, {1, 2}},
                               {1, -3, {3}},
                               {0, 0, {2, 3}},     // 3 is new to her
                               {0, 6, {1, 2, 4}},  // 4 was never sold before
                               {0, 7, {3}},        // too late
                               {1, 8, {3}}},
                              5);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  ASSERT_EQ(task.cases().size(), 1u);
  EXPECT_EQ(task.cases()[0].customer, 0u);
  EXPECT_THAT(task.cases()[0].bought, ElementsAre(1, 2, 3));
  EXPECT_THAT(task.cases()[0].fresh, ElementsAre(3));
  EXPECT_EQ(task.candidates(), 3u);
  EXPECT_THAT(task.OwnOf(0), ElementsAre(1, 2));
  EXPECT_DOUBLE_EQ(task.AgeOf(task.HistoryOf(1)[0]), 2.5);
}

TEST(NextDaysTest, OnlyCustomersOfTheLast56DaysAreScored) {
  const Sales sales = SalesOf(
      {{0, -57, {1}}, {1, -56, {1}}, {0, 1, {1}}, {1, 1, {1}}, {2, 1, {1}}}, 2);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  ASSERT_EQ(task.cases().size(), 1u);
  EXPECT_EQ(task.cases()[0].customer, 1u);
}

TEST(NextDaysTest, ACutOutsideTheSalesIsRefusedWithTheirSpan) {
  const Sales sales = SalesOf({{0, -2, {1}}, {0, 3, {1}}}, 2);
  EXPECT_THAT(NextDays::Make(sales, kTestCut + 100, 7),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       AllOf(HasSubstr(FormatDay(kTestCut + 100)),
                             HasSubstr(FormatDay(kTestCut - 2)),
                             HasSubstr(FormatDay(kTestCut + 3)))));
  EXPECT_THAT(
      NextDays::Make(sales, kTestCut, 0),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("days: 0")));
}

// Two customers; the method's lists are the same for both.
TEST(NextDaysTest, MeasuresAreThoseWorkedByHand) {
  const Sales sales = SalesOf({{0, -5, {1, 2}},
                               {1, -5, {1, 3}},
                               {0, 1, {1, 3}},  // truth {1, 3}, new {3}
                               {1, 1, {3}}},    // truth {3}, new {}
                              4);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  const NamedDaysMethod method = {
      "fixed", [](const DaysCase&, size_t) {
        return DaysLists{.all = {2, 1, 3}, .fresh = {2, 3}};
      }};
  ASSERT_OK_AND_ASSIGN(
      const DaysReport report,
      Evaluate("test", task, {method}, {2}, SimulatedClock(absl::UnixEpoch())));
  const double second = 1 / std::log2(3.0);
  const DaysResult& result = report.methods[0];
  // At 2 the lists show 2 and 1: one hit of two at place 2, none of one.
  EXPECT_DOUBLE_EQ(result.at[0].mean.recall, 0.25);
  EXPECT_DOUBLE_EQ(result.at[0].mean.ndcg, second / (1 + second) / 2);
  EXPECT_DOUBLE_EQ(result.at[0].mean.hit, 0.5);
  // Of candidates 1, 2, 3 two are shown; 2 is a quarter, 1 a half of the lines.
  EXPECT_DOUBLE_EQ(result.at[0].coverage, 2.0 / 3);
  EXPECT_DOUBLE_EQ(result.at[0].novelty, 1.5);
  // New: the first customer alone, whose 3 stands second.
  EXPECT_DOUBLE_EQ(result.fresh[0].mean.recall, 1);
  EXPECT_DOUBLE_EQ(result.fresh[0].mean.ndcg, second);
  // Again: her 1 stands second; the other's 3 is not shown.
  EXPECT_DOUBLE_EQ(result.repeat[0].recall, 0.5);
  EXPECT_DOUBLE_EQ(report.mean_truth, 1.5);

  const auto json = nlohmann::json::parse(ToJson(report));
  EXPECT_EQ(json["task"], "test");
  EXPECT_EQ(json["customers"], 2);
  EXPECT_EQ(json["customers_new"], 1);
  EXPECT_EQ(json["methods"][0]["name"], "fixed");
  EXPECT_DOUBLE_EQ(json["methods"][0]["recall@2"], 0.25);
  EXPECT_DOUBLE_EQ(json["methods"][0]["new"]["recall@2"], 1);
  EXPECT_THAT(ToTable(report), HasSubstr("recall@2"));
}

class BaselinesTest : public ::testing::Test {
 protected:
  // Popularity: 3 by three customers, 1 and 2 by two, 4 by one.
  BaselinesTest()
      : sales_(SalesOf({{0, -80, {1}},
                        {0, -70, {1}},
                        {0, -60, {1}},
                        {0, -2, {2}},
                        {0, -1, {2}},
                        {0, -1, {3}},
                        {1, -4, {1, 3}},
                        {2, -4, {1, 2, 3, 4}},
                        {0, 1, {1}}},
                       5)),
        task_(*NextDays::Make(sales_, kTestCut, 7)),
        baselines_(task_, Options()),
        one_(task_.cases()[0]) {}

  static BaselineOptions Options() {
    BaselineOptions options;
    options.fewest_customers = 1;
    return options;
  }

  const Sales sales_;
  const NextDays task_;
  const Baselines baselines_;
  const DaysCase& one_;
};

TEST_F(BaselinesTest, PopularCountsCustomersOf56DaysTiesById) {
  const DaysLists lists = baselines_.Popular(one_, 4);
  EXPECT_THAT(lists.all, ElementsAre(3, 1, 2, 4));
  EXPECT_THAT(lists.fresh, ElementsAre(4));
}

TEST_F(BaselinesTest, PersonalCountsLinesAndGoesOnWithPopular) {
  EXPECT_THAT(baselines_.Personal(one_, 4).all, ElementsAre(1, 2, 3, 4));
  EXPECT_THAT(baselines_.PersonalPopular(one_, 2).all, ElementsAre(1, 2));
}

TEST_F(BaselinesTest, DecayedForgetsWhatIsOld) {
  // 1: three lines of 59.5 to 79.5 days, about 1.3; 2: two of 0.5 and 1.5.
  EXPECT_THAT(baselines_.Decayed(one_, 3).all, ElementsAre(2, 1, 3));
  // 3: 0.99 + 0.3 · 3 ÷ 3 = 1.29; 1: 1.29 + 0.3 · 2 ÷ 3 = 1.49.
  EXPECT_THAT(baselines_.DecayedPopular(one_, 4).all, ElementsAre(2, 1, 3, 4));
}

TEST_F(BaselinesTest, ItemNeighboursShowWhatHerProductsAreBoughtWith) {
  const DaysLists lists = baselines_.ItemNeighbours(one_, 4);
  EXPECT_THAT(lists.fresh, ElementsAre(4));
}

TEST_F(BaselinesTest, EveryMethodShowsDistinctCandidates) {
  for (const auto& [name, method] : baselines_.Methods(nullptr)) {
    ASSERT_OK_AND_ASSIGN(const DaysLists lists, method(one_, 10));
    std::vector<uint32_t> sorted = lists.all;
    std::sort(sorted.begin(), sorted.end());
    EXPECT_EQ(std::unique(sorted.begin(), sorted.end()), sorted.end()) << name;
    EXPECT_THAT(sorted, ::testing::Each(::testing::Lt(5u))) << name;
  }
}

TEST(SalesTest, ALogHoldsWhatLiesBeforeTheCutInItsOrder) {
  Sales sales = SalesOf(
      {{1, -3, {2, 1}}, {0, -2, {1}, 1}, {0, -1, {1}, 1}, {0, 0, {3}}}, 4);
  for (uint32_t p = 1; p < 4; ++p) sales.attributes[p].category_path = {7};
  const index::TrainingLog log = LogBefore(sales, kTestCut);
  EXPECT_OK(index::Validate(log));
  EXPECT_THAT(log.customer, ElementsAre(0, 0, 1, 1));
  EXPECT_THAT(log.product, ElementsAre(1, 1, 2, 1));
  EXPECT_EQ(log.today, kTestCut);
  EXPECT_TRUE(log.attributes[3].discontinued);  // not sold before
  EXPECT_FALSE(log.attributes[1].discontinued);
  EXPECT_THAT(MainStores(sales, kTestCut), ElementsAre(1, 0));
}

TEST(SalesTest, PriceTiersAreQuartersOfACategory) {
  Sales sales = SalesOf({{0, -1, {0, 1, 2, 3}}, {0, 1, {0}}}, 5);
  sales.derive_price_tiers = true;
  for (auto& attributes : sales.attributes) attributes.category_path = {1};
  const float prices[] = {400, 100, 300, 200};
  for (Sale& sale : sales.sales) sale.unit_price = prices[sale.product];
  const index::TrainingLog log = LogBefore(sales, kTestCut);
  EXPECT_EQ(log.attributes[0].price_tier, 3);
  EXPECT_EQ(log.attributes[1].price_tier, 0);
  EXPECT_EQ(log.attributes[2].price_tier, 2);
  EXPECT_EQ(log.attributes[3].price_tier, 1);
  EXPECT_EQ(log.attributes[4].price_tier, index::kNoPriceTier);
}

}  // namespace
}  // namespace patron::eval
