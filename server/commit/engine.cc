#include "server/commit/engine.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/catalog/catalog.h"
#include "server/checkout/apply.h"
#include "server/commit/local_log.h"
#include "server/commit/waiter.h"
#include "server/contacts/apply.h"
#include "server/customers/events.h"
#include "server/customers/people.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"
#include "server/wire/error_code.h"

namespace patron::commit {
namespace {

constexpr int kForgottenAtOnce = 10'000;

// When the caller says that it happened; 0 = now.
int64_t GivenTime(const wire::CommandBody& body) {
  if (body.__isset.record_purchase) return body.record_purchase.happened_at_us;
  if (body.__isset.record_return) return body.record_return.happened_at_us;
  if (body.__isset.record_event) return body.record_event.happened_at_us;
  if (body.__isset.commit_reservation)
    return body.commit_reservation.happened_at_us;
  return 0;
}

std::vector<PendingCommand*> Pointers(
    const std::vector<std::unique_ptr<PendingCommand>>& commands) {
  std::vector<PendingCommand*> pointers;
  for (const auto& command : commands) pointers.push_back(command.get());
  return pointers;
}

}  // namespace

absl::Status ToStatus(const wire::CommandReply& reply) {
  if (!reply.__isset.refusal) return absl::OkStatus();
  return absl::Status(wire::ToStatusCode(reply.refusal.code),
                      reply.refusal.message);
}

Engine::Engine(State& state, const Clock& clock, const EngineOptions& options,
               CommitObserver* observer, std::unique_ptr<Applier> applier,
               std::unique_ptr<CommandLog> log)
    : state_(state),
      clock_(clock),
      options_(options),
      observer_(observer),
      applier_(std::move(applier)),
      log_(std::move(log)),
      applying_([this] { Run(); }) {}

absl::StatusOr<std::unique_ptr<Engine>> Engine::Open(
    State& state, const Clock& clock, const EngineOptions& options,
    CommitObserver* observer) {
  PATRON_ASSIGN_OR_RETURN(const Applied applied, ReadApplied(*state.store));
  PATRON_ASSIGN_OR_RETURN(auto applier, Applier::Open(state));
  auto log = std::make_unique<LocalLog>(clock, options.time_zone,
                                        applied.position, applied.logged_at);
  return std::unique_ptr<Engine>(new Engine(
      state, clock, options, observer, std::move(applier), std::move(log)));
}

Engine::~Engine() { Stop(); }

void Engine::Stop() {
  log_->Close();
  if (applying_.joinable()) applying_.join();
}

void Engine::Run() {
  std::vector<PendingCommand*> heard;
  while (log_->Hear(options_.batch_commands, heard)) {
    const absl::Time start = clock_.Now();
    absl::Status status = applier_->Apply(heard);
    const absl::Time applied = clock_.Now();
    if (status.ok()) status = applier_->Commit();
    if (!status.ok())
      StopProcess(
          absl::StrCat("stopping: a batch of ", heard.size(),
                       " commands could not be committed: ", status.ToString(),
                       ". Nothing unsynced was acknowledged; after the cause "
                       "is mended, a restart finds "
                       "everything that was."));
    if (observer_ != nullptr)
      observer_->OnBatch(heard.size(), applied - start, clock_.Now() - applied);
    for (PendingCommand* pending : heard) {
      if (pending->waiter == nullptr) {
        delete pending;  // posted: nobody waits, nobody else owns it
        continue;
      }
      const std::shared_ptr<Waiter> waiter = pending->waiter;
      waiter->CountDown();
    }
  }
}

absl::Status Engine::Validate(const wire::CommandBody& body) const {
  if (body.__isset.record_purchase)
    return customers::Validate(body.record_purchase);
  if (body.__isset.record_return)
    return customers::Validate(body.record_return);
  if (body.__isset.record_event) return customers::Validate(body.record_event);
  if (body.__isset.put_customer)
    return customers::Validate(
        body.put_customer,
        static_cast<int>(
            absl::ToCivilYear(clock_.Now(), options_.time_zone).year()));
  if (body.__isset.put_product) return catalog::Validate(body.put_product);
  if (body.__isset.put_stock) return catalog::Validate(body.put_stock);
  PATRON_RETURN_IF_ERROR(contacts::Validate(body));
  return checkout::Validate(body);
}

Day Engine::LocalDayOf(const wire::CommandBody& body) const {
  const int64_t given_us = GivenTime(body);
  const absl::Time moment =
      given_us == 0 ? clock_.Now() : absl::FromUnixMicros(given_us);
  return DayOf(moment, options_.time_zone);
}

std::unique_ptr<PendingCommand> Engine::Prepare(wire::CommandBody body,
                                                const Caller& caller) const {
  auto pending = std::make_unique<PendingCommand>();
  pending->command.request_id = caller.request_id;
  pending->command.actor = caller.actor;
  pending->command.roles = static_cast<int32_t>(caller.roles);
  pending->command.local_day = LocalDayOf(body);
  pending->command.body = std::move(body);
  if (!caller.request_id.empty())
    pending->body_digest =
        DigestOf(store::Encoder().Encode(pending->command.body));
  return pending;
}

void Engine::Await(Waiter& waiter) {
  const int others = waiting_.fetch_add(1, std::memory_order_relaxed);
  waiter.Wait(others == 0 ? kLongSpinTurns : kSpinTurns);
  waiting_.fetch_sub(1, std::memory_order_relaxed);
  state_.columns.Relieve();
}

absl::StatusOr<wire::CommandReply> Engine::Execute(wire::CommandBody body,
                                                   const Caller& caller) {
  if (!caller.request_id.empty())
    PATRON_RETURN_IF_ERROR(CheckId("request_id", caller.request_id));
  PATRON_RETURN_IF_ERROR(Validate(body));
  const auto pending = Prepare(std::move(body), caller);
  pending->waiter = std::make_shared<Waiter>(1);
  PATRON_RETURN_IF_ERROR(log_->Append({pending.get()}));
  Await(*pending->waiter);
  PATRON_RETURN_IF_ERROR(ToStatus(pending->reply));
  return std::move(pending->reply);
}

std::vector<absl::StatusOr<wire::CommandReply>> Engine::ExecuteAll(
    std::vector<wire::CommandBody> bodies, const std::string& actor) {
  std::vector<absl::StatusOr<wire::CommandReply>> replies(
      bodies.size(), absl::UnavailableError("the server is stopping"));
  std::vector<std::unique_ptr<PendingCommand>> commands;
  std::vector<size_t> places;
  for (size_t at = 0; at < bodies.size(); ++at) {
    if (absl::Status status = Validate(bodies[at]); !status.ok()) {
      replies[at] = std::move(status);
      continue;
    }
    commands.push_back(Prepare(std::move(bodies[at]), {"", actor}));
    places.push_back(at);
  }
  if (commands.empty()) return replies;
  const auto waiter =
      std::make_shared<Waiter>(static_cast<int>(commands.size()));
  for (const auto& command : commands) command->waiter = waiter;
  if (!log_->Append(Pointers(commands)).ok()) return replies;
  Await(*waiter);
  for (size_t i = 0; i < commands.size(); ++i) {
    absl::Status status = ToStatus(commands[i]->reply);
    if (status.ok()) {
      replies[places[i]] = std::move(commands[i]->reply);
    } else {
      replies[places[i]] = std::move(status);
    }
  }
  return replies;
}

absl::Status Engine::Post(wire::CommandBody body, const std::string& actor) {
  auto pending = Prepare(std::move(body), {"", actor});
  PATRON_RETURN_IF_ERROR(log_->Append({pending.get()}));
  static_cast<void>(pending.release());  // the applying thread deletes it
  return absl::OkStatus();
}

absl::Status Engine::ForgetRepliesOlderThan(absl::Duration retention) {
  const absl::Time oldest = clock_.Now() - retention;
  for (;;) {
    PATRON_ASSIGN_OR_RETURN(
        const auto before,
        FirstReplySince(*state_.store, oldest, kForgottenAtOnce));
    if (!before) return absl::OkStatus();
    wire::CommandBody body;
    body.forget_replies.before_position = static_cast<int64_t>(before->value());
    body.__isset.forget_replies = true;
    PATRON_RETURN_IF_ERROR(Execute(std::move(body), {"", "patrond"}).status());
  }
}

}  // namespace patron::commit
