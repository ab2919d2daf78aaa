// /metrics, /healthz and /readyz on a port of their own (civetweb).
//
// Threads: answers come from civetweb's; the functions given must be safe
// there.
#pragma once

#include <functional>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "server/api/address.h"

namespace patron::api {

struct HttpPages {
  std::function<std::string()> metrics;
  std::function<bool()> ready;  // /readyz: 200 or 503
};

class HttpServer {
 public:
  static absl::StatusOr<std::unique_ptr<HttpServer>> Start(
      const Address& resolved, HttpPages pages);
  ~HttpServer();

  int port() const { return address_.port; }
  const HttpPages& pages() const { return pages_; }

 private:
  explicit HttpServer(HttpPages pages);

  const HttpPages pages_;
  void* context_ = nullptr;  // mg_context
  Address address_;          // with the port that it got
};

}  // namespace patron::api
