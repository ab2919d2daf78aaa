// Why an offer does not apply.
#pragma once

#include <cstdint>
#include <string>

#include "checkout_types.h"

namespace patron::offers {

struct Refusal {
  wire::OfferReason::type reason = wire::OfferReason::NOT_ELIGIBLE;
  std::string text;     // names what is missing and by how much
  int64_t missing = 0;  // of BELOW_MINIMUM
};

}  // namespace patron::offers
