#include "server/api/http.h"

#include <civetweb.h>

#include <chrono>
#include <future>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace patron::api {
namespace {

constexpr int kErrorBytes = 256;
constexpr std::chrono::milliseconds kStopPause(10);

int Reply(mg_connection* connection, int code, absl::string_view reason,
          absl::string_view body) {
  mg_printf(connection,
            "HTTP/1.1 %d %s\r\nContent-Type: text/plain; version=0.0.4; "
            "charset=utf-8\r\nContent-Length: %zu\r\nConnection: close\r\n\r\n",
            code, std::string(reason).c_str(), body.size());
  mg_write(connection, body.data(), body.size());
  return code;
}

const HttpPages& PagesOf(void* server) {
  return static_cast<const HttpServer*>(server)->pages();
}

int Metrics(mg_connection* connection, void* server) {
  if (!PagesOf(server).ready())
    return Reply(connection, 503, "Service Unavailable",
                 "starting or stopping\n");
  return Reply(connection, 200, "OK", PagesOf(server).metrics());
}

int Health(mg_connection* connection, void*) {
  return Reply(connection, 200, "OK", "ok\n");
}

int Ready(mg_connection* connection, void* server) {
  return PagesOf(server).ready() ? Reply(connection, 200, "OK", "ready\n")
                                 : Reply(connection, 503, "Service Unavailable",
                                         "starting or stopping\n");
}

int NotFound(mg_connection* connection, void*) {
  return Reply(connection, 404, "Not Found",
               "/metrics, /healthz and /readyz are here\n");
}

mg_context* StartCivetweb(const std::string& listen, std::string& why) {
  const char* options[] = {
      "listening_ports",    listen.c_str(), "num_threads", "2",
      "request_timeout_ms", "10000",        nullptr};
  const mg_callbacks callbacks{};
  mg_init_data init{};
  init.callbacks = &callbacks;
  init.configuration_options = options;
  char text[kErrorBytes] = "";
  mg_error_data error{};
  error.text = text;
  error.text_buffer_size = sizeof text;
  mg_context* const context = mg_start2(&init, &error);
  why = text;
  return context;
}

// civetweb looks for its end every two seconds, or when somebody connects: so
// somebody does.
void StopSoon(mg_context* context, const Address& address) {
  const auto stopped =
      std::async(std::launch::async, [context] { mg_stop(context); });
  do {
    char why[kErrorBytes];
    mg_connection* const caller = mg_connect_client(
        address.host.c_str(), address.port, /*use_ssl=*/0, why, sizeof why);
    if (caller != nullptr) mg_close_connection(caller);
  } while (stopped.wait_for(kStopPause) != std::future_status::ready);
}

}  // namespace

HttpServer::HttpServer(HttpPages pages) : pages_(std::move(pages)) {
  mg_init_library(0);
}

HttpServer::~HttpServer() {
  if (context_ != nullptr)
    StopSoon(static_cast<mg_context*>(context_), address_);
  mg_exit_library();
}

absl::StatusOr<std::unique_ptr<HttpServer>> HttpServer::Start(
    const Address& resolved, HttpPages pages) {
  std::unique_ptr<HttpServer> server(new HttpServer(std::move(pages)));
  std::string why;
  mg_context* const context = StartCivetweb(resolved.ToString(), why);
  if (context == nullptr)
    return absl::FailedPreconditionError(absl::StrCat(
        "cannot listen at ", resolved.ToString(), " for HTTP: ", why));
  server->context_ = context;
  server->address_ = resolved;
  mg_server_port port{};
  if (mg_get_server_ports(context, 1, &port) == 1)
    server->address_.port = port.port;
  mg_set_request_handler(context, "/", NotFound, server.get());
  mg_set_request_handler(context, "/metrics", Metrics, server.get());
  mg_set_request_handler(context, "/healthz", Health, server.get());
  mg_set_request_handler(context, "/readyz", Ready, server.get());
  return server;
}

}  // namespace patron::api
