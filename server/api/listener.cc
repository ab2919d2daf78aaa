#include "server/api/listener.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"

namespace patron::api {
namespace {

// A refused connection does not keep its thread longer than this.
constexpr absl::Duration kRefusalTimeout = absl::Seconds(2);
// Out of descriptors: what is open must close before accept can work again.
constexpr absl::Duration kAcceptPause = absl::Milliseconds(20);

}  // namespace

absl::StatusOr<std::unique_ptr<Listener>> Listener::Start(
    const ListenerOptions& options, ServeConnection serve) {
  PATRON_ASSIGN_OR_RETURN(const ListeningSocket socket,
                          Listen(options.address));
  return std::unique_ptr<Listener>(
      new Listener(options, socket, std::move(serve)));
}

Listener::Listener(const ListenerOptions& options, ListeningSocket socket,
                   ServeConnection serve)
    : options_(options), socket_(socket), serve_(std::move(serve)) {
  accepting_ = std::thread([this] { AcceptAll(); });
}

Listener::~Listener() {
  if (accepting_.joinable()) Drain();
}

void Listener::AcceptAll() {
  while (!draining_) {
    const int descriptor =
        accept4(socket_.descriptor, nullptr, nullptr, SOCK_CLOEXEC);
    if (descriptor >= 0) {
      Admit(descriptor);
    } else if (errno == EMFILE || errno == ENFILE || errno == ENOMEM) {
      LogWarning(absl::StrCat("accept: ", strerror(errno)));
      absl::SleepFor(kAcceptPause);
    }
    JoinFinished();
  }
}

void Listener::Admit(int descriptor) {
  const bool refused = serving_ >= options_.max_connections;
  if (refused && refusing_ >= kRefusing) {
    close(descriptor);
    return;
  }
  ++(refused ? refusing_ : serving_);
  auto connection = std::make_unique<Connection>(
      descriptor, refused ? kRefusalTimeout : options_.idle_timeout);
  const absl::MutexLock lock(&mutex_);
  active_.push_front(std::move(connection));
  const auto place = active_.begin();
  try {
    (*place)->thread =
        std::thread([this, place, refused] { Run(place, refused); });
  } catch (const std::system_error& error) {
    LogWarning(absl::StrCat("no thread for a connection: ", error.what()));
    active_.pop_front();
    --(refused ? refusing_ : serving_);
  }
}

void Listener::Run(Connections::iterator place, bool refused) {
  Connection* connection;
  {
    const absl::MutexLock lock(&mutex_);
    connection = place->get();
  }
  serve_(connection->socket, {refused, draining_});
  connection->socket.ShutdownAll();
  --(refused ? refusing_ : serving_);
  const absl::MutexLock lock(&mutex_);
  finished_.splice(finished_.begin(), active_, place);
}

void Listener::JoinFinished() {
  Connections finished;
  {
    const absl::MutexLock lock(&mutex_);
    finished.swap(finished_);
  }
  for (const auto& connection : finished) connection->thread.join();
}

void Listener::EndConnections() {
  const absl::MutexLock lock(&mutex_);
  const absl::Condition all_ended(this, &Listener::AllEnded);
  for (const auto& connection : active_) connection->socket.ShutdownReads();
  if (mutex_.AwaitWithTimeout(all_ended, options_.drain_timeout)) return;
  LogWarning(absl::StrCat("stop: ", active_.size(),
                          " connections cut off after ",
                          absl::FormatDuration(options_.drain_timeout)));
  for (const auto& connection : active_) connection->socket.ShutdownAll();
  mutex_.Await(all_ended);
}

void Listener::Drain() {
  draining_ = true;
  shutdown(socket_.descriptor, SHUT_RDWR);  // wakes accept
  accepting_.join();
  close(socket_.descriptor);
  EndConnections();
  JoinFinished();
}

}  // namespace patron::api
