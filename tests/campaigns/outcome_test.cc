#include "server/campaigns/outcome.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "server/definitions/holdout.h"
#include "tests/campaigns/campaign_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::campaigns {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

const wire::OutcomeLine* Group(const wire::Outcome& outcome,
                               const std::string& name) {
  for (const wire::OutcomeLine& line : outcome.groups)
    if (line.group == name) return &line;
  return nullptr;
}

// 120 customers, half of them held out, frozen.
class OutcomeTest : public ::testing::Test {
 protected:
  OutcomeTest() {
    shop_.Product("tea", "tea");
    for (int i = 0; i < kCustomers; ++i) shop_.Customer(Id(i));
    wire::Campaign campaign = MakeCampaign("spring");
    campaign.holdout_bp = 5000;
    campaign.variants.resize(2);
    campaign.variants[0].id = "a";
    campaign.variants[1].id = "b";
    shop_.Define({campaign});
    shop_.PlanAndWait("spring", "r1");
    shop_.Freeze("r1");
    shop_.clock().Advance(absl::Hours(24));
  }

  static constexpr int kCustomers = 120;
  static std::string Id(int i) { return absl::StrCat("c", i); }
  static bool IsHeldOut(int i) {
    return definitions::InControl(5000, "spring", Id(i));
  }
  wire::Outcome Reckon() {
    const auto outcome = shop_.desk().OutcomeOf("r1");
    EXPECT_OK(outcome);
    return *outcome;
  }
  void Report(int i, wire::ReportKind::type kind) {
    wire::CommandBody body;
    body.__isset.report_contacts = true;
    body.report_contacts.run_id = "r1";
    wire::ContactReport& report = body.report_contacts.reports.emplace_back();
    report.customer_id = Id(i);
    report.kind = kind;
    report.at_us = absl::ToUnixMicros(shop_.clock().Now());
    shop_.Execute(std::move(body));
  }

  CampaignShop shop_;
};

TEST_F(OutcomeTest, SpendIsAddedUpByGroupNetOfReturns) {
  int64_t contacted = 0, held_out = 0;
  for (int i = 0; i < kCustomers; ++i) {
    (IsHeldOut(i) ? held_out : contacted) += 100 + i;
    shop_.Buy(Id(i), "tea", 100 + i, absl::Hours(2));
  }
  const wire::Outcome before = Reckon();
  EXPECT_EQ(before.currency, "EUR");
  EXPECT_EQ(before.groups[0].group, "all");
  EXPECT_EQ(before.groups[0].spend, contacted);
  EXPECT_EQ(before.held_out.spend, held_out);
  EXPECT_EQ(before.groups[0].customers + before.held_out.customers, kCustomers);
  EXPECT_EQ(before.groups[0].returned, 0);
  // The last purchase is brought back.
  shop_.Return(shop_.LastReceipt(), 1000);
  const wire::Outcome after = Reckon();
  const int64_t brought_back = 100 + kCustomers - 1;
  const bool by_held_out = IsHeldOut(kCustomers - 1);
  EXPECT_EQ(after.groups[0].spend,
            contacted - (by_held_out ? 0 : brought_back));
  EXPECT_EQ(after.held_out.spend, held_out - (by_held_out ? brought_back : 0));
  const wire::OutcomeLine& line =
      by_held_out ? after.held_out : after.groups[0];
  EXPECT_EQ(line.returned, brought_back);
}

TEST_F(OutcomeTest, PurchasesOutsideTheTimeOfTheCampaignDoNotCount) {
  for (int i = 0; i < kCustomers; ++i)
    shop_.Buy(Id(i), "tea", 100, absl::Hours(24 * 30));
  EXPECT_EQ(Reckon().groups[0].spend, 0);
  shop_.clock().Advance(absl::Hours(24 * 29));
  shop_.Buy(Id(1), "tea", 100, absl::ZeroDuration());
  shop_.Buy(Id(2), "tea", 100, absl::ZeroDuration());
  EXPECT_EQ(Reckon().groups[0].buyers + Reckon().held_out.buyers, 0)
      << "a fortnight after the window is over";
  shop_.Buy(Id(1), "tea", 100, absl::Hours(24 * 5));
  EXPECT_EQ(Reckon().groups[0].buyers + Reckon().held_out.buyers, 1);
}

TEST_F(OutcomeTest, ALiftThatWasPlantedIsFoundAndTooFewSaySo) {
  wire::Outcome outcome = Reckon();
  EXPECT_FALSE(outcome.groups[0].enough);
  EXPECT_THAT(outcome.groups[0].note, HasSubstr("0 buyers"));
  for (int i = 0; i < kCustomers; ++i)
    shop_.Buy(Id(i), "tea", (IsHeldOut(i) ? 500 : 900) + i % 7, absl::Hours(1));
  outcome = Reckon();
  ASSERT_TRUE(outcome.groups[0].enough) << outcome.groups[0].note;
  EXPECT_GT(outcome.groups[0].low, 390);
  EXPECT_LT(outcome.groups[0].high, 410);
  EXPECT_THAT(outcome.method, HasSubstr("Welch"));
  ASSERT_NE(Group(outcome, "variant:a"), nullptr);
  ASSERT_NE(Group(outcome, "variant:b"), nullptr);
  EXPECT_EQ(Group(outcome, "variant:a")->customers +
                Group(outcome, "variant:b")->customers,
            outcome.groups[0].customers);
  EXPECT_EQ(Group(outcome, "channel:email")->customers,
            outcome.groups[0].customers);
}

TEST_F(OutcomeTest, WhatTheSenderReportsIsCounted) {
  int reported = 0;
  for (int i = 0; reported < 3; ++i) {
    if (IsHeldOut(i)) continue;
    Report(i, wire::ReportKind::SENT);
    if (reported > 0) Report(i, wire::ReportKind::SHOWN);
    if (reported > 1) Report(i, wire::ReportKind::CLICKED);
    if (reported > 1) Report(i, wire::ReportKind::REDEEMED);
    ++reported;
  }
  const wire::OutcomeLine all = Reckon().groups[0];
  EXPECT_EQ(all.sent, 3);
  EXPECT_EQ(all.shown, 2);
  EXPECT_EQ(all.clicked, 1);
  EXPECT_EQ(all.redeemed, 1);
}

TEST_F(OutcomeTest, ARunThatIsNotFrozenHasNoOutcome) {
  shop_.PlanAndWait("spring", "r2");
  EXPECT_THAT(shop_.desk().OutcomeOf("r2"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(shop_.desk().OutcomeOf("none"),
              StatusIs(absl::StatusCode::kNotFound));
}

// Open since a year, for years to come.
TEST(LongCampaignTest, OnlyWhatARunCanHaveBroughtAboutCounts) {
  CampaignShop shop;
  shop.Product("tea", "tea");
  shop.Customer("anna");
  const absl::Time planned = shop.clock().Now();
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.starts_us = absl::ToUnixMicros(planned - absl::Hours(24 * 365));
  campaign.ends_us = absl::ToUnixMicros(planned + absl::Hours(24 * 365 * 3));
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  shop.clock().Advance(absl::Hours(48));
  shop.Freeze("r1");
  const auto reckon = [&] { return shop.desk().OutcomeOf("r1").value(); };
  shop.Buy("anna", "tea", 100, absl::Hours(24 * 100));
  shop.Buy("anna", "tea", 100, absl::Hours(1));
  EXPECT_EQ(reckon().groups[0].spend, 0) << "bought before the freeze";
  shop.clock().Advance(absl::Hours(1));
  shop.Buy("anna", "tea", 7, absl::ZeroDuration());
  EXPECT_EQ(reckon().groups[0].spend, 7);
  const absl::Duration counts = absl::Hours(24 * (90 + 14));
  shop.clock().Advance(counts);
  shop.Buy("anna", "tea", 100, absl::ZeroDuration());
  EXPECT_EQ(reckon().groups[0].spend, 7) << "bought long after the messages";
  EXPECT_EQ(reckon().until_us, absl::ToUnixMicros(planned + counts));
}

}  // namespace
}  // namespace patron::campaigns
