// Occasions: whether today is one of an offer's days for a customer.
//
//   BIRTHDAY    from days_before before to days_after after it, across the year
//               too. 29 February counts as 1 March in years without it.
//   WELCOME     before any purchase, and to `days` days after the first
//   WIN_BACK    the last purchase is `days` days ago or longer
//   NEXT_ORDER  the last purchase is less than `days` days ago
//   SURPRISE    XXH3 of seed, offer, customer and day, each on a line of its
//               own, modulo 10000 is below chance_bp: anyone can draw it again
//   PERSONAL    it was issued to her, is neither used nor reserved, and has not
//               expired
#pragma once

#include <optional>

#include "server/offers/quote.h"
#include "server/offers/refusal.h"

namespace patron::offers {

// Why a customer in the shop's holdout is not made personal and next best
// offers, where the holdout holds for them; nullopt: she is outside. What was
// issued to her before is hers.
std::optional<Refusal> HeldOut(const World& world);

// nullopt: it is an occasion. For known customers only.
std::optional<Refusal> NoOccasion(const CompiledOffer& offer,
                                  const World& world);

}  // namespace patron::offers
