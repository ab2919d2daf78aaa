// PATRON_CHECK stops the process when an invariant of ours is broken: going on
// would write nonsense. What a caller or a disk can get wrong is a Status,
// never a check. PATRON_CHECK_OK is the same for a Status that cannot fail
// here.
#pragma once

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace patron {

// Prints the message with its place to standard error and aborts.
[[noreturn]] void CheckFailed(const char* file, int line,
                              absl::string_view message);

// Prints the message to standard error and ends the process with status 1,
// without destructors: for what no code after it can mend (a failing sync).
[[noreturn]] void StopProcess(absl::string_view message);

}  // namespace patron

#define PATRON_CHECK(condition)                                               \
  do {                                                                        \
    if (!(condition))                                                         \
      ::patron::CheckFailed(__FILE__, __LINE__, "check failed: " #condition); \
  } while (false)

#define PATRON_CHECK_OK(expression)                             \
  do {                                                          \
    if (const absl::Status& patron_check_status = (expression); \
        !patron_check_status.ok())                              \
      ::patron::CheckFailed(__FILE__, __LINE__,                 \
                            patron_check_status.ToString());    \
  } while (false)
