#include "server/commit/applier.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/checkout/apply.h"
#include "server/contacts/apply.h"
#include "server/customers/events.h"
#include "server/customers/people.h"
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
  return {pending.position,
          absl::FromUnixMicros(pending.command.logged_at_us),
          pending.command.local_day,
          pending.command.logged_day,
          pending.command.actor,
          static_cast<Roles>(pending.command.roles)};
}

}  // namespace

Applier::Applier(State& state)
    : state_(state),
      batch_(*state.store),
      ordinals_(state.ordinals),
      catalog_(state.catalog),
      facts_(state.facts),
      totals_(state.totals),
      accounts_(state.accounts),
      holdings_(state.holdings),
      lists_(state.lists),
      runs_(state.runs),
      diary_(state.diary),
      columns_(state.columns.feed()),
      base_{batch_, ordinals_, facts_, totals_, columns_},
      context_{base_, catalog_, accounts_, holdings_},
      contacts_{context_, lists_, runs_, diary_} {}

absl::StatusOr<std::unique_ptr<Applier>> Applier::Open(State& state) {
  std::unique_ptr<Applier> applier(new Applier(state));
  PATRON_RETURN_IF_ERROR(applier->replies_.Load(*state.store));
  PATRON_RETURN_IF_ERROR(applier->holdings_.Load(*state.store));
  applier->holdings_.Publish();
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
  accounts_.Flush(batch_);
  holdings_.Flush(batch_);
  lists_.Flush(batch_);
  runs_.Flush(batch_);
  PATRON_RETURN_IF_ERROR(state_.store->Write(batch_));
  columns_.Collect(facts_, accounts_);
  ordinals_.Publish();
  catalog_.Publish();
  facts_.Publish();
  totals_.Publish();
  accounts_.Publish();
  holdings_.Publish();
  lists_.Publish();
  runs_.Publish();
  diary_.Publish();
  columns_.Publish(last_.position, state_.ordinals.customers.size());
  return absl::OkStatus();
}

absl::Status Applier::ApplyOne(PendingCommand& pending) {
  const customers::Stamp stamp = StampOf(pending);
  PATRON_RETURN_IF_ERROR(checkout::ExpireReservations(stamp, context_));
  const bool remembered = !pending.command.request_id.empty();
  if (remembered) {
    PATRON_ASSIGN_OR_RETURN(auto known, replies_.Find(pending, batch_));
    if (known) {
      pending.reply = *std::move(known);
      return absl::OkStatus();
    }
  }
  const size_t changes = batch_.changes();
  absl::StatusOr<wire::CommandReply> reply =
      Dispatch(pending.command.body, stamp);
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

// Commands that answer more than that they were done.
absl::StatusOr<wire::CommandReply> Applier::Dispatch(
    const wire::CommandBody& body, const customers::Stamp& stamp) {
  wire::CommandReply reply;
  if (body.__isset.record_purchase) {
    PATRON_ASSIGN_OR_RETURN(
        reply.purchase,
        checkout::ApplyPurchase(body.record_purchase, stamp, context_));
    reply.__isset.purchase = true;
  } else if (body.__isset.record_return) {
    PATRON_ASSIGN_OR_RETURN(
        reply.purchase_return,
        checkout::ApplyReturn(body.record_return, stamp, context_));
    reply.__isset.purchase_return = true;
  } else if (body.__isset.reserve) {
    PATRON_ASSIGN_OR_RETURN(
        reply.reservation,
        checkout::ApplyReserve(body.reserve, stamp, context_));
    reply.__isset.reservation = true;
  } else if (body.__isset.commit_reservation) {
    PATRON_ASSIGN_OR_RETURN(
        reply.committed,
        checkout::ApplyCommit(body.commit_reservation, stamp, context_));
    reply.__isset.committed = true;
  } else if (body.__isset.claim_receipt) {
    PATRON_ASSIGN_OR_RETURN(
        reply.committed,
        checkout::ApplyClaim(body.claim_receipt, stamp, context_));
    reply.__isset.committed = true;
  } else if (body.__isset.adjust_points) {
    PATRON_ASSIGN_OR_RETURN(
        reply.points,
        checkout::ApplyAdjust(body.adjust_points, stamp, context_));
    reply.__isset.points = true;
  } else {
    reply = DoneReply(stamp.position, /*duplicate=*/false);
    PATRON_RETURN_IF_ERROR(DispatchQuiet(body, stamp, reply.done));
  }
  return reply;
}

absl::Status Applier::DispatchQuiet(const wire::CommandBody& body,
                                    const customers::Stamp& stamp,
                                    wire::Done& done) {
  if (body.__isset.record_event) {
    PATRON_ASSIGN_OR_RETURN(
        done.duplicate, customers::ApplyEvent(body.record_event, stamp, base_));
    if (done.duplicate) return absl::OkStatus();
    return checkout::EarnForEvent(body.record_event, stamp, context_);
  }
  if (body.__isset.put_customer) {
    customers::ApplyPutCustomer(body.put_customer, base_);
    return contacts::AfterProfile(
        *ordinals_.FindCustomer(body.put_customer.customer_id), contacts_);
  }
  if (body.__isset.put_product)
    return catalog_.PutProduct(body.put_product, ordinals_, batch_);
  if (body.__isset.put_stock) {
    PATRON_ASSIGN_OR_RETURN(
        done.duplicate, catalog_.PutStock(body.put_stock, ordinals_, batch_));
    return absl::OkStatus();
  }
  if (body.__isset.record_impressions) {
    RecordImpressions(body.record_impressions, stamp);
    return absl::OkStatus();
  }
  if (body.__isset.forget_replies) {
    replies_.Forget(
        LogPosition(static_cast<uint64_t>(body.forget_replies.before_position)),
        batch_);
    return absl::OkStatus();
  }
  if (body.__isset.put_definitions)
    return checkout::ApplyPutDefinitions(body.put_definitions, stamp, context_);
  if (body.__isset.set_offer_state)
    return checkout::ApplySetOfferState(body.set_offer_state, stamp, context_);
  if (body.__isset.put_codes) {
    PATRON_ASSIGN_OR_RETURN(done.count,
                            checkout::ApplyPutCodes(body.put_codes, context_));
    return absl::OkStatus();
  }
  if (body.__isset.release_reservation)
    return checkout::ApplyRelease(body.release_reservation, stamp, context_);
  if (body.__isset.expire_reservations) return absl::OkStatus();
  if (body.__isset.give_bonus)
    return checkout::ApplyBonus(body.give_bonus, stamp, context_);
  if (body.__isset.issue_offer)
    return checkout::ApplyIssue(body.issue_offer, stamp, context_);
  if (body.__isset.link_id) return checkout::ApplyLink(body.link_id, context_);
  if (body.__isset.merge_customers) return Merge(body.merge_customers, stamp);
  if (body.__isset.refer)
    return checkout::ApplyRefer(body.refer, stamp, context_);
  if (body.__isset.settle_accounts)
    return checkout::ApplySettle(body.settle_accounts, stamp, context_);
  return DispatchContacts(body, stamp, done);
}

absl::Status Applier::DispatchContacts(const wire::CommandBody& body,
                                       const customers::Stamp& stamp,
                                       wire::Done& done) {
  if (body.__isset.put_list) {
    PATRON_ASSIGN_OR_RETURN(
        done.count, contacts::ApplyPutList(body.put_list, stamp, contacts_));
    return absl::OkStatus();
  }
  if (body.__isset.open_run)
    return contacts::ApplyOpenRun(body.open_run, stamp, contacts_);
  if (body.__isset.plan_contacts) {
    PATRON_ASSIGN_OR_RETURN(
        done.count,
        contacts::ApplyPlanContacts(body.plan_contacts, stamp, contacts_));
    return absl::OkStatus();
  }
  if (body.__isset.set_run_state)
    return contacts::ApplySetRunState(body.set_run_state, stamp, contacts_);
  if (body.__isset.report_contacts)
    return contacts::ApplyReportContacts(body.report_contacts, stamp,
                                         contacts_);
  return absl::InvalidArgumentError(
      "command: of a kind that this build does not know");
}

// A customer of whom nothing is known keeps no showings: a page that only looks
// makes no customers.
void Applier::RecordImpressions(const wire::RecordImpressions& command,
                                const customers::Stamp& stamp) {
  wire::ImpressionsRow row;
  row.impressions = command.impressions;
  batch_.PutBlind(Family::kImpressions, store::PositionKey(stamp.position),
                  store::Encode(row));
  for (const wire::Impression& impression : command.impressions) {
    if (impression.customer_id.empty()) continue;
    const auto customer = ordinals_.FindCustomer(impression.customer_id);
    if (!customer || *customer == kAnonymous) continue;
    auto& shown = facts_.MutableShown(*customer);
    const size_t seen =
        std::min(facts::kPlacesSeen, impression.products.size());
    for (size_t place = seen; place > 0; --place)
      facts::AddShowing(shown, {ProductOrdinal(static_cast<uint32_t>(
                                    impression.products[place - 1])),
                                static_cast<uint16_t>(stamp.logged_day), 1});
  }
}

// Who the two are is asked before: the merge leads both ids to one.
absl::Status Applier::Merge(const wire::MergeCustomers& command,
                            const customers::Stamp& stamp) {
  const auto kept = ordinals_.FindCustomer(command.kept_id);
  const auto absorbed = ordinals_.FindCustomer(command.absorbed_id);
  PATRON_RETURN_IF_ERROR(checkout::ApplyMerge(command, stamp, context_));
  return contacts::AfterMerge(*kept, *absorbed, stamp, contacts_);
}

}  // namespace patron::commit
