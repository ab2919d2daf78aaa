// Who stays out, to compare with, and who gets which variant: by a hash of the
// customer's id and a salt, so that the answer is the same for ever, on every
// machine, and a larger share keeps those who were in the smaller one.
//
// Different salts draw independently of each other. The hash is the low half
// of XXH3's 128 bits (server/base/digest.h); its remainder by 10,000 is even to
// one part in 10^15.
// Threads: any.
#pragma once

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "definitions_types.h"

namespace patron::definitions {

// One of `share_bp` out of 10,000.
bool InControl(int32_t share_bp, absl::string_view salt,
               absl::string_view customer_id);

// The shop's own holdout. What it holds for, `holdout` says (campaigns, offers,
// recommendations): the caller asks for that first.
bool InHoldout(const wire::Holdout& holdout, absl::string_view customer_id);

// The position in `weights` that the customer falls on, each as often as its
// share of the sum; weights of 0 and less never. 0 where no weight is positive.
size_t ShareOut(absl::string_view customer_id, absl::string_view salt,
                absl::Span<const int32_t> weights);

}  // namespace patron::definitions
