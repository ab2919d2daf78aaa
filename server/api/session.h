// Who is at the other end of one connection, and how its last call went.
//
// Threads: the connection's own.
#pragma once

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "server/api/methods.h"
#include "server/api/tokens.h"
#include "types_types.h"

namespace patron::api {

class Session {
 public:
  // Wrong tokens and calls without one after which the connection is closed.
  static constexpr int kFailuresAllowed = 3;

  // `tokens` null: everybody may do everything (loopback only).
  explicit Session(const TokenTable* tokens);

  // kUnauthenticated for a token that is not known.
  absl::Status Authenticate(const std::string& token);

  // kUnauthenticated before a token was given, kPermissionDenied naming roles.
  absl::Status Allows(const Method& method);

  bool authenticated() const { return principal_.roles != 0; }
  bool too_many_failures() const { return failures_ >= kFailuresAllowed; }
  const std::string& actor() const { return principal_.name; }
  Roles roles() const { return principal_.roles; }

  // The exception of a call that failed, noted for the metrics.
  wire::PatronError Refuse(const absl::Status& status);
  // What Refuse noted since the last call of this.
  std::optional<wire::ErrorCode::type> TakeOutcome();

 private:
  const TokenTable* const tokens_;
  Principal principal_;
  int failures_ = 0;
  std::optional<wire::ErrorCode::type> outcome_;
};

}  // namespace patron::api
