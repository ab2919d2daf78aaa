// Ends a run early on SIGINT or SIGTERM, through the ordinary way out, so that
// child processes and temporary directories go too.
#pragma once

#include "absl/status/status.h"

namespace patron::bench {

// Holds the signals back from this thread and those that it starts.
void HoldStopSignals();
// Undoes it, between fork and exec of a child.
void ReleaseStopSignals();

// kCancelled once such a signal has come.
absl::Status CheckStop();

}  // namespace patron::bench
