#include "tools/eval/comparison.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/base/check.h"
#include "server/base/clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/eval_fixtures.h"
#include "tools/eval/days_report.h"
#include "tools/patron/text_file.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;

class ComparisonTest : public ::testing::Test {
 protected:
  std::string Write(const std::string& name, const std::string& text) {
    const std::string path = directory_.File(name);
    PATRON_CHECK_OK(cli::WriteTextFile(path, text));
    return path;
  }

  // Customers in the order given, each with one value of every measure.
  std::string Run(const std::string& name, const std::string& ids,
                  const std::string& values,
                  const std::string& cut = "2017-11-06") {
    const std::string measures = absl::StrCat(
        R"("recall@10": [)", values, R"(], "ndcg@10": [)", values, "]");
    return Write(
        name, absl::StrCat(R"({"task": "next-days", "cut": ")", cut,
                           R"(", "days": 7, "customers": [)", ids,
                           R"(], "has_new": [true, true, false], "methods": [)",
                           R"({"name": "patron", )", measures, R"(, "new": {)",
                           measures, "}}]}"));
  }

  const testing::TempDir directory_;
};

TEST_F(ComparisonTest, CustomersAreMatchedByIdWhateverTheirOrder) {
  const std::string a = Run("a.json", R"("x", "y", "z")", "0.5, 0.25, 0");
  const std::string b = Run("b.json", R"("y", "x", "z")", "0.25, 0.5, 0");
  ASSERT_OK_AND_ASSIGN(const Comparison comparison, Compare({a}, {b}, {}));
  ASSERT_EQ(comparison.measures.size(), 4u);
  const auto& [name, result] = comparison.measures[0];
  EXPECT_EQ(name, "recall@10");
  EXPECT_EQ(result.pairs, 3u);
  EXPECT_EQ(result.difference, 0);
  EXPECT_EQ(comparison.measures[2].first, "new recall@10");
  EXPECT_EQ(comparison.measures[2].second.pairs, 2u);  // not who buys none
  EXPECT_THAT(ToTable(comparison),
              HasSubstr("cannot tell which is better in recall@10"));
  EXPECT_THAT(ToJson(comparison), HasSubstr(R"("better":"cannot tell")"));
}

TEST_F(ComparisonTest, RunsOfOtherTasksOrCustomersAreRefused) {
  const std::string a = Run("a.json", R"("x", "y", "z")", "1, 1, 1");
  const std::string later =
      Run("b.json", R"("x", "y", "z")", "1, 1, 1", "2017-11-13");
  EXPECT_THAT(Compare({a}, {later}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("cut"), HasSubstr("2017-11-06"),
                             HasSubstr("2017-11-13"))));
  const std::string others = Run("c.json", R"("x", "y", "w")", "1, 1, 1");
  EXPECT_THAT(Compare({a}, {others}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("customer \"z\"")));
}

TEST_F(ComparisonTest, WhatIsNoRunIsToldWithItsFile) {
  const std::string a = Run("a.json", R"("x", "y", "z")", "1, 1, 1");
  EXPECT_THAT(Compare({Write("n.json", "[]")}, {a}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("n.json: is not what --per-customer")));
  EXPECT_THAT(Compare({a, "popular"}, {a}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("no method \"popular\", but \"patron\"")));
  EXPECT_THAT(Compare({Run("s.json", R"("x", "y", "z")", "1, 1")}, {a}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("2 values of 3 customers")));
  EXPECT_THAT(Compare({directory_.File("none")}, {a}, {}),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(ComparisonTest, WhatAnEvaluationWritesCanBeCompared) {
  const Sales sales = SalesOf({{0, -5, {1, 2}},
                               {1, -5, {1, 3}},
                               {2, -5, {2}},
                               {0, 1, {1, 3}},
                               {1, 1, {2}},
                               {2, 1, {2, 1}}},
                              4);
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kTestCut, 7));
  BaselineOptions options;
  options.fewest_customers = 1;
  const Baselines baselines(task, options);
  ASSERT_OK_AND_ASSIGN(const DaysReport report,
                       Evaluate("next-days", task, baselines.Methods(nullptr),
                                {10}, SimulatedClock(absl::UnixEpoch())));
  const std::string file = Write("run.json", PerCustomerJson(report));
  ASSERT_OK_AND_ASSIGN(
      const Comparison comparison,
      Compare({file, "personal"}, {file, "popular"}, PairedOptions()));
  EXPECT_EQ(comparison.measures[0].second.pairs, 3u);
  EXPECT_NEAR(comparison.measures[0].second.first,
              report.methods[1].at[0].mean.recall, 1e-12);
}

}  // namespace
}  // namespace patron::eval
