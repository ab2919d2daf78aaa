#include "server/wire/error_code.h"

#include <utility>

namespace patron::wire {
namespace {

constexpr std::pair<ErrorCode::type, absl::StatusCode> kNames[] = {
    {ErrorCode::INVALID_ARGUMENT, absl::StatusCode::kInvalidArgument},
    {ErrorCode::NOT_FOUND, absl::StatusCode::kNotFound},
    {ErrorCode::ALREADY_EXISTS, absl::StatusCode::kAlreadyExists},
    {ErrorCode::FAILED_PRECONDITION, absl::StatusCode::kFailedPrecondition},
    {ErrorCode::UNAUTHENTICATED, absl::StatusCode::kUnauthenticated},
    {ErrorCode::PERMISSION_DENIED, absl::StatusCode::kPermissionDenied},
    {ErrorCode::OVERLOADED, absl::StatusCode::kResourceExhausted},
    {ErrorCode::UNAVAILABLE, absl::StatusCode::kUnavailable},
    {ErrorCode::INTERNAL, absl::StatusCode::kInternal},
};

}  // namespace

ErrorCode::type ToErrorCode(absl::StatusCode code) {
  for (const auto& [wire_code, status_code] : kNames)
    if (status_code == code) return wire_code;
  return ErrorCode::INTERNAL;
}

absl::StatusCode ToStatusCode(ErrorCode::type code) {
  for (const auto& [wire_code, status_code] : kNames)
    if (wire_code == code) return status_code;
  return absl::StatusCode::kUnknown;
}

}  // namespace patron::wire
