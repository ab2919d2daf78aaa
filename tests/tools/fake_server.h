// A server of the stock Thrift library for one service, and the program that
// talks to it: what goes over the wire, without Patron's own server.
#pragma once

#include <thrift/protocol/TBinaryProtocol.h>
#include <thrift/server/TThreadedServer.h>
#include <thrift/transport/TBufferTransports.h>
#include <thrift/transport/TServerSocket.h>

#include <latch>
#include <memory>
#include <sstream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "server/base/clock.h"
#include "tools/patron/program.h"

namespace patron::cli {

class FakeServer {
 public:
  explicit FakeServer(std::shared_ptr<::apache::thrift::TProcessor> processor) {
    using namespace ::apache::thrift;  // NOLINT: names of one library
    socket_ = std::make_shared<transport::TServerSocket>("127.0.0.1", 0);
    server_ = std::make_unique<server::TThreadedServer>(
        std::move(processor), socket_,
        std::make_shared<transport::TFramedTransportFactory>(),
        std::make_shared<protocol::TBinaryProtocolFactory>());
    const auto ready = std::make_shared<Ready>();
    server_->setServerEventHandler(ready);
    thread_ = std::thread([this] { server_->serve(); });
    ready->latch.wait();
  }
  ~FakeServer() {
    server_->stop();
    thread_.join();
  }

  std::string address() const {
    return "127.0.0.1:" + std::to_string(socket_->getPort());
  }

 private:
  struct Ready final : ::apache::thrift::server::TServerEventHandler {
    void preServe() override { latch.count_down(); }
    std::latch latch{1};
  };

  std::shared_ptr<::apache::thrift::transport::TServerSocket> socket_;
  std::unique_ptr<::apache::thrift::server::TThreadedServer> server_;
  std::thread thread_;
};

// What one run of the program said.
struct Told {
  int code = 0;
  std::string out;
  std::string err;
};

inline Told Patron(const std::string& address, std::vector<std::string> words,
                   const std::string& input = "", bool at_terminal = false) {
  std::istringstream in(input);
  std::ostringstream out, err;
  const RealClock clock;
  Told told;
  told.code =
      RunProgram(words, {address, "", in, out, err, at_terminal, clock});
  told.out = out.str();
  told.err = err.str();
  return told;
}

}  // namespace patron::cli
