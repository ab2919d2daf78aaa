// The protocol of patron-eval offers on a shop of a few lines.
#include "tools/eval/coupons.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using targeting::kFeatures;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kTransactions[] =
    "household_id,store_id,basket_id,time,week,product_id,quantity,"
    "sales_value_cents,retail_disc_cents,coupon_disc_cents,"
    "coupon_match_disc_cents\n";
constexpr char kHistory[] =
    "1,7,b1,2017-02-01T10:00:00,5,milk,1,100,0,0,0\n"
    "1,7,b1,2017-02-01T10:00:00,5,soap,1,150,50,25,25\n"
    "2,7,b2,2017-02-20T23:59:59,8,milk,2,200,0,0,0\n";
// Of the day on which campaign 2 begins, and later.
constexpr char kAfter[] =
    "2,7,b3,2017-03-01T00:00:00,9,soap,1,150,0,50,0\n"
    "1,7,b4,2017-03-09T09:00:00,10,soap,9,900,0,90,0\n";

class CouponsTest : public ::testing::Test {
 protected:
  void Write(const std::string& name, const std::string& text) {
    std::ofstream(directory_.File(name)) << text;
  }

  void WriteShop(const std::string& transactions) {
    Write("transactions.csv", absl::StrCat(kTransactions, transactions));
    Write("demographics.csv", "household_id,age\n2,65+\n");
    Write("campaign_descriptions.csv",
          "campaign_id,campaign_type,start_date,end_date\n"
          "1,Type A,2017-02-10,2017-02-28\n2,Type B,2017-03-01,2017-03-31\n"
          "9,Type B,2016-12-01,2017-01-05\n");
    Write("campaigns.csv",
          "campaign_id,household_id\n1,1\n1,2\n2,1\n2,2\n9,1\n");
    Write("coupons.csv",
          "coupon_upc,product_id,campaign_id\nu,soap,1\nu,soap,1\nu,soap,2\n"
          "v,unsold,2\n");
    Write("coupon_redemptions.csv", redemptions_);
  }

  absl::StatusOr<std::vector<CouponCase>> Cases(
      const std::string& transactions) {
    WriteShop(transactions);
    return ReadCouponCases(directory_.path(),
                           directory_.File(absl::StrCat("state", ++states_)),
                           nullptr);
  }

  testing::TempDir directory_;
  int states_ = 0;
  std::string redemptions_ =
      "household_id,coupon_upc,campaign_id,redemption_date\n"
      "1,u,1,2017-02-15\n2,u,2,2017-03-20\n";
};

TEST_F(CouponsTest, CasesAreTargetedCustomersInOrderOfBeginning) {
  ASSERT_OK_AND_ASSIGN(const auto cases, Cases(absl::StrCat(kHistory, kAfter)));
  std::vector<std::string> seen;
  for (const CouponCase& one : cases)
    seen.push_back(absl::StrCat(one.campaign, "/", one.customer_id, "/",
                                one.example.used));
  // Campaign 9 began before the first purchase.
  EXPECT_THAT(seen, ElementsAre("1/1/1", "1/2/0", "2/1/0", "2/2/1"));
}

TEST_F(CouponsTest, FeaturesAreThoseOfTheDayBefore) {
  ASSERT_OK_AND_ASSIGN(const auto cases, Cases(absl::StrCat(kHistory, kAfter)));
  const auto& first = cases[0].example.features;
  EXPECT_DOUBLE_EQ(first[targeting::kIssued], std::log1p(1)) << "campaign 9";
  EXPECT_EQ(first[targeting::kUses], 0) << "redeemed later";
  EXPECT_DOUBLE_EQ(first[targeting::kScopeItems], std::log1p(1));
  EXPECT_EQ(cases[0].coupon_lines, 1);
  EXPECT_EQ(cases[0].spend, 250);
  EXPECT_EQ(cases[1].spend, 0) << "her first purchase comes later";
  const auto& second = cases[2].example.features;
  EXPECT_DOUBLE_EQ(second[targeting::kIssued], std::log1p(2));
  EXPECT_DOUBLE_EQ(second[targeting::kUses], std::log1p(1));
  EXPECT_DOUBLE_EQ(second[targeting::kScopeProducts], std::log1p(2));
  EXPECT_EQ(second[targeting::kProfile], 0);
  EXPECT_EQ(cases[3].example.features[targeting::kProfile], 1);
  EXPECT_EQ(cases[3].coupon_lines, 0) << "bought on the day it began";
}

TEST_F(CouponsTest, WhatHappensAfterTheStartChangesNoFeature) {
  ASSERT_OK_AND_ASSIGN(const auto without, Cases(kHistory));
  redemptions_ += "1,u,2,2017-03-01\n1,v,2,2017-03-02\n";
  ASSERT_OK_AND_ASSIGN(const auto with, Cases(absl::StrCat(kHistory, kAfter)));
  ASSERT_EQ(with.size(), without.size());
  for (size_t i = 0; i < with.size(); ++i) {
    EXPECT_EQ(with[i].example.features, without[i].example.features);
    EXPECT_EQ(with[i].spend, without[i].spend);
    EXPECT_EQ(with[i].redemptions, without[i].redemptions);
  }
  EXPECT_TRUE(with[2].example.used);
}

TEST_F(CouponsTest, WhatDoesNotReadIsToldWithItsPlace) {
  EXPECT_THAT(Cases("1,7,b1,yesterday,5,milk,1,100,0,0,0\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("transactions.csv, line 2"),
                             HasSubstr("yesterday"))));
  EXPECT_THAT(
      Cases("1,7,b1,2017-02-02T10:00:00,5,milk,1,100,0,0,0\n"
            "1,7,b2,2017-02-01T10:00:00,5,milk,1,100,0,0,0\n"),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("line 3")));
  EXPECT_FALSE(HasCouponFiles(directory_.File("nowhere")));
  EXPECT_TRUE(HasCouponFiles(directory_.path()));
}

TEST(MeasuresTest, AreaUnderCurveIsTheShareOfPairsInOrder) {
  // Pairs (with, without): 9>5, 9>1, 9>1; 5=5 half, 5>1, 5>1: 5.5 of 6.
  EXPECT_DOUBLE_EQ(
      AreaUnderCurve({9, 5, 5, 1, 1}, {true, true, false, false, false}),
      5.5 / 6);
  EXPECT_DOUBLE_EQ(AreaUnderCurve({1, 2}, {true, false}), 0);
  EXPECT_DOUBLE_EQ(AreaUnderCurve({1, 1, 1}, {true, false, true}), 0.5);
  EXPECT_DOUBLE_EQ(AreaUnderCurve({1, 2}, {true, true}), 0.5);
}

TEST(MeasuresTest, LiftIsTheRateAtTheTopOverTheRateOfAll) {
  const std::vector<double> scores = {9, 8, 7, 6, 5, 4, 3, 2, 1, 0};
  std::vector<bool> outcomes(10, false);
  outcomes[0] = outcomes[5] = true;
  EXPECT_DOUBLE_EQ(LiftAt(0.1, scores, outcomes), 5);
  EXPECT_DOUBLE_EQ(LiftAt(0.5, scores, outcomes), 1);
  EXPECT_DOUBLE_EQ(LiftAt(0.1, std::vector<double>(10, 3), outcomes), 1)
      << "ties count in proportion";
}

TEST(ProtocolTest, TestOutcomesDecideNothing) {
  std::vector<CouponCase> cases;
  for (int campaign = 1; campaign <= 22; ++campaign)
    for (int i = 0; i < 40; ++i) {
      CouponCase& one = cases.emplace_back();
      one.campaign = campaign;
      one.example.features[targeting::kCouponLines] = i % 7;
      one.example.features[targeting::kItems] = (i * campaign) % 5;
      one.example.used = (i + campaign) % 3 == 0 && i % 7 > 2;
    }
  ASSERT_OK_AND_ASSIGN(const auto before, EvaluateCoupons(cases, {}));
  for (CouponCase& one : cases)
    if (one.campaign > 13) one.example.used = !one.example.used;
  ASSERT_OK_AND_ASSIGN(const auto after, EvaluateCoupons(cases, {}));
  EXPECT_EQ(before.penalty, after.penalty);
  EXPECT_EQ(before.weights, after.weights);
  EXPECT_EQ(before.train_cases, 13u * 40);
  EXPECT_EQ(before.test_cases, 7u * 40);
  EXPECT_NE(before.methods.back().second.pooled_auc,
            after.methods.back().second.pooled_auc);
}

}  // namespace
}  // namespace patron::eval
