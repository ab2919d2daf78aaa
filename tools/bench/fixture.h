// What suites measure with: a directory that goes, a patrond of their own,
// connections to it.
#pragma once

#include <filesystem>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "Storefront.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "admin_types.h"
#include "server/api/client/client.h"
#include "tools/bench/child.h"
#include "tools/bench/load.h"
#include "tools/bench/options.h"

namespace patron::bench {

// A line on standard error.
void Tell(absl::string_view text);

// A fresh directory below `parent` that goes with the object.
class ScratchDirectory {
 public:
  explicit ScratchDirectory(const std::filesystem::path& parent);
  ~ScratchDirectory();
  ScratchDirectory(const ScratchDirectory&) = delete;
  ScratchDirectory& operator=(const ScratchDirectory&) = delete;

  const std::filesystem::path& path() const { return path_; }

 private:
  const std::filesystem::path path_;
};

// patrond as a child process, over `data`, on free ports of the loopback.
class ServerProcess {
 public:
  // Files of its own go to `scratch`. Returns when it is ready.
  static absl::StatusOr<std::unique_ptr<ServerProcess>> Start(
      const BenchOptions& options, const std::filesystem::path& data,
      const std::filesystem::path& scratch);

  int port() const { return port_; }
  std::string address() const;
  absl::StatusOr<wire::Stats> Stats() const;
  absl::Duration CpuTime() const { return CpuTimeOf(child_->pid()); }
  absl::Status Stop();

 private:
  explicit ServerProcess(std::unique_ptr<Child> child)
      : child_(std::move(child)) {}
  absl::Status AwaitPort(const std::filesystem::path& file);

  const std::unique_ptr<Child> child_;
  int port_ = 0;
};

// Runs one of our programs to its end; what it printed.
absl::StatusOr<std::string> RunProgram(const BenchOptions& options,
                                       const std::string& program,
                                       const std::vector<std::string>& words,
                                       const std::filesystem::path& scratch);

// How a server on this machine is reached.
client::ConnectionOptions To(int port);

// A caller over a connection of its own: `call` is what it repeats.
using StorefrontCall = std::function<void(wire::StorefrontClient&)>;
absl::StatusOr<Call> OverThrift(int port, StorefrontCall call);
using LoyaltyCall = std::function<void(wire::LoyaltyClient&)>;
absl::StatusOr<Call> OverLoyalty(int port, LoyaltyCall call);
using MarketingCall = std::function<void(wire::MarketingClient&)>;
absl::StatusOr<Call> OverMarketing(int port, MarketingCall call);

// "1 connection", "8 connections".
std::string Connections(int count);

}  // namespace patron::bench
