// What is made of many measurements: medians and percentiles.
#pragma once

#include <cstddef>
#include <vector>

#include "absl/time/time.h"

namespace patron::bench {

// The middle one; the mean of the two in the middle of an even number; 0 of
// none.
double Median(std::vector<double> values);

// The time that each call took. One thread.
class Latencies {
 public:
  void Add(absl::Duration took) {
    us_.push_back(static_cast<float>(absl::ToDoubleMicroseconds(took)));
  }
  void Add(const Latencies& others);

  size_t count() const { return us_.size(); }

  // The smallest time that at least `share` (0 to 1) of the calls did not
  // exceed; zero of none.
  absl::Duration Percentile(double share) const;

 private:
  std::vector<float> us_;
};

}  // namespace patron::bench
