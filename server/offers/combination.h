// The best combination of the offers that a basket may have.
//
// Up to kExhaustiveOffers every combination that groups and exclusive offers
// allow is tried, offers in their order of application, what they leave shared
// between combinations that begin alike. With more, the offer whose addition
// leaves the least to pay (then gives most points) is added to those taken
// until none gains; the best exclusive offer alone is taken instead where it is
// better. What is found is never worse than the best single offer. An offer
// that would take off more than its budget has left does not apply.
//
// Threads: none of its own.
#pragma once

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/types/span.h"
#include "server/offers/benefits.h"

namespace patron::offers {

// Points that applied offers and what is left to pay would earn.
using PointsOf =
    absl::FunctionRef<int64_t(absl::Span<const Candidate* const> applied,
                              const std::vector<int64_t>& amounts)>;

struct Combination {
  std::vector<const Candidate*> applied;  // in order of application
  bool exhaustive = true;
};

// Whether `a` applies before `b`.
bool AppliesBefore(const wire::Offer& a, const wire::Offer& b);

// Whether both may apply to one basket.
bool StandTogether(const wire::Offer& a, const wire::Offer& b);

// `candidates` in order of application.
Combination BestCombination(const std::vector<Candidate>& candidates,
                            const Basket& basket, int64_t delivery,
                            PointsOf points);

}  // namespace patron::offers
