// patrond: reads flags, starts the server, waits for a signal, stops it.
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <string>
#include <system_error>
#include <vector>

#include "absl/flags/flag.h"
#include "absl/flags/parse.h"
#include "absl/flags/usage.h"
#include "absl/flags/usage_config.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/api/data_directory.h"
#include "server/api/server.h"
#include "server/api/tokens.h"
#include "server/base/clock.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

ABSL_FLAG(
    std::string, data, "",
    "directory that this server owns, made where it is absent (required)");
ABSL_FLAG(std::string, listen, "127.0.0.1:7450",
          "host:port of the Thrift services");
ABSL_FLAG(std::string, http, "127.0.0.1:7451",
          "host:port of /metrics, /healthz and /readyz");
ABSL_FLAG(int, port, -1,
          "port in place of the one in --listen; 0 picks free ports for Thrift "
          "and HTTP, see --port_file");
ABSL_FLAG(std::string, port_file, "",
          "file to write \"thrift_port http_port\" to when ready");
ABSL_FLAG(std::string, tokens, "",
          "file of tokens and roles (README); without it the loopback only is "
          "served");
ABSL_FLAG(std::string, time_zone, "UTC",
          "time zone of the shop (IANA name): which day a purchase counts to; "
          "keep it once purchases are recorded");
ABSL_FLAG(int, max_frame_mib, 16, "largest call in MiB, 1 to 512");
ABSL_FLAG(int, max_connections, 1024,
          "connections served at once; more are answered OVERLOADED");
ABSL_FLAG(int, max_calls, 256,
          "calls answered at once; more are answered OVERLOADED");
ABSL_FLAG(absl::Duration, idle_timeout, absl::Minutes(10),
          "a connection without a call for so long is closed");
ABSL_FLAG(absl::Duration, drain_timeout, absl::Seconds(20),
          "how long a stop waits for calls in hand");
ABSL_FLAG(absl::Duration, reply_retention, absl::Hours(24),
          "how long a repeated request id gets its first reply");
ABSL_FLAG(int, block_cache_mib, 128, "cache of the store in MiB");
ABSL_FLAG(bool, hash_token, false,
          "read a token from standard input, print its hash for the file of "
          "tokens, and end");

namespace patron {
namespace {

// Flags may be written with dashes: --time-zone is --time_zone.
std::vector<std::string> WithUnderscores(int argc, char** argv) {
  std::vector<std::string> words(argv, argv + argc);
  for (size_t at = 1; at < words.size() && words[at] != "--"; ++at) {
    if (!absl::StartsWith(words[at], "--")) continue;
    const size_t end = std::min(words[at].find('='), words[at].size());
    std::replace(words[at].begin() + 2,
                 words[at].begin() + static_cast<std::ptrdiff_t>(end), '-',
                 '_');
  }
  return words;
}

// --help shows the flags of this file, not those of libraries.
void DescribeProgram() {
  const auto ours = [](absl::string_view file) {
    return absl::EndsWith(file, "server/main.cc");
  };
  absl::FlagsUsageConfig config;
  config.contains_help_flags = ours;
  config.contains_helpshort_flags = ours;
  absl::SetFlagsUsageConfig(config);
  absl::SetProgramUsageMessage(
      "serves a shop's customer system\n\n  patrond --data DIR\n\n"
      "Every flag may also stand in a file (--flagfile=FILE) or in the "
      "environment (--fromenv=data reads FLAGS_data).");
}

absl::Status ParseFlags(int argc, char** argv) {
  DescribeProgram();
  absl::FlagsUsageConfig help;
  help.contains_help_flags = [](absl::string_view file) {
    return absl::EndsWith(file, "server/main.cc");
  };
  absl::SetFlagsUsageConfig(help);
  std::vector<std::string> words = WithUnderscores(argc, argv);
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  const std::vector<char*> left = absl::ParseCommandLine(
      static_cast<int>(pointers.size()), pointers.data());
  if (left.size() > 1)
    return absl::InvalidArgumentError(
        absl::StrCat(Quoted(left[1]), " is not a flag"));
  return absl::OkStatus();
}

absl::StatusOr<api::ServerOptions> ReadOptions() {
  api::ServerOptions options;
  options.data = absl::GetFlag(FLAGS_data);
  if (options.data.empty())
    return absl::InvalidArgumentError("--data: a directory is wanted");
  PATRON_ASSIGN_OR_RETURN(
      options.listen,
      api::ParseAddress("--listen", absl::GetFlag(FLAGS_listen)));
  PATRON_ASSIGN_OR_RETURN(
      options.http, api::ParseAddress("--http", absl::GetFlag(FLAGS_http)));
  if (const int port = absl::GetFlag(FLAGS_port); port >= 0) {
    options.listen.port = port;
    if (port == 0) options.http.port = 0;
  }
  options.tokens = absl::GetFlag(FLAGS_tokens);
  const std::string zone = absl::GetFlag(FLAGS_time_zone);
  if (!absl::LoadTimeZone(zone, &options.time_zone))
    return absl::InvalidArgumentError(
        absl::StrCat("--time_zone: ", Quoted(zone), " is not known here"));
  options.max_connections = absl::GetFlag(FLAGS_max_connections);
  options.idle_timeout = absl::GetFlag(FLAGS_idle_timeout);
  options.drain_timeout = absl::GetFlag(FLAGS_drain_timeout);
  options.limits.max_frame_bytes =
      static_cast<size_t>(absl::GetFlag(FLAGS_max_frame_mib)) << 20;
  options.limits.max_calls = absl::GetFlag(FLAGS_max_calls);
  options.reply_retention = absl::GetFlag(FLAGS_reply_retention);
  options.store.block_cache_bytes =
      static_cast<size_t>(absl::GetFlag(FLAGS_block_cache_mib)) << 20;
  PATRON_RETURN_IF_ERROR(api::Validate(options));
  return options;
}

// The signals that stop the server are taken by sigwait alone: threads started
// from here on inherit the mask.
sigset_t BlockStopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  for (const int signal : {SIGTERM, SIGINT, SIGHUP})
    sigaddset(&signals, signal);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  signal(SIGPIPE, SIG_IGN);
  return signals;
}

// A request is answered by its own thread; helpers of the numeric libraries
// would only wait for a core. The libraries read this before main and start
// threads then (which would also take our signals): hence the program starts
// itself anew. Where it cannot, they keep their threads.
void KeepLibrariesSingleThreaded(char** argv) {
  bool restart = false;
  for (const char* name : {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"}) {
    const char* const value = getenv(name);
    if (value != nullptr && absl::string_view(value) == "1") continue;
    setenv(name, "1", /*overwrite=*/1);
    restart = true;
  }
  std::error_code error;
  const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
  if (restart && !error) execv(program.c_str(), argv);
}

absl::Status TellPorts(const api::Server& server) {
  const std::string path = absl::GetFlag(FLAGS_port_file);
  if (path.empty()) return absl::OkStatus();
  return api::ReplaceFile(
      std::filesystem::absolute(path),
      absl::StrCat(server.port(), " ", server.http_port(), "\n"),
      /*only_owner_reads=*/false);
}

absl::Status Serve(const sigset_t& signals) {
  PATRON_ASSIGN_OR_RETURN(const api::ServerOptions options, ReadOptions());
  const RealClock clock;
  PATRON_ASSIGN_OR_RETURN(const auto server,
                          api::Server::Start(options, clock));
  PATRON_RETURN_IF_ERROR(TellPorts(*server));
  LogInfo(absl::StrCat("ready on ", options.listen.host, ":", server->port(),
                       ", HTTP on ", server->http_port(), ", in ",
                       absl::ToInt64Milliseconds(server->start_up()), " ms (",
                       server->Summary(), ")"));
  int signal = 0;
  sigwait(&signals, &signal);
  LogInfo(absl::StrCat("stopping on signal ", signal));
  server->Stop();
  LogInfo("stopped");
  return absl::OkStatus();
}

int PrintTokenHash() {
  std::string token;
  std::getline(std::cin, token);
  token = std::string(absl::StripAsciiWhitespace(token));
  if (token.empty()) {
    std::cerr << "patrond: no token on standard input\n";
    return 1;
  }
  std::cout << api::HashToken(token) << "\n";
  return 0;
}

int Run(int argc, char** argv) {
  const sigset_t signals = BlockStopSignals();
  KeepLibrariesSingleThreaded(argv);
  absl::Status status = ParseFlags(argc, argv);
  if (status.ok() && absl::GetFlag(FLAGS_hash_token)) return PrintTokenHash();
  if (status.ok()) status = Serve(signals);
  if (status.ok()) return 0;
  std::cerr << "patrond: " << status.message() << "\n";
  return 1;
}

}  // namespace
}  // namespace patron

int main(int argc, char** argv) { return patron::Run(argc, argv); }
