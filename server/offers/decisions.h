// What is told of each offer: what it did, or why it did nothing.
#pragma once

#include <string>
#include <vector>

#include "server/offers/benefits.h"
#include "server/offers/combination.h"
#include "server/offers/refusal.h"

namespace patron::offers {

// An offer that was laid over the basket, and what it took.
struct Laid {
  const Candidate* candidate = nullptr;
  std::vector<int64_t> by_line;
  int64_t discount = 0;  // over lines and delivery
  int64_t points = 0;
};

// Lays a combination over `remaining`, offer by offer. Points are left at 0.
std::vector<Laid> LayAll(const Combination& combination, const Basket& basket,
                         Remaining& remaining);

// Fill an empty decision in its place.
void DecideApplied(const Laid& laid, const std::string& currency,
                   wire::OfferDecision& decision);
void DecideRefused(const wire::Offer& offer, Refusal refusal,
                   wire::OfferDecision& decision);

// Why an offer that the basket may have is not in the combination. `start` is
// the basket before any offer.
Refusal WhyLeftOut(const Candidate& candidate, const Combination& combination,
                   const Basket& basket, const Remaining& start,
                   const std::string& currency, PointsOf points);

}  // namespace patron::offers
