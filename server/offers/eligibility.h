// Whether a customer may have an offer at all, before any basket: for choosing
// whom to make it.
#pragma once

#include <optional>

#include "server/offers/quote.h"
#include "server/offers/refusal.h"

namespace patron::offers {

// State, window, holdout, membership, occasion, eligibility and limits of the
// offer at `place` of the definitions, in the order and words of a quote. What
// only a basket can tell (channel, store, code, lines, minimum) is left out,
// and so is whether a PERSONAL offer was issued to her: that is what is being
// decided. nullopt: she may have it.
std::optional<Refusal> WhyNotHers(size_t place, const World& world);

}  // namespace patron::offers
