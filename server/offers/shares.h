// Parts of whole numbers that add up again. Everything is exact: products are
// taken in 128 bits. Amounts and weights are not negative.
#pragma once

#include <cstdint>

#include "absl/types/span.h"

namespace patron::offers {

// amount × part ÷ whole, rounded down; 0 of a whole of 0.
int64_t ShareOf(int64_t amount, int64_t part, int64_t whole);

// A percentage in hundredths of a percent, half rounded up.
int64_t PercentOf(int64_t amount, int64_t basis_points);

// Deals `amount` out by `weights`: each gets what the running share, rounded
// down, grows by at its place, so that `shares` add up to `amount`. Where all
// weights are 0 the first gets everything. No share is above its weight unless
// `amount` is above their sum. The spans are of one length, at least 1.
void ShareOut(int64_t amount, absl::Span<const int64_t> weights,
              absl::Span<int64_t> shares);

}  // namespace patron::offers
