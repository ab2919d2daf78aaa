// Who a campaign is about: its segments and rules as sets of customers, all at
// one view of State. Segments mean what they mean in a version of the
// definitions; uploaded lists, of which there are no versions, are read as they
// are now.
//
// Threads: any. Errors: kNotFound for a segment that is not known,
// kInvalidArgument for a rule that is wrong.
#pragma once

#include <memory>
#include <roaring/roaring.hh>

#include "absl/status/statusor.h"
#include "definitions_types.h"
#include "server/segments/audience.h"
#include "server/segments/desk.h"
#include "server/segments/live.h"

namespace patron::campaigns {

// Segments of a version of the definitions, which may be one of long ago.
std::shared_ptr<const segments::Catalogue> SegmentsOf(
    const wire::DefinitionsVersion& version, segments::Desk& segments);

// In the definitions that stand. Customers of any of its segments (of none:
// everybody) for whom its rule holds as well. Those who are excluded are among
// them: they are counted.
absl::StatusOr<Roaring> AudienceOf(const wire::Campaign& campaign,
                                   segments::Desk& segments,
                                   const segments::View& view);

// Customers of any of the excluded segments, as `catalogue` has them, or for
// whom the exclusion holds.
absl::StatusOr<Roaring> ExcludedOf(const wire::Campaign& campaign,
                                   const segments::Catalogue& catalogue,
                                   segments::Desk& segments,
                                   const segments::View& view);

}  // namespace patron::campaigns
