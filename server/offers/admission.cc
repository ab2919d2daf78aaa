#include "server/offers/admission.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/validate.h"
#include "server/loyalty/account.h"
#include "server/offers/occasions.h"
#include "server/offers/shares.h"
#include "server/offers/texts.h"

namespace patron::offers {
namespace {

using Reason = wire::OfferReason;

constexpr int64_t kHourUs = 3'600'000'000;
// Thousandths of a gift whose worth is counted.
constexpr int64_t kMostGiven = 1'000'000;

std::optional<Refusal> Refused(Reason::type reason, std::string text) {
  return Refusal{reason, std::move(text)};
}

bool Lists(const std::vector<std::string>& list, const std::string& value) {
  return list.empty() ||
         std::find(list.begin(), list.end(), value) != list.end();
}

// From when on an offer runs without an early start; 0 = always. Early access
// that names tiers alone begins, for others, when all may buy.
int64_t GeneralStart(const wire::Offer& offer) {
  if (offer.starts_us != 0 || offer.early_starts.empty())
    return offer.starts_us;
  return offer.benefit == wire::Benefit::EARLY_ACCESS ? offer.opens_us : 0;
}

// The clauses that failed: what she lacks.
std::string LackingText(const rules::Program& eligible,
                        const rules::Subject& customer) {
  std::string text = "not met";
  absl::string_view before = ": ";
  for (const rules::Clause& clause : eligible.Explain(customer)) {
    if (clause.holds) continue;
    absl::StrAppend(&text, before, clause.text);
    before = "; ";
  }
  return text;
}

}  // namespace

const Admission::Check Admission::kChecks[] = {
    &Admission::State,    &Admission::Window,   &Admission::Place,
    &Admission::Code,     &Admission::Customer, &Admission::Membership,
    &Admission::Scope,    &Admission::Set,      &Admission::Occasion,
    &Admission::Eligible, &Admission::Limits,   &Admission::Minimum,
};

std::optional<Refusal> Admission::Refuse(size_t place,
                                         Candidate& candidate) const {
  candidate.offer = &parts_.world.definitions->offers[place];
  for (const Check check : kChecks)
    if (auto refusal = (this->*check)(place, candidate)) return refusal;
  candidate.gift_value = WorthOfGift(candidate.offer->offer);
  return std::nullopt;
}

std::optional<Refusal> Admission::RefuseCustomer(size_t place) const {
  Candidate candidate;
  candidate.offer = &parts_.world.definitions->offers[place];
  const bool personal =
      candidate.offer->offer.occasion == wire::Occasion::PERSONAL;
  for (const Check check :
       {&Admission::State, &Admission::Window, &Admission::Holdout,
        &Admission::Customer, &Admission::Membership, &Admission::Occasion,
        &Admission::Eligible, &Admission::Limits}) {
    if (personal && check == &Admission::Occasion) continue;
    if (auto refusal = (this->*check)(place, candidate)) return refusal;
  }
  return std::nullopt;
}

std::optional<Refusal> Admission::State(size_t, Candidate& candidate) const {
  switch (candidate.offer->offer.state) {
    case wire::OfferState::RUNNING:
      return std::nullopt;
    case wire::OfferState::PAUSED:
      return Refused(Reason::PAUSED, "paused");
    case wire::OfferState::EXPIRED:
      return Refused(Reason::ENDED, "ended by hand");
  }
  return std::nullopt;
}

const ProgrammeEarning* Admission::ProgrammeOf(absl::string_view id) const {
  for (const ProgrammeEarning& each : parts_.programmes)
    if (each.programme().id == id) return &each;
  return nullptr;
}

int64_t Admission::HoursEarlier(const wire::Offer& offer) const {
  int64_t hours = 0;
  for (const wire::EarlyStart& early : offer.early_starts) {
    const ProgrammeEarning* earning = ProgrammeOf(early.programme_id);
    if (earning == nullptr || !earning->member()) continue;
    const wire::Programme& programme = earning->programme();
    const int wanted = loyalty::TierRank(programme, early.tier_id);
    if (wanted >= 0 &&
        loyalty::TierRank(programme, earning->tier_id()) >= wanted)
      hours = std::max<int64_t>(hours, early.hours);
  }
  return hours;
}

std::optional<Refusal> Admission::Window(size_t, Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  const int64_t now_us = parts_.world.now_us;
  if (offer.ends_us != 0 && now_us >= offer.ends_us)
    return Refused(Reason::ENDED,
                   absl::StrCat("ended ", MomentText(offer.ends_us)));
  const int64_t general_us = GeneralStart(offer);
  if (general_us == 0 || now_us >= general_us) return std::nullopt;
  const int64_t starts_us = general_us - HoursEarlier(offer) * kHourUs;
  if (now_us >= starts_us) return std::nullopt;
  return Refused(Reason::NOT_STARTED,
                 absl::StrCat("starts ", MomentText(starts_us)));
}

std::optional<Refusal> Admission::Place(size_t, Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  const wire::QuoteRequest& request = parts_.request;
  if (!offer.currency.empty() && offer.currency != request.currency)
    return Refused(Reason::OTHER_CURRENCY,
                   absl::StrCat("for ", offer.currency, ", the basket is in ",
                                request.currency));
  if (!Lists(offer.channels, request.channel))
    return Refused(
        Reason::OTHER_CHANNEL,
        absl::StrCat("only by ", absl::StrJoin(offer.channels, ", ")));
  if (!Lists(offer.store_ids, request.store_id))
    return Refused(
        Reason::OTHER_STORE,
        absl::StrCat("only in ", absl::StrJoin(offer.store_ids, ", ")));
  return std::nullopt;
}

std::optional<Refusal> Admission::Code(size_t place,
                                       Candidate& candidate) const {
  if (!candidate.offer->offer.needs_code) return std::nullopt;
  const GivenCode* given = CodeFor(place, parts_.codes);
  if (given == nullptr)
    return Refused(Reason::NEEDS_CODE, NoCodeText(place, parts_.codes));
  candidate.code = given->code;
  return std::nullopt;
}

std::optional<Refusal> Admission::Customer(size_t, Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  if (!parts_.anonymous) return std::nullopt;
  if (offer.occasion == wire::Occasion::ALWAYS &&
      offer.limits.uses_per_customer == 0 &&
      candidate.offer->eligible.empty() && !GivesPoints(offer))
    return std::nullopt;
  return Refused(Reason::NEEDS_CUSTOMER, "only for a customer who is known");
}

std::optional<Refusal> Admission::Holdout(size_t, Candidate&) const {
  return HeldOut(parts_.world);
}

std::optional<Refusal> Admission::Membership(size_t,
                                             Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  if (!GivesPoints(offer)) return std::nullopt;
  const ProgrammeEarning* earning = ProgrammeOf(offer.programme_id);
  if (earning != nullptr && earning->member()) return std::nullopt;
  return Refused(Reason::NOT_MEMBER,
                 absl::StrCat("not a member of ", offer.programme_id));
}

std::optional<Refusal> Admission::Scope(size_t, Candidate& candidate) const {
  candidate.lines = parts_.basket.Covered(candidate.offer->scope_number);
  if (!candidate.lines.empty()) return std::nullopt;
  return Refused(
      Reason::NOTHING_IN_SCOPE,
      candidate.offer->scope.empty()
          ? "the basket is empty"
          : absl::StrCat("nothing with ", candidate.offer->offer.scope));
}

std::optional<Refusal> Admission::Set(size_t, Candidate& candidate) const {
  const CompiledOffer& offer = *candidate.offer;
  if (offer.offer.benefit != wire::Benefit::SET_PRICE) return std::nullopt;
  std::vector<std::vector<uint32_t>> memory(offer.part_numbers.size());
  std::vector<Places> covered;
  for (size_t part = 0; part < memory.size(); ++part)
    covered.push_back(parts_.basket.CoveredByBoth(
        offer.scope_number, offer.part_numbers[part], memory[part]));
  candidate.set.emplace(offer.offer.set_parts, covered, parts_.basket.lines());
  if (candidate.set->sets() > 0) return std::nullopt;
  const int unserved = candidate.set->UnservedPart();
  if (unserved < 0)
    return Refused(Reason::NOTHING_IN_SCOPE, "too little for a whole set");
  return Refused(
      Reason::NOTHING_IN_SCOPE,
      absl::StrCat("the set lacks ",
                   offer.offer.set_parts[static_cast<size_t>(unserved)].scope));
}

std::optional<Refusal> Admission::Occasion(size_t, Candidate& candidate) const {
  return NoOccasion(*candidate.offer, parts_.world);
}

std::optional<Refusal> Admission::Eligible(size_t, Candidate& candidate) const {
  const rules::Program& eligible = candidate.offer->eligible;
  if (eligible.Holds(parts_.customer)) return std::nullopt;
  return Refused(Reason::NOT_ELIGIBLE, LackingText(eligible, parts_.customer));
}

std::optional<Refusal> Admission::Limits(size_t, Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  const wire::Limits& limits = offer.limits;
  wire::OfferCountRow count;
  if ((limits.uses != 0 || limits.budget != 0) && parts_.world.usage != nullptr)
    count = parts_.world.usage->Count(candidate.offer->ordinal);
  const Left left = LeftOf(offer, candidate.offer->ordinal, count,
                           parts_.world.customer.account, parts_.world.today);
  candidate.budget_left = left.budget;
  if (left.uses == 0)
    return Refused(Reason::USES_GONE,
                   absl::StrCat("all ", limits.uses, " uses are gone"));
  if (left.budget == 0)
    return Refused(
        Reason::BUDGET_GONE,
        absl::StrCat("the budget of ",
                     AmountText(limits.budget, offer.currency), " is gone"));
  if (left.customer_uses == 0)
    return Refused(Reason::CUSTOMER_USES_GONE,
                   absl::StrCat("she has used it ", limits.uses_per_customer,
                                " of ", limits.uses_per_customer, " times"));
  return std::nullopt;
}

std::optional<Refusal> Admission::Minimum(size_t, Candidate& candidate) const {
  const wire::Offer& offer = candidate.offer->offer;
  const int64_t spend = parts_.basket.ListAmountOf(candidate.lines);
  if (spend < offer.min_spend)
    return Refusal{
        Reason::BELOW_MINIMUM,
        absl::StrCat(
            AmountText(offer.min_spend - spend, parts_.request.currency),
            " is missing to ",
            AmountText(offer.min_spend, parts_.request.currency)),
        offer.min_spend - spend};
  const int64_t quantity = parts_.basket.QuantityOf(candidate.lines);
  if (quantity < offer.min_quantity_milli)
    return Refusal{
        Reason::BELOW_MINIMUM,
        absl::StrCat(QuantityText(offer.min_quantity_milli - quantity),
                     " is missing to ", QuantityText(offer.min_quantity_milli)),
        offer.min_quantity_milli - quantity};
  return std::nullopt;
}

// At least 1: a gift without a price is still a gift.
int64_t Admission::WorthOfGift(const wire::Offer& offer) const {
  if (offer.benefit != wire::Benefit::GIFT) return 0;
  const World& world = parts_.world;
  if (world.find_product == nullptr || world.products == nullptr) return 1;
  const ProductOrdinal ordinal = (*world.find_product)(offer.gift_product_id);
  const wire::Product* product =
      ordinal == kNoProduct ? nullptr : world.products->Find(ordinal);
  if (product == nullptr || !product->__isset.price ||
      (product->__isset.currency &&
       product->currency != parts_.request.currency))
    return 1;
  const int64_t price = std::min(product->price, kMaxAmount);
  const int64_t quantity = std::min(offer.gift_quantity_milli, kMostGiven);
  return std::max<int64_t>(1, ShareOf(price, quantity, 1000));
}

}  // namespace patron::offers
