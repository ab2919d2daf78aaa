#include "server/commit/applier.h"

#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/customers/events.h"
#include "server/customers/people.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "server/wire/error_code.h"

namespace patron::commit {
namespace {

using store::Family;

// Outcomes that a caller is told; anything else is a fault and stops the
// process.
bool IsRefusal(const absl::Status& status) {
  return absl::IsInvalidArgument(status) || absl::IsNotFound(status) ||
         absl::IsAlreadyExists(status) || absl::IsFailedPrecondition(status);
}

wire::CommandReply RefusalReply(const absl::Status& refusal) {
  wire::CommandReply reply;
  reply.refusal.code = wire::ToErrorCode(refusal.code());
  reply.refusal.message = std::string(refusal.message());
  reply.__isset.refusal = true;
  return reply;
}

wire::CommandReply DoneReply(LogPosition position, bool duplicate) {
  wire::CommandReply reply;
  reply.done.log_position = static_cast<int64_t>(position.value());
  reply.done.duplicate = duplicate;
  reply.__isset.done = true;
  return reply;
}

customers::Stamp StampOf(const PendingCommand& pending) {
  return {pending.position, absl::FromUnixMicros(pending.command.logged_at_us),
          pending.command.local_day, pending.command.actor};
}

}  // namespace

Applier::Applier(State& state)
    : state_(state),
      batch_(*state.store),
      ordinals_(state.ordinals),
      catalog_(state.catalog),
      facts_(state.facts),
      totals_(state.totals),
      context_{batch_, ordinals_, facts_, totals_} {}

absl::StatusOr<std::unique_ptr<Applier>> Applier::Open(State& state) {
  std::unique_ptr<Applier> applier(new Applier(state));
  PATRON_RETURN_IF_ERROR(applier->replies_.Load(*state.store));
  return applier;
}

absl::Status Applier::Apply(const std::vector<PendingCommand*>& commands) {
  for (PendingCommand* pending : commands)
    PATRON_RETURN_IF_ERROR(ApplyOne(*pending));
  last_ = {commands.back()->position,
           absl::FromUnixMicros(commands.back()->command.logged_at_us)};
  return absl::OkStatus();
}

absl::Status Applier::Commit() {
  wire::AppliedRow applied;
  applied.log_position = static_cast<int64_t>(last_.position.value());
  applied.logged_at_us = absl::ToUnixMicros(last_.logged_at);
  batch_.PutBlind(Family::kMeta, "applied", store::Encode(applied));
  totals_.Flush(batch_);
  facts_.Flush(batch_);
  PATRON_RETURN_IF_ERROR(state_.store->Write(batch_));
  ordinals_.Publish();
  catalog_.Publish();
  facts_.Publish();
  totals_.Publish();
  return absl::OkStatus();
}

absl::Status Applier::ApplyOne(PendingCommand& pending) {
  const bool remembered = !pending.command.request_id.empty();
  if (remembered) {
    PATRON_ASSIGN_OR_RETURN(auto known, replies_.Find(pending, batch_));
    if (known) {
      pending.reply = *std::move(known);
      return absl::OkStatus();
    }
  }
  const size_t changes = batch_.changes();
  absl::StatusOr<wire::CommandReply> reply = Dispatch(pending);
  if (reply.ok()) {
    pending.reply = *std::move(reply);
  } else if (IsRefusal(reply.status())) {
    PATRON_CHECK(batch_.changes() == changes);
    pending.reply = RefusalReply(reply.status());
  } else {
    return reply.status();
  }
  if (remembered) replies_.Remember(pending, pending.reply, batch_);
  return absl::OkStatus();
}

absl::StatusOr<wire::CommandReply> Applier::Dispatch(
    const PendingCommand& pending) {
  const wire::CommandBody& body = pending.command.body;
  const customers::Stamp stamp = StampOf(pending);
  wire::CommandReply reply = DoneReply(pending.position, /*duplicate=*/false);
  if (body.__isset.record_purchase) {
    reply = wire::CommandReply();
    PATRON_ASSIGN_OR_RETURN(
        reply.purchase,
        customers::ApplyPurchase(body.record_purchase, stamp, context_));
    reply.__isset.purchase = true;
  } else if (body.__isset.record_return) {
    reply = wire::CommandReply();
    PATRON_ASSIGN_OR_RETURN(
        reply.purchase_return,
        customers::ApplyReturn(body.record_return, stamp, context_));
    reply.__isset.purchase_return = true;
  } else if (body.__isset.record_event) {
    PATRON_ASSIGN_OR_RETURN(
        reply.done.duplicate,
        customers::ApplyEvent(body.record_event, stamp, context_));
  } else if (body.__isset.put_customer) {
    customers::ApplyPutCustomer(body.put_customer, context_);
  } else if (body.__isset.put_product) {
    PATRON_RETURN_IF_ERROR(
        catalog_.PutProduct(body.put_product, ordinals_, batch_));
  } else if (body.__isset.put_stock) {
    PATRON_ASSIGN_OR_RETURN(
        reply.done.duplicate,
        catalog_.PutStock(body.put_stock, ordinals_, batch_));
  } else if (body.__isset.record_impressions) {
    wire::ImpressionsRow row;
    row.impressions = body.record_impressions.impressions;
    batch_.PutBlind(Family::kImpressions, store::PositionKey(pending.position),
                    store::Encode(row));
  } else if (body.__isset.forget_replies) {
    replies_.Forget(
        LogPosition(static_cast<uint64_t>(body.forget_replies.before_position)),
        batch_);
  } else {
    return absl::InvalidArgumentError(
        "command: of a kind that this build does not know");
  }
  return reply;
}

}  // namespace patron::commit
