// Whole runs: planned, interrupted, frozen, released, exported.
#include "server/campaigns/runner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/campaigns/list.h"
#include "tests/campaigns/campaign_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::campaigns {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using testing::StatusIs;
using wire::LeftOut;
using wire::RunState;

// Customers c0 to c(n-1), one in five of whom has not agreed, and twenty
// products in five categories that they buy now and then.
void Fill(CampaignShop& shop, int customers) {
  for (int p = 0; p < 20; ++p)
    shop.Product(absl::StrCat("p", p), absl::StrCat("cat", p % 5),
                 200 + 10 * p);
  for (int i = 0; i < customers; ++i) {
    wire::Customer customer = MakeCustomer(absl::StrCat("c", i));
    if (i % 5 == 4) customer.consents.clear();
    if (i % 7 == 0) customer.__set_time_zone("America/New_York");
    shop.Put(customer);
    if (i % 3 == 0)
      shop.Buy(customer.customer_id, absl::StrCat("p", i % 20), 250,
               absl::Hours(24 * (20 + i % 50)));
  }
}

wire::Campaign FullCampaign() {
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.products = 2;
  campaign.holdout_bp = 1000;
  campaign.variants.resize(2);
  campaign.variants[0].id = "a";
  campaign.variants[0].creative = "letter, with \"quotes\"";
  campaign.variants[1].id = "b";
  return campaign;
}

bool IsPlanned(const wire::RunRow& run) {
  return run.state == RunState::PLANNED;
}

TEST(RunnerTest, ARunDecidesEverybodyAndItsExportHasARowForEachContact) {
  CampaignShop shop;
  Fill(shop, 100);
  shop.Define({FullCampaign()});
  shop.PlanAndWait("spring", "r1");
  const wire::CampaignRun run = shop.Run("r1");
  EXPECT_EQ(run.audience, 100);
  EXPECT_EQ(run.decided, 100);
  EXPECT_EQ(shop.LeftOut("r1", LeftOut::CONSENT), 20);
  EXPECT_GT(run.held_out, 0);
  EXPECT_EQ(run.planned + run.held_out + 20, 100);
  const std::string csv = shop.ExportAll("r1");
  EXPECT_THAT(std::vector<std::string>(absl::StrSplit(csv, "\r\n")),
              SizeIs(static_cast<size_t>(run.planned) + 2));
  EXPECT_EQ(csv, shop.ExportAll("r1", "csv", 1000));
  EXPECT_THAT(csv, HasSubstr("\"letter, with \"\"quotes\"\"\""));
  EXPECT_THAT(csv, HasSubstr("2026-03-02T09:00:00-05:00"));
  const std::string json = shop.ExportAll("r1", "jsonl");
  EXPECT_THAT(json, HasSubstr("\"creative\":\"letter, with \\\"quotes\\\"\""));
  EXPECT_THAT(json, HasSubstr("\"products\":[{\"product_id\":\"p"));
}

TEST(RunnerTest, TwoShopsWithTheSameCommandsMakeTheSameBytes) {
  CampaignShop one, other;
  for (CampaignShop* shop : {&one, &other}) {
    Fill(*shop, 200);
    shop->Define({FullCampaign()});
    shop->PlanAndWait("spring", "r1");
  }
  EXPECT_EQ(one.ExportAll("r1"), other.ExportAll("r1"));
  EXPECT_EQ(one.Checksum(), other.Checksum());
}

TEST(RunnerTest, ARunThatIsStoppedInTheMiddleGoesOnToTheSameList) {
  constexpr int kCustomers = 1200;
  CampaignShop whole, stopped;
  for (CampaignShop* shop : {&whole, &stopped}) {
    Fill(*shop, kCustomers);
    shop->Define({FullCampaign()});
  }
  whole.PlanAndWait("spring", "r1");
  ASSERT_OK(stopped.Open("spring", "r1"));
  int stops = 0;
  for (int64_t beyond = 0; stops < 3; ++stops) {
    stopped.Await("r1", [&](const wire::RunRow& run) {
      return run.decided > beyond || IsPlanned(run);
    });
    stopped.StopRunner();
    const wire::CampaignRun run = stopped.Run("r1");
    if (run.state == RunState::PLANNED) break;
    beyond = run.decided;
    // A later moment of the clock changes nothing: the run has its own.
    stopped.clock().Advance(absl::Hours(30));
    stopped.Restart();
  }
  EXPECT_GT(stops, 0) << "it was never caught in the middle";
  stopped.Await("r1", IsPlanned);
  EXPECT_EQ(stopped.ExportAll("r1"), whole.ExportAll("r1"));
  EXPECT_EQ(stopped.ExportAll("r1", "jsonl"), whole.ExportAll("r1", "jsonl"));
}

TEST(RunnerTest, AFrozenListNeverChanges) {
  CampaignShop shop;
  Fill(shop, 60);
  shop.Define({FullCampaign()});
  shop.PlanAndWait("spring", "r1");
  shop.Freeze("r1");
  const std::string frozen = shop.ExportAll("r1");
  const wire::CampaignRun before = shop.Run("r1");
  // Another campaign of higher priority takes nothing, consent withdrawn and a
  // product renamed change nothing.
  wire::Campaign louder = FullCampaign();
  louder.id = "louder";
  louder.priority = 10;
  shop.Define({FullCampaign(), louder});
  shop.PlanAndWait("louder", "r2");
  for (int i = 0; i < 60; ++i) {
    wire::Customer customer = MakeCustomer(absl::StrCat("c", i));
    customer.consents.clear();
    shop.Put(customer);
  }
  shop.Product("p1", "elsewhere", 1);
  EXPECT_EQ(shop.ExportAll("r1"), frozen);
  EXPECT_EQ(shop.Run("r1"), before);
  EXPECT_LE(shop.Run("r2").planned, before.held_out)
      << "the others' caps are taken";
}

TEST(RunnerTest, ReleasingGivesTheContactsBack) {
  CampaignShop shop;
  Fill(shop, 60);
  wire::Campaign second = FullCampaign();
  second.id = "summer";
  shop.Define({FullCampaign(), second});
  shop.PlanAndWait("spring", "r1");
  shop.PlanAndWait("summer", "r2");
  EXPECT_GT(shop.LeftOut("r2", LeftOut::CAP), 0);
  shop.Set("r1", RunState::RELEASED);
  shop.PlanAndWait("summer", "r3");
  EXPECT_EQ(shop.LeftOut("r3", LeftOut::CAP), shop.Run("r2").planned);
  EXPECT_GT(shop.Run("r3").planned, shop.Run("r2").planned);
  EXPECT_THAT(shop.desk().Export("r1", "csv", 10, ""),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(RunnerTest, ARunOfHigherPriorityTakesPlannedContacts) {
  CampaignShop shop;
  Fill(shop, 60);
  wire::Campaign louder = FullCampaign();
  louder.id = "louder";
  louder.priority = 10;
  shop.Define({FullCampaign(), louder});
  shop.PlanAndWait("spring", "r1");
  const int64_t planned = shop.Run("r1").planned;
  shop.PlanAndWait("louder", "r2");
  const int64_t displaced = shop.LeftOut("r1", LeftOut::DISPLACED);
  EXPECT_GT(displaced, 0);
  EXPECT_EQ(shop.Run("r1").planned, planned - displaced);
  const auto contacts = shop.desk().ContactsOf("c1");
  ASSERT_OK(contacts);
  ASSERT_THAT(*contacts, SizeIs(2));
  EXPECT_EQ((*contacts)[0].run_id, "r2");
}

// Offers of the cause "campaign r1" that a customer has.
int IssuedTo(CampaignShop& shop, const std::string& id) {
  wire::AccountRow account;
  shop.state().accounts.Read(
      CustomerOrdinal(*shop.state().ordinals.customers.Find(id)), account);
  int issued = 0;
  for (const wire::Issued& one : account.issued)
    issued += one.cause == "campaign r1";
  return issued;
}

TEST(RunnerTest, PersonalOffersOfAFrozenRunAreIssuedOnceEach) {
  CampaignShop shop;
  shop.Product("tea", "tea", 1000);
  for (int i = 0; i < 40; ++i) shop.Customer(absl::StrCat("c", i));
  shop.BuyTeaWeekly(40);
  wire::Offer sorry = MakeOffer("sorry");
  sorry.occasion = wire::Occasion::PERSONAL;
  sorry.percent_bp = 2000;
  shop.definitions().offers = {sorry};
  shop.definitions().margin_bp = 9000;
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.offer_ids = {"sorry"};
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  EXPECT_EQ(IssuedTo(shop, "c1"), 0) << "nothing is issued before it is frozen";
  shop.Freeze("r1");
  shop.Restart();  // finds nothing to do
  EXPECT_TRUE(shop.state().runs.Find("r1")->issued);
  for (int i = 0; i < 40; ++i)
    EXPECT_EQ(IssuedTo(shop, absl::StrCat("c", i)), i % 2) << i;
  wire::AccountRow account;
  shop.state().accounts.Read(
      CustomerOrdinal(*shop.state().ordinals.customers.Find("c1")), account);
  EXPECT_EQ(account.issued[0].expires_at_us,
            campaign.ends_us + absl::ToInt64Microseconds(absl::Hours(14 * 24)));
}

TEST(RunnerTest, TwoOfAFrozenListWhoBecameOneAreIssuedOne) {
  // More than are issued by one command.
  constexpr int kCustomers = 210;
  CampaignShop shop;
  shop.Product("tea", "tea", 1000);
  for (int i = 0; i < kCustomers; ++i) shop.Customer(absl::StrCat("c", i));
  shop.BuyTeaWeekly(kCustomers);
  wire::Offer sorry = MakeOffer("sorry");
  sorry.occasion = wire::Occasion::PERSONAL;
  sorry.percent_bp = 2000;
  shop.definitions().offers = {sorry};
  shop.definitions().margin_bp = 9000;
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.offer_ids = {"sorry"};
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  shop.StopRunner();
  shop.Set("r1", RunState::FROZEN);
  shop.Merge("c1", "c209");
  shop.StartRunner();
  shop.Await("r1", [](const wire::RunRow& run) { return run.issued; });
  EXPECT_EQ(IssuedTo(shop, "c1"), 1);
  EXPECT_EQ(IssuedTo(shop, "c207"), 1);
}

TEST(RunnerTest, ARunWhoseIndexIsGoneStandsStillSaysWhyAndGoesOnOnceItIsBack) {
  CampaignShop shop;
  Fill(shop, 30);
  shop.Define({FullCampaign()});
  shop.StopRunner();
  shop.knowledge().serving = "v1";
  shop.knowledge().indexes["v1"] = nullptr;  // none is learned in this shop
  ASSERT_OK(shop.Open("spring", "r1"));
  shop.knowledge().indexes.clear();
  shop.StartRunner();
  while (shop.Run("r1").problem.empty()) shop.runner().Wake();
  EXPECT_THAT(shop.Run("r1").problem, HasSubstr("no index v1"));
  EXPECT_EQ(shop.Run("r1").state, RunState::PLANNING);
  shop.StopRunner();
  shop.knowledge().indexes["v1"] = nullptr;
  shop.StartRunner();
  shop.Await("r1", IsPlanned);
  EXPECT_EQ(shop.Run("r1").problem, "");
}

TEST(RunnerTest, TheControlStopsGrowingWhenTheBudgetIsPlannedAway) {
  CampaignShop shop;
  for (int i = 0; i < 400; ++i) shop.Customer(absl::StrCat("c", i));
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.holdout_bp = 5000;
  campaign.cost_per_contact = 10;
  campaign.budget = 500;
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  const wire::CampaignRun run = shop.Run("r1");
  EXPECT_EQ(run.planned, 50);
  EXPECT_EQ(run.cost, 500);
  EXPECT_GT(run.held_out, 25);
  EXPECT_LT(run.held_out, 90);
  EXPECT_EQ(shop.LeftOut("r1", LeftOut::BUDGET), 350 - run.held_out);
}

TEST(RunnerTest, AnEmptyAudienceIsPlannedAtOnce) {
  CampaignShop shop;
  Fill(shop, 10);
  wire::Campaign campaign = FullCampaign();
  campaign.rule = "purchases >= 1000";
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  EXPECT_EQ(shop.Run("r1").audience, 0);
  EXPECT_THAT(shop.ExportAll("r1"), Not(HasSubstr("c1")));
}

TEST(RunnerTest, WhoBecameAnotherCustomerStandsOnAListOnceAsWhoSheIsNow) {
  CampaignShop shop;
  Fill(shop, 20);
  wire::Campaign campaign = MakeCampaign("spring");
  shop.Define({campaign});
  shop.PlanAndWait("spring", "r1");
  shop.Freeze("r1");
  shop.Merge("c1", "c2");
  const std::string csv = shop.ExportAll("r1", "csv", 3);
  EXPECT_THAT(csv, HasSubstr("\r\nc1,"));
  EXPECT_THAT(csv, Not(HasSubstr("\r\nc2,")));
  EXPECT_EQ(csv.find("\r\nc1,"), csv.rfind("\r\nc1,"));
}

// How often `id` is the customer of a row.
int RowsOf(const std::string& id, const std::string& csv) {
  int rows = 0;
  for (const auto line : absl::StrSplit(csv, "\r\n"))
    rows += absl::StartsWith(line, id + ",");
  return rows;
}

TEST(RunnerTest, TwoOfAListWhoBecameAThirdWhoIsNotOnItStandOnItOnce) {
  CampaignShop shop;
  wire::Customer third = MakeCustomer("third");
  third.consents.clear();
  shop.Put(third);
  for (int i = 0; i < 10; ++i) shop.Customer(absl::StrCat("c", i));
  shop.Define({MakeCampaign("spring")});
  shop.PlanAndWait("spring", "r1");
  shop.Freeze("r1");
  const std::string before = shop.ExportAll("r1");
  ASSERT_EQ(RowsOf("third", before), 0);
  for (const char* absorbed : {"c8", "c2", "c5"}) shop.Merge("third", absorbed);
  for (const int limit : {1, 3, 1000}) {
    const std::string csv = shop.ExportAll("r1", "csv", limit);
    EXPECT_EQ(RowsOf("third", csv), 1) << limit;
    for (const char* absorbed : {"c8", "c2", "c5"})
      EXPECT_EQ(RowsOf(absorbed, csv), 0) << absorbed;
    EXPECT_EQ(RowsOf("c9", csv), 1);
    EXPECT_LT(csv.find("\r\nc1,"), csv.find("\r\nthird,"));
    EXPECT_LT(csv.find("\r\nthird,"), csv.find("\r\nc3,"))
        << "hers is the row of c2";
  }
  // Whoever has a row of her own goes by it.
  shop.Merge("c6", "third");
  for (const int limit : {1, 1000}) {
    const std::string csv = shop.ExportAll("r1", "csv", limit);
    EXPECT_EQ(RowsOf("c6", csv), 1) << limit;
    EXPECT_EQ(RowsOf("third", csv), 0) << limit;
    EXPECT_LT(csv.find("\r\nc4,"), csv.find("\r\nc6,"));
  }
}

TEST(RunnerTest, APageEndsWhereItsBytesAreFullAndTheNextGoesOnThere) {
  CampaignShop shop;
  Fill(shop, 50);
  shop.Define({FullCampaign()});
  shop.PlanAndWait("spring", "r1");
  const uint32_t number = *shop.state().runs.NumberOf("r1");
  const contacts::RunPtr run = shop.state().runs.Get(number);
  constexpr size_t kBytes = 1000;
  std::string all, cursor;
  int pages = 0;
  do {
    const auto page =
        ExportRun(shop.parts().state, number, *run, ListFormat::kCsv,
                  /*limit=*/1000, cursor, kBytes);
    ASSERT_OK(page);
    EXPECT_GT(page->count, 0);
    EXPECT_LT(page->rows.size(), 2 * kBytes);
    all += page->rows;
    cursor = page->next_cursor;
    ++pages;
  } while (!cursor.empty());
  EXPECT_GT(pages, 3);
  EXPECT_EQ(all, shop.ExportAll("r1"));
}

TEST(RunnerTest, ARunGoesOnWithTheExcludedSegmentsThatItBeganWith) {
  constexpr int kCustomers = 1200;
  CampaignShop whole, stopped;
  wire::Segment buyers;
  buyers.id = "buyers";
  buyers.rule = "purchases >= 1";
  wire::Campaign campaign = FullCampaign();
  campaign.exclude_segments = {"buyers"};
  for (CampaignShop* shop : {&whole, &stopped}) {
    Fill(*shop, kCustomers);
    shop->definitions().segments = {buyers};
    shop->Define({campaign});
  }
  whole.PlanAndWait("spring", "r1");
  ASSERT_GT(whole.LeftOut("r1", LeftOut::EXCLUDED), 0);
  ASSERT_OK(stopped.Open("spring", "r1"));
  stopped.Await("r1", [](const wire::RunRow& run) { return run.decided > 0; });
  stopped.StopRunner();
  ASSERT_EQ(stopped.Run("r1").state, RunState::PLANNING)
      << "it was not caught in the middle";
  // Nobody is excluded any more by the segment as it stands, nor is there one.
  stopped.definitions().segments[0].rule = "purchases >= 1000";
  stopped.Define({campaign});
  stopped.definitions().segments.clear();
  stopped.Define(std::vector<wire::Campaign>());
  stopped.Restart();
  stopped.Await("r1", IsPlanned);
  EXPECT_EQ(stopped.LeftOut("r1", LeftOut::EXCLUDED),
            whole.LeftOut("r1", LeftOut::EXCLUDED));
  EXPECT_EQ(stopped.ExportAll("r1"), whole.ExportAll("r1"));
}

TEST(RunnerTest, AReleasedRunDoesNotStandStillAnyMore) {
  CampaignShop shop;
  Fill(shop, 30);
  shop.Define({FullCampaign()});
  shop.StopRunner();
  shop.knowledge().serving = "v1";
  shop.knowledge().indexes["v1"] = nullptr;
  ASSERT_OK(shop.Open("spring", "r1"));
  shop.knowledge().indexes.clear();
  shop.StartRunner();
  while (shop.Run("r1").problem.empty()) shop.runner().Wake();
  shop.Set("r1", RunState::RELEASED);
  EXPECT_EQ(shop.Run("r1").problem, "");
}

}  // namespace
}  // namespace patron::campaigns
