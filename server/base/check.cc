#include "server/base/check.h"

#include <cstdio>
#include <cstdlib>

#include "server/base/log.h"

namespace patron {

void CheckFailed(const char* file, int line, absl::string_view message) {
  std::fprintf(stderr, "%s:%d: %.*s\n", file, line,
               static_cast<int>(message.size()), message.data());
  std::abort();
}

void StopProcess(absl::string_view message) {
  Log(LogLevel::kError, message);
  std::_Exit(1);
}

}  // namespace patron
