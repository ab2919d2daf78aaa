// A comparison with a constant as an interval.
#pragma once

#include <cstdint>
#include <limits>

#include "server/rules/syntax.h"

namespace patron::segments {

// Numbers x with (lo <= x <= hi) == inside; lo above hi: no number is inside.
struct Interval {
  int64_t lo = 1;
  int64_t hi = 0;
  bool inside = true;
};

inline Interval IntervalOf(rules::Comparison comparison, int64_t constant) {
  constexpr int64_t kLowest = std::numeric_limits<int64_t>::min();
  constexpr int64_t kHighest = std::numeric_limits<int64_t>::max();
  switch (comparison) {
    case rules::Comparison::kEqual:
      return {constant, constant, true};
    case rules::Comparison::kNotEqual:
      return {constant, constant, false};
    case rules::Comparison::kLess:
      if (constant == kLowest) return {};
      return {kLowest, constant - 1, true};
    case rules::Comparison::kLessOrEqual:
      return {kLowest, constant, true};
    case rules::Comparison::kGreater:
      if (constant == kHighest) return {};
      return {constant + 1, kHighest, true};
    case rules::Comparison::kGreaterOrEqual:
      return {constant, kHighest, true};
  }
  return {};
}

// What b asks of a where a asks `comparison` of b.
inline rules::Comparison Flipped(rules::Comparison comparison) {
  switch (comparison) {
    case rules::Comparison::kLess:
      return rules::Comparison::kGreater;
    case rules::Comparison::kLessOrEqual:
      return rules::Comparison::kGreaterOrEqual;
    case rules::Comparison::kGreater:
      return rules::Comparison::kLess;
    case rules::Comparison::kGreaterOrEqual:
      return rules::Comparison::kLessOrEqual;
    default:
      return comparison;
  }
}

}  // namespace patron::segments
