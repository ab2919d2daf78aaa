#include "server/offers/occasions.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/digest.h"
#include "server/definitions/holdout.h"
#include "server/offers/texts.h"

namespace patron::offers {
namespace {

constexpr absl::CivilDay kEpoch(1970);

Refusal None(std::string text) {
  return {wire::OfferReason::NO_OCCASION, std::move(text)};
}

std::string DaysText(int64_t days) {
  return days == 1 ? "1 day" : absl::StrCat(days, " days");
}

std::optional<Refusal> NoBirthday(const wire::Offer& offer,
                                  const World& world) {
  const facts::Traits* traits = world.customer.traits;
  if (traits == nullptr || !traits->__isset.birth_month ||
      !traits->__isset.birth_day)
    return None("her birthday is not known");
  const absl::CivilDay today = kEpoch + world.today;
  for (int64_t year = today.year() - 1; year <= today.year() + 1; ++year) {
    const absl::CivilDay birthday(year, traits->birth_month, traits->birth_day);
    if (today >= birthday - offer.days_before &&
        today <= birthday + offer.days_after)
      return std::nullopt;
  }
  return None(absl::StrCat("not her birthday: from ",
                           DaysText(offer.days_before), " before to ",
                           DaysText(offer.days_after), " after it"));
}

Day FirstPurchase(const World& world) {
  return world.customer.facts == nullptr
             ? 0
             : world.customer.facts->summary.first_day;
}

Day LastPurchase(const World& world) {
  return world.customer.facts == nullptr
             ? 0
             : world.customer.facts->summary.last_day;
}

std::optional<Refusal> NotNew(const wire::Offer& offer, const World& world) {
  const Day first = FirstPurchase(world);
  if (first == 0 || world.today - first <= offer.days) return std::nullopt;
  return None(absl::StrCat("first purchase ", DaysText(world.today - first),
                           " ago, at most ", offer.days));
}

std::optional<Refusal> NotLost(const wire::Offer& offer, const World& world) {
  const Day last = LastPurchase(world);
  if (last == 0) return None("no purchase yet");
  if (world.today - last >= offer.days) return std::nullopt;
  return None(absl::StrCat("last purchase ", DaysText(world.today - last),
                           " ago, at least ", offer.days));
}

std::optional<Refusal> NotFresh(const wire::Offer& offer, const World& world) {
  const Day last = LastPurchase(world);
  if (last == 0) return None("no purchase yet");
  if (world.today - last < offer.days) return std::nullopt;
  return None(absl::StrCat("last purchase ", DaysText(world.today - last),
                           " ago, less than ", offer.days));
}

std::optional<Refusal> NotDrawn(const wire::Offer& offer, const World& world) {
  const uint64_t drawn =
      ShortDigestOf(absl::StrCat(offer.seed, "\n", offer.id, "\n",
                                 world.customer_id, "\n", world.today)) %
      10'000;
  if (static_cast<int64_t>(drawn) < offer.chance_bp) return std::nullopt;
  return Refusal{wire::OfferReason::NOT_DRAWN,
                 absl::StrCat("not drawn today: ", drawn, ", below ",
                              offer.chance_bp, " wins")};
}

std::optional<Refusal> NotIssued(uint32_t offer_ordinal, const World& world) {
  const std::optional<Refusal> held_out = HeldOut(world);
  std::string text = held_out ? held_out->text : "not issued to her";
  const wire::AccountRow* account = world.customer.account;
  if (account == nullptr) return Refusal{wire::OfferReason::NOT_ISSUED, text};
  for (const wire::Issued& issued : account->issued) {
    if (static_cast<uint32_t>(issued.offer) != offer_ordinal) continue;
    if (issued.expires_at_us != 0 && issued.expires_at_us <= world.now_us) {
      text = "issued, but expired";
    } else if (issued.used + issued.reserved > 0) {
      text = issued.used > 0 ? "issued, but used" : "issued, but reserved";
    } else {
      return std::nullopt;
    }
  }
  return Refusal{wire::OfferReason::NOT_ISSUED, text};
}

}  // namespace

std::optional<Refusal> HeldOut(const World& world) {
  const wire::Holdout& holdout = world.definitions->version.definitions.holdout;
  if (!holdout.offers || world.customer_id.empty() ||
      !definitions::InHoldout(holdout, world.customer_id))
    return std::nullopt;
  return Refusal{wire::OfferReason::NOT_ISSUED,
                 absl::StrCat("not made to her: she is in the holdout, the ",
                              PercentText(holdout.share_bp),
                              " of customers who get no such offers, to "
                              "compare with")};
}

std::optional<Refusal> NoOccasion(const CompiledOffer& compiled,
                                  const World& world) {
  const wire::Offer& offer = compiled.offer;
  switch (offer.occasion) {
    case wire::Occasion::ALWAYS:
      return std::nullopt;
    case wire::Occasion::BIRTHDAY:
      return NoBirthday(offer, world);
    case wire::Occasion::WELCOME:
      return NotNew(offer, world);
    case wire::Occasion::WIN_BACK:
      return NotLost(offer, world);
    case wire::Occasion::NEXT_ORDER:
      return NotFresh(offer, world);
    case wire::Occasion::SURPRISE:
      return NotDrawn(offer, world);
    case wire::Occasion::PERSONAL:
      return NotIssued(compiled.ordinal, world);
  }
  return std::nullopt;
}

}  // namespace patron::offers
