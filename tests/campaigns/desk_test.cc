#include "server/campaigns/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "tests/campaigns/campaign_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::campaigns {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::SizeIs;
using testing::StatusIs;
using wire::LeftOut;

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    for (int i = 0; i < 30; ++i) {
      wire::Customer customer = MakeCustomer(absl::StrCat("c", i));
      if (i % 3 == 0) customer.consents.clear();
      shop_.Put(customer);
    }
  }
  CampaignShop shop_;
};

TEST_F(DeskTest, APreviewCountsWhatARunPlansAndChangesNothing) {
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.holdout_bp = 2000;
  campaign.cost_per_contact = 10;
  campaign.budget = 120;
  shop_.Define({campaign});
  const std::string before = shop_.Checksum();
  const wire::CampaignPreview preview = shop_.Preview("spring", 4);
  EXPECT_EQ(shop_.Checksum(), before);
  shop_.PlanAndWait("spring", "r1");
  const wire::CampaignRun run = shop_.Run("r1");
  EXPECT_EQ(preview.audience, run.audience);
  EXPECT_EQ(preview.looked_at, 30);
  EXPECT_EQ(preview.planned, run.planned);
  EXPECT_EQ(preview.planned, 12) << "a budget of 120 at 10 each";
  EXPECT_EQ(preview.cost, run.cost);
  EXPECT_EQ(preview.left_out, run.left_out);
  EXPECT_EQ(preview.held_out, run.held_out);
  ASSERT_THAT(preview.sample, SizeIs(4));
  EXPECT_EQ(preview.sample[0].channel, "email");
  EXPECT_EQ(preview.sample[0].time_zone, "UTC");
}

TEST_F(DeskTest, ALargeAudienceIsPreviewedBySampleAndScaledUp) {
  for (int i = 30; i < 21'000; ++i) {
    wire::Customer customer = MakeCustomer(absl::StrCat("c", i));
    if (i % 3 == 0) customer.consents.clear();
    shop_.Put(customer);
  }
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.cost_per_contact = 10;
  campaign.budget = 70'000;
  shop_.Define({campaign});
  const wire::CampaignPreview preview = shop_.Preview("spring");
  EXPECT_EQ(preview.audience, 21'000);
  EXPECT_EQ(preview.looked_at, 20'000);
  EXPECT_NEAR(static_cast<double>(preview.planned), 7'000, 3);
  EXPECT_NEAR(static_cast<double>(preview.cost), 70'000, 30);
  int64_t left_out = 0;
  for (const auto& count : preview.left_out) left_out += count.customers;
  EXPECT_NEAR(static_cast<double>(left_out), 14'000, 3);
  EXPECT_EQ(shop_.Preview("spring"), preview);
}

TEST_F(DeskTest, ACustomersContactsSayWhatWasDoneAndWhyNot) {
  wire::Campaign campaign = MakeCampaign("spring");
  wire::Campaign second = MakeCampaign("summer");
  shop_.Define({campaign, second});
  shop_.PlanAndWait("spring", "r1");
  shop_.Freeze("r1");
  shop_.PlanAndWait("summer", "r2");
  const auto contacts = shop_.desk().ContactsOf("c1");
  ASSERT_OK(contacts);
  ASSERT_THAT(*contacts, SizeIs(2));
  EXPECT_EQ((*contacts)[0].state, "left_out");
  EXPECT_EQ((*contacts)[0].reason, LeftOut::CAP);
  EXPECT_EQ((*contacts)[0].text,
            "The summer: left out: she is contacted as often as the shop "
            "allows.");
  EXPECT_EQ((*contacts)[1].state, "frozen");
  EXPECT_FALSE((*contacts)[1].__isset.reason);
  EXPECT_THAT((*contacts)[1].text, HasSubstr("by email on 2026-03-02"));
  EXPECT_GT((*contacts)[1].not_after_us, (*contacts)[1].not_before_us);
  const auto without = shop_.desk().ContactsOf("c0");
  ASSERT_OK(without);
  EXPECT_THAT((*without)[1].text,
              HasSubstr("she has not agreed to email for marketing"));
  EXPECT_THAT(shop_.desk().ContactsOf("nobody"),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DeskTest, CampaignsAreListedWithTheirRunsNewestFirst) {
  shop_.Define({MakeCampaign("spring"), MakeCampaign("summer")});
  shop_.PlanAndWait("spring", "r1");
  shop_.PlanAndWait("spring", "r2");
  shop_.PlanAndWait("summer", "r3");
  shop_.Define({MakeCampaign("spring")});
  const auto all = shop_.desk().Campaigns();
  ASSERT_THAT(all, SizeIs(2));
  ASSERT_THAT(all[0].runs, SizeIs(2));
  EXPECT_EQ(all[0].runs[0].run_id, "r2");
  EXPECT_EQ(all[1].campaign.id, "summer") << "it is gone, its run is not";
  EXPECT_EQ(all[1].runs[0].run_id, "r3");
}

TEST_F(DeskTest, SavingACampaignChangesTheDefinitionsThatStand) {
  shop_.Define({MakeCampaign("spring")});
  auto command = shop_.desk().Saving(MakeCampaign("spring"));
  ASSERT_OK(command);
  EXPECT_FALSE(command->has_value()) << "it stands so already";
  wire::Campaign changed = MakeCampaign("spring");
  changed.priority = 5;
  command = shop_.desk().Saving(changed);
  ASSERT_OK(command);
  ASSERT_TRUE(command->has_value());
  EXPECT_EQ((*command)->definitions.campaigns[0].priority, 5);
  EXPECT_EQ((*command)->base_version, 1);
  EXPECT_EQ((*command)->change, "campaign spring saved");
  command = shop_.desk().Saving(MakeCampaign("summer"));
  ASSERT_OK(command);
  EXPECT_THAT((*command)->definitions.campaigns, SizeIs(2));
  changed.rule = "nonsense >";
  EXPECT_THAT(shop_.desk().Saving(changed),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(DeskTest, WhatCannotBePlannedIsRefusedWhenItIsAsked) {
  wire::Campaign over = MakeCampaign("over");
  over.ends_us = absl::ToUnixMicros(shop_.clock().Now());
  wire::Campaign lost = MakeCampaign("lost");
  lost.segments = {"no-such"};
  shop_.Define({over, lost});
  EXPECT_THAT(shop_.desk().Plan("over", "r1"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(shop_.desk().Plan("lost", "r1"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("no-such")));
  EXPECT_THAT(shop_.desk().Plan("none", "r1"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none")));
  EXPECT_THAT(shop_.desk().Run("r1"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(shop_.desk().Export("r1", "csv", 10, ""),
              StatusIs(absl::StatusCode::kNotFound));
}

TEST_F(DeskTest, AnAudienceIsAnyOfTheSegmentsForWhomTheRuleHoldsToo) {
  wire::Segment staff, all;
  staff.id = "staff";
  staff.rule = "is_staff";
  all.id = "all";
  shop_.definitions().segments = {staff, all};
  wire::Customer clerk = MakeCustomer("clerk");
  clerk.__set_is_staff(true);
  shop_.Put(clerk);
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.segments = {"staff"};
  shop_.Define({campaign});
  EXPECT_EQ(shop_.Preview("spring").audience, 1);
  campaign.segments = {"staff", "all"};
  shop_.Define({campaign});
  EXPECT_EQ(shop_.Preview("spring").audience, 31);
  campaign.rule = "not is_staff";
  shop_.Define({campaign});
  EXPECT_EQ(shop_.Preview("spring").audience, 30);
}

}  // namespace
}  // namespace patron::campaigns
