// What a run would do, without doing it: the whole audience where it is small,
// else a sample of it with every number scaled up.
//
// The sample is one customer of each of kPreviewed equal parts of the audience,
// drawn by a hash of the campaign's id: the same preview for the same State.
// Budgets of the campaign and of offers count what the preview plans itself;
// in a sample the budget is scaled down with it.
//
// Threads: any. Errors: the planner's.
#pragma once

#include <cstdint>

#include "absl/status/statusor.h"
#include "campaigns_types.h"
#include "server/campaigns/parts.h"

namespace patron::campaigns {

inline constexpr uint64_t kPreviewed = 20'000;

// With at most `sample` rows, of the first who would be contacted.
absl::StatusOr<wire::CampaignPreview> PreviewOf(const Parts& parts,
                                                const wire::Campaign& campaign,
                                                int sample);

}  // namespace patron::campaigns
