#include "tools/bench/measured.h"

#include <unistd.h>

#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "tools/bench/child.h"

namespace patron::bench {

void CpuMeter::Start() { start_ = {server_.CpuTime(), CpuTimeOf(getpid())}; }

void CpuMeter::Stop(double items) {
  server_used_ += server_.CpuTime() - start_.server;
  clients_used_ += CpuTimeOf(getpid()) - start_.clients;
  items_ += items;
}

std::string CpuMeter::Text(const std::string& item) const {
  return absl::StrFormat(
      "%.1f us of processor in the server, %.1f in the clients a %s",
      absl::ToDoubleMicroseconds(server_used_) / items_,
      absl::ToDoubleMicroseconds(clients_used_) / items_, item);
}

absl::Status Measured::Add(
    int items_a_call, const std::function<absl::StatusOr<LoadResult>()>& run) {
  cpu.Start();
  PATRON_ASSIGN_OR_RETURN(const LoadResult result, run());
  cpu.Stop(static_cast<double>(result.latencies.count()) * items_a_call);
  rounds.Add(result);
  return absl::OkStatus();
}

}  // namespace patron::bench
