#include "server/api/client/client.h"

#include <thrift/TApplicationException.h>
#include <thrift/TOutput.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSocket.h>

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/wire/error_code.h"

namespace patron::client {
namespace {

namespace transport = ::apache::thrift::transport;
namespace protocol = ::apache::thrift::protocol;

constexpr int kMaxMessageBytes = 256 << 20;

int Milliseconds(absl::Duration duration) {
  return static_cast<int>(absl::ToInt64Milliseconds(duration));
}

}  // namespace

struct Connection::Wire {
  std::shared_ptr<transport::TSocket> socket;
  std::shared_ptr<transport::TFramedTransport> framed;
  std::unique_ptr<wire::StorefrontClient> storefront;
  std::unique_ptr<wire::AdminClient> admin;
  std::unique_ptr<wire::LoyaltyClient> loyalty;
  std::unique_ptr<wire::MarketingClient> marketing;
};

std::string ServerAddress::ToString() const {
  const bool is_v6 = host.find(':') != std::string::npos;
  return is_v6 ? absl::StrCat("[", host, "]:", port)
               : absl::StrCat(host, ":", port);
}

absl::StatusOr<ServerAddress> ParseAddress(absl::string_view text) {
  ServerAddress address;
  const size_t colon = text.rfind(':');
  const size_t bracket = text.rfind(']');
  const bool has_port = colon != absl::string_view::npos &&
                        (bracket == absl::string_view::npos || colon > bracket);
  absl::string_view host = has_port ? text.substr(0, colon) : text;
  if (host.size() > 2 && host.front() == '[' && host.back() == ']')
    host = host.substr(1, host.size() - 2);
  if (!host.empty()) address.host = std::string(host);
  if (has_port && (!absl::SimpleAtoi(text.substr(colon + 1), &address.port) ||
                   address.port < 1 || address.port > 65535))
    return absl::InvalidArgumentError(
        absl::StrCat("server: ", Quoted(text), " is not host:port"));
  return address;
}

absl::Status ToStatus(const wire::PatronError& error) {
  return absl::Status(wire::ToStatusCode(error.code), error.message);
}

Connection::Connection(ConnectionOptions options)
    : options_(std::move(options)) {
  ::apache::thrift::GlobalOutput.setOutputFunction([](const char*) {});
}

Connection::~Connection() = default;

void Connection::Close() { wire_.reset(); }

absl::Status Connection::Open() {
  if (wire_ != nullptr) return absl::OkStatus();
  auto wire = std::make_unique<Wire>();
  const auto config = std::make_shared<::apache::thrift::TConfiguration>(
      kMaxMessageBytes, kMaxMessageBytes);
  wire->socket = std::make_shared<transport::TSocket>(
      options_.address.host, options_.address.port, config);
  wire->socket->setConnTimeout(Milliseconds(options_.connect_timeout));
  wire->socket->setRecvTimeout(Milliseconds(options_.call_timeout));
  wire->socket->setSendTimeout(Milliseconds(options_.call_timeout));
  wire->framed =
      std::make_shared<transport::TFramedTransport>(wire->socket, config);
  const auto binary = std::make_shared<protocol::TBinaryProtocol>(wire->framed);
  wire->storefront = std::make_unique<wire::StorefrontClient>(binary);
  wire->admin = std::make_unique<wire::AdminClient>(binary);
  wire->loyalty = std::make_unique<wire::LoyaltyClient>(binary);
  wire->marketing = std::make_unique<wire::MarketingClient>(binary);
  try {
    wire->framed->open();
  } catch (const ::apache::thrift::TException&) {
    return absl::UnavailableError(absl::StrCat(
        "no Patron server answers at ", options_.address.ToString(),
        " (--server host:port names another)"));
  }
  wire_ = std::move(wire);
  if (options_.token.empty()) return absl::OkStatus();
  absl::Status status =
      Run([this] { wire_->storefront->authenticate(options_.token); });
  if (!status.ok()) wire_.reset();
  return status;
}

absl::Status Connection::Storefront(
    const std::function<void(wire::StorefrontClient&)>& call) {
  PATRON_RETURN_IF_ERROR(Open());
  return Run([&] { call(*wire_->storefront); });
}

absl::Status Connection::Admin(
    const std::function<void(wire::AdminClient&)>& call) {
  PATRON_RETURN_IF_ERROR(Open());
  return Run([&] { call(*wire_->admin); });
}

absl::Status Connection::Loyalty(
    const std::function<void(wire::LoyaltyClient&)>& call) {
  PATRON_RETURN_IF_ERROR(Open());
  return Run([&] { call(*wire_->loyalty); });
}

absl::Status Connection::Marketing(
    const std::function<void(wire::MarketingClient&)>& call) {
  PATRON_RETURN_IF_ERROR(Open());
  return Run([&] { call(*wire_->marketing); });
}

absl::Status Connection::Run(const std::function<void()>& call) {
  try {
    call();
    return absl::OkStatus();
  } catch (const wire::PatronError& error) {
    return ToStatus(error);
  } catch (const transport::TTransportException& error) {
    wire_.reset();
    return absl::UnavailableError(absl::StrCat("the connection to ",
                                               options_.address.ToString(),
                                               " was lost: ", error.what()));
  } catch (const std::exception& error) {
    wire_.reset();
    return absl::InternalError(
        absl::StrCat(options_.address.ToString(), ": ", error.what()));
  }
}

}  // namespace patron::client
