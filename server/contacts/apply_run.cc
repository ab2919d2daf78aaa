#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/contacts/apply.h"
#include "server/contacts/bitmap.h"
#include "server/contacts/rows.h"

namespace patron::contacts {
namespace {

// What a run that is there has otherwise than the command.
std::string Difference(const wire::RunRow& run, const wire::OpenRun& command) {
  if (run.campaign.id != command.campaign.id)
    return absl::StrCat("campaign ", Quoted(run.campaign.id), ", now ",
                        Quoted(command.campaign.id));
  if (run.moment_us != command.moment_us)
    return absl::StrCat("moment_us ", run.moment_us, ", now ",
                        command.moment_us);
  if (run.audience != command.audience_count)
    return absl::StrCat("audience_count ", run.audience, ", now ",
                        command.audience_count);
  if (run.definitions_version != command.definitions_version)
    return absl::StrCat("definitions_version ", run.definitions_version,
                        ", now ", command.definitions_version);
  return "an earlier request opened it";
}

absl::StatusOr<Roaring> AudienceOf(const wire::OpenRun& command,
                                   const Context& context) {
  PATRON_ASSIGN_OR_RETURN(Roaring audience,
                          ReadBitmap("audience", command.audience));
  const auto count = static_cast<int64_t>(audience.cardinality());
  if (count != command.audience_count)
    return absl::InvalidArgumentError(
        absl::StrCat("audience_count: ", command.audience_count,
                     ", the audience has ", count));
  const uint32_t customers = context.checkout.base.ordinals.customers();
  if (count > 0 && audience.maximum() >= customers)
    return absl::InvalidArgumentError(absl::StrCat("audience: customer ",
                                                   audience.maximum(), " of ",
                                                   customers, " customers"));
  return audience;
}

wire::RunRow NewRun(const wire::OpenRun& command, const Stamp& stamp) {
  wire::RunRow run;
  run.run_id = command.run_id;
  run.state = wire::RunState::PLANNING;
  run.campaign = command.campaign;
  run.definitions_version = command.definitions_version;
  run.index_version = command.index_version;
  run.response_version = command.response_version;
  run.moment_us = command.moment_us;
  run.day = command.day;
  run.audience = command.audience_count;
  run.log_position = static_cast<int64_t>(stamp.position.value());
  return run;
}

absl::Status WrongState(const wire::RunRow& run, wire::RunState::type wanted) {
  return absl::FailedPreconditionError(
      absl::StrCat("state: run ", Quoted(run.run_id), " is ",
                   StateName(run.state), ", wanted ", StateName(wanted)));
}

absl::Status CheckNotOver(const wire::RunRow& run, absl::Time now) {
  const absl::Time end = absl::FromUnixMicros(run.campaign.ends_us);
  if (run.campaign.ends_us == 0 || now < end) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "state: the campaign of run ", Quoted(run.run_id), " ended at ",
      absl::FormatTime(end, absl::UTCTimeZone()), ", now it is ",
      absl::FormatTime(now, absl::UTCTimeZone()), ": plan anew"));
}

}  // namespace

absl::Status ApplyOpenRun(const wire::OpenRun& command, const Stamp& stamp,
                          const Context& context) {
  if (const auto taken = context.runs.NumberOf(command.run_id))
    return absl::AlreadyExistsError(absl::StrCat(
        "run_id: ", Quoted(command.run_id),
        " is taken: ", Difference(context.runs.Now(*taken), command)));
  PATRON_ASSIGN_OR_RETURN(Roaring audience, AudienceOf(command, context));
  context.runs.Open(NewRun(command, stamp), std::move(audience),
                    context.checkout.base.batch);
  return absl::OkStatus();
}

absl::Status ApplySetRunState(const wire::SetRunState& command,
                              const Stamp& stamp, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number,
                          KnownRun(command.run_id, context));
  const wire::RunRow& run = context.runs.Now(number);
  const bool freezes = command.state == wire::RunState::FROZEN &&
                       run.state == wire::RunState::PLANNED;
  const bool issues = command.state == wire::RunState::FROZEN &&
                      run.state == wire::RunState::FROZEN && command.issued;
  const bool releases =
      command.state == wire::RunState::RELEASED && IsOpen(run);
  if (!freezes && !issues && !releases) return WrongState(run, command.state);
  if (freezes) PATRON_RETURN_IF_ERROR(CheckNotOver(run, stamp.logged_at));
  wire::RunRow& changed = context.runs.Mutable(number);
  changed.state = command.state;
  changed.issued |= command.issued;
  if (freezes) changed.frozen_at_us = absl::ToUnixMicros(stamp.logged_at);
  return absl::OkStatus();
}

}  // namespace patron::contacts
