// A whole server in this process, and clients that reach it over the loopback.
#pragma once

#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TSocket.h>

#include <condition_variable>
#include <functional>
#include <memory>
#include <mutex>
#include <string>

#include "Admin.h"
#include "Loyalty.h"
#include "Marketing.h"
#include "Storefront.h"
#include "absl/strings/string_view.h"
#include "server/api/server.h"
#include "server/base/clock.h"
#include "tests/testing/temp_dir.h"

namespace patron::api {

// The machine's clock, save that a test may move it on, or have the next thread
// that asks wait: a call that is held while it is being answered.
class GateClock final : public Clock {
 public:
  absl::Time Now() const override;
  void Advance(absl::Duration by);
  void HoldNext();
  void AwaitHeld();
  void Release();

 private:
  const RealClock real_{};
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable bool hold_next_ = false;
  mutable bool held_ = false;
  absl::Duration ahead_;
};

// A server on free ports over a fresh directory, started by the constructor.
class TestServer {
 public:
  using Change = std::function<void(ServerOptions&)>;
  explicit TestServer(const Change& change = nullptr);

  // Stops, and starts again over the same data.
  void Restart();
  void Stop();

  Server& operator*() { return *server_; }
  Server* operator->() { return server_.get(); }
  GateClock& clock() { return clock_; }
  const testing::TempDir& directory() const { return directory_; }
  std::string data() const { return directory_.File("data"); }
  std::string Checksum();

  // Learns from a few made-up purchases and writes the artefact.
  void WriteArtefact(const std::string& version);

 private:
  void Start();

  testing::TempDir directory_;
  GateClock clock_;
  ServerOptions options_;
  std::unique_ptr<Server> server_;
};

enum class Protocol { kBinary, kCompact };

// A stock client; all services over one connection, unmultiplexed.
class Client {
 public:
  explicit Client(int port, Protocol protocol = Protocol::kBinary);
  explicit Client(TestServer& server, Protocol protocol = Protocol::kBinary)
      : Client(server->port(), protocol) {}

  wire::StorefrontClient* operator->() { return &storefront_; }
  wire::AdminClient& admin() { return admin_; }
  wire::LoyaltyClient& loyalty() { return loyalty_; }
  wire::MarketingClient& marketing() { return marketing_; }
  std::shared_ptr<apache::thrift::protocol::TProtocol> protocol() {
    return protocol_;
  }
  // True when the server closes; false if it sends something instead.
  bool AwaitClosed();

 private:
  std::shared_ptr<apache::thrift::transport::TSocket> socket_;
  std::shared_ptr<apache::thrift::transport::TFramedTransport> framed_;
  std::shared_ptr<apache::thrift::protocol::TProtocol> protocol_;
  wire::StorefrontClient storefront_;
  wire::AdminClient admin_;
  wire::LoyaltyClient loyalty_;
  wire::MarketingClient marketing_;
};

// Bytes as they are.
class RawClient {
 public:
  explicit RawClient(int port);
  ~RawClient();
  void Send(absl::string_view bytes);
  void FinishSending();
  // Everything until the server closes.
  std::string ReadToEnd();

 private:
  int descriptor_;
};

// Four bytes of length, then the bytes.
std::string Frame(absl::string_view bytes);
std::string Length(uint32_t length);

// What `call` throws; code 0 if it throws no PatronError.
wire::PatronError ErrorOf(const std::function<void()>& call);

// A page of the HTTP port, head and body.
std::string HttpGet(int port, const std::string& path);

}  // namespace patron::api
