// Inner products in eight lanes: the same sum on every machine.
#pragma once

#include <cmath>
#include <cstddef>
#include <vector>

namespace patron::ranking {

inline float Inner(const float* a, const float* b, size_t n) {
  float lanes[8] = {};
  size_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (size_t lane = 0; lane < 8; ++lane)
      lanes[lane] += a[i + lane] * b[i + lane];
  for (; i < n; ++i) lanes[0] += a[i] * b[i];
  return ((lanes[0] + lanes[1]) + (lanes[2] + lanes[3])) +
         ((lanes[4] + lanes[5]) + (lanes[6] + lanes[7]));
}

// Gives `v` length 1; false, and nothing changed, for zeros.
inline bool Normalise(std::vector<float>& v) {
  const float length = std::sqrt(Inner(v.data(), v.data(), v.size()));
  if (!(length > 0)) return false;
  for (float& x : v) x /= length;
  return true;
}

}  // namespace patron::ranking
