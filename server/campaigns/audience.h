// Who a campaign is about: its segments and rules as sets of customers, all at
// one view of State.
//
// Threads: any. Errors: kNotFound for a segment that is not known,
// kInvalidArgument for a rule that is wrong.
#pragma once

#include <roaring/roaring.hh>

#include "absl/status/statusor.h"
#include "definitions_types.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"

namespace patron::campaigns {

// Customers of any of its segments (of none: everybody) for whom its rule holds
// as well. Those who are excluded are among them: they are counted.
absl::StatusOr<Roaring> AudienceOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view);

// Customers of any of the excluded segments, or for whom the exclusion holds.
absl::StatusOr<Roaring> ExcludedOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view);

}  // namespace patron::campaigns
