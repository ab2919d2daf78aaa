// Campaigns: definitions, and runs until they are frozen or given back.
#include <algorithm>
#include <map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/definitions/definitions.h"
#include "tools/patron/campaign_file.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_campaigns.h"

namespace patron::cli {
namespace {

constexpr absl::Duration kFirstPoll = absl::Milliseconds(20);
constexpr absl::Duration kSlowestPoll = absl::Seconds(1);

absl::StatusOr<std::vector<wire::CampaignStatus>> Campaigns(Context& context) {
  std::vector<wire::CampaignStatus> campaigns;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.campaignList(campaigns);
      }));
  return campaigns;
}

void Tell(Context& context, const wire::CampaignRun& run) {
  if (context.json)
    context.out << ToLine(ToJson(run)) << '\n';
  else
    PrintRun(context.out, run);
}

// ---- what customers are called, where the asker may know it

Names NamesOf(Connection& connection, const std::vector<wire::ListRow>& rows) {
  Names names;
  for (const wire::ListRow& row : rows) {
    wire::Customer customer;
    const absl::Status status =
        connection.Storefront([&](wire::StorefrontClient& client) {
          client.getCustomer(customer, row.customer_id);
        });
    if (!status.ok()) return {};
    names[row.customer_id] = customer.name;
  }
  return names;
}

absl::StatusOr<int> Preview(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t sample,
                          args.Number("sample", 3, {0, 100}));
  Connection connection(context.server);
  wire::CampaignPreview preview;
  PATRON_RETURN_IF_ERROR(
      connection.Marketing([&](wire::MarketingClient& client) {
        client.previewCampaign(preview, args.positional()[0],
                               static_cast<int32_t>(sample));
      }));
  if (context.json) {
    context.out << ToLine(ToJson(preview)) << '\n';
    return kExitOk;
  }
  PrintPreview(context.out, preview, NamesOf(connection, preview.sample));
  context.out << "\ndry run: nobody is planned to be contacted\n";
  return kExitOk;
}

// ---- planning

// One plan of a campaign a second has a name of its own.
std::string RunId(const Context& context, const Args& args) {
  if (args.Has("run")) return args.Get("run");
  return absl::StrCat(args.positional()[0], "-",
                      absl::FormatTime("%Y%m%dT%H%M%S", context.clock.Now(),
                                       absl::UTCTimeZone()));
}

class PlanCommand {
 public:
  PlanCommand(Context& context, const Args& args)
      : context_(context),
        args_(args),
        run_id_(RunId(context, args)),
        connection_(context.server) {}

  absl::StatusOr<int> Run() {
    PATRON_RETURN_IF_ERROR(
        connection_.Marketing([&](wire::MarketingClient& client) {
          client.planCampaign(run_, args_.Get("request-id"),
                              args_.positional()[0], run_id_);
        }));
    if (args_.Has("wait")) PATRON_RETURN_IF_ERROR(Await());
    Tell(context_, run_);
    const bool goes_on =
        run_.state == wire::RunState::PLANNING && run_.problem.empty();
    if (goes_on && !context_.json)
      context_.out << "\nis being planned: patron campaign status " << run_id_
                   << '\n';
    return run_.problem.empty() ? kExitOk : kExitFailed;
  }

 private:
  // Until it is planned or stands still.
  absl::Status Await() {
    Console console(context_.err, context_.err_is_terminal);
    absl::Duration pause = kFirstPoll;
    while (run_.state == wire::RunState::PLANNING && run_.problem.empty()) {
      console.Progress(PlanningText(run_));
      absl::SleepFor(pause);
      pause = std::min(pause * 2, kSlowestPoll);
      PATRON_RETURN_IF_ERROR(
          connection_.Marketing([&](wire::MarketingClient& client) {
            client.campaignRun(run_, run_id_);
          }));
    }
    console.Done();
    return absl::OkStatus();
  }

  Context& context_;
  const Args& args_;
  const std::string run_id_;
  Connection connection_;
  wire::CampaignRun run_;
};

using ChangeRun = void (wire::MarketingClient::*)(wire::CampaignRun&,
                                                  const std::string&,
                                                  const std::string&);

absl::StatusOr<int> Change(Context& context, const Args& args,
                           ChangeRun change) {
  wire::CampaignRun run;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        (client.*change)(run, args.Get("request-id"), args.positional()[0]);
      }));
  Tell(context, run);
  return kExitOk;
}

// ---- saving

// What the server's definitions say of the shop.
absl::StatusOr<std::string> ShopCurrency(Connection& connection) {
  wire::DefinitionsFiles files;
  PATRON_RETURN_IF_ERROR(
      connection.Marketing([&](wire::MarketingClient& client) {
        client.exportDefinitions(files, 0);
      }));
  PATRON_ASSIGN_OR_RETURN(
      const wire::Definitions definitions,
      definitions::ReadFiles(files.files, absl::UTCTimeZone()));
  return definitions.currency;
}

absl::StatusOr<absl::TimeZone> ZoneFlag(const Args& args) {
  absl::TimeZone zone = absl::UTCTimeZone();
  const std::string name = args.Get("time-zone", "UTC");
  if (absl::LoadTimeZone(name, &zone)) return zone;
  return UsageError(
      absl::StrCat("--time-zone: ", Quoted(name), " is not known here"));
}

std::string RequestIdOf(const Args& args, const wire::Campaign& campaign) {
  const std::string id = args.Get("request-id");
  return id.empty() ? id : absl::StrCat(id, "/", campaign.id);
}

}  // namespace

absl::StatusOr<int> RunCampaignList(Context& context, const Args&) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::CampaignStatus> campaigns,
                          Campaigns(context));
  if (!context.json) PrintCampaigns(context.out, campaigns);
  for (const wire::CampaignStatus& campaign : campaigns)
    if (context.json) context.out << ToLine(ToJson(campaign)) << '\n';
  return kExitOk;
}

absl::StatusOr<int> RunCampaignShow(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::CampaignStatus> campaigns,
                          Campaigns(context));
  const std::string& id = args.positional()[0];
  const auto found = std::find_if(
      campaigns.begin(), campaigns.end(),
      [&id](const wire::CampaignStatus& s) { return s.campaign.id == id; });
  if (found == campaigns.end())
    return absl::NotFoundError(
        absl::StrCat("campaign ", Quoted(id), ": is not known"));
  if (context.json)
    context.out << ToLine(ToJson(*found)) << '\n';
  else
    PrintCampaign(context.out, *found);
  return kExitOk;
}

absl::StatusOr<int> RunCampaignSave(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const absl::TimeZone zone, ZoneFlag(args));
  Connection connection(context.server);
  PATRON_ASSIGN_OR_RETURN(const std::string currency, ShopCurrency(connection));
  PATRON_ASSIGN_OR_RETURN(const std::vector<wire::Campaign> campaigns,
                          ReadCampaigns(args.positional()[0], currency, zone));
  for (const wire::Campaign& campaign : campaigns) {
    PATRON_RETURN_IF_ERROR(
        connection.Marketing([&](wire::MarketingClient& client) {
          client.saveCampaign(RequestIdOf(args, campaign), campaign);
        }));
    if (context.json)
      context.out << ToLine({{"saved", campaign.id}}) << '\n';
    else
      context.out << "campaign " << campaign.id << " is saved\n";
  }
  return kExitOk;
}

absl::StatusOr<int> RunCampaignPreview(Context& context, const Args& args) {
  return Preview(context, args);
}

absl::StatusOr<int> RunCampaignPlan(Context& context, const Args& args) {
  if (args.Has("dry-run")) return Preview(context, args);
  return PlanCommand(context, args).Run();
}

absl::StatusOr<int> RunCampaignStatus(Context& context, const Args& args) {
  wire::CampaignRun run;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.campaignRun(run, args.positional()[0]);
      }));
  Tell(context, run);
  return kExitOk;
}

absl::StatusOr<int> RunCampaignFreeze(Context& context, const Args& args) {
  return Change(context, args, &wire::MarketingClient::freezeRun);
}

absl::StatusOr<int> RunCampaignRelease(Context& context, const Args& args) {
  return Change(context, args, &wire::MarketingClient::releaseRun);
}

}  // namespace patron::cli
