// The way in for every change: validates, stamps, appends to the log, waits for
// the applying thread, answers.
//
//   PATRON_ASSIGN_OR_RETURN(auto reply, engine.Execute(std::move(body),
//   {request_id, actor}));
//
// A caller that has its reply can read its write, and the write is on disk.
// Many callers share one sync. A repeat of a request id gets the first reply.
// Ownership: borrows State and clock.
// Threads:   any; one applying thread of its own.
// Errors:    kInvalidArgument from validation, then whatever the command's
// Apply
//            refuses; kUnavailable after Stop.
#pragma once

#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "commands_types.h"
#include "server/base/clock.h"
#include "server/base/roles.h"
#include "server/commit/applier.h"
#include "server/commit/command_log.h"
#include "server/commit/state.h"

namespace patron::commit {

struct EngineOptions {
  // The shop's days: what a purchase at half past eleven at night counts to.
  absl::TimeZone time_zone = absl::UTCTimeZone();
  // Commands written with one sync at most. More gives rate, less gives p99.
  size_t batch_commands = 256;
};

// Who asks, and the id under which he may ask again ("" = not remembered).
struct Caller {
  std::string request_id;
  std::string actor;
  Roles roles = kAllRoles;
};

// Told of each batch that was applied and synced; called by the applying
// thread.
class CommitObserver {
 public:
  virtual ~CommitObserver() = default;
  virtual void OnBatch(size_t commands, absl::Duration applying,
                       absl::Duration syncing) = 0;
};

class Engine {
 public:
  // `observer` may be null.
  static absl::StatusOr<std::unique_ptr<Engine>> Open(
      State& state, const Clock& clock, const EngineOptions& options,
      CommitObserver* observer = nullptr);
  ~Engine();

  // A refusal comes as its Status.
  absl::StatusOr<wire::CommandReply> Execute(wire::CommandBody body,
                                             const Caller& caller);

  // Many at once, in order, none remembered. Element by element as Execute.
  std::vector<absl::StatusOr<wire::CommandReply>> ExecuteAll(
      std::vector<wire::CommandBody> bodies, const std::string& actor);

  // Enters a command and does not wait for it: for showings.
  absl::Status Post(wire::CommandBody body, const std::string& actor);

  // Forgets replies older than `retention`, some thousand a command.
  absl::Status ForgetRepliesOlderThan(absl::Duration retention);

  // Applies what was entered, then refuses new commands.
  void Stop();

 private:
  Engine(State& state, const Clock& clock, const EngineOptions& options,
         CommitObserver* observer, std::unique_ptr<Applier> applier,
         std::unique_ptr<CommandLog> log);

  absl::Status Validate(const wire::CommandBody& body) const;
  Day LocalDayOf(const wire::CommandBody& body) const;
  std::unique_ptr<PendingCommand> Prepare(wire::CommandBody body,
                                          const Caller& caller) const;
  // Waits for the reply, for longer awake where nobody else waits; then does
  // what the columns wait for, where that has become too much.
  void Await(Waiter& waiter);
  void Run();

  State& state_;
  const Clock& clock_;
  const EngineOptions options_;
  CommitObserver* const observer_;
  const std::unique_ptr<Applier> applier_;
  const std::unique_ptr<CommandLog> log_;
  std::atomic<int> waiting_{0};  // callers in Await
  std::thread applying_;
};

// The Status of a refusal, OK for any other reply.
absl::Status ToStatus(const wire::CommandReply& reply);

}  // namespace patron::commit
