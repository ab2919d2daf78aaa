// Where to listen: a host, a port, and what the machine makes of them.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::api {

// `host` is a name or a number, IPv6 without brackets. Port 0 = any free one.
struct Address {
  std::string host = "127.0.0.1";
  int port = 0;

  std::string ToString() const;  // "127.0.0.1:7450", "[::1]:7450"
};

// "127.0.0.1:7450", "[::1]:7450", "localhost:0". kInvalidArgument naming
// `field` and the value for anything else.
absl::StatusOr<Address> ParseAddress(absl::string_view field,
                                     absl::string_view text);

// The first numeric address of the host. kInvalidArgument if it has none.
absl::StatusOr<Address> Resolve(const Address& address);

// 127.0.0.0/8 or ::1; `resolved` comes from Resolve.
bool IsLoopback(const Address& resolved);

// A socket that listens at `resolved`, and the port that it got.
struct ListeningSocket {
  int descriptor = -1;
  int port = 0;
};
absl::StatusOr<ListeningSocket> Listen(const Address& resolved);

}  // namespace patron::api
