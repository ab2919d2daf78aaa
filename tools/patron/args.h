// The command line, cut into words and flags, and the shape of a command.
//
// Errors: UsageError, whose exit code is 2.
#pragma once

#include <iosfwd>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/api/client/client.h"
#include "server/base/clock.h"
#include "tools/patron/values.h"

namespace patron::cli {

using client::Connection;
using client::ConnectionOptions;
using client::ParseAddress;
using client::ServerAddress;
using client::ToStatus;

inline constexpr int kExitOk = 0;
inline constexpr int kExitFailed = 1;
inline constexpr int kExitUsage = 2;

absl::Status UsageError(absl::string_view message);
bool IsUsageError(const absl::Status& status);

struct FlagSpec {
  const char* name;   // "customer"; one letter is written with one dash
  const char* value;  // "ID"; nullptr for a flag without value
  const char* help;
};

class Args {
 public:
  // `words` behind the command's name. Unknown flags and missing values are
  // usage errors that name them.
  static absl::StatusOr<Args> Parse(absl::Span<const std::string> words,
                                    absl::Span<const FlagSpec> flags);

  const std::vector<std::string>& positional() const { return positional_; }
  bool Has(const std::string& flag) const { return flags_.contains(flag); }
  // The last one given; `fallback` where there is none.
  std::string Get(const std::string& flag,
                  const std::string& fallback = "") const;
  std::vector<std::string> All(const std::string& flag) const;
  // A whole number within `range`; a usage error otherwise.
  absl::StatusOr<int64_t> Number(const std::string& flag, int64_t fallback,
                                 Range range) const;

 private:
  std::vector<std::string> positional_;
  std::map<std::string, std::vector<std::string>> flags_;
};

// What every command is given. Borrows the streams and the clock.
struct Context {
  ConnectionOptions server;
  bool json = false;
  std::istream& in;
  std::ostream& out;
  std::ostream& err;
  bool err_is_terminal = false;
  const Clock& clock;
};

struct Command {
  const char* name;       // "customer get"
  const char* arguments;  // "ID"
  const char* summary;    // one line
  std::vector<FlagSpec> flags;
  const char* notes;     // more help, may be ""
  const char* examples;  // one a line
  int least_arguments;
  int most_arguments;
  absl::StatusOr<int> (*run)(Context& context, const Args& args);
};

}  // namespace patron::cli
