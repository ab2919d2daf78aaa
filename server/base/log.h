// One line of log to standard error: "2026-11-21T09:00:00Z I message".
// Any thread; a line is written whole.
#pragma once

#include "absl/strings/string_view.h"

namespace patron {

enum class LogLevel { kInfo, kWarning, kError };

void Log(LogLevel level, absl::string_view message);

inline void LogInfo(absl::string_view message) {
  Log(LogLevel::kInfo, message);
}
inline void LogWarning(absl::string_view message) {
  Log(LogLevel::kWarning, message);
}
inline void LogError(absl::string_view message) {
  Log(LogLevel::kError, message);
}

}  // namespace patron
