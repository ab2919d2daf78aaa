// The two names of an outcome: absl::StatusCode inside, wire::ErrorCode in the
// API, in replies that are remembered, and in clients.
#pragma once

#include "absl/status/status.h"
#include "types_types.h"

namespace patron::wire {

// What has no name of its own in the API (kInternal, kDataLoss, …) is INTERNAL.
ErrorCode::type ToErrorCode(absl::StatusCode code);

// kUnknown for a number of a newer server.
absl::StatusCode ToStatusCode(ErrorCode::type code);

}  // namespace patron::wire
