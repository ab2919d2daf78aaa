#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/checkout/purchases.h"
#include "server/checkout/source.h"
#include "server/checkout/uses.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"

namespace patron::checkout {
namespace {

using store::Family;

CustomerOrdinal CustomerOf(const wire::ReservationRow& row) {
  return CustomerOrdinal(static_cast<uint32_t>(row.customer));
}

std::string StateWord(wire::ReservationState::type state) {
  constexpr const char* kWords[] = {"", "open", "committed", "released",
                                    "expired"};
  return kWords[state];
}

// The row of a reservation that is open no more; nullopt for an unknown id.
absl::StatusOr<std::optional<wire::ReservationRow>> FindClosed(
    const std::string& reservation_id, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      context.base.batch.Get(Family::kReservations, reservation_id));
  if (!bytes) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(
      auto row, store::Decode<wire::ReservationRow>(*bytes, "reservation"));
  return std::optional(std::move(row));
}

absl::Status NotOpen(const std::string& reservation_id,
                     const wire::ReservationRow& closed) {
  return absl::FailedPreconditionError(absl::StrCat(
      "reservation_id: ", Quoted(reservation_id), " is ",
      StateWord(closed.state),
      closed.receipt_id.empty()
          ? std::string()
          : absl::StrCat(" as receipt ", Quoted(closed.receipt_id))));
}

int64_t PointsSpent(const wire::Quote& quote) {
  int64_t points = 0;
  for (const wire::PointsDecision& decision : quote.points)
    points += decision.spent;
  return points;
}

// Why less applies than the customer was told: refused offers and codes.
std::string Refusals(const wire::Quote& quote) {
  std::vector<std::string> reasons;
  for (const wire::CodeDecision& code : quote.codes)
    if (code.reason != wire::CodeReason::USED_NOW)
      reasons.push_back(
          absl::StrCat("code ", Quoted(code.code), ": ", code.text));
  for (const wire::OfferDecision& offer : quote.offers)
    if (offer.reason == wire::OfferReason::USES_GONE ||
        offer.reason == wire::OfferReason::BUDGET_GONE ||
        offer.reason == wire::OfferReason::CUSTOMER_USES_GONE ||
        offer.reason == wire::OfferReason::PAUSED ||
        offer.reason == wire::OfferReason::ENDED)
      reasons.push_back(
          absl::StrCat("offer ", Quoted(offer.offer_id), ": ", offer.text));
  return reasons.empty() ? std::string()
                         : absl::StrCat("; ", absl::StrJoin(reasons, "; "));
}

absl::Status CheckPromise(const wire::Reserve& command,
                          const wire::Quote& quote) {
  for (const wire::QuoteLine& line : quote.lines)
    if (!line.blocked.empty())
      return absl::FailedPreconditionError(
          absl::StrCat("lines: ", Quoted(line.product_id), ": ", line.blocked));
  if (!command.__isset.expected_total) return absl::OkStatus();
  if (command.expected_total != quote.total)
    return absl::FailedPreconditionError(
        absl::StrCat("total: ", command.expected_total, " was quoted, it is ",
                     quote.total, " now", Refusals(quote)));
  if (command.expected_points != PointsSpent(quote))
    return absl::FailedPreconditionError(absl::StrCat(
        "points: ", command.expected_points, " were quoted to pay, it is ",
        PointsSpent(quote), " now", Refusals(quote)));
  return absl::OkStatus();
}

// What a reservation keeps of a quote: what applies, not what does not.
wire::Quote Kept(wire::Quote quote) {
  std::erase_if(quote.offers, [](const wire::OfferDecision& decision) {
    return decision.reason != wire::OfferReason::APPLIED;
  });
  return quote;
}

absl::Status HoldPoints(const std::string& reservation_id,
                        CustomerOrdinal customer, const Stamp& stamp,
                        const Context& context, wire::ReservationRow& row) {
  Postings postings(context, stamp);
  const std::string cause = absl::StrCat("reservation ", reservation_id);
  for (const wire::PointsDecision& decision : row.quote.points) {
    if (decision.spent == 0) continue;
    const auto& programme =
        *context.holdings.definitions()->programmes.ById(decision.programme_id);
    wire::HeldPoints held;
    held.programme = static_cast<int32_t>(programme.ordinal);
    // The quote looked at the account as Settle leaves it: they are there.
    absl::StatusOr<std::vector<wire::Lot>> lots =
        loyalty::Take(wire::EntryKind::HOLD, decision.spent, stamp.logged_day,
                      cause, postings.Account(customer, programme),
                      postings.Journal(customer, decision.programme_id));
    if (!lots.ok()) return absl::InternalError(lots.status().message());
    held.lots = *std::move(lots);
    row.held.push_back(std::move(held));
  }
  postings.Post();
  return absl::OkStatus();
}

wire::Reservation ReplyOf(const std::string& reservation_id,
                          const wire::ReservationRow& row, bool duplicate) {
  wire::Reservation reply;
  reply.reservation_id = reservation_id;
  reply.quote = row.quote;
  reply.expires_at_us = row.expires_at_us;
  reply.log_position = row.log_position;
  reply.duplicate = duplicate;
  return reply;
}

// What stays of a row that is closed.
wire::ReservationRow ClosedRow(const wire::ReservationRow& open,
                               wire::ReservationState::type state) {
  wire::ReservationRow row;
  row.state = state;
  row.customer = open.customer;
  row.expires_at_us = open.expires_at_us;
  row.log_position = open.log_position;
  return row;
}

// Gives back everything that an open reservation holds.
absl::Status GiveBack(const std::string& reservation_id,
                      wire::ReservationState::type state, const Stamp& stamp,
                      const Context& context) {
  const wire::ReservationRow row = *context.holdings.FindOpen(reservation_id);
  const CustomerOrdinal customer = CustomerOf(row);
  Postings postings(context, stamp);
  const std::string cause =
      absl::StrCat("reservation ", reservation_id, " ", StateWord(state));
  for (const wire::HeldPoints& held : row.held) {
    const auto programme =
        ProgrammeOf(context, static_cast<uint32_t>(held.programme));
    loyalty::Release(held.lots, stamp.logged_day, cause,
                     postings.Account(customer, programme),
                     postings.Journal(customer, programme.programme.id));
  }
  postings.Post();
  for (const wire::ReservedOffer& use : row.offers)
    PATRON_RETURN_IF_ERROR(ReleaseUse(use, customer, context));
  context.holdings.Close(reservation_id, ClosedRow(row, state),
                         context.base.batch);
  return absl::OkStatus();
}

// ---- commit

wire::Purchase PurchaseOf(const wire::CommitReservation& command,
                          const wire::ReservationRow& row) {
  wire::Purchase purchase;
  purchase.receipt_id = command.receipt_id;
  if (row.request.__isset.customer_id)
    purchase.__set_customer_id(row.request.customer_id);
  purchase.store_id = row.request.store_id;
  purchase.channel = row.request.channel;
  purchase.currency = row.request.currency;
  purchase.happened_at_us = command.happened_at_us;
  if (command.__isset.impression_token)
    purchase.__set_impression_token(command.impression_token);
  for (const wire::QuoteLine& quoted : row.quote.lines) {
    wire::PurchaseLine line;
    line.product_id = quoted.product_id;
    line.quantity_milli = quoted.quantity_milli;
    line.amount = quoted.amount;
    line.__set_list_amount(quoted.list_amount);
    line.tax = quoted.tax;
    for (const wire::OfferShare& share : quoted.discounts) {
      wire::Discount discount;
      discount.cause = absl::StrCat("offer:", share.offer_id);
      discount.amount = share.amount;
      line.discounts.push_back(std::move(discount));
    }
    if (quoted.paid_by_points > 0) {
      wire::Discount discount;
      discount.cause = "points";
      discount.amount = quoted.paid_by_points;
      line.discounts.push_back(std::move(discount));
    }
    purchase.lines.push_back(std::move(line));
  }
  return purchase;
}

// Money that one programme's points paid, line by line: it is shared by what is
// not paid for yet of the lines' parts, and taken off there. What programmes
// one after another paid adds up over the lines, and over each line.
std::vector<int64_t> PaidByLine(int64_t paid, std::vector<int64_t>& unpaid) {
  int64_t total = 0;
  for (const int64_t left : unpaid) total += left;
  std::vector<int64_t> by_line;
  int64_t running = 0;
  int64_t given = 0;
  for (int64_t& left : unpaid) {
    running += left;
    const int64_t upto =
        total == 0 ? 0 : customers::ShareOf(paid, running, total);
    by_line.push_back(upto - given);
    left -= by_line.back();
    given = upto;
  }
  return by_line;
}

void CapturePoints(const wire::ReservationRow& row, absl::string_view cause,
                   const Context& context, Postings& postings,
                   wire::EffectsRow& effects) {
  const CustomerOrdinal customer = CustomerOf(row);
  std::vector<int64_t> unpaid;
  for (const wire::QuoteLine& line : row.quote.lines)
    unpaid.push_back(line.paid_by_points);
  for (const wire::HeldPoints& held : row.held) {
    const auto programme =
        ProgrammeOf(context, static_cast<uint32_t>(held.programme));
    loyalty::Capture(held.lots, cause, postings.Account(customer, programme),
                     postings.Journal(customer, programme.programme.id));
    wire::SpentRow spent;
    spent.programme = held.programme;
    for (const wire::Lot& lot : held.lots) {
      wire::LotPart part;
      part.expiry_day = lot.expiry_day;
      part.points = lot.points;
      spent.lots.push_back(part);
    }
    for (const wire::PointsDecision& decision : row.quote.points)
      if (decision.programme_id == programme.programme.id)
        spent.paid_by_line = PaidByLine(decision.paid, unpaid);
    effects.spent.push_back(std::move(spent));
  }
}

wire::EffectsRow CommitEffects(const std::string& reservation_id,
                               const wire::ReservationRow& row,
                               const wire::PurchaseRow& purchase,
                               const Stamp& stamp, const Context& context,
                               Postings& postings) {
  const CustomerOrdinal customer = CustomerOf(row);
  const std::string cause = absl::StrCat("receipt ", purchase.receipt_id);
  wire::EffectsRow effects;
  effects.reservation_id = reservation_id;
  effects.definitions_version = row.quote.definitions_version;
  for (const wire::ReservedOffer& use : row.offers)
    effects.offers.push_back(use.used);
  if (customer == kAnonymous) return effects;
  CapturePoints(row, cause, context, postings, effects);
  PostEarning(row.quote.points, customer, cause, stamp, context, effects,
              postings);
  RewardReferral(purchase, customer, stamp, context, effects, postings);
  return effects;
}

absl::StatusOr<wire::CommitReply> AnswerCommitted(
    const wire::CommitReservation& command, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const auto closed,
                          FindClosed(command.reservation_id, context));
  if (!closed)
    return absl::NotFoundError(absl::StrCat("reservation_id: no reservation ",
                                            Quoted(command.reservation_id)));
  if (closed->state != wire::ReservationState::COMMITTED ||
      closed->receipt_id != command.receipt_id)
    return NotOpen(command.reservation_id, *closed);
  wire::CommitReply reply = closed->reply;
  reply.duplicate = true;
  return reply;
}

}  // namespace

absl::Status ExpireReservations(const Stamp& stamp, const Context& context) {
  const int64_t now_us = absl::ToUnixMicros(stamp.logged_at);
  for (int i = 0; i < kExpiredAtOnce; ++i) {
    const auto expired = context.holdings.FirstExpired(now_us);
    if (!expired) return absl::OkStatus();
    // Nobody asked for it: whoever came next is not the one who did it.
    Stamp own = stamp;
    own.actor = "server";
    PATRON_RETURN_IF_ERROR(
        GiveBack(*expired, wire::ReservationState::EXPIRED, own, context));
  }
  return absl::OkStatus();
}

absl::StatusOr<wire::Reservation> ApplyReserve(const wire::Reserve& command,
                                               const Stamp& stamp,
                                               const Context& context) {
  if (const auto* open = context.holdings.FindOpen(command.reservation_id)) {
    if (open->request == command.request)
      return ReplyOf(command.reservation_id, *open, /*duplicate=*/true);
    return absl::AlreadyExistsError(
        absl::StrCat("reservation_id: ", Quoted(command.reservation_id),
                     " holds another basket of ", open->request.lines.size(),
                     " lines; now ", command.request.lines.size()));
  }
  PATRON_ASSIGN_OR_RETURN(const auto closed,
                          FindClosed(command.reservation_id, context));
  if (closed) return NotOpen(command.reservation_id, *closed);

  const BatchSource source(context);
  std::optional<CustomerOrdinal> customer;
  if (command.request.__isset.customer_id)
    customer = source.FindCustomer(command.request.customer_id);
  const bool is_new = command.request.__isset.customer_id && !customer;
  const Scene scene(source, customer,
                    customer ? context.base.ordinals.CustomerId(*customer)
                             : command.request.customer_id,
                    absl::ToUnixMicros(stamp.logged_at), stamp.logged_day);
  PATRON_ASSIGN_OR_RETURN(wire::Quote quote,
                          offers::MakeQuote(command.request, scene.world()));
  PATRON_RETURN_IF_ERROR(scene.status());
  PATRON_RETURN_IF_ERROR(CheckPromise(command, quote));

  // From here on nothing is refused.
  if (is_new)
    customer = context.base.ordinals.Customer(command.request.customer_id,
                                              context.base.batch);
  wire::ReservationRow row;
  row.state = wire::ReservationState::OPEN;
  row.customer = static_cast<int32_t>(customer.value_or(kAnonymous).value());
  row.expires_at_us = absl::ToUnixMicros(stamp.logged_at) + command.hold_us;
  row.log_position = static_cast<int64_t>(stamp.position.value());
  row.__set_request(command.request);
  row.offers = UsesOf(quote, scene.definitions(), stamp.logged_day);
  row.__set_quote(Kept(std::move(quote)));
  if (customer)
    PATRON_RETURN_IF_ERROR(
        HoldPoints(command.reservation_id, *customer, stamp, context, row));
  for (const wire::ReservedOffer& use : row.offers)
    PATRON_RETURN_IF_ERROR(
        ReserveUse(use, customer.value_or(kAnonymous), stamp, context));
  wire::Reservation reply =
      ReplyOf(command.reservation_id, row, /*duplicate=*/false);
  context.holdings.Open(command.reservation_id, std::move(row),
                        context.base.batch);
  return reply;
}

absl::StatusOr<wire::CommitReply> ApplyCommit(
    const wire::CommitReservation& command, const Stamp& stamp,
    const Context& context) {
  const auto* open = context.holdings.FindOpen(command.reservation_id);
  if (open == nullptr) return AnswerCommitted(command, context);
  PATRON_ASSIGN_OR_RETURN(
      const auto taken,
      context.base.batch.Get(Family::kReceipts, command.receipt_id));
  if (taken)
    return absl::AlreadyExistsError(
        absl::StrCat("receipt_id: ", Quoted(command.receipt_id),
                     " was recorded before, not from reservation ",
                     Quoted(command.reservation_id)));

  const wire::ReservationRow row = *open;
  Postings postings(context, stamp);
  PATRON_ASSIGN_OR_RETURN(
      const auto recorded,
      customers::ApplyPurchase(
          PurchaseOf(command, row), stamp, context.base,
          [&](CustomerOrdinal, absl::Time, wire::PurchaseRow& purchase) {
            purchase.__set_effects(CommitEffects(command.reservation_id, row,
                                                 purchase, stamp, context,
                                                 postings));
          }));
  for (const wire::ReservedOffer& use : row.offers)
    PATRON_RETURN_IF_ERROR(CommitUse(use, CustomerOf(row), stamp, context));

  wire::CommitReply reply;
  reply.reservation_id = command.reservation_id;
  reply.receipt_id = command.receipt_id;
  reply.log_position = recorded.log_position;
  if (CustomerOf(row) != kAnonymous)
    for (const auto& programme : context.holdings.definitions()->programmes.all)
      if (std::any_of(row.quote.points.begin(), row.quote.points.end(),
                      [&](const wire::PointsDecision& decision) {
                        return decision.programme_id == programme.programme.id;
                      }))
        reply.points.push_back(postings.ChangeOf(CustomerOf(row), programme));
  postings.Post();
  wire::ReservationRow closed =
      ClosedRow(row, wire::ReservationState::COMMITTED);
  closed.receipt_id = command.receipt_id;
  closed.__set_reply(reply);
  context.holdings.Close(command.reservation_id, closed, context.base.batch);
  return reply;
}

absl::Status ApplyRelease(const wire::ReleaseReservation& command,
                          const Stamp& stamp, const Context& context) {
  if (context.holdings.FindOpen(command.reservation_id) != nullptr)
    return GiveBack(command.reservation_id, wire::ReservationState::RELEASED,
                    stamp, context);
  PATRON_ASSIGN_OR_RETURN(const auto closed,
                          FindClosed(command.reservation_id, context));
  if (!closed)
    return absl::NotFoundError(absl::StrCat("reservation_id: no reservation ",
                                            Quoted(command.reservation_id)));
  if (closed->state == wire::ReservationState::COMMITTED)
    return NotOpen(command.reservation_id, *closed);
  return absl::OkStatus();  // what it held is free
}

}  // namespace patron::checkout
