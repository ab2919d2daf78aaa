// Callers that call as fast as they are answered, for a while.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/bench/stats.h"

namespace patron::bench {

using Call = std::function<absl::Status()>;
// Makes the call of one of the threads, before any clock runs; in that thread.
using MakeCall = std::function<absl::StatusOr<Call>(int thread)>;

struct LoadResult {
  double per_second = 0;
  Latencies latencies;
};

// Every thread makes its call and repeats it for `duration`. No call may fail:
// kInternal with the number of failures and the first of them.
absl::StatusOr<LoadResult> RunLoad(int threads, absl::Duration duration,
                                   const MakeCall& make);

// The same with exactly `calls` calls of each thread: for calls that use up
// what was made ready before.
absl::StatusOr<LoadResult> RunCalls(int threads, int64_t calls,
                                    const MakeCall& make);

// Several rounds of the same measurement: the median of their rates, all of
// their latencies.
class Rounds {
 public:
  void Add(const LoadResult& result) {
    rates_.push_back(result.per_second);
    latencies_.Add(result.latencies);
  }
  double rate() const { return Median(rates_); }
  const Latencies& latencies() const { return latencies_; }

 private:
  std::vector<double> rates_;
  Latencies latencies_;
};

}  // namespace patron::bench
