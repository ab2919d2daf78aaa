#include "server/base/log.h"

#include <unistd.h>

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/clock.h"

namespace patron {
namespace {

constexpr absl::string_view Letter(LogLevel level) {
  switch (level) {
    case LogLevel::kInfo:
      return " I ";
    case LogLevel::kWarning:
      return " W ";
    case LogLevel::kError:
      return " E ";
  }
  return " ? ";
}

}  // namespace

void Log(LogLevel level, absl::string_view message) {
  const std::string line =
      absl::StrCat(absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", RealClock().Now(),
                                    absl::UTCTimeZone()),
                   Letter(level), message, "\n");
  // One write a line keeps lines of several threads apart. A log that cannot be
  // written has nowhere to say so.
  [[maybe_unused]] const ssize_t written =
      ::write(STDERR_FILENO, line.data(), line.size());
}

}  // namespace patron
