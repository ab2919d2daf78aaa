// The whole server in one object: patrond, tests and benchmarks start it.
//
//   api::ServerOptions options;
//   options.data = "/var/lib/patron";
//   options.listen.port = 0;  // any free one
//   PATRON_ASSIGN_OR_RETURN(auto server, api::Server::Start(options, clock));
//   … server->port() …
//   server->Stop();
//
// Start opens State, the index that served last and the ports, in an order in
// which /readyz tells the truth. Stop ends in bounded time: calls in hand are
// answered, idle connections closed, showings written, the log emptied.
// Ownership: owns all; borrows the clock.
// Threads:   Stop from one, once; accessors from any while it runs.
// Errors:    kInvalidArgument naming an option; kFailedPrecondition for a data
//            directory in use, foreign or newer, for a port that is taken, and
//            for an open address without tokens.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/api/address.h"
#include "server/api/connection.h"
#include "server/api/listener.h"
#include "server/base/clock.h"
#include "server/commit/engine.h"
#include "server/commit/state.h"
#include "server/recommend/recommender.h"

namespace patron::api {

struct ServerOptions {
  // The directory that this server owns; made where it is absent.
  std::string data;
  // Thrift, and HTTP for metrics and health.
  Address listen = {"127.0.0.1", 7450};
  Address http = {"127.0.0.1", 7451};
  // File of tokens; "" = none: the loopback only, everybody may do everything.
  std::string tokens;
  // The shop's: which day a purchase at half past eleven at night counts to.
  absl::TimeZone time_zone = absl::UTCTimeZone();

  int max_connections = 1024;
  absl::Duration idle_timeout = absl::Minutes(10);
  absl::Duration drain_timeout = absl::Seconds(20);
  CallLimits limits;
  // A repeated request id gets its first reply for this long.
  absl::Duration reply_retention = absl::Hours(24);
  store::StoreOptions store;
  ImpressionWriterOptions showings;
};

// What Start would refuse whatever the machine says.
absl::Status Validate(const ServerOptions& options);

class Server {
 public:
  static absl::StatusOr<std::unique_ptr<Server>> Start(
      const ServerOptions& options, const Clock& clock);
  ~Server();

  int port() const;
  int http_port() const;
  absl::Duration start_up() const;
  // One line for the log: customers, products, index version.
  std::string Summary() const;

  void Stop();

  // For what runs in the same process: benchmarks and tests.
  commit::State& state();
  commit::Engine& engine();
  const recommend::Recommender& recommender() const;

 private:
  struct Parts;
  explicit Server(std::unique_ptr<Parts> parts);

  const std::unique_ptr<Parts> parts_;
};

}  // namespace patron::api
