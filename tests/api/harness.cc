#include "tests/api/harness.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/protocol/TCompactProtocol.h>
#include <unistd.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "index/artefact.h"
#include "index/learn.h"
#include "index/training_log.h"
#include "server/base/check.h"

namespace patron::api {
namespace {

namespace transport = apache::thrift::transport;
namespace protocol = apache::thrift::protocol;

std::shared_ptr<protocol::TProtocol> MakeProtocol(
    Protocol kind, std::shared_ptr<transport::TTransport> framed) {
  if (kind == Protocol::kCompact)
    return std::make_shared<protocol::TCompactProtocol>(framed);
  return std::make_shared<protocol::TBinaryProtocol>(framed);
}

std::shared_ptr<transport::TFramedTransport> OpenFramed(
    std::shared_ptr<transport::TSocket> socket) {
  auto framed = std::make_shared<transport::TFramedTransport>(socket);
  framed->open();
  return framed;
}

// Ten customers who take products 0 and 1 together, 2 and 3 apart.
index::TrainingLog FewPurchases() {
  index::TrainingLog log;
  const auto add = [&](uint32_t customer, uint32_t product, Day day) {
    log.customer.push_back(customer);
    log.product.push_back(product);
    log.store.push_back(0);
    log.receipt.push_back(log.receipts - 1);
    log.day.push_back(day);
  };
  log.customers = 10;
  log.stores = 1;
  log.attributes.resize(4);
  log.today = 20'460;
  for (uint32_t customer = 0; customer < log.customers; ++customer)
    for (Day day = 20'440; day < 20'443; ++day) {
      ++log.receipts;
      add(customer, 0, day);
      add(customer, 1, day);
      add(customer, 2 + customer % 2, day);
    }
  return log;
}

}  // namespace

absl::Time GateClock::Now() const {
  std::unique_lock lock(mutex_);
  if (hold_next_) {
    hold_next_ = false;
    held_ = true;
    changed_.notify_all();
    changed_.wait(lock, [this] { return !held_; });
  }
  return real_.Now() + ahead_;
}

void GateClock::Advance(absl::Duration by) {
  const std::lock_guard lock(mutex_);
  ahead_ += by;
}

void GateClock::HoldNext() {
  const std::lock_guard lock(mutex_);
  hold_next_ = true;
}

void GateClock::AwaitHeld() {
  std::unique_lock lock(mutex_);
  changed_.wait(lock, [this] { return held_; });
}

void GateClock::Release() {
  const std::lock_guard lock(mutex_);
  held_ = false;
  changed_.notify_all();
}

TestServer::TestServer(const Change& change) {
  options_.data = data();
  options_.listen.port = 0;
  options_.http.port = 0;
  options_.showings.batch_wait = absl::Milliseconds(1);
  if (change) change(options_);
  Start();
}

void TestServer::Start() {
  auto server = Server::Start(options_, clock_);
  PATRON_CHECK_OK(server.status());
  server_ = *std::move(server);
}

void TestServer::Stop() { server_.reset(); }

void TestServer::Restart() {
  Stop();
  Start();
}

std::string TestServer::Checksum() {
  const auto checksum = server_->state().store->Checksum();
  PATRON_CHECK_OK(checksum.status());
  return checksum->ToHex();
}

void TestServer::WriteArtefact(const std::string& version) {
  index::LearnOptions learn;
  learn.threads = 1;
  learn.dimensions = 4;
  learn.holdout_one_in = 0;
  auto knowledge = index::Learn(FewPurchases(), learn, nullptr);
  PATRON_CHECK_OK(knowledge.status());
  index::ArtefactOrigin origin;
  origin.version = version;
  origin.created_at = clock_.Now();
  origin.store_uuid = server_->state().store->uuid();
  PATRON_CHECK_OK(
      index::WriteArtefact(data() + "/artefacts", origin, *knowledge).status());
}

Client::Client(int port, Protocol kind)
    : socket_(std::make_shared<transport::TSocket>("127.0.0.1", port)),
      framed_(OpenFramed(socket_)),
      protocol_(MakeProtocol(kind, framed_)),
      storefront_(protocol_),
      admin_(protocol_),
      loyalty_(protocol_),
      marketing_(protocol_) {}

bool Client::AwaitClosed() {
  uint8_t byte;
  try {
    return socket_->read(&byte, 1) == 0;
  } catch (const transport::TTransportException&) {
    return true;
  }
}

RawClient::RawClient(int port)
    : descriptor_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  PATRON_CHECK(connect(descriptor_, reinterpret_cast<sockaddr*>(&address),
                       sizeof address) == 0);
}

RawClient::~RawClient() { close(descriptor_); }

void RawClient::Send(absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t sent =
        send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) return;  // the server has closed: the reading will tell
    bytes.remove_prefix(static_cast<size_t>(sent));
  }
}

void RawClient::FinishSending() { shutdown(descriptor_, SHUT_WR); }

std::string RawClient::ReadToEnd() {
  std::string all;
  char bytes[4096];
  for (;;) {
    const ssize_t got = recv(descriptor_, bytes, sizeof bytes, 0);
    if (got <= 0) return all;
    all.append(bytes, static_cast<size_t>(got));
  }
}

std::string Length(uint32_t length) {
  const uint32_t wire = htonl(length);
  return std::string(reinterpret_cast<const char*>(&wire), sizeof wire);
}

std::string Frame(absl::string_view bytes) {
  return absl::StrCat(Length(static_cast<uint32_t>(bytes.size())), bytes);
}

wire::PatronError ErrorOf(const std::function<void()>& call) {
  try {
    call();
  } catch (const wire::PatronError& error) {
    return error;
  } catch (const std::exception& other) {
    wire::PatronError error;
    error.code = static_cast<wire::ErrorCode::type>(0);
    error.message = absl::StrCat("no PatronError: ", other.what());
    return error;
  }
  wire::PatronError error;
  error.code = static_cast<wire::ErrorCode::type>(0);
  error.message = "no error";
  return error;
}

std::string HttpGet(int port, const std::string& path) {
  RawClient client(port);
  client.Send(absl::StrCat("GET ", path,
                           " HTTP/1.1\r\nHost: localhost\r\nConnection: "
                           "close\r\n\r\n"));
  return client.ReadToEnd();
}

}  // namespace patron::api
