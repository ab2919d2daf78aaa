// Campaigns of the Marketing service.
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/api/marketing_handler.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/campaigns/desk.h"
#include "server/campaigns/runner.h"

namespace patron::api {
namespace {

constexpr int kMaxSample = 100;
constexpr int kMaxRows = 100'000;

}  // namespace

void MarketingHandler::campaignList(
    std::vector<wire::CampaignStatus>& campaigns) {
  Answer([&] {
    campaigns = services_.campaigns.Campaigns();
    return absl::OkStatus();
  });
}

void MarketingHandler::saveCampaign(const std::string& request_id,
                                    const wire::Campaign& campaign) {
  Answer([&]() -> absl::Status {
    return ChangeDefinitions(
        request_id, [&] { return services_.campaigns.Saving(campaign); });
  });
}

void MarketingHandler::previewCampaign(wire::CampaignPreview& preview,
                                       const std::string& campaign_id,
                                       int32_t sample) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("sample", sample, 0, kMaxSample));
    PATRON_ASSIGN_OR_RETURN(preview,
                            services_.campaigns.Preview(campaign_id, sample));
    return absl::OkStatus();
  });
}

// A run that is known is answered as it stands, whoever opened it.
void MarketingHandler::planCampaign(wire::CampaignRun& run,
                                    const std::string& request_id,
                                    const std::string& campaign_id,
                                    const std::string& run_id) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckId("run_id", run_id));
    PATRON_ASSIGN_OR_RETURN(std::optional<wire::CommandBody> body,
                            services_.campaigns.Plan(campaign_id, run_id));
    if (body.has_value()) {
      absl::Status opened = Execute(*std::move(body), request_id).status();
      if (!opened.ok() && !services_.campaigns.Run(run_id).ok()) return opened;
      services_.campaign_runner.Wake();
    }
    PATRON_ASSIGN_OR_RETURN(run, services_.campaigns.Run(run_id));
    if (run.campaign_id == campaign_id) return absl::OkStatus();
    return absl::AlreadyExistsError(absl::StrCat(
        "run_id: ", Quoted(run_id), " is a run of ", Quoted(run.campaign_id),
        ", not of ", Quoted(campaign_id)));
  });
}

void MarketingHandler::campaignRun(wire::CampaignRun& run,
                                   const std::string& run_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(run, services_.campaigns.Run(run_id));
    return absl::OkStatus();
  });
}

absl::Status MarketingHandler::SetRunState(const std::string& request_id,
                                           const std::string& run_id,
                                           wire::RunState::type state,
                                           wire::CampaignRun& run) {
  PATRON_ASSIGN_OR_RETURN(run, services_.campaigns.Run(run_id));
  if (run.state == state) return absl::OkStatus();  // asked again
  wire::CommandBody body;
  body.__isset.set_run_state = true;
  body.set_run_state.run_id = run_id;
  body.set_run_state.state = state;
  PATRON_RETURN_IF_ERROR(Execute(std::move(body), request_id).status());
  services_.campaign_runner.Wake();
  PATRON_ASSIGN_OR_RETURN(run, services_.campaigns.Run(run_id));
  return absl::OkStatus();
}

void MarketingHandler::freezeRun(wire::CampaignRun& run,
                                 const std::string& request_id,
                                 const std::string& run_id) {
  Answer([&] {
    return SetRunState(request_id, run_id, wire::RunState::FROZEN, run);
  });
}

void MarketingHandler::releaseRun(wire::CampaignRun& run,
                                  const std::string& request_id,
                                  const std::string& run_id) {
  Answer([&] {
    return SetRunState(request_id, run_id, wire::RunState::RELEASED, run);
  });
}

void MarketingHandler::exportRun(wire::ExportPage& page,
                                 const std::string& run_id,
                                 const std::string& format, int32_t limit,
                                 const std::string& cursor) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckRange("limit", limit, 1, kMaxRows));
    PATRON_ASSIGN_OR_RETURN(
        page, services_.campaigns.Export(run_id, format, limit, cursor));
    return absl::OkStatus();
  });
}

void MarketingHandler::reportContacts(
    const std::string& request_id, const std::string& run_id,
    const std::vector<wire::ContactReport>& reports) {
  Answer([&]() -> absl::Status {
    PATRON_RETURN_IF_ERROR(CheckElements("reports", reports.size()));
    wire::CommandBody body;
    body.__isset.report_contacts = true;
    body.report_contacts.run_id = run_id;
    body.report_contacts.reports = reports;
    return Execute(std::move(body), request_id).status();
  });
}

void MarketingHandler::runOutcome(wire::Outcome& outcome,
                                  const std::string& run_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(outcome, services_.campaigns.OutcomeOf(run_id));
    return absl::OkStatus();
  });
}

void MarketingHandler::customerContacts(
    std::vector<wire::ContactView>& contacts, const std::string& customer_id) {
  Answer([&]() -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(contacts,
                            services_.campaigns.ContactsOf(customer_id));
    return absl::OkStatus();
  });
}

}  // namespace patron::api
