#include "tools/bench/fixture.h"

#include <iostream>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "server/base/random.h"
#include "server/base/status_macros.h"

namespace patron::bench {
namespace {

constexpr absl::Duration kStartTimeout = absl::Minutes(5);
constexpr absl::Duration kStopTimeout = absl::Minutes(1);
constexpr absl::Duration kProgramTimeout = absl::Minutes(60);
constexpr absl::Duration kPoll = absl::Milliseconds(10);

}  // namespace

void Tell(absl::string_view text) {
  std::cerr << "patron-bench: " << text << std::endl;
}

ScratchDirectory::ScratchDirectory(const std::filesystem::path& parent)
    : path_(parent / ("patron-bench-" + RandomHex(8))) {
  std::filesystem::create_directories(path_);
}

ScratchDirectory::~ScratchDirectory() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

absl::StatusOr<std::unique_ptr<ServerProcess>> ServerProcess::Start(
    const BenchOptions& options, const std::filesystem::path& data,
    const std::filesystem::path& scratch) {
  const std::filesystem::path port_file = scratch / "port";
  std::filesystem::remove(port_file);
  PATRON_ASSIGN_OR_RETURN(
      auto child,
      Child::Start({(options.programs / "patrond").string(),
                    absl::StrCat("--data=", data.string()), "--port=0",
                    absl::StrCat("--port_file=", port_file.string())},
                   scratch / "patrond.out", scratch / "patrond.err"));
  std::unique_ptr<ServerProcess> server(new ServerProcess(std::move(child)));
  PATRON_RETURN_IF_ERROR(server->AwaitPort(port_file));
  return server;
}

absl::Status ServerProcess::AwaitPort(const std::filesystem::path& file) {
  for (absl::Duration waited; waited < kStartTimeout; waited += kPoll) {
    const std::vector<std::string> ports = absl::StrSplit(Contents(file), ' ');
    if (ports.size() == 2 && absl::SimpleAtoi(ports[0], &port_))
      return absl::OkStatus();
    PATRON_RETURN_IF_ERROR(child_->CheckRuns());
    absl::SleepFor(kPoll);
  }
  return absl::DeadlineExceededError("patrond is not ready after five minutes");
}

std::string ServerProcess::address() const {
  return absl::StrCat("127.0.0.1:", port_);
}

absl::StatusOr<wire::Stats> ServerProcess::Stats() const {
  client::Connection connection(To(port_));
  wire::Stats stats;
  PATRON_RETURN_IF_ERROR(connection.Admin(
      [&stats](wire::AdminClient& admin) { admin.stats(stats); }));
  return stats;
}

absl::Status ServerProcess::Stop() { return child_->Stop(kStopTimeout); }

absl::StatusOr<std::string> RunProgram(const BenchOptions& options,
                                       const std::string& program,
                                       const std::vector<std::string>& words,
                                       const std::filesystem::path& scratch) {
  const std::filesystem::path out = scratch / (program + ".out");
  std::vector<std::string> line = {(options.programs / program).string()};
  line.insert(line.end(), words.begin(), words.end());
  PATRON_ASSIGN_OR_RETURN(
      const auto child, Child::Start(line, out, scratch / (program + ".err")));
  PATRON_RETURN_IF_ERROR(child->Wait(kProgramTimeout));
  return Contents(out);
}

client::ConnectionOptions To(int port) {
  client::ConnectionOptions options;
  options.address.port = port;
  return options;
}

absl::StatusOr<Call> OverThrift(int port, StorefrontCall call) {
  const auto connection = std::make_shared<client::Connection>(To(port));
  PATRON_RETURN_IF_ERROR(connection->Connect());
  return Call([connection, call = std::move(call)] {
    return connection->Storefront(call);
  });
}

absl::StatusOr<Call> OverLoyalty(int port, LoyaltyCall call) {
  const auto connection = std::make_shared<client::Connection>(To(port));
  PATRON_RETURN_IF_ERROR(connection->Connect());
  return Call([connection, call = std::move(call)] {
    return connection->Loyalty(call);
  });
}

absl::StatusOr<Call> OverMarketing(int port, MarketingCall call) {
  const auto connection = std::make_shared<client::Connection>(To(port));
  PATRON_RETURN_IF_ERROR(connection->Connect());
  return Call([connection, call = std::move(call)] {
    return connection->Marketing(call);
  });
}

std::string Connections(int count) {
  return absl::StrCat(count, count == 1 ? " connection" : " connections");
}

}  // namespace patron::bench
