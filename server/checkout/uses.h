// What a reservation, a purchase and a return do to the limits of offers: the
// counts over all customers, the customer's own, her personal offers and unique
// codes. Counts of a period that is over are not touched.
#pragma once

#include <vector>

#include "absl/status/status.h"
#include "checkout_types.h"
#include "records_types.h"
#include "server/checkout/context.h"
#include "server/offers/compiled.h"

namespace patron::checkout {

// The uses that an applied quote stands for.
std::vector<wire::ReservedOffer> UsesOf(const wire::Quote& quote,
                                        const offers::Compiled& definitions,
                                        Day today);

// Each is a fault (kDataLoss) where a code that was taken is gone.
absl::Status ReserveUse(const wire::ReservedOffer& use,
                        CustomerOrdinal customer, const Stamp& stamp,
                        const Context& context);
absl::Status ReleaseUse(const wire::ReservedOffer& use,
                        CustomerOrdinal customer, const Context& context);
absl::Status CommitUse(const wire::ReservedOffer& use, CustomerOrdinal customer,
                       const Stamp& stamp, const Context& context);
// A return gives back `discount`, and with `whole` the use itself.
absl::Status ReturnUse(const wire::UsedOfferRow& used, int64_t discount,
                       bool whole, CustomerOrdinal customer,
                       const Context& context);

// Adds what one customer used to what another did: a row an offer, by ordinal;
// of two periods the later one counts.
void MergeUses(const std::vector<wire::OfferUses>& from,
               std::vector<wire::OfferUses>& into);

}  // namespace patron::checkout
