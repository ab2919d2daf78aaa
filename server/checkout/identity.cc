// Who a customer is: other ids, who brought whom, receipts that nobody owned.
#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/checkout/apply.h"
#include "server/checkout/known.h"
#include "server/checkout/postings.h"
#include "server/checkout/purchases.h"
#include "server/checkout/returns.h"
#include "server/checkout/uses.h"
#include "server/customers/purchases.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

// ---- referrals

// How a contact is written must not tell two people apart.
std::string PlainContact(absl::string_view channel, absl::string_view text) {
  if (channel == "email")
    return absl::AsciiStrToLower(absl::StripAsciiWhitespace(text));
  std::string digits;
  std::copy_if(text.begin(), text.end(), std::back_inserter(digits),
               absl::ascii_isdigit);
  return digits;
}

absl::StatusOr<wire::Customer> ReadPerson(CustomerOrdinal customer,
                                          const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      context.base.batch.Get(Family::kPeople, store::CustomerKey(customer)));
  if (!bytes) return wire::Customer();
  return store::Decode<wire::Customer>(*bytes, "people row");
}

std::string ContactOf(const wire::Customer& person, const char* channel) {
  const auto at = person.contacts.find(channel);
  return at == person.contacts.end() ? std::string()
                                     : PlainContact(channel, at->second);
}

// The contact itself is not told: a message ends up in logs.
absl::Status CheckContacts(const wire::Refer& command, CustomerOrdinal referrer,
                           CustomerOrdinal friend_, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const auto one, ReadPerson(referrer, context));
  PATRON_ASSIGN_OR_RETURN(const auto other, ReadPerson(friend_, context));
  for (const char* channel : {"email", "phone"}) {
    const std::string contact = ContactOf(one, channel);
    if (!contact.empty() && contact == ContactOf(other, channel))
      return absl::FailedPreconditionError(
          absl::StrCat("friend_id: ", Quoted(command.friend_id), " and ",
                       Quoted(command.referrer_id), " share contacts.", channel,
                       ": they are one household, or one"));
  }
  return absl::OkStatus();
}

// -1: nobody brought her.
int64_t ReferrerOf(CustomerOrdinal customer, const Context& context) {
  const int32_t referrer = context.accounts.Now(customer).referrer;
  if (referrer < 0) return -1;
  return PresentOf(CustomerOrdinal(static_cast<uint32_t>(referrer)), context)
      .value();
}

// What keeps people from bringing themselves, or each other.
absl::Status CheckReferral(const wire::Refer& command, CustomerOrdinal referrer,
                           CustomerOrdinal friend_, const Context& context) {
  const std::string friend_id = Quoted(command.friend_id);
  const std::string referrer_id = Quoted(command.referrer_id);
  if (referrer == friend_)
    return absl::FailedPreconditionError(
        absl::StrCat("friend_id: ", friend_id, " and referrer_id ", referrer_id,
                     " are one customer"));
  if (const int64_t before = ReferrerOf(friend_, context); before >= 0)
    return absl::FailedPreconditionError(
        absl::StrCat("friend_id: ", friend_id, " was brought by ",
                     Quoted(context.base.ordinals.CustomerId(
                         CustomerOrdinal(static_cast<uint32_t>(before)))),
                     ", now ", referrer_id));
  if (ReferrerOf(referrer, context) == friend_.value())
    return absl::FailedPreconditionError(
        absl::StrCat("friend_id: ", friend_id, " brought ", referrer_id,
                     ", who cannot bring her back"));
  facts::CustomerFacts facts;
  context.base.facts.ReadNow(friend_, facts);
  if (facts.summary.purchases > 0 || facts.summary.returns > 0)
    return absl::FailedPreconditionError(
        absl::StrCat("friend_id: ", friend_id,
                     " has bought before: ", facts.summary.purchases,
                     " purchases, ", facts.summary.returns, " returns"));
  return CheckContacts(command, referrer, friend_, context);
}

// ---- claims

absl::StatusOr<customers::FoundReceipt> KnownReceipt(const std::string& id,
                                                     const Context& context) {
  PATRON_ASSIGN_OR_RETURN(auto found,
                          customers::FindReceipt(id, context.base.batch));
  if (!found)
    return absl::NotFoundError(
        absl::StrCat("receipt_id: no receipt ", Quoted(id)));
  return *std::move(found);
}

int64_t AmountOf(const wire::PurchaseRow& row) {
  int64_t amount = 0;
  for (const wire::StoredLine& line : row.lines) amount += line.amount;
  return amount;
}

// Facts as if the receipt had been hers from the start, with what came back.
absl::Status AddToFacts(CustomerOrdinal customer, const wire::PurchaseRow& row,
                        customers::ApplyContext& base) {
  int64_t refunded = 0;
  for (const wire::StoredLine& line : row.lines) refunded += line.refunded;
  facts::Summary& summary = base.facts.MutableSummary(customer);
  facts::AddAmount(summary.spend, row.currency, AmountOf(row) - refunded);
  facts::AddAmount(summary.returned, row.currency, refunded);
  summary.returns += static_cast<int32_t>(row.returns.size());
  PATRON_RETURN_IF_ERROR(customers::RecountPurchases(customer, base));
  base.facts.EndCommand(customer, base.batch);
  return absl::OkStatus();
}

// The receipt goes to its new owner.
void Move(const customers::FoundReceipt& found, CustomerOrdinal customer,
          store::Batch& batch) {
  const std::string& id = found.row.receipt_id;
  const absl::Time happened_at = found.place.happened_at;
  batch.Delete(Family::kPurchases, found.key);
  batch.Put(Family::kPurchases,
            store::HistoryKey(customer, happened_at, ShortDigestOf(id)),
            store::Encode(found.row));
  batch.Put(Family::kReceipts, id, store::ReceiptValue(customer, happened_at));
}

// Uses of offers count as the claimer's from here on.
void CountUses(const wire::EffectsRow& effects, int64_t at_us,
               wire::AccountRow& account) {
  for (const wire::UsedOfferRow& used : effects.offers) {
    if (used.use_returned) continue;
    wire::OfferUses uses;
    uses.offer = used.offer;
    uses.period = used.customer_period;
    uses.uses = 1;
    uses.last_us = at_us;
    MergeUses({uses}, account.offers);
  }
}

// Points and credit as of the day of the receipt.
void Earn(customers::FoundReceipt& found, CustomerOrdinal customer, Stamp stamp,
          const Context& context, Postings& postings) {
  wire::EffectsRow& before = found.row.effects;
  const int64_t at_us = absl::ToUnixMicros(found.place.happened_at);
  if (!before.offers.empty())
    CountUses(before, at_us, context.accounts.Mutable(customer));
  stamp.local_day = found.row.local_day;
  wire::EffectsRow effects = EarnForPurchase(
      found.row, customer, context.base.ordinals.CustomerId(customer), at_us,
      stamp, context, postings);
  effects.reservation_id = std::move(before.reservation_id);
  effects.offers = std::move(before.offers);
  if (effects != wire::EffectsRow()) found.row.__set_effects(effects);
}

// What goods that came back before the claim would have given, goes again.
absl::Status TakeBack(customers::FoundReceipt& found, CustomerOrdinal customer,
                      const Stamp& stamp, const Context& context,
                      Postings& postings) {
  return TakeBackReturned(found.row,
                          std::vector<int64_t>(found.row.lines.size()),
                          /*refund=*/0, customer, stamp, context, postings,
                          /*just_earned=*/true)
      .status();
}

}  // namespace

absl::Status ApplyLink(const wire::LinkId& command, const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal customer,
      KnownCustomer("customer_id", command.customer_id, context));
  auto& ordinals = context.base.ordinals;
  const auto known = ordinals.FindCustomer(command.external_id);
  if (known == customer) return absl::OkStatus();
  if (known)
    return absl::AlreadyExistsError(absl::StrCat(
        "external_id: ", Quoted(command.external_id), " is customer ",
        Quoted(ordinals.CustomerId(*known)), ", wanted ",
        Quoted(command.customer_id), ": merge them if they are one"));
  ordinals.LinkCustomer(command.external_id, customer, context.base.batch);
  return absl::OkStatus();
}

absl::Status ApplyRefer(const wire::Refer& command, const Stamp&,
                        const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal referrer,
      KnownCustomer("referrer_id", command.referrer_id, context));
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal friend_,
      KnownCustomer("friend_id", command.friend_id, context));
  if (ReferrerOf(friend_, context) == referrer.value()) return absl::OkStatus();
  PATRON_RETURN_IF_ERROR(CheckReferral(command, referrer, friend_, context));
  context.accounts.Mutable(friend_).referrer =
      static_cast<int32_t>(referrer.value());
  return absl::OkStatus();
}

absl::StatusOr<wire::CommitReply> ApplyClaim(const wire::ClaimReceipt& command,
                                             const Stamp& stamp,
                                             const Context& context) {
  PATRON_ASSIGN_OR_RETURN(
      const CustomerOrdinal customer,
      KnownCustomer("customer_id", command.customer_id, context));
  PATRON_ASSIGN_OR_RETURN(customers::FoundReceipt found,
                          KnownReceipt(command.receipt_id, context));
  wire::CommitReply reply;
  reply.receipt_id = command.receipt_id;
  reply.reservation_id = found.row.effects.reservation_id;
  reply.duplicate = found.place.customer == customer;
  reply.log_position = reply.duplicate
                           ? found.row.log_position
                           : static_cast<int64_t>(stamp.position.value());
  if (reply.duplicate) return reply;
  if (found.place.customer != kAnonymous)
    return absl::FailedPreconditionError(absl::StrCat(
        "receipt_id: ", Quoted(command.receipt_id), " is customer ",
        Quoted(context.base.ordinals.CustomerId(found.place.customer)),
        "'s, wanted ", Quoted(command.customer_id)));

  Postings postings(context, stamp);
  Earn(found, customer, stamp, context, postings);
  PATRON_RETURN_IF_ERROR(TakeBack(found, customer, stamp, context, postings));
  Move(found, customer, context.base.batch);
  PATRON_RETURN_IF_ERROR(AddToFacts(customer, found.row, context.base));
  for (const wire::EarnedRow& earned : found.row.effects.earned)
    reply.points.push_back(postings.ChangeOf(
        customer,
        ProgrammeOf(context, static_cast<uint32_t>(earned.programme))));
  postings.Post();
  return reply;
}

}  // namespace patron::checkout
