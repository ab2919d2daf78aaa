// Commands of campaigns against a server that only remembers what it was asked:
// how words become calls, answers tables, and a cut-off export the whole file.
#include <filesystem>
#include <fstream>
#include <string>

#include "Marketing.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tests/tools/fake_server.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr int64_t kNineInVienna =
    1'763'798'400'000'000;  // 2025-11-22 08:00 UTC
constexpr int64_t kHour = 3'600'000'000;

wire::LeftOutCount Count(wire::LeftOut::type reason, int64_t customers) {
  wire::LeftOutCount count;
  count.reason = reason;
  count.customers = customers;
  return count;
}

wire::CampaignRun SampleRun() {
  wire::CampaignRun run;
  run.run_id = "spring-1";
  run.campaign_id = "spring";
  run.state = wire::RunState::PLANNING;
  run.moment_us = kNineInVienna;
  run.audience = 2000;
  run.decided = 500;
  run.planned = 1200;
  run.held_out = 100;
  run.left_out = {Count(wire::LeftOut::CONSENT, 600),
                  Count(wire::LeftOut::CAP, 100)};
  run.cost = 12'345;
  run.currency = "EUR";
  return run;
}

wire::ListRow SampleRow() {
  wire::ListRow row;
  row.customer_id = "anna";
  row.channel = "email";
  row.creative = "spring-a";
  wire::ListProduct product;
  product.product_id = "P1";
  product.name = "Espresso beans";
  product.__set_price(499);
  product.__set_currency("EUR");
  product.reason_text = "you usually buy this every 12 days";
  row.products = {product};
  row.offer_id = "coffee10";
  row.offer_text = "10 % off coffee";
  row.not_before_us = kNineInVienna;
  row.not_after_us = kNineInVienna + 10 * kHour;
  row.time_zone = "Europe/Vienna";
  row.relevance = 512;
  row.cost = 42;
  return row;
}

class Office final : public wire::MarketingNull {
 public:
  void campaignList(std::vector<wire::CampaignStatus>& reply) override {
    wire::CampaignStatus status;
    status.campaign.id = "spring";
    status.campaign.kind = wire::CampaignKind::WIN_BACK;
    status.campaign.segments = {"lapsing"};
    status.runs = {SampleRun()};
    reply = {status};
  }
  void exportDefinitions(wire::DefinitionsFiles& reply,
                         const int64_t) override {
    reply.files["shop.toml"] = "[shop]\ncurrency = \"EUR\"\n";
  }
  void saveCampaign(const std::string& request_id,
                    const wire::Campaign& campaign) override {
    calls.push_back("save " + request_id);
    saved = campaign;
  }
  void previewCampaign(wire::CampaignPreview& reply, const std::string& id,
                       const int32_t sample) override {
    calls.push_back("preview " + id + " " + std::to_string(sample));
    reply.campaign_id = id;
    reply.audience = 2000;
    reply.planned = 1200;
    reply.looked_at = 1000;
    reply.currency = "EUR";
    reply.left_out = SampleRun().left_out;
    reply.sample = {SampleRow()};
  }
  void planCampaign(wire::CampaignRun& reply, const std::string&,
                    const std::string& campaign,
                    const std::string& run_id) override {
    calls.push_back("plan " + campaign);
    reply = SampleRun();
    reply.run_id = run_id;
  }
  // Planned when asked for the third time.
  void campaignRun(wire::CampaignRun& reply,
                   const std::string& run_id) override {
    calls.push_back("status " + run_id);
    reply = SampleRun();
    reply.run_id = run_id;
    reply.problem = problem;
    if (calls.size() > 3) reply.state = wire::RunState::PLANNED;
  }
  void freezeRun(wire::CampaignRun& reply, const std::string& request_id,
                 const std::string& run_id) override {
    calls.push_back("freeze " + run_id + " " + request_id);
    reply = SampleRun();
    reply.state = wire::RunState::FROZEN;
  }
  // Three pages of one row; the second is refused while `broken`.
  void exportRun(wire::ExportPage& reply, const std::string&,
                 const std::string& format, const int32_t,
                 const std::string& cursor) override {
    calls.push_back("export " + format + " " + cursor);
    if (broken && cursor == "1") {
      wire::PatronError error;
      error.code = wire::ErrorCode::UNAVAILABLE;
      error.message = "stopping";
      throw error;
    }
    const int page = cursor.empty() ? 0 : std::stoi(cursor);
    reply.rows = page == 0 ? "customer_id\nc0\n" : "c" + cursor + "\n";
    reply.count = 1;
    reply.next_cursor = page == 2 ? "" : std::to_string(page + 1);
  }
  void reportContacts(const std::string& request_id, const std::string&,
                      const std::vector<wire::ContactReport>& batch) override {
    calls.push_back("report " + request_id);
    reports.insert(reports.end(), batch.begin(), batch.end());
  }
  void runOutcome(wire::Outcome& reply, const std::string& run_id) override {
    reply.run_id = run_id;
    reply.currency = "EUR";
    reply.method = "Welch 1947";
    reply.held_out.customers = 100;
    wire::OutcomeLine all;
    all.group = "all";
    all.customers = 1200;
    all.buyers = 300;
    all.spend = 600'000;
    all.mean = 500.2;
    all.lift = 123.4;
    all.low = 23;
    all.high = 224;
    all.enough = true;
    wire::OutcomeLine few;
    few.group = "variant:b";
    few.customers = 3;
    few.note = "3 customers, at least 30 are wanted";
    reply.groups = {all, few};
  }
  void customerContacts(std::vector<wire::ContactView>& reply,
                        const std::string&) override {
    wire::ContactView contact;
    contact.campaign_name = "Spring";
    contact.run_id = "spring-1";
    contact.state = "left_out";
    contact.__set_reason(wire::LeftOut::CAP);
    contact.text = "contacted on 2025-11-02 already";
    contact.channel = "email";
    reply = {contact};
  }

  std::vector<std::string> calls;
  wire::Campaign saved;
  std::string problem;
  bool broken = false;
  std::vector<wire::ContactReport> reports;
};

class CampaignCommandsTest : public ::testing::Test {
 protected:
  Told Run(std::vector<std::string> words) {
    return Patron(server_.address(), std::move(words));
  }
  std::string Write(const std::string& name, const std::string& text) {
    std::ofstream(dir_.File(name)) << text;
    return dir_.File(name);
  }

  const testing::TempDir dir_;
  std::shared_ptr<Office> office_ = std::make_shared<Office>();
  FakeServer server_{std::make_shared<wire::MarketingProcessor>(office_)};
};

TEST_F(CampaignCommandsTest, CampaignsAreListedWithTheirRuns) {
  EXPECT_THAT(Run({"campaign", "list"}).out, HasSubstr("spring    win_back"));
  const Told shown = Run({"campaign", "show", "spring"});
  for (const char* part : {"segments", "lapsing", "Runs", "spring-1"})
    EXPECT_THAT(shown.out, HasSubstr(part));
  EXPECT_THAT(Run({"campaign", "list", "--json"}).out,
              HasSubstr(R"("left_out":{"consent":600,"cap":100})"));
  const Told unknown = Run({"campaign", "show", "autumn"});
  EXPECT_EQ(unknown.code, kExitFailed);
  EXPECT_THAT(unknown.err, HasSubstr("campaign \"autumn\": is not known"));
}

TEST_F(CampaignCommandsTest, ADryRunReadsAsAPersonWouldReadIt) {
  const Told told = Run({"campaign", "plan", "spring", "--dry-run"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_THAT(office_->calls, ElementsAre("preview spring 3"));
  for (const char* part :
       {"1,200   60.0 %  on the list", "600   30.0 %  gave no consent",
        "from 1,000 customers looked at",
        "anna, email, \"spring-a\", 2025-11-22 09:00 to 19:00 Europe/Vienna:",
        "  1. Espresso beans, 4.99 EUR\n     you usually buy this every 12 "
        "days",
        "  offer: 10 % off coffee", "relevance 0.512, expected cost 0.42 EUR",
        "nobody is planned"})
    EXPECT_THAT(told.out, HasSubstr(part)) << told.out;
}

TEST_F(CampaignCommandsTest, PlanningIsAwaitedAndThenCounted) {
  const Told told =
      Run({"campaign", "plan", "spring", "--run", "s2", "--wait"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_THAT(office_->calls, ElementsAre("plan spring", "status s2",
                                          "status s2", "status s2"));
  EXPECT_THAT(told.out, HasSubstr("planned"));
  EXPECT_THAT(told.out, HasSubstr("held out, to compare with"));
  EXPECT_THAT(told.out, Not(HasSubstr("is being planned")));
}

TEST_F(CampaignCommandsTest, WithoutWaitingItSaysHowToLook) {
  const Told told = Run({"campaign", "plan", "spring", "--run", "s2"});
  EXPECT_THAT(told.out, HasSubstr("planning  25 %: 500 of 2,000"));
  EXPECT_THAT(told.out, HasSubstr("patron campaign status s2"));
}

TEST_F(CampaignCommandsTest, ARunThatStandsStillIsNotWaitedFor) {
  office_->problem = "no index is published";
  const Told told = Run({"campaign", "plan", "spring", "--wait"});
  EXPECT_EQ(told.code, kExitFailed);
  EXPECT_THAT(told.out, Not(HasSubstr("is being planned")));
  EXPECT_THAT(told.out, HasSubstr("stands still   no index is published"));
}

TEST_F(CampaignCommandsTest, AReportGoesInBatchesAndAWrongRowSendsNothing) {
  std::string rows = "customer_id,kind,time\n";
  for (int i = 0; i < 1500; ++i) rows += "c,sent,2026-01-02T09:00:00Z\n";
  const std::string file = Write("events.csv", rows);
  EXPECT_EQ(
      Run({"campaign", "report", "spring-1", file, "--request-id", "q"}).out,
      "run spring-1: 1,500 events reported\n");
  EXPECT_THAT(office_->calls, ElementsAre("report q/1", "report q/2"));
  EXPECT_EQ(office_->reports.size(), 1500u);
  EXPECT_EQ(office_->reports[0].at_us, 1'767'344'400'000'000);

  office_->calls.clear();
  Write("events.csv", "c1,sent,2026-01-02\nc2,opened,2026-01-02\n");
  EXPECT_THAT(Run({"campaign", "report", "spring-1", file}).err,
              HasSubstr("events.csv:2: kind: \"opened\" is not sent, shown, "
                        "clicked or redeemed"));
  EXPECT_TRUE(office_->calls.empty());
}

TEST_F(CampaignCommandsTest, AnOutcomeTellsLiftOrThatThereIsTooLittleData) {
  const Told told = Run({"campaign", "outcome", "spring-1"});
  for (const char* part :
       {"Welch 1947", "25.0 %", "1.23 EUR", "0.23 to 2.24 EUR",
        "too little data", "3 customers, at least 30 are wanted"})
    EXPECT_THAT(told.out, HasSubstr(part)) << told.out;
  const Told json = Run({"campaign", "outcome", "spring-1", "--json"});
  EXPECT_THAT(json.out, HasSubstr(R"("lift":123.4)"));
  EXPECT_THAT(json.out, HasSubstr(R"("enough":false,"note":"3 customers)"));
}

TEST_F(CampaignCommandsTest, ACutOffExportGoesOnToTheSameBytes) {
  const std::string whole = dir_.File("whole.csv");
  EXPECT_EQ(Run({"campaign", "export", "spring-1", "--out", whole}).code,
            kExitOk);
  EXPECT_EQ(*ReadTextFile(whole), "customer_id\nc0\nc1\nc2\n");

  const std::string cut = dir_.File("cut.csv");
  const std::vector<std::string> words = {"campaign", "export", "spring-1",
                                          "--out", cut};
  office_->broken = true;
  const Told stopped = Run(words);
  EXPECT_EQ(stopped.code, kExitFailed);
  EXPECT_THAT(stopped.err, HasSubstr("go on with --resume"));
  // A page that was half written when the machine stopped.
  std::ofstream(cut, std::ios::app) << "c1 half";

  office_->broken = false;
  office_->calls.clear();
  std::vector<std::string> resumed = words;
  resumed.push_back("--resume");
  const Told told = Run(resumed);
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_THAT(office_->calls, ElementsAre("export csv 1", "export csv 2"));
  EXPECT_EQ(*ReadTextFile(cut), *ReadTextFile(whole));
  EXPECT_THAT(told.err, HasSubstr("3 customers written to"));
  EXPECT_FALSE(std::filesystem::exists(cut + ".resume"));
  EXPECT_THAT(Run(resumed).err, HasSubstr("nothing was cut off"));
}

TEST_F(CampaignCommandsTest, AnExportOfSomethingElseIsNotResumed) {
  const std::string cut = dir_.File("cut.csv");
  office_->broken = true;
  EXPECT_EQ(Run({"campaign", "export", "spring-1", "--out", cut}).code,
            kExitFailed);
  const Told told =
      Run({"campaign", "export", "summer-1", "--out", cut, "--resume"});
  EXPECT_EQ(told.code, kExitUsage);
  EXPECT_THAT(told.err,
              HasSubstr("is of \"run spring-1 csv\", not of \"run summer-1"));
}

TEST_F(CampaignCommandsTest, ACampaignFileIsSavedInTheShopsCurrency) {
  const std::string file =
      Write("spring.toml",
            "[[campaigns]]\nid = \"spring\"\nname = \"Spring\"\n"
            "channel = \"email\"\nstarts = 2026-03-01\nends = 2026-03-31\n"
            "budget = \"100.00\"\n");
  const Told told = Run({"campaign", "save", file, "--request-id", "q"});
  EXPECT_EQ(told.code, kExitOk) << told.err;
  EXPECT_EQ(told.out, "campaign spring is saved\n");
  EXPECT_THAT(office_->calls, ElementsAre("save q/spring"));
  EXPECT_EQ(office_->saved.budget, 10'000);
  EXPECT_EQ(office_->saved.currency, "EUR");

  Write("spring.toml", "[shop]\ncurrency = \"EUR\"\n");
  EXPECT_THAT(Run({"campaign", "save", file}).err,
              HasSubstr("holds no [[campaigns]]"));
}

TEST_F(CampaignCommandsTest, OneCustomersContactsSayWhy) {
  const Told told = Run({"customer", "contacts", "anna"});
  EXPECT_THAT(told.out, HasSubstr("contacted on 2025-11-02 already"));
  EXPECT_THAT(Run({"customer", "contacts", "anna", "--json"}).out,
              HasSubstr(R"("reason":"cap")"));
}

TEST_F(CampaignCommandsTest, ARunIsFrozen) {
  const Told told =
      Run({"campaign", "freeze", "spring-1", "--request-id", "q"});
  EXPECT_THAT(office_->calls, ElementsAre("freeze spring-1 q"));
  EXPECT_THAT(told.out, HasSubstr("frozen"));
}

}  // namespace
}  // namespace patron::cli
