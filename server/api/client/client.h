// A connection to a Patron server: framed, binary, with its token given once.
//
// Threads: one a connection.
// Errors:  a PatronError becomes the Status of its code with the server's
//          message; an unreachable or lost server is kUnavailable and names the
//          address.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "Admin.h"
#include "Loyalty.h"
#include "Marketing.h"
#include "Storefront.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace patron::client {

struct ServerAddress {
  std::string host = "127.0.0.1";
  int port = 7450;

  std::string ToString() const;
};

// "host:port", "[::1]:7450", "host" or ":port".
absl::StatusOr<ServerAddress> ParseAddress(absl::string_view text);

struct ConnectionOptions {
  ServerAddress address;
  std::string token;  // "" = none is given
  absl::Duration connect_timeout = absl::Seconds(5);
  absl::Duration call_timeout = absl::Minutes(10);  // checkpoints take long
};

class Connection {
 public:
  explicit Connection(ConnectionOptions options);
  ~Connection();

  // kUnavailable naming the address where no server answers.
  absl::Status Connect() { return Open(); }

  // Lets go of the server; the next call connects anew. For those who will be
  // silent for longer than the server bears.
  void Close();

  // Connects where it is not connected, then runs `call`, whose exceptions
  // become a Status. After a transport error the next call connects anew.
  absl::Status Storefront(
      const std::function<void(wire::StorefrontClient&)>& call);
  absl::Status Admin(const std::function<void(wire::AdminClient&)>& call);
  absl::Status Loyalty(const std::function<void(wire::LoyaltyClient&)>& call);
  absl::Status Marketing(
      const std::function<void(wire::MarketingClient&)>& call);

 private:
  struct Wire;

  absl::Status Open();
  absl::Status Run(const std::function<void()>& call);

  const ConnectionOptions options_;
  std::unique_ptr<Wire> wire_;
};

absl::Status ToStatus(const wire::PatronError& error);

}  // namespace patron::client
