#include <initializer_list>
#include <set>
#include <utility>

#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/definitions/checker.h"

namespace patron::definitions {
namespace {

using wire::Benefit;
using wire::Occasion;

constexpr int64_t kMostUnits = 1000;
constexpr size_t kMostSetParts = 8;  // offers::kMaxSetParts
constexpr int64_t kMostPriority = 1'000'000;
constexpr int64_t kHoursAYear = 365 * 24;

class OfferChecker {
 public:
  OfferChecker(const wire::Offer& offer,
               const std::vector<wire::Programme>& programmes, Faults& faults)
      : o_(offer),
        programmes_(programmes),
        faults_(faults),
        check_(absl::StrCat("offers ", Quoted(offer.id)), faults),
        amount_{offer.currency} {}

  void Check() const {
    CheckTexts();
    CheckBenefit();
    CheckFieldsOfBenefit();
    CheckOccasion();
    CheckWhoAndWhen();
    CheckCodes();
    CheckLimits();
  }

 private:
  void CheckTexts() const {
    check_.Id("id", o_.id);
    check_.ShortText("name", o_.name);
    check_.ShortText("kind", o_.kind);
    check_.ShortText("group", o_.group);
    check_.ShortText("seed", o_.seed);
    check_.Word("state", o_.state, OfferStateWords());
    check_.Word("benefit", o_.benefit, BenefitWords());
    check_.Word("occasion", o_.occasion, OccasionWords());
    check_.Currency(o_.currency);
    check_.ProductRule("scope", o_.scope);
    check_.EligibleRule("eligible", o_.eligible);
  }

  // What the benefit cannot do without.
  void CheckBenefit() const {
    switch (o_.benefit) {
      case Benefit::PERCENT:
      case Benefit::PRICE_MATCH:
        return check_.Range("percent", o_.percent_bp, 1, kWholeBp, AsPercent());
      case Benefit::AMOUNT:
        return check_.Range("amount", o_.amount, 1, kMaxAmount, amount_);
      case Benefit::BUY_N_PAY_M:
        return CheckBuyAndPay();
      case Benefit::SET_PRICE:
        return CheckSet();
      case Benefit::GIFT:
        return CheckGift();
      case Benefit::POINTS_MULTIPLIER:
        CheckProgramme();
        return check_.Range("multiplier", o_.multiplier_bp, kWholeBp + 1,
                            kMostFactorBp, AsFactor());
      case Benefit::BONUS_POINTS:
        CheckProgramme();
        return check_.Number("points", o_.points, 1, kMostPoints);
      case Benefit::FREE_DELIVERY:
        return check_.Range("amount", o_.amount, 0, kMaxAmount, amount_);
      case Benefit::EARLY_ACCESS:
        return CheckEarlyAccess();
    }
  }

  void CheckBuyAndPay() const {
    check_.Number("buy", o_.buy, 2, kMostUnits);
    check_.Number("pay", o_.pay, 0, kMostUnits);
    if (o_.pay >= o_.buy)
      check_.Fault("pay", absl::StrCat(o_.pay, " is not below buy, ", o_.buy));
  }

  void CheckSet() const {
    check_.Range("amount", o_.amount, 1, kMaxAmount, amount_);
    check_.Count("set_parts", o_.set_parts.size(), kMostSetParts);
    if (o_.set_parts.empty())
      check_.Fault("set_parts", "is missing: what makes the set?");
    for (size_t i = 0; i < o_.set_parts.size(); ++i) {
      const Checker inside = check_.Inside("set_parts", i);
      inside.ProductRule("scope", o_.set_parts[i].scope);
      inside.Range("quantity", o_.set_parts[i].quantity_milli, 1,
                   kMaxQuantityMilli, AsQuantity());
    }
  }

  void CheckGift() const {
    check_.Id("gift.product", o_.gift_product_id);
    check_.Range("gift.quantity", o_.gift_quantity_milli, 1, kMaxQuantityMilli,
                 AsQuantity());
  }

  void CheckEarlyAccess() const {
    if (o_.opens_us == 0)
      check_.Fault("opens", "is missing: when do the products open to all?");
    if (o_.scope.empty())
      check_.Fault("scope", "is missing: which products open early?");
    faults_.Add(CheckTime(check_.FieldPath("opens"), o_.opens_us));
  }

  void CheckProgramme() const {
    if (FindProgramme(o_.programme_id) == nullptr)
      check_.Fault("programme",
                   absl::StrCat(Quoted(o_.programme_id), " is no programme"));
  }

  const wire::Programme* FindProgramme(const std::string& id) const {
    for (const wire::Programme& programme : programmes_)
      if (programme.id == id) return &programme;
    return nullptr;
  }

  // A field that only other benefits read was meant for something.
  void CheckFieldsOfBenefit() const {
    Only("percent", o_.percent_bp != 0,
         {Benefit::PERCENT, Benefit::PRICE_MATCH});
    Only("amount", o_.amount != 0,
         {Benefit::AMOUNT, Benefit::SET_PRICE, Benefit::FREE_DELIVERY});
    Only("multiplier", o_.multiplier_bp != kWholeBp,
         {Benefit::POINTS_MULTIPLIER});
    Only("points", o_.points != 0, {Benefit::BONUS_POINTS});
    Only("programme", !o_.programme_id.empty(),
         {Benefit::POINTS_MULTIPLIER, Benefit::BONUS_POINTS});
    Only("buy", o_.buy != 0, {Benefit::BUY_N_PAY_M});
    Only("pay", o_.pay != 0, {Benefit::BUY_N_PAY_M});
    Only("set_parts", !o_.set_parts.empty(), {Benefit::SET_PRICE});
    Only("gift", !o_.gift_product_id.empty() || o_.gift_quantity_milli != 1000,
         {Benefit::GIFT});
    Only("opens", o_.opens_us != 0, {Benefit::EARLY_ACCESS});
  }

  void Only(absl::string_view field, bool given,
            std::initializer_list<Benefit::type> benefits) const {
    if (!given) return;
    for (const Benefit::type benefit : benefits)
      if (o_.benefit == benefit) return;
    check_.Fault(field,
                 absl::StrCat("is of no use to benefit ",
                              Shown(AsWord{BenefitWords()}.Write(o_.benefit))));
  }

  void Only(absl::string_view field, bool given,
            std::initializer_list<Occasion::type> occasions) const {
    if (!given) return;
    for (const Occasion::type occasion : occasions)
      if (o_.occasion == occasion) return;
    check_.Fault(
        field, absl::StrCat("is of no use to occasion ",
                            Shown(AsWord{OccasionWords()}.Write(o_.occasion))));
  }

  void CheckOccasion() const {
    const bool needs_days = o_.occasion == Occasion::WIN_BACK ||
                            o_.occasion == Occasion::NEXT_ORDER;
    check_.Number("days", o_.days, needs_days ? 1 : 0, kMostDays);
    check_.Number("days_before", o_.days_before, 0, 182);
    check_.Number("days_after", o_.days_after, 0, 182);
    Only("days", o_.days != 0,
         {Occasion::WELCOME, Occasion::WIN_BACK, Occasion::NEXT_ORDER});
    Only("days_before", o_.days_before != 0, {Occasion::BIRTHDAY});
    Only("days_after", o_.days_after != 0, {Occasion::BIRTHDAY});
    Only("chance", o_.chance_bp != 0, {Occasion::SURPRISE});
    Only("seed", !o_.seed.empty(), {Occasion::SURPRISE});
    if (o_.occasion != Occasion::SURPRISE) return;
    check_.Range("chance", o_.chance_bp, 1, kWholeBp, AsPercent());
    if (o_.seed.empty())
      check_.Fault("seed", "is missing: the draw is repeated from it");
  }

  void CheckWhoAndWhen() const {
    check_.Range("min_spend", o_.min_spend, 0, kMaxAmount, amount_);
    check_.Range("min_quantity", o_.min_quantity_milli, 0, kMaxQuantityMilli,
                 AsQuantity());
    check_.Times(o_.starts_us, o_.ends_us);
    check_.Ids("channels", o_.channels);
    check_.Ids("stores", o_.store_ids);
    check_.Number("priority", o_.priority, -kMostPriority, kMostPriority);
    check_.Range("contact_cost", o_.cost_per_contact, 0, kMaxAmount, amount_);
    CheckEarlyStarts();
  }

  void CheckEarlyStarts() const {
    if (!o_.early_starts.empty() && o_.starts_us == 0 && o_.opens_us == 0)
      check_.Fault("early_starts", "starts is missing: earlier than what?");
    check_.Count("early_starts", o_.early_starts.size(), kMaxListed);
    std::set<std::pair<std::string, std::string>> seen;
    for (size_t i = 0; i < o_.early_starts.size(); ++i) {
      const wire::EarlyStart& early = o_.early_starts[i];
      const Checker inside = check_.Inside("early_starts", i);
      inside.Number("hours", early.hours, 1, kHoursAYear);
      CheckTierOf(inside, early);
      if (!seen.emplace(early.programme_id, early.tier_id).second)
        inside.Fault(
            "tier", absl::StrCat(Quoted(early.tier_id), " stands there twice"));
    }
  }

  void CheckTierOf(const Checker& inside, const wire::EarlyStart& early) const {
    const wire::Programme* programme = FindProgramme(early.programme_id);
    if (programme == nullptr)
      return inside.Fault("programme", absl::StrCat(Quoted(early.programme_id),
                                                    " is no programme"));
    for (const wire::Tier& tier : programme->tiers)
      if (tier.id == early.tier_id) return;
    inside.Fault(
        "tier", absl::StrCat(Quoted(early.tier_id), " is no tier of programme ",
                             Quoted(early.programme_id)));
  }

  void CheckCodes() const {
    check_.Ids("codes", o_.codes);
    if (!o_.codes.empty() && !o_.needs_code)
      check_.Fault("needs_code", absl::StrCat("is false, but codes has ",
                                              Quoted(o_.codes[0])));
  }

  void CheckLimits() const {
    const wire::Limits& l = o_.limits;
    check_.Number("limits.uses", l.uses, 0, kMostUses);
    check_.Range("limits.budget", l.budget, 0, kMaxAmount * 1000, amount_);
    check_.Word("limits.period", l.period, PeriodWords());
    check_.Number("limits.per_customer", l.uses_per_customer, 0, kMostUses);
    check_.Word("limits.customer_period", l.customer_period, PeriodWords());
  }

  const wire::Offer& o_;
  const std::vector<wire::Programme>& programmes_;
  Faults& faults_;
  const Checker check_;
  const AsAmount amount_;
};

}  // namespace

void ValidateOffer(const wire::Offer& offer,
                   const std::vector<wire::Programme>& programmes,
                   Faults& faults) {
  OfferChecker(offer, programmes, faults).Check();
}

}  // namespace patron::definitions
