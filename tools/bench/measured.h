// A setting that is measured round by round, and what it costs in processor
// time: that tells more than rates do on a machine that has other work.
#pragma once

#include <functional>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "tools/bench/fixture.h"
#include "tools/bench/load.h"

namespace patron::bench {

// Processor time of server and clients, by what they did.
class CpuMeter {
 public:
  // Borrows `server`.
  explicit CpuMeter(const ServerProcess& server) : server_(server) {}

  void Start();
  void Stop(double items);
  // "12.0 us of processor in the server, 8.1 in the clients a purchase".
  std::string Text(const std::string& item) const;

 private:
  struct Point {
    absl::Duration server, clients;
  };
  const ServerProcess& server_;
  Point start_;
  absl::Duration server_used_, clients_used_;
  double items_ = 0;
};

// One setting over all rounds.
struct Measured {
  explicit Measured(const ServerProcess& server) : cpu(server) {}

  absl::Status Add(int items_a_call,
                   const std::function<absl::StatusOr<LoadResult>()>& run);

  Rounds rounds;
  CpuMeter cpu;
};

}  // namespace patron::bench
