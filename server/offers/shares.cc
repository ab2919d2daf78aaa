#include "server/offers/shares.h"

#include <algorithm>
#include <numeric>

namespace patron::offers {

int64_t ShareOf(int64_t amount, int64_t part, int64_t whole) {
  if (whole == 0) return 0;
  int64_t product = 0;  // fits for all but the largest amounts
  if (!__builtin_mul_overflow(amount, part, &product)) return product / whole;
  return static_cast<int64_t>(static_cast<__int128>(amount) * part / whole);
}

int64_t PercentOf(int64_t amount, int64_t basis_points) {
  // Whole ten thousands first: no product is larger than it must be.
  return amount / 10'000 * basis_points +
         (amount % 10'000 * basis_points + 5'000) / 10'000;
}

void ShareOut(int64_t amount, absl::Span<const int64_t> weights,
              absl::Span<int64_t> shares) {
  const int64_t whole =
      std::accumulate(weights.begin(), weights.end(), int64_t{0});
  std::fill(shares.begin(), shares.end(), 0);
  if (whole == 0) {
    shares[0] = amount;
    return;
  }
  int64_t running = 0, given = 0;
  for (size_t i = 0; i < weights.size(); ++i) {
    running += weights[i];
    const int64_t due = ShareOf(amount, running, whole);
    shares[i] = due - given;
    given = due;
  }
}

}  // namespace patron::offers
