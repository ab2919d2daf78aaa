// Apply of PlanContacts: a chunk of a run's audience, decided anew.
#include <algorithm>
#include <limits>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/contacts/admission.h"
#include "server/contacts/apply.h"
#include "server/contacts/rows.h"
#include "server/offers/quote.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;
using Reason = std::optional<wire::LeftOut::type>;

// ---- the shape of the command

absl::Status CheckState(const wire::RunRow& run,
                        const wire::PlanContacts& command) {
  if (run.state != wire::RunState::PLANNING)
    return absl::FailedPreconditionError(
        absl::StrCat("run_id: run ", Quoted(run.run_id), " is ",
                     StateName(run.state), ", wanted planning"));
  if (run.next_customer != command.from_customer)
    return absl::FailedPreconditionError(absl::StrCat(
        "from_customer: run ", Quoted(run.run_id), " stands at customer ",
        run.next_customer, ", wanted ", command.from_customer));
  return absl::OkStatus();
}

absl::Status NotThisOne(uint32_t named, absl::string_view instead) {
  return absl::InvalidArgumentError(
      absl::StrCat("contacts: customer ", named, " is named, ", instead));
}

// The command names the audience of its range, all of it, in order.
absl::Status CheckCustomers(const Roaring& audience,
                            const wire::PlanContacts& command) {
  const uint32_t end = command.next_customer < 0
                           ? std::numeric_limits<uint32_t>::max()
                           : static_cast<uint32_t>(command.next_customer);
  auto at = audience.begin();
  at.equalorlarger(static_cast<uint32_t>(command.from_customer));
  const auto last = audience.end();
  for (const wire::PlannedContact& contact : command.contacts) {
    const uint32_t named = CustomerOf(contact).value();
    if (at == last || *at >= end)
      return NotThisOne(
          named, absl::StrCat("nobody of the audience is left before ", end));
    if (*at != named)
      return NotThisOne(named, absl::StrCat("the audience goes on with ", *at));
    ++at;
  }
  if (at != last && *at < end)
    return absl::InvalidArgumentError(
        absl::StrCat("contacts: customer ", *at,
                     " of the audience is not named before ", end));
  return absl::OkStatus();
}

// ---- offers

// What is left of an offer's limits for contacts to come.
constexpr int64_t kNoLimit = std::numeric_limits<int64_t>::max();
struct Room {
  bool gone = false;
  int64_t budget = kNoLimit;
  int64_t uses = kNoLimit;
};

class Rooms {
 public:
  Rooms(const wire::RunRow& run, const Stamp& stamp, const Context& context)
      : campaign_(run.campaign),
        stamp_(stamp),
        context_(context),
        definitions_(context.checkout.holdings.definitions()) {}

  const wire::Definitions& definitions() const {
    return definitions_->version.definitions;
  }

  Reason Ask(const wire::PlannedContact& contact) {
    if (contact.offer_id.empty()) return std::nullopt;
    const Room& room = Of(contact.offer_id);
    if (room.gone) return wire::LeftOut::NO_OFFER;
    if (room.uses < 1 || room.budget < contact.offer_cost)
      return wire::LeftOut::BUDGET;
    return std::nullopt;
  }

  void Take(const wire::PlannedContact& contact) {
    const auto at = rooms_.find(contact.offer_id);
    if (at == rooms_.end()) return;  // without an offer
    Room& room = at->second;
    if (room.budget != kNoLimit) room.budget -= contact.offer_cost;
    if (room.uses != kNoLimit) --room.uses;
  }

  // What runs plan with the offer changed: it is measured anew.
  void Forget(const std::string& offer_id) { rooms_.erase(offer_id); }

 private:
  Room& Of(const std::string& offer_id) {
    const auto [at, fresh] = rooms_.try_emplace(offer_id);
    if (fresh) at->second = Measure(offer_id);
    return at->second;
  }

  Room Measure(const std::string& offer_id) const {
    Room room;
    const offers::CompiledOffer* offer = definitions_->OfferById(offer_id);
    room.gone = offer == nullptr ||
                offer->offer.state == wire::OfferState::EXPIRED ||
                IsForeign(offer->offer);
    if (room.gone) return room;
    const offers::Left left =
        offers::LeftOf(offer->offer, offer->ordinal,
                       context_.checkout.holdings.Count(offer->ordinal),
                       /*account=*/nullptr, stamp_.logged_day);
    if (left.budget < 0 && left.uses < 0) return room;
    const OfferPlan plan = PlannedWith(offer->ordinal);
    if (left.budget >= 0) room.budget = left.budget - plan.cost;
    if (left.uses >= 0) room.uses = left.uses - plan.contacts;
    return room;
  }

  // A budget in another currency than the contacts' costs cannot be kept.
  bool IsForeign(const wire::Offer& offer) const {
    return offer.limits.budget > 0 &&
           CurrencyOr(offer.currency) != CurrencyOr(campaign_.currency);
  }
  const std::string& CurrencyOr(const std::string& currency) const {
    return currency.empty() ? definitions().currency : currency;
  }

  OfferPlan PlannedWith(uint32_t offer) const {
    const auto counts = [this](const wire::RunRow& run) {
      return StillCounts(run, stamp_.logged_at);
    };
    OfferPlan plan;
    for (const uint32_t run : context_.runs.Counting(counts))
      AddPlan(context_.runs.Now(run), offer, stamp_.logged_at, plan);
    return plan;
  }

  const wire::Campaign& campaign_;
  const Stamp& stamp_;
  const Context& context_;
  const checkout::CompiledPtr definitions_;
  absl::flat_hash_map<std::string, Room> rooms_;
};

// ---- the customers of one command, one after another

class Chunk {
 public:
  Chunk(uint32_t number, const Stamp& stamp, const Context& context)
      : number_(number),
        run_(context.runs.Mutable(number)),
        context_(context),
        base_(context.checkout.base),
        rooms_(run_, stamp, context) {
    is_service_ = IsService(run_.campaign);
  }

  // Faults alone are errors. True: she is contacted.
  absl::StatusOr<bool> Add(const wire::PlannedContact& contact) {
    ++run_.decided;
    PATRON_ASSIGN_OR_RETURN(const Reason reason, WhyNot(contact));
    if (reason) {
      LeaveOut(contact, *reason);
    } else if (contact.decision == wire::ContactDecision::HELD_OUT) {
      ++run_.held_out;
      Write(contact, wire::ContactDecision::HELD_OUT);
    } else {
      Stand(contact);
      return true;
    }
    return false;
  }

  void Finish(int32_t next_customer) {
    run_.next_customer = next_customer;
    if (next_customer < 0) run_.state = wire::RunState::PLANNED;
  }

 private:
  absl::StatusOr<Reason> WhyNot(const wire::PlannedContact& contact) {
    const CustomerOrdinal customer = CustomerOf(contact);
    const std::string id = base_.ordinals.CustomerId(customer);
    if (base_.ordinals.FindCustomer(id) != customer)
      return Reason(wire::LeftOut::MERGED);
    if (contact.decision == wire::ContactDecision::LEFT_OUT)
      return Reason(contact.reason);
    if (const Reason reason = Unwanted(customer, id)) return reason;
    if (const Reason reason = TooDear(contact)) return reason;
    return NoRoom(customer, contact);
  }

  Reason Unwanted(CustomerOrdinal customer, const std::string& id) const {
    if (is_service_) return std::nullopt;
    const wire::Campaign& campaign = run_.campaign;
    if (!HasConsent(base_.facts.TraitsNow(customer).get(), campaign.channel,
                    campaign.purpose))
      return wire::LeftOut::CONSENT;
    if (IsHeldOut(rooms_.definitions(), campaign, id))
      return wire::LeftOut::HOLDOUT;
    return std::nullopt;
  }

  Reason TooDear(const wire::PlannedContact& contact) {
    if (const Reason reason = rooms_.Ask(contact)) return reason;
    const int64_t budget = run_.campaign.budget;
    if (budget > 0 && run_.cost + contact.cost > budget)
      return wire::LeftOut::BUDGET;
    return std::nullopt;
  }

  // Asked last: who gives way does so for a contact that stands.
  absl::StatusOr<Reason> NoRoom(CustomerOrdinal customer,
                                const wire::PlannedContact& contact) {
    if (is_service_) return Reason(std::nullopt);
    const CapDecision decision = AskCap(
        StandingOf(context_.diary.Now(customer), context_.runs),
        rooms_.definitions().contact, contact.day, run_.campaign.priority);
    if (decision.answer == CapAnswer::kFull) return Reason(wire::LeftOut::CAP);
    if (contact.decision == wire::ContactDecision::HELD_OUT)
      return Reason(std::nullopt);
    for (const uint32_t run : decision.displaced)
      PATRON_RETURN_IF_ERROR(Displace(run, customer));
    return Reason(std::nullopt);
  }

  absl::Status Displace(uint32_t run, CustomerOrdinal customer) {
    PATRON_ASSIGN_OR_RETURN(
        const auto contact,
        LeaveOutAfterAll(run, customer, wire::LeftOut::DISPLACED, context_,
                         static_cast<int32_t>(number_)));
    rooms_.Forget(contact.offer_id);
    return absl::OkStatus();
  }

  void LeaveOut(const wire::PlannedContact& contact,
                wire::LeftOut::type reason) {
    CountLeftOut(reason, 1, run_);
    Write(contact, wire::ContactDecision::LEFT_OUT, reason);
  }

  void Stand(const wire::PlannedContact& contact) {
    const CustomerOrdinal customer = CustomerOf(contact);
    CountContact(contact, context_, run_);
    rooms_.Take(contact);
    if (!is_service_) context_.diary.Add(customer, {number_, contact.day});
    Write(contact, wire::ContactDecision::CONTACT);
    wire::RunListRow row;
    row.contact = contact;
    // Put, not PutBlind, both: another run may displace it in the same batch.
    base_.batch.Put(Family::kRunRows, store::RunRowKey(number_, customer),
                    encoder_.Encode(row));
  }

  void Write(const wire::PlannedContact& contact,
             wire::ContactDecision::type decision,
             wire::LeftOut::type reason = static_cast<wire::LeftOut::type>(0)) {
    wire::ContactRow row;
    row.decision = decision;
    row.reason = reason;
    row.day = contact.day;
    row.is_service = is_service_;
    base_.batch.Put(Family::kContacts,
                    store::ContactKey(CustomerOf(contact), number_),
                    encoder_.Encode(row));
  }

  const uint32_t number_;
  wire::RunRow& run_;
  const Context& context_;
  customers::ApplyContext& base_;
  Rooms rooms_;
  bool is_service_ = false;
  store::Encoder encoder_;
};

}  // namespace

absl::StatusOr<int64_t> ApplyPlanContacts(const wire::PlanContacts& command,
                                          const Stamp& stamp,
                                          const Context& context) {
  PATRON_ASSIGN_OR_RETURN(const uint32_t number,
                          KnownRun(command.run_id, context));
  PATRON_RETURN_IF_ERROR(CheckState(context.runs.Now(number), command));
  PATRON_ASSIGN_OR_RETURN(
      const AudiencePtr audience,
      context.runs.Audience(number, context.checkout.base.batch));
  PATRON_RETURN_IF_ERROR(CheckCustomers(*audience, command));
  Chunk chunk(number, stamp, context);
  int64_t standing = 0;
  for (const wire::PlannedContact& contact : command.contacts) {
    PATRON_ASSIGN_OR_RETURN(const bool stands, chunk.Add(contact));
    if (stands) ++standing;
  }
  chunk.Finish(command.next_customer);
  return standing;
}

}  // namespace patron::contacts
