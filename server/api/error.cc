#include "server/api/error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/log.h"

namespace patron::api {
namespace {

constexpr int kOverloadedRetryMs = 100;
constexpr int kUnavailableRetryMs = 1000;

wire::ErrorCode::type CodeOf(absl::StatusCode code) {
  switch (code) {
    case absl::StatusCode::kInvalidArgument:
    case absl::StatusCode::kOutOfRange:
      return wire::ErrorCode::INVALID_ARGUMENT;
    case absl::StatusCode::kNotFound:
      return wire::ErrorCode::NOT_FOUND;
    case absl::StatusCode::kAlreadyExists:
      return wire::ErrorCode::ALREADY_EXISTS;
    case absl::StatusCode::kFailedPrecondition:
      return wire::ErrorCode::FAILED_PRECONDITION;
    case absl::StatusCode::kUnauthenticated:
      return wire::ErrorCode::UNAUTHENTICATED;
    case absl::StatusCode::kPermissionDenied:
      return wire::ErrorCode::PERMISSION_DENIED;
    case absl::StatusCode::kResourceExhausted:
      return wire::ErrorCode::OVERLOADED;
    case absl::StatusCode::kUnavailable:
      return wire::ErrorCode::UNAVAILABLE;
    default:
      return wire::ErrorCode::INTERNAL;
  }
}

int RetryAfterMs(wire::ErrorCode::type code) {
  if (code == wire::ErrorCode::OVERLOADED) return kOverloadedRetryMs;
  if (code == wire::ErrorCode::UNAVAILABLE) return kUnavailableRetryMs;
  return 0;
}

}  // namespace

wire::PatronError ToError(const absl::Status& status) {
  wire::PatronError error;
  error.code = CodeOf(status.code());
  error.retry_after_ms = RetryAfterMs(error.code);
  error.retryable = error.retry_after_ms > 0;
  error.message = std::string(status.message());
  if (error.code == wire::ErrorCode::INTERNAL) {
    LogError(absl::StrCat("internal: ", status.ToString()));
    error.message = "internal error: the server's log tells more";
  }
  return error;
}

}  // namespace patron::api
