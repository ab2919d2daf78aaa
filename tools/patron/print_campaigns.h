// Campaigns, runs, outcomes and contacts as tables for people.
#pragma once

#include <map>
#include <ostream>
#include <string>
#include <vector>

#include "campaigns_types.h"

namespace patron::cli {

using Names = std::map<std::string, std::string>;  // customer id -> name

void PrintCampaigns(std::ostream& out,
                    const std::vector<wire::CampaignStatus>& campaigns);
// The definition, and its runs.
void PrintCampaign(std::ostream& out, const wire::CampaignStatus& status);
// How many, why the others not, what it costs.
void PrintRun(std::ostream& out, const wire::CampaignRun& run);
// The same, and rows of the list as the customer would get them.
void PrintPreview(std::ostream& out, const wire::CampaignPreview& preview,
                  const Names& names);
// Groups with their lift, or that there is too little data for one.
void PrintOutcome(std::ostream& out, const wire::Outcome& outcome);
void PrintContacts(std::ostream& out,
                   const std::vector<wire::ContactView>& contacts);

// "planning 42 %: 420,000 of 1,000,000 customers looked at"
std::string PlanningText(const wire::CampaignRun& run);

}  // namespace patron::cli
