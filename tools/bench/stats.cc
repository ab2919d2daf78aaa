#include "tools/bench/stats.h"

#include <algorithm>
#include <cmath>

namespace patron::bench {

double Median(std::vector<double> values) {
  if (values.empty()) return 0;
  std::sort(values.begin(), values.end());
  const size_t middle = values.size() / 2;
  if (values.size() % 2 == 1) return values[middle];
  return (values[middle - 1] + values[middle]) / 2;
}

void Latencies::Add(const Latencies& others) {
  us_.insert(us_.end(), others.us_.begin(), others.us_.end());
}

absl::Duration Latencies::Percentile(double share) const {
  if (us_.empty()) return absl::ZeroDuration();
  std::vector<float> us = us_;
  const auto wanted =
      static_cast<size_t>(std::ceil(share * static_cast<double>(us.size())));
  const auto at =
      us.begin() +
      static_cast<std::ptrdiff_t>(std::clamp<size_t>(wanted, 1, us.size()) - 1);
  std::nth_element(us.begin(), at, us.end());
  return absl::Microseconds(double{*at});
}

}  // namespace patron::bench
