// Accepts connections and gives each a thread of its own.
//
// A pool smaller than its connections would starve some (a storefront keeps its
// connections open); a thread that waits in recv costs its stack only. Beyond
// `max_connections` a connection is still served, by a refusal: its first call
// is answered and the connection closed; beyond kRefusing of those at once,
// connections are closed unheard.
// Ownership: owns sockets and threads; `serve` must outlive it.
// Threads:   Drain from one thread, once.
#pragma once

#include <atomic>
#include <functional>
#include <list>
#include <memory>
#include <thread>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/api/address.h"
#include "server/api/frame_socket.h"

namespace patron::api {

// What a connection's thread is told beside its socket.
struct ConnectionTerms {
  bool refused = false;               // one too many
  const std::atomic<bool>& draining;  // end after the call in hand
};
using ServeConnection =
    std::function<void(FrameSocket&, const ConnectionTerms&)>;

struct ListenerOptions {
  Address address;
  int max_connections = 1024;
  absl::Duration idle_timeout = absl::Minutes(10);
  // How long Drain waits for calls in hand before it cuts connections off.
  absl::Duration drain_timeout = absl::Seconds(20);
};

class Listener {
 public:
  static constexpr int kRefusing = 64;

  static absl::StatusOr<std::unique_ptr<Listener>> Start(
      const ListenerOptions& options, ServeConnection serve);
  ~Listener();

  int port() const { return socket_.port; }
  // Served now, refused ones left out.
  int connections() const { return serving_.load(); }

  // Accepts no more, lets calls in hand be answered, closes idle connections,
  // returns when every thread is gone.
  void Drain();

 private:
  struct Connection {
    Connection(int descriptor, absl::Duration timeout)
        : socket(descriptor, timeout) {}
    FrameSocket socket;
    std::thread thread;
  };
  using Connections = std::list<std::unique_ptr<Connection>>;

  Listener(const ListenerOptions& options, ListeningSocket socket,
           ServeConnection serve);

  void AcceptAll();
  void Admit(int descriptor);
  void Run(Connections::iterator place, bool refused);
  void JoinFinished();
  void EndConnections();
  bool AllEnded() const ABSL_SHARED_LOCKS_REQUIRED(mutex_) {
    return active_.empty();
  }

  const ListenerOptions options_;
  const ListeningSocket socket_;
  const ServeConnection serve_;
  std::atomic<bool> draining_{false};
  std::atomic<int> serving_{0};
  std::atomic<int> refusing_{0};

  absl::Mutex mutex_;
  Connections active_ ABSL_GUARDED_BY(mutex_);
  Connections finished_ ABSL_GUARDED_BY(mutex_);  // threads to be joined
  std::thread accepting_;
};

}  // namespace patron::api
