// The whole server in this process, over a copy of a prepared shop: what is
// measured over the wire and what is measured beside it are the same.
#pragma once

#include <filesystem>
#include <memory>

#include "absl/status/statusor.h"
#include "server/api/server.h"
#include "server/base/clock.h"
#include "tools/bench/fixture.h"
#include "tools/bench/options.h"

namespace patron::bench {

class OwnServer {
 public:
  // Prepares the shop below `work`, or finds it, and serves a copy.
  static absl::StatusOr<std::unique_ptr<OwnServer>> Start(
      const BenchOptions& options, const std::filesystem::path& work);
  ~OwnServer();

  api::Server& server() { return *server_; }
  // Below the copy.
  const std::filesystem::path& artefacts() const { return artefacts_; }

 private:
  explicit OwnServer(const std::filesystem::path& work) : scratch_(work) {}

  const ScratchDirectory scratch_;
  const RealClock clock_;
  std::filesystem::path artefacts_;
  std::unique_ptr<api::Server> server_;
};

}  // namespace patron::bench
