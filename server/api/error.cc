#include "server/api/error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/log.h"
#include "server/wire/error_code.h"

namespace patron::api {
namespace {

constexpr int kOverloadedRetryMs = 100;
constexpr int kUnavailableRetryMs = 1000;

int RetryAfterMs(wire::ErrorCode::type code) {
  if (code == wire::ErrorCode::OVERLOADED) return kOverloadedRetryMs;
  if (code == wire::ErrorCode::UNAVAILABLE) return kUnavailableRetryMs;
  return 0;
}

}  // namespace

wire::PatronError ToError(const absl::Status& status) {
  wire::PatronError error;
  error.code = wire::ToErrorCode(status.code());
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
