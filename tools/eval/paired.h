// Two versions measured on the same customers: is one better, or was it chance?
//
// Interval: mean ± t(0.975, n − 1) · s ÷ √n of the differences ("Student"
// 1908). p: the share of random flips of the differences' signs whose mean lies
// as far from 0 or farther, both sides (R. A. Fisher 1935, The Design of
// Experiments), the differences as they are counted as one flip more: never 0.
// The same seed gives the same p. Threads: plain functions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>

#include "absl/status/statusor.h"

namespace patron::eval {

struct PairedOptions {
  int flips = 10'000;
  uint64_t seed = 1;
};

enum class Verdict { kFirst, kSecond, kCannotTell };

struct PairedResult {
  size_t pairs = 0;
  double first = 0;       // mean
  double second = 0;      // mean
  double difference = 0;  // first less second
  double low = 0;         // of the 95 % interval
  double high = 0;
  double p = 1;
  // Better by both: the interval leaves out 0, and p is below 0.05.
  Verdict verdict = Verdict::kCannotTell;
};

// kInvalidArgument for lengths that differ or fewer than two pairs.
absl::StatusOr<PairedResult> ComparePaired(std::span<const double> first,
                                           std::span<const double> second,
                                           const PairedOptions& options);

}  // namespace patron::eval
