// Campaigns over the wire: a whole life of one, and many at once.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/definitions/holdout.h"
#include "tests/api/harness.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using ::testing::HasSubstr;
using ::testing::SizeIs;
using wire::RunState;

std::string Id(int i) { return absl::StrCat("c", i); }

class CampaignsTest : public ::testing::Test {
 protected:
  CampaignsTest() : client_(server_) { definitions_.currency = "EUR"; }

  void AddCustomers(int count) {
    std::vector<wire::Customer> customers;
    for (int i = 0; i < count; ++i) {
      wire::Customer& customer = customers.emplace_back();
      customer.customer_id = Id(i);
      customer.contacts["email"] = absl::StrCat(Id(i), "@example.org");
      wire::Consent& consent = customer.consents.emplace_back();
      consent.channel = "email";
      consent.purpose = "marketing";
      consent.granted = true;
      consent.source = "test";
      consent.given_at_us = testing::kNoonUs;
    }
    std::vector<wire::ItemOutcome> outcomes;
    for (size_t first = 0; first < customers.size(); first += 5000)
      client_.admin().importCustomers(
          outcomes, {customers.begin() + static_cast<std::ptrdiff_t>(first),
                     customers.begin() + static_cast<std::ptrdiff_t>(std::min(
                                             customers.size(), first + 5000))});
  }

  wire::Campaign MakeCampaign(const std::string& id) {
    const absl::Time now = server_.clock().Now();
    wire::Campaign campaign;
    campaign.id = id;
    campaign.name = id;
    campaign.channel = "email";
    campaign.currency = "EUR";
    campaign.products = 0;
    campaign.starts_us = absl::ToUnixMicros(now - absl::Hours(1));
    campaign.ends_us = absl::ToUnixMicros(now + absl::Hours(24 * 7));
    return campaign;
  }

  void Define() {
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions.definitions = definitions_;
    body.put_definitions.overwrite = true;
    ASSERT_TRUE(server_->engine().Execute(std::move(body), {"", "test"}).ok());
  }

  static wire::CampaignRun AwaitPlanned(Client& client,
                                        const std::string& run_id) {
    wire::CampaignRun run;
    do {
      client.marketing().campaignRun(run, run_id);
    } while (run.state == RunState::PLANNING && run.problem.empty());
    return run;
  }

  wire::CampaignRun Plan(const std::string& campaign_id,
                         const std::string& run_id) {
    wire::CampaignRun run;
    client_.marketing().planCampaign(run, "", campaign_id, run_id);
    return AwaitPlanned(client_, run_id);
  }

  std::string ExportAll(const std::string& run_id) {
    std::string all, cursor;
    do {
      wire::ExportPage page;
      client_.marketing().exportRun(page, run_id, "csv", 1000, cursor);
      all += page.rows;
      cursor = page.next_cursor;
    } while (!cursor.empty());
    return all;
  }

  TestServer server_;
  Client client_;
  wire::Definitions definitions_;
};

TEST_F(CampaignsTest, ACampaignIsSavedPlannedFrozenReportedAndReckoned) {
  AddCustomers(50);
  Define();
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.holdout_bp = 3000;
  client_.marketing().saveCampaign("save", campaign);
  client_.marketing().saveCampaign("again", campaign);
  wire::CampaignPreview preview;
  client_.marketing().previewCampaign(preview, "spring", 3);
  EXPECT_EQ(preview.audience, 50);
  EXPECT_THAT(preview.sample, SizeIs(3));

  const wire::CampaignRun planned = Plan("spring", "r1");
  EXPECT_EQ(planned.planned, preview.planned);
  EXPECT_EQ(planned.problem, "");
  wire::CampaignRun run;
  client_.marketing().planCampaign(run, "", "spring", "r1");
  EXPECT_EQ(run, planned) << "the same run id is the same run";
  EXPECT_EQ(ErrorOf([&] {
              client_.marketing().planCampaign(run, "", "other", "r1");
            }).code,
            wire::ErrorCode::ALREADY_EXISTS);

  client_.marketing().freezeRun(run, "freeze", "r1");
  EXPECT_EQ(run.state, RunState::FROZEN);
  client_.marketing().freezeRun(run, "", "r1");
  EXPECT_EQ(
      ErrorOf([&] { client_.marketing().releaseRun(run, "", "r1"); }).code,
      wire::ErrorCode::FAILED_PRECONDITION);
  const std::string list = ExportAll("r1");
  server_.Restart();
  client_ = Client(server_);
  EXPECT_EQ(ExportAll("r1"), list);

  std::string contacted;
  for (int i = 0; contacted.empty(); ++i)
    if (!definitions::InControl(3000, "spring", Id(i))) contacted = Id(i);
  wire::ContactReport report;
  report.customer_id = contacted;
  report.kind = wire::ReportKind::SENT;
  report.at_us = absl::ToUnixMicros(server_.clock().Now());
  client_.marketing().reportContacts("", "r1", {report});
  wire::Outcome outcome;
  client_.marketing().runOutcome(outcome, "r1");
  EXPECT_EQ(outcome.groups[0].sent, 1);
  EXPECT_EQ(outcome.groups[0].customers, planned.planned);
  EXPECT_EQ(outcome.held_out.customers, planned.held_out);
  EXPECT_FALSE(outcome.groups[0].enough);
  std::vector<wire::ContactView> contacts;
  client_.marketing().customerContacts(contacts, contacted);
  ASSERT_THAT(contacts, SizeIs(1));
  EXPECT_THAT(contacts[0].text, HasSubstr("sent: by email"));
  std::vector<wire::CampaignStatus> all;
  client_.marketing().campaignList(all);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_THAT(all[0].runs, SizeIs(1));
}

TEST_F(CampaignsTest, TenCampaignsAtOnceNeverBreakACapABudgetOrTheHoldout) {
  constexpr int kCustomers = 400;
  constexpr int kCampaigns = 10;
  constexpr int64_t kBudget = 900;
  AddCustomers(kCustomers);
  definitions_.holdout.share_bp = 1500;
  definitions_.holdout.salt = "shop";
  definitions_.contact.cap = 2;
  for (int c = 0; c < kCampaigns; ++c) {
    wire::Campaign campaign = MakeCampaign(absl::StrCat("k", c));
    campaign.priority = c % 4;
    campaign.cost_per_contact = 5;
    campaign.budget = kBudget;
    definitions_.campaigns.push_back(campaign);
  }
  Define();
  std::vector<std::thread> planners;
  for (int c = 0; c < kCampaigns; ++c)
    planners.emplace_back([this, c] {
      Client client(server_);
      const std::string run_id = absl::StrCat("r", c);
      wire::CampaignRun run;
      client.marketing().planCampaign(run, "", absl::StrCat("k", c), run_id);
      AwaitPlanned(client, run_id);
      if (c % 3 == 0) client.marketing().freezeRun(run, "", run_id);
      if (c == 4) client.marketing().releaseRun(run, "", run_id);
    });
  for (std::thread& planner : planners) planner.join();

  int64_t stands = 0;
  for (int c = 0; c < kCampaigns; ++c) {
    const wire::CampaignRun run = AwaitPlanned(client_, absl::StrCat("r", c));
    EXPECT_LE(run.cost, kBudget) << c;
    EXPECT_EQ(run.cost, 5 * run.planned) << c;
    int64_t left_out = 0;
    for (const auto& count : run.left_out) left_out += count.customers;
    EXPECT_EQ(run.decided, kCustomers) << c;
    EXPECT_EQ(run.planned + run.held_out + left_out, run.decided) << c;
    if (run.state != RunState::RELEASED) stands += run.planned;
  }
  EXPECT_GT(stands, kCustomers / 2);
  for (int i = 0; i < kCustomers; ++i) {
    std::vector<wire::ContactView> contacts;
    client_.marketing().customerContacts(contacts, Id(i));
    int count = 0;
    for (const wire::ContactView& contact : contacts)
      count += contact.state == "planned" || contact.state == "frozen";
    EXPECT_LE(count, 2) << Id(i);
    if (!definitions::InHoldout(definitions_.holdout, Id(i))) continue;
    EXPECT_EQ(count, 0) << Id(i);
  }
}

// A long list is many commands: purchases come in between.
TEST_F(CampaignsTest, PurchasesGoOnWhileALongListIsPlannedAndFrozen) {
  AddCustomers(6000);
  definitions_.campaigns = {MakeCampaign("spring")};
  Define();
  wire::CampaignRun run;
  client_.marketing().planCampaign(run, "", "spring", "r1");
  int during = 0;
  for (int i = 0; run.state == RunState::PLANNING; ++i) {
    wire::PurchaseReply reply;
    client_->recordPurchase(
        reply, "",
        testing::MakePurchase(absl::StrCat("p", i), Id(i % 6000), {{"tea"}}));
    client_.marketing().campaignRun(run, "r1");
    during += run.state == RunState::PLANNING;
  }
  EXPECT_GT(during, 10) << "purchases waited for the list";
  EXPECT_EQ(run.planned, 6000);
  client_.marketing().freezeRun(run, "", "r1");
  EXPECT_EQ(run.state, RunState::FROZEN);
}

TEST_F(CampaignsTest, WrongRequestsAreRefusedByField) {
  Define();
  wire::CampaignRun run;
  wire::CampaignPreview preview;
  wire::ExportPage page;
  const auto code = [&](const std::function<void()>& call) {
    return ErrorOf(call).code;
  };
  EXPECT_EQ(
      code([&] { client_.marketing().planCampaign(run, "", "none", "r1"); }),
      wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(code([&] { client_.marketing().planCampaign(run, "", "x", ""); }),
            wire::ErrorCode::INVALID_ARGUMENT);
  EXPECT_EQ(code([&] { client_.marketing().campaignRun(run, "r1"); }),
            wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(code([&] { client_.marketing().freezeRun(run, "", "r1"); }),
            wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(
      code([&] { client_.marketing().previewCampaign(preview, "x", 1000); }),
      wire::ErrorCode::INVALID_ARGUMENT);
  EXPECT_EQ(
      code([&] { client_.marketing().exportRun(page, "r1", "csv", 0, ""); }),
      wire::ErrorCode::INVALID_ARGUMENT);
  EXPECT_EQ(
      code([&] { client_.marketing().exportRun(page, "r1", "xml", 10, ""); }),
      wire::ErrorCode::NOT_FOUND);
}

}  // namespace
}  // namespace patron::api
