// The best combination of offers, found the slow and obvious way: every subset,
// unit by unit. Shares no code with server/offers. For baskets without points.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "checkout_types.h"
#include "definitions_types.h"

namespace patron::testing {

// An offer beside the products that its rules mean.
struct ReferenceOffer {
  wire::Offer offer;
  std::set<std::string> scope;
  std::vector<std::set<std::string>> parts;  // of a set; each asks one unit
  int64_t budget_left = -1;
  int64_t gift_value = 0;
};

struct ReferenceResult {
  int64_t to_pay = 0;               // less the worth of gifts
  std::vector<std::string> offers;  // applied, sorted by id
};

// Lines that sets may use hold one unit each.
ReferenceResult BestByTrying(const std::vector<ReferenceOffer>& offers,
                             const wire::QuoteRequest& request);

// What is left to pay under the best of the offers alone, or under none.
int64_t BestSingle(const std::vector<ReferenceOffer>& offers,
                   const wire::QuoteRequest& request);

}  // namespace patron::testing
