// A list of the whole base with three products and an offer a row, and what
// purchases feel of it.
#include <algorithm>
#include <memory>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "server/base/clock.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"
#include "tools/bench/beside.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/shop_data.h"
#include "tools/bench/stop.h"
#include "tools/bench/suites.h"

namespace patron::bench {
namespace {

namespace fs = std::filesystem;

constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr int kSampleRows = 10'000;

// Everybody who may be written to, so that nearly every customer looked at is
// work. Offers differ in depth and reach; the margin is one at which some of
// them are worth making.
Files CampaignFiles() {
  Files files;
  files["campaign.toml"] = R"([shop]
currency = "EUR"
margin = "60%"

[contact]
cap = 1000

[[offers]]
id = "five"
name = "5 % off everything"
benefit = "percent"
percent = "5%"

[[offers]]
id = "dairy"
name = "15 % off dairy"
benefit = "percent"
percent = "15%"
scope = 'category has "Dairy"'

[[offers]]
id = "two-euros"
name = "2 euros off"
benefit = "amount"
amount = "2.00"
min_spend = "20.00"

[[campaigns]]
id = "everybody"
name = "Everybody"
kind = "promotion"
rule = 'consent["email/marketing"]'
channel = "email"
starts = 2020-01-01
ends = 2040-01-01
products = 3
offers = ["five", "dairy", "two-euros"]
)";
  return files;
}

class CampaignSuite {
 public:
  CampaignSuite(const BenchOptions& options, const ServerProcess& server)
      : options_(options), server_(server), connection_(To(server.port())) {}

  absl::Status Open() { return ApplyFiles(CampaignFiles(), connection_); }

  // A run of its own, alone.
  absl::Status Alone() {
    const RealClock clock;
    const absl::Time start = clock.Now();
    PATRON_ASSIGN_OR_RETURN(wire::CampaignRun run, Plan());
    while (run.state == wire::RunState::PLANNING) {
      PATRON_RETURN_IF_ERROR(CheckStop());
      absl::SleepFor(kPoll);
      PATRON_ASSIGN_OR_RETURN(run, Look(run.run_id));
    }
    alone_ = std::move(run);
    seconds_ = absl::ToDoubleSeconds(clock.Now() - start);
    return CheckRows();
  }

  // Purchases, with a run going on and without.
  absl::Status Beside() {
    for (int round = 1; round <= options_.rounds; ++round) {
      PATRON_ASSIGN_OR_RETURN(const LoadResult without, Buyers());
      without_.Add(without);
      PATRON_ASSIGN_OR_RETURN(const wire::CampaignRun run, Plan());
      PATRON_ASSIGN_OR_RETURN(const LoadResult with, Buyers());
      with_.Add(with);
      PATRON_RETURN_IF_ERROR(Release(run.run_id));
    }
    return absl::OkStatus();
  }

  void Tell(Report& report) const {
    Figure figure;
    figure.bench = "campaign";
    figure.setting =
        absl::StrCat("a list of ", alone_.planned, " of ", alone_.audience,
                     ", ", options_.large.products, " products, offers in ",
                     with_offer_, " % of the rows");
    figure.value = static_cast<double>(alone_.planned) / seconds_;
    figure.unit = "customers/s";
    figure.floor = "target";
    figure.floor_value = 5000;
    report.Add(figure);
    report.Add(
        P99Beside("campaign", "a list being planned beside", with_, without_));
  }

 private:
  absl::StatusOr<wire::CampaignRun> Plan() {
    wire::CampaignRun run;
    PATRON_RETURN_IF_ERROR(
        connection_.Marketing([&](wire::MarketingClient& client) {
          client.planCampaign(run, "", "everybody", RandomHex(8));
        }));
    return run;
  }

  absl::StatusOr<wire::CampaignRun> Look(const std::string& run_id) {
    wire::CampaignRun run;
    PATRON_RETURN_IF_ERROR(
        connection_.Marketing([&](wire::MarketingClient& client) {
          client.campaignRun(run, run_id);
        }));
    if (run.problem.empty()) return run;
    return absl::InternalError(absl::StrCat("campaign: ", run.problem));
  }

  absl::Status Release(const std::string& run_id) {
    return connection_.Marketing([&](wire::MarketingClient& client) {
      wire::CampaignRun run;
      client.releaseRun(run, "", run_id);
    });
  }

  // How full the rows of the list are, of the first ones.
  absl::Status CheckRows() {
    wire::ExportPage page;
    PATRON_RETURN_IF_ERROR(
        connection_.Marketing([&](wire::MarketingClient& client) {
          wire::CampaignRun run;
          client.freezeRun(run, "", alone_.run_id);
          client.exportRun(page, alone_.run_id, "jsonl", kSampleRows, "");
        }));
    int64_t offers = 0;
    for (const absl::string_view row :
         absl::StrSplit(page.rows, '\n', absl::SkipEmpty()))
      offers += !absl::StrContains(row, R"("offer_id":"")");
    with_offer_ = page.count > 0 ? 100 * offers / page.count : 0;
    bench::Tell(absl::StrCat(
        "campaign: ", alone_.planned, " of ", alone_.audience, " customers in ",
        seconds_, " s; a row has ",
        page.rows.size() / std::max<int64_t>(1, page.count),
        " bytes, the first: ", page.rows.substr(0, page.rows.find('\n'))));
    if (page.count > 0) return absl::OkStatus();
    return absl::InternalError("campaign: the list is empty");
  }

  absl::StatusOr<LoadResult> Buyers() const {
    return Buy(options_, options_.large, server_.port(), RandomHex(6));
  }

  const BenchOptions& options_;
  const ServerProcess& server_;
  client::Connection connection_;
  wire::CampaignRun alone_;
  double seconds_ = 0;
  int64_t with_offer_ = 0;  // percent
  Rounds with_, without_;
};

}  // namespace

absl::Status RunCampaign(const BenchOptions& options, const fs::path& work,
                         Report& report) {
  BenchOptions large = options;
  large.shop = options.large;
  PATRON_ASSIGN_OR_RETURN(const ShopData shop, PrepareShop(large, work));
  const ScratchDirectory scratch(work);
  PATRON_RETURN_IF_ERROR(CopyData(shop.data, scratch.path() / "data"));
  PATRON_ASSIGN_OR_RETURN(
      const auto server,
      ServerProcess::Start(large, scratch.path() / "data", scratch.path()));
  CampaignSuite suite(large, *server);
  PATRON_RETURN_IF_ERROR(suite.Open());
  PATRON_RETURN_IF_ERROR(suite.Beside());
  Tell("campaign: planning a list of everybody");
  PATRON_RETURN_IF_ERROR(suite.Alone());
  suite.Tell(report);
  return server->Stop();
}

}  // namespace patron::bench
