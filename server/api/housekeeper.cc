#include "server/api/housekeeper.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/log.h"

namespace patron::api {
namespace {

constexpr absl::Duration kPause = absl::Seconds(1);
constexpr int kPausesBetweenForgetting = 300;
constexpr int kPausesBetweenWarming = 60;
constexpr char kActor[] = "server";

}  // namespace

Housekeeper::Housekeeper(commit::State& state, commit::Engine& engine,
                         segments::Desk& segments, const segments::Live& live,
                         const Clock& clock, absl::Duration reply_retention)
    : state_(state),
      engine_(engine),
      segments_(segments),
      live_(live),
      clock_(clock),
      reply_retention_(reply_retention),
      thread_([this] { Run(); }) {}

Housekeeper::~Housekeeper() {
  {
    const absl::MutexLock lock(&mutex_);
    stopping_ = true;
  }
  thread_.join();
}

void Housekeeper::Run() {
  for (int pauses = 1; !StoppedWithin(kPause); ++pauses) {
    GiveBackExpired();
    KeepColumns(/*warm=*/pauses % kPausesBetweenWarming == 0);
    if (pauses % kPausesBetweenForgetting == 0) ForgetReplies();
  }
}

bool Housekeeper::StoppedWithin(absl::Duration pause) {
  const absl::MutexLock lock(&mutex_);
  return mutex_.AwaitWithTimeout(absl::Condition(&stopping_), pause);
}

// Every command gives back first; this one is for a server that hears none.
// The clock is asked only where something may expire.
void Housekeeper::GiveBackExpired() {
  for (;;) {
    const auto next = state_.holdings.next_expiry_us();
    if (!next || absl::FromUnixMicros(*next) > clock_.Now()) return;
    wire::CommandBody body;
    body.__isset.expire_reservations = true;
    const absl::Status status =
        engine_.Execute(std::move(body), {"", kActor, kAllRoles}).status();
    if (status.ok()) continue;
    LogWarning(absl::StrCat("expired reservations are not given back: ",
                            status.ToString()));
    return;
  }
}

void Housekeeper::KeepColumns(bool warm) {
  state_.columns.Now();
  const auto catalogue = segments_.Segments();
  if (!warm && catalogue == kept_) return;
  kept_ = catalogue;
  live_.Warm();
}

void Housekeeper::ForgetReplies() {
  const absl::Status status = engine_.ForgetRepliesOlderThan(reply_retention_);
  if (!status.ok())
    LogWarning(absl::StrCat("old replies stay: ", status.ToString()));
}

}  // namespace patron::api
