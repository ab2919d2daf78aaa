// What marketing is answered about campaigns, and the commands that begin and
// change them.
//
// Ownership: borrows parts and runner. Threads: any. Errors: kNotFound naming a
// campaign, run or customer that is not known; kInvalidArgument naming the
// field; kFailedPrecondition for a campaign whose window is over.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "campaigns_types.h"
#include "commands_types.h"
#include "segments_types.h"
#include "server/campaigns/parts.h"
#include "server/campaigns/runner.h"

namespace patron::campaigns {

class Desk {
 public:
  Desk(const Parts& parts, const Runner& runner)
      : parts_(parts), runner_(runner) {}

  // In the order of the definitions; runs newest first. Runs of campaigns that
  // the definitions no longer have come last, under the campaign as it was.
  std::vector<wire::CampaignStatus> Campaigns() const;

  // The command that puts the campaign into the definitions that stand, in
  // place of the one of its id; nullopt where nothing would change.
  absl::StatusOr<std::optional<wire::PutDefinitions>> Saving(
      const wire::Campaign& campaign) const;

  absl::StatusOr<wire::CampaignPreview> Preview(const std::string& campaign_id,
                                                int sample) const;

  // The command that opens a run of the campaign as it stands, at this moment,
  // with the Knowledge that serves; nullopt where the run is known already.
  // Refuses what the runner could not plan.
  absl::StatusOr<std::optional<wire::CommandBody>> Plan(
      const std::string& campaign_id, const std::string& run_id) const;

  absl::StatusOr<wire::CampaignRun> Run(const std::string& run_id) const;

  // Rows of a planned or frozen run; kFailedPrecondition for one that is being
  // planned or was released. A page of a planned run looks at its own moment:
  // rows that another campaign takes meanwhile are missing from later pages.
  absl::StatusOr<wire::ExportPage> Export(const std::string& run_id,
                                          const std::string& format, int limit,
                                          const std::string& cursor) const;

  absl::StatusOr<wire::Outcome> OutcomeOf(const std::string& run_id) const;

  // Every contact made and planned, and every run that left her out and why;
  // newest run first.
  absl::StatusOr<std::vector<wire::ContactView>> ContactsOf(
      const std::string& customer_id) const;

 private:
  absl::StatusOr<wire::Campaign> FindCampaign(const std::string& id) const;
  absl::StatusOr<uint32_t> FindRun(const std::string& run_id) const;
  wire::CampaignRun ViewOf(const wire::RunRow& run) const;
  absl::StatusOr<wire::ContactView> ViewOf(uint32_t run_number,
                                           const wire::RunRow& run,
                                           const wire::ContactRow& row,
                                           CustomerOrdinal customer) const;

  const Parts parts_;
  const Runner& runner_;
};

}  // namespace patron::campaigns
