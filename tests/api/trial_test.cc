// Two index versions side by side: who is answered by which, and what is told
// of it.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/definitions/holdout.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;

constexpr int kCustomers = 400;
constexpr int kPercent = 30;

constexpr char kHoldout[] = R"([shop]
currency = "EUR"

[holdout]
share = "20%"
salt = "2026"
recommendations = true
)";

std::string IdOf(int customer) { return absl::StrCat("c", customer); }

class TrialTest : public ::testing::Test {
 protected:
  TrialTest() {
    Client client(server_);
    std::vector<wire::Product> products;
    for (int p = 0; p < 4; ++p)
      products.push_back(testing::MakeProduct(absl::StrCat("p", p)));
    std::vector<wire::ItemOutcome> outcomes;
    client.admin().importProducts(outcomes, products);
    std::vector<wire::Customer> customers(kCustomers);
    for (int c = 0; c < kCustomers; ++c) customers[c].customer_id = IdOf(c);
    client.admin().importCustomers(outcomes, customers);
    server_.WriteArtefact("v1");
    server_.WriteArtefact("v2");
    wire::IndexVersion published;
    client.admin().publishIndex(published, "v1");
  }

  wire::IndexVersion Start(const std::string& version, int percent) {
    Client client(server_);
    wire::IndexVersion started;
    client.admin().startTrial(started, version, percent);
    return started;
  }
  wire::RecommendReply Ask(Client& client, const std::string& customer) {
    wire::RecommendRequest request;
    request.placement = wire::Placement::HOME;
    if (!customer.empty()) request.__set_customer_id(customer);
    request.k = 2;
    wire::RecommendReply reply;
    client->recommend(reply, request);
    return reply;
  }
  // The customers whom `version` answers.
  std::set<int> AnsweredBy(const std::string& version) {
    Client client(server_);
    std::set<int> answered;
    for (int c = 0; c < kCustomers; ++c)
      if (Ask(client, IdOf(c)).index_version == version) answered.insert(c);
    return answered;
  }
  wire::TrialReport Report() {
    Client client(server_);
    wire::TrialReport report;
    client.admin().trialReport(report);
    return report;
  }
  void SetHoldout() {
    Client client(server_);
    wire::ApplyRequest request;
    request.files = {{"shop.toml", kHoldout}};
    wire::ApplyReply reply;
    client.marketing().applyDefinitions(reply, "", request);
  }

  TestServer server_;
};

TEST_F(TrialTest, AStableShareOfCustomersIsAnsweredByTheOtherVersion) {
  EXPECT_EQ(Start("v2", kPercent).trial_percent, kPercent);
  const std::set<int> before = AnsweredBy("v2");
  EXPECT_NEAR(before.size(), kCustomers * kPercent / 100, 30);
  EXPECT_EQ(AnsweredBy("v1").size(), kCustomers - before.size());
  server_.Restart();
  EXPECT_EQ(AnsweredBy("v2"), before);
}

TEST_F(TrialTest, WhomNobodyKnowsIsAnsweredByTheServingVersion) {
  Start("v2", 99);
  Client client(server_);
  EXPECT_EQ(Ask(client, "").index_version, "v1");
}

TEST_F(TrialTest, TheHoldoutOfRecommendationsStaysWithTheServingVersion) {
  SetHoldout();
  Start("v2", 99);
  const std::set<int> on_trial = AnsweredBy("v2");
  EXPECT_GT(on_trial.size(), kCustomers * 7 / 10);
  wire::Holdout holdout;
  holdout.share_bp = 2000;
  holdout.salt = "2026";
  for (const int c : on_trial)
    EXPECT_FALSE(definitions::InHoldout(holdout, IdOf(c))) << c;
}

TEST_F(TrialTest, StoppingAndPublishingItEndTheTrial) {
  Start("v2", kPercent);
  Client client(server_);
  client.admin().stopTrial();
  EXPECT_EQ(AnsweredBy("v1").size(), kCustomers);
  Start("v2", kPercent);
  wire::IndexVersion published;
  client.admin().publishIndex(published, "v2");
  EXPECT_EQ(AnsweredBy("v2").size(), kCustomers);
  EXPECT_EQ(ErrorOf([&] { client.admin().stopTrial(); }).code,
            wire::ErrorCode::FAILED_PRECONDITION);
}

TEST_F(TrialTest, WhatIsWrongIsNamed) {
  Client client(server_);
  wire::IndexVersion version;
  const auto start = [&](const char* name, int percent) {
    return ErrorOf([&] { client.admin().startTrial(version, name, percent); });
  };
  EXPECT_THAT(start("v2", 0).message, HasSubstr("percent: 0, must be 1 to 99"));
  EXPECT_THAT(start("v2", 100).message, HasSubstr("percent: 100"));
  EXPECT_THAT(start("v1", 10).message, HasSubstr("v1 serves already"));
  EXPECT_EQ(start("v3", 10).code, wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(start("../v2", 10).code, wire::ErrorCode::INVALID_ARGUMENT);
  EXPECT_THAT(ErrorOf([&] { Report(); }).message,
              HasSubstr("none is under way"));
  Start("v2", 10);
  EXPECT_THAT(start("v2", 20).message, HasSubstr("v2 is on trial"));
}

TEST_F(TrialTest, TheReportCountsWhatFollowedEachAnswer) {
  SetHoldout();
  Start("v2", 50);
  Client client(server_);
  int64_t spend[2] = {0, 0}, buyers[2] = {0, 0};
  for (int c = 0; c < kCustomers; ++c) {
    const wire::RecommendReply reply = Ask(client, IdOf(c));
    const bool on_trial = reply.index_version == "v2";
    if (c % 2 == 0) continue;  // every other customer buys the first item
    const int64_t now = absl::ToUnixMicros(server_.clock().Now());
    wire::Purchase purchase = testing::MakePurchase(
        absl::StrCat("r", c), IdOf(c),
        {{reply.items[0].product_id, 1000, on_trial ? 500 : 300}}, now);
    purchase.__set_impression_token(reply.impression_token);
    wire::PurchaseReply bought;
    client->recordPurchase(bought, "", purchase);
    wire::Event click = testing::MakeEvent(wire::EventKind::CLICK, IdOf(c),
                                           reply.items[1].product_id, now);
    click.__set_impression_token(reply.impression_token);
    wire::EventReply clicked;
    client->recordEvent(clicked, "", click);
    spend[on_trial] += on_trial ? 500 : 300;
    ++buyers[on_trial];
  }
  server_.Restart();  // writes the showings that wait
  const wire::TrialReport report = Report();
  EXPECT_EQ(report.serving.version, "v1");
  EXPECT_EQ(report.trial.version, "v2");
  EXPECT_EQ(report.currency, "EUR");
  EXPECT_EQ(report.serving.customers + report.trial.customers, kCustomers);
  EXPECT_EQ(report.serving.spend, spend[0]);
  EXPECT_EQ(report.trial.spend, spend[1]);
  EXPECT_EQ(report.serving.buyers, buyers[0]);
  EXPECT_EQ(report.trial.buyers, buyers[1]);
  EXPECT_EQ(report.trial.bought, buyers[1]);
  EXPECT_EQ(report.trial.clicked, buyers[1]);
  EXPECT_EQ(report.trial.shown, 2 * report.trial.customers);
  ASSERT_TRUE(report.enough) << report.note;
  EXPECT_GT(report.high, report.lift);
  EXPECT_LT(report.low, report.lift);
}

TEST_F(TrialTest, AReturnTakesBackWhatTheReportCounted) {
  SetHoldout();
  Start("v2", 50);
  Client client(server_);
  const wire::RecommendReply reply = Ask(client, "c1");
  const int64_t now = absl::ToUnixMicros(server_.clock().Now());
  wire::Purchase purchase = testing::MakePurchase(
      "r1", "c1", {{reply.items[0].product_id, 1000, 700}}, now);
  purchase.__set_impression_token(reply.impression_token);
  wire::PurchaseReply bought;
  client->recordPurchase(bought, "", purchase);
  wire::ReturnReply returned;
  wire::PurchaseReturn back = testing::MakeReturn("x1", "r1", {{0, 1000}});
  back.happened_at_us = now;
  client->recordReturn(returned, "", back);
  server_.Restart();
  const wire::TrialReport report = Report();
  EXPECT_EQ(report.serving.customers + report.trial.customers, 1);
  EXPECT_EQ(report.serving.spend + report.trial.spend, 0);
  EXPECT_EQ(report.serving.bought + report.trial.bought, 0);
  EXPECT_FALSE(report.enough);
  EXPECT_THAT(report.note, HasSubstr("30"));
}

}  // namespace
}  // namespace patron::api
