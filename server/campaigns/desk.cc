#include "server/campaigns/desk.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/campaigns/audience.h"
#include "server/campaigns/list.h"
#include "server/campaigns/outcome.h"
#include "server/campaigns/planner.h"
#include "server/campaigns/preview.h"
#include "server/campaigns/texts.h"
#include "server/contacts/bitmap.h"
#include "server/contacts/read.h"
#include "server/definitions/definitions.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::campaigns {
namespace {

// Whether the runner has anything left to do for it: else nothing stands still.
bool IsWorkedOn(const wire::RunRow& run) {
  return run.state == wire::RunState::PLANNING ||
         (run.state == wire::RunState::FROZEN && !run.issued);
}

// Her row of a run's list; nullopt: she has none.
absl::StatusOr<std::optional<wire::PlannedContact>> ListedIn(
    const store::Store& store, uint32_t run_number, CustomerOrdinal customer) {
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          store.Get(store::Family::kRunRows,
                                    store::RunRowKey(run_number, customer)));
  if (!bytes) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::RunListRow>(*bytes, "run row"));
  return std::move(row.contact);
}

}  // namespace

absl::StatusOr<wire::Campaign> Desk::FindCampaign(const std::string& id) const {
  const auto definitions = parts_.state.holdings.definitions();
  for (const wire::Campaign& campaign :
       definitions->version.definitions.campaigns)
    if (campaign.id == id) return campaign;
  return absl::NotFoundError(
      absl::StrCat("campaign_id: no campaign ", Quoted(id)));
}

absl::StatusOr<uint32_t> Desk::FindRun(const std::string& run_id) const {
  if (const auto number = parts_.runs.NumberOf(run_id)) return *number;
  return absl::NotFoundError(absl::StrCat("run_id: no run ", Quoted(run_id)));
}

wire::CampaignRun Desk::ViewOf(const wire::RunRow& run) const {
  wire::CampaignRun view;
  view.run_id = run.run_id;
  view.campaign_id = run.campaign.id;
  view.state = run.state;
  view.moment_us = run.moment_us;
  view.audience = run.audience;
  view.decided = run.decided;
  view.planned = run.planned;
  view.held_out = run.held_out;
  for (const auto& [reason, customers] : run.left_out) {
    if (customers == 0) continue;
    wire::LeftOutCount& count = view.left_out.emplace_back();
    count.reason = static_cast<wire::LeftOut::type>(reason);
    count.customers = customers;
  }
  view.cost = run.cost;
  view.currency = CurrencyOf(run.campaign, parts_);
  view.definitions_version = run.definitions_version;
  view.index_version = run.index_version;
  view.frozen_at_us = run.frozen_at_us;
  if (IsWorkedOn(run)) view.problem = runner_.ProblemOf(run.run_id);
  return view;
}

std::vector<wire::CampaignStatus> Desk::Campaigns() const {
  std::vector<wire::CampaignStatus> all;
  const auto definitions = parts_.state.holdings.definitions();
  for (const wire::Campaign& campaign :
       definitions->version.definitions.campaigns)
    all.emplace_back().campaign = campaign;
  std::vector<contacts::RunPtr> runs = parts_.runs.All();
  std::reverse(runs.begin(), runs.end());
  for (const contacts::RunPtr& run : runs) {
    auto at = std::find_if(all.begin(), all.end(),
                           [&](const wire::CampaignStatus& status) {
                             return status.campaign.id == run->campaign.id;
                           });
    if (at == all.end()) {
      all.emplace_back().campaign = run->campaign;
      at = all.end() - 1;
    }
    at->runs.push_back(ViewOf(*run));
  }
  return all;
}

absl::StatusOr<std::optional<wire::PutDefinitions>> Desk::Saving(
    const wire::Campaign& campaign) const {
  const auto standing = parts_.state.holdings.definitions();
  wire::PutDefinitions command;
  command.definitions = standing->version.definitions;
  command.base_version = standing->version.version;
  command.change = absl::StrCat("campaign ", campaign.id, " saved");
  std::vector<wire::Campaign>& campaigns = command.definitions.campaigns;
  const auto at = std::find_if(
      campaigns.begin(), campaigns.end(),
      [&](const wire::Campaign& one) { return one.id == campaign.id; });
  if (at != campaigns.end() && *at == campaign) return std::nullopt;
  if (at != campaigns.end())
    *at = campaign;
  else
    campaigns.push_back(campaign);
  PATRON_RETURN_IF_ERROR(definitions::Validate(command.definitions));
  PATRON_RETURN_IF_ERROR(parts_.segments.Check(command.definitions));
  return command;
}

absl::StatusOr<wire::CampaignPreview> Desk::Preview(
    const std::string& campaign_id, int sample) const {
  PATRON_ASSIGN_OR_RETURN(const wire::Campaign campaign,
                          FindCampaign(campaign_id));
  return PreviewOf(parts_, campaign, sample);
}

absl::StatusOr<std::optional<wire::CommandBody>> Desk::Plan(
    const std::string& campaign_id, const std::string& run_id) const {
  if (parts_.runs.NumberOf(run_id)) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(const wire::Campaign campaign,
                          FindCampaign(campaign_id));
  const campaigns::Plan plan = PlanNow(parts_, campaign);
  if (!WindowOf(campaign, plan.moment))
    return absl::FailedPreconditionError(absl::StrCat(
        "campaigns ", Quoted(campaign_id), ": its window ended at ",
        absl::FormatTime(absl::FromUnixMicros(campaign.ends_us), parts_.zone)));
  const Day day = DayOf(plan.moment, parts_.zone);
  const segments::View view = parts_.live.On(day);
  PATRON_ASSIGN_OR_RETURN(const Roaring audience,
                          AudienceOf(campaign, parts_.segments, view));
  PATRON_RETURN_IF_ERROR(Planner::Make(parts_, plan, view).status());
  wire::CommandBody body;
  body.__isset.open_run = true;
  wire::OpenRun& command = body.open_run;
  command.run_id = run_id;
  command.campaign = campaign;
  command.definitions_version = plan.definitions_version;
  command.index_version = plan.index_version;
  command.response_version = plan.response_version;
  command.moment_us = absl::ToUnixMicros(plan.moment);
  command.day = day;
  command.audience = contacts::BitmapBytes(audience);
  command.audience_count = static_cast<int64_t>(audience.cardinality());
  return body;
}

absl::StatusOr<wire::CampaignRun> Desk::Run(const std::string& run_id) const {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number, FindRun(run_id));
  return ViewOf(*parts_.runs.Get(number));
}

absl::StatusOr<wire::ExportPage> Desk::Export(const std::string& run_id,
                                              const std::string& format,
                                              int limit,
                                              const std::string& cursor) const {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number, FindRun(run_id));
  PATRON_ASSIGN_OR_RETURN(const ListFormat as, ListFormatOf(format));
  const contacts::RunPtr run = parts_.runs.Get(number);
  if (run->state != wire::RunState::PLANNED &&
      run->state != wire::RunState::FROZEN)
    return absl::FailedPreconditionError(absl::StrCat(
        "run_id: ", Quoted(run_id), " is ", contacts::StateName(run->state),
        ": a planned or frozen run is exported"));
  return ExportRun(parts_.state, number, *run, as, limit, cursor);
}

absl::StatusOr<wire::Outcome> Desk::OutcomeOf(const std::string& run_id) const {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number, FindRun(run_id));
  return campaigns::OutcomeOf(parts_, number, *parts_.runs.Get(number));
}

absl::StatusOr<wire::ContactView> Desk::ViewOf(uint32_t run_number,
                                               const wire::RunRow& run,
                                               const wire::ContactRow& row,
                                               CustomerOrdinal customer) const {
  wire::ContactView view;
  view.run_id = run.run_id;
  view.campaign_id = run.campaign.id;
  view.campaign_name = NameOf(run.campaign);
  view.state = StateOf(run, row);
  if (row.decision == wire::ContactDecision::LEFT_OUT)
    view.__set_reason(row.reason);
  const contacts::RunPtr taker =
      row.by_run >= 0 ? parts_.runs.Get(static_cast<uint32_t>(row.by_run))
                      : nullptr;
  view.text =
      ContactText(run, row, taker != nullptr ? NameOf(taker->campaign) : "");
  view.channel = run.campaign.channel;
  view.day = row.day;
  view.sent_us = row.sent_us;
  view.shown_us = row.shown_us;
  view.clicked_us = row.clicked_us;
  view.redeemed_us = row.redeemed_us;
  PATRON_ASSIGN_OR_RETURN(const auto listed,
                          ListedIn(parts_.state.store, run_number, customer));
  if (listed) {
    view.not_before_us = listed->not_before_us;
    view.not_after_us = listed->not_after_us;
  }
  return view;
}

absl::StatusOr<std::vector<wire::ContactView>> Desk::ContactsOf(
    const std::string& customer_id) const {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", customer_id));
  const auto found = parts_.state.ordinals.customers.Find(customer_id);
  if (!found)
    return absl::NotFoundError(
        absl::StrCat("customer_id: ", Quoted(customer_id), " is not known"));
  const CustomerOrdinal customer(*found);
  PATRON_ASSIGN_OR_RETURN(
      const auto contacts,
      contacts::ContactsOf(parts_.state.store, parts_.runs, customer));
  std::vector<wire::ContactView> views;
  for (const contacts::CustomerContact& contact : contacts) {
    PATRON_ASSIGN_OR_RETURN(
        views.emplace_back(),
        ViewOf(contact.run_number, *contact.run, contact.row, customer));
  }
  return views;
}

}  // namespace patron::campaigns
