// What a purchase gives: points, tier credit, a referral's reward.
#pragma once

#include <string>
#include <vector>

#include "checkout_types.h"
#include "records_types.h"
#include "server/checkout/context.h"
#include "server/checkout/postings.h"

namespace patron::checkout {

// The points and credit that a stored purchase earns in the programmes in which
// the customer takes part, posted. Empty for kAnonymous and where there are no
// programmes.
wire::EffectsRow EarnForPurchase(const wire::PurchaseRow& row,
                                 CustomerOrdinal customer,
                                 const std::string& customer_id,
                                 int64_t happened_at_us, const Stamp& stamp,
                                 const Context& context, Postings& postings);

// The same from decisions that stand already (a reserved quote).
void PostEarning(const std::vector<wire::PointsDecision>& decisions,
                 CustomerOrdinal customer, absl::string_view cause,
                 const Stamp& stamp, const Context& context,
                 wire::EffectsRow& effects, Postings& postings);

// The day that a purchase earns on: the one it happened, never one to come.
Day EarningDay(const Stamp& stamp);

// Points for who sent the customer and for herself, where `row` is her first
// purchase and both take part in the programme; pending until the return window
// ends.
void RewardReferral(const wire::PurchaseRow& row, CustomerOrdinal customer,
                    const Stamp& stamp, const Context& context,
                    wire::EffectsRow& effects, Postings& postings);

}  // namespace patron::checkout
