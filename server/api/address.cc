#include "server/api/address.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::api {
namespace {

// Calls that wait to be accepted.
constexpr int kBacklog = 1024;

using AddressInfo = std::unique_ptr<addrinfo, void (*)(addrinfo*)>;

absl::StatusOr<AddressInfo> LookUp(const Address& address) {
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error = getaddrinfo(
      address.host.c_str(), absl::StrCat(address.port).c_str(), &hints, &found);
  if (error != 0)
    return absl::InvalidArgumentError(absl::StrCat(
        "listen address ", address.ToString(), ": ", gai_strerror(error)));
  return AddressInfo(found, freeaddrinfo);
}

absl::Status Refused(const Address& address, absl::string_view what) {
  return absl::FailedPreconditionError(
      absl::StrCat("cannot listen at ", address.ToString(), ": ", what, ": ",
                   strerror(errno)));
}

int PortOf(int descriptor) {
  sockaddr_storage bound{};
  socklen_t size = sizeof bound;
  if (getsockname(descriptor, reinterpret_cast<sockaddr*>(&bound), &size) != 0)
    return 0;
  return bound.ss_family == AF_INET6
             ? ntohs(reinterpret_cast<const sockaddr_in6&>(bound).sin6_port)
             : ntohs(reinterpret_cast<const sockaddr_in&>(bound).sin_port);
}

}  // namespace

std::string Address::ToString() const {
  const bool is_v6 = absl::StrContains(host, ':');
  return is_v6 ? absl::StrCat("[", host, "]:", port)
               : absl::StrCat(host, ":", port);
}

absl::StatusOr<Address> ParseAddress(absl::string_view field,
                                     absl::string_view text) {
  const size_t colon = text.rfind(':');
  Address address;
  if (colon == absl::string_view::npos || colon == 0 ||
      !absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
      address.port < 0 || address.port > 65535)
    return absl::InvalidArgumentError(absl::StrCat(
        field, ": ", Quoted(text), " is not host:port with a port to 65535"));
  absl::string_view host = text.substr(0, colon);
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  address.host = std::string(host);
  return address;
}

absl::StatusOr<Address> Resolve(const Address& address) {
  PATRON_ASSIGN_OR_RETURN(const AddressInfo found, LookUp(address));
  char host[NI_MAXHOST];
  const int error = getnameinfo(found->ai_addr, found->ai_addrlen, host,
                                sizeof host, nullptr, 0, NI_NUMERICHOST);
  if (error != 0)
    return absl::InvalidArgumentError(absl::StrCat(
        "listen address ", address.ToString(), ": ", gai_strerror(error)));
  return Address{host, address.port};
}

bool IsLoopback(const Address& resolved) {
  return absl::StartsWith(resolved.host, "127.") || resolved.host == "::1";
}

absl::StatusOr<ListeningSocket> Listen(const Address& resolved) {
  PATRON_ASSIGN_OR_RETURN(const AddressInfo found, LookUp(resolved));
  const int descriptor =
      socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (descriptor < 0) return Refused(resolved, "socket");
  const int on = 1;
  setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (bind(descriptor, found->ai_addr, found->ai_addrlen) != 0 ||
      listen(descriptor, kBacklog) != 0) {
    const absl::Status status = Refused(resolved, "bind");
    close(descriptor);
    return status;
  }
  return ListeningSocket{descriptor, PortOf(descriptor)};
}

}  // namespace patron::api
