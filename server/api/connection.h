// One connection: reads calls, checks them, has them answered, measures.
//
// Each frame says by its first byte whether it is in the binary (0x80) or the
// compact protocol (0x82), and is answered in the same. A call is checked
// before its arguments are decoded: method, token, roles, calls in hand. Bytes
// that do not decode are answered where it is still clear to which call they
// belong; then the connection is closed. Ownership: borrows everything.
// Threads: the connection's own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/api/frame_socket.h"
#include "server/api/listener.h"
#include "server/api/log_limiter.h"
#include "server/api/services.h"
#include "server/api/tokens.h"

namespace patron::api {

struct CallLimits {
  size_t max_frame_bytes = 16 << 20;
  // Before a token was given, where tokens are wanted.
  size_t max_first_frame_bytes = 64 << 10;
  // Calls being answered over all connections.
  int max_calls = 256;
  // Elements of any one list, set or map in a call: a short frame must not make
  // the decoder allocate a long list. Above kMaxElements, whose message is
  // kinder.
  int max_container = 20'000;
};

// What connections share.
struct ConnectionContext {
  // `tokens` null: loopback only, everybody may everything.
  ConnectionContext(Services& services, const TokenTable* tokens,
                    const CallLimits& limits)
      : services(services), tokens(tokens), limits(limits) {}

  Services& services;
  const TokenTable* const tokens;
  const CallLimits limits;
  std::atomic<int> calls_in_flight{0};
  LogLimiter malformed_log;
};

// Serves `socket` until it ends.
void ServeCalls(ConnectionContext& context, FrameSocket& socket,
                const ConnectionTerms& terms);

}  // namespace patron::api
