// What lets a customer be contacted, beside the cap (cap.h): for the planner
// and for Apply alike. Pure functions.
#pragma once

#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "definitions_types.h"
#include "records_types.h"
#include "server/facts/facts.h"

namespace patron::contacts {

// An order's status is told to everybody: no consent, cap or holdout is asked.
bool IsService(const wire::Campaign& campaign);

// Whether what was said last on channel and purpose (of two at one moment the
// later in the list) is yes. Null traits, or nothing said: no.
bool HasConsent(const facts::Traits* traits, absl::string_view channel,
                absl::string_view purpose);

// Whether the shop's holdout keeps the customer out of this campaign.
bool IsHeldOut(const wire::Definitions& definitions,
               const wire::Campaign& campaign, absl::string_view customer_id);

// What runs plan with one offer.
struct OfferPlan {
  int64_t cost = 0;
  int64_t contacts = 0;
};

// A campaign without an end ends so long after its run's moment.
inline constexpr absl::Duration kOpenWindow = absl::Hours(24 * 90);

// Whether what `run` plans may still count against an offer's limits; once it
// does not, it never does again.
bool StillCounts(const wire::RunRow& run, absl::Time now);

// Adds what `run` plans with the offer. A plan counts against the offer's
// limits until its run is released, or until purchases no longer count for it
// (outcome_days after its campaign's end): then the offer's uses tell.
void AddPlan(const wire::RunRow& run, uint32_t offer, absl::Time now,
             OfferPlan& plan);

}  // namespace patron::contacts
