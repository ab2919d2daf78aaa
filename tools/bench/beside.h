// Purchases over eight connections, and what else the server does meanwhile.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>
#include <thread>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/bench/fixture.h"
#include "tools/bench/load.h"
#include "tools/bench/report.h"

namespace patron::bench {

inline constexpr int kBuyers = 8;

// Repeats a call in a thread of its own until it is stopped.
class Looping {
 public:
  explicit Looping(Call call);
  ~Looping();
  // What the first failing call said; how many calls there were.
  absl::StatusOr<int64_t> Stop();

 private:
  const Call call_;
  std::atomic<bool> stop_{false};
  int64_t calls_ = 0;    // the thread's own until it is joined
  absl::Status failed_;  // likewise
  std::thread thread_;
};

// recordPurchase of five lines by kBuyers connections for a round; receipts of
// `name`.
absl::StatusOr<LoadResult> Buy(const BenchOptions& options,
                               const ShopSize& shop, int port,
                               const std::string& name);

// The p99 of purchases with something beside, held against that without.
Figure P99Beside(const std::string& bench, const std::string& beside,
                 const Rounds& with, const Rounds& without);

}  // namespace patron::bench
