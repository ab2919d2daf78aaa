#include <set>

#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/definitions/checker.h"

namespace patron::definitions {
namespace {

constexpr size_t kMostTiers = 50;
constexpr size_t kMostEarningRules = 1000;

// The longest life of points: a hundred years.
void CheckExpiry(const Checker& check, const wire::Programme& p) {
  switch (p.expiry) {
    case wire::Expiry::NEVER:
      return check.Number("expiry.after", p.expiry_count, 0, 0);
    case wire::Expiry::DAYS:
      return check.Number("expiry.after", p.expiry_count, 1, kMostDays);
    case wire::Expiry::END_OF_MONTH:
      return check.Number("expiry.after", p.expiry_count, 0, 1200);
    case wire::Expiry::END_OF_YEAR:
      return check.Number("expiry.after", p.expiry_count, 0, 100);
  }
  check.Fault("expiry", absl::StrCat(static_cast<int>(p.expiry),
                                     " is no kind of expiry"));
}

void CheckEarning(const Checker& check, const wire::Programme& p) {
  check.EligibleRule("eligible", p.eligible);
  check.ProductRule("scope", p.scope);
  check.Number("earn.points", p.earn_points, 0, kMostPoints);
  check.Range("earn.per", p.earn_amount, 1, kMaxAmount, AsAmount{p.currency});
  check.Word("rounding", p.rounding, RoundingWords());
  check.Number("pending_days", p.pending_days, 0, kMostDays);
  CheckExpiry(check, p);
}

void CheckRedeeming(const Checker& check, const wire::Programme& p) {
  const AsAmount amount{p.currency};
  check.Number("redeem.points", p.redeem_points, 0, kMostPoints);
  check.Range("redeem.pays", p.redeem_amount, 0, kMaxAmount, amount);
  check.Range("redeem.at_most", p.redeem_most_bp, 0, kWholeBp, AsPercent());
  if ((p.redeem_points > 0) != (p.redeem_amount > 0))
    check.Fault("redeem",
                absl::StrCat(p.redeem_points, " points pay ",
                             amount.Write(p.redeem_amount).text,
                             "; give both points and pays, or neither"));
  check.Word("debt", p.debt, DebtWords());
}

void CheckEarningRule(const Checker& check, const wire::EarningRule& r,
                      const wire::Programme& p) {
  check.Id("id", r.id);
  check.ProductRule("scope", r.scope);
  check.EligibleRule("eligible", r.eligible);
  check.Range("multiplier", r.multiplier_bp, 0, kMostFactorBp, AsFactor());
  check.Number("bonus_points", r.bonus_points, 0, kMostPoints);
  check.Range("min_spend", r.min_spend, 0, kMaxAmount, AsAmount{p.currency});
  check.Times(r.starts_us, r.ends_us);
  if (r.multiplier_bp == kWholeBp && r.bonus_points == 0)
    check.Fault("multiplier",
                "the rule changes nothing: give a multiplier or bonus_points");
}

void CheckEarningRules(const Checker& check, const wire::Programme& p) {
  check.Count("earning_rules", p.earning_rules.size(), kMostEarningRules);
  for (const wire::EarningRule& rule : p.earning_rules)
    CheckEarningRule(check.Inside("earning_rules", rule.id), rule, p);
  CheckUnique(p.earning_rules, [&](const wire::EarningRule& rule) {
    check.Inside("earning_rules", rule.id).Fault("id", "stands there twice");
  });
}

void CheckEventPoints(const Checker& check, const wire::Programme& p) {
  std::set<int> seen;
  for (size_t i = 0; i < p.event_points.size(); ++i) {
    const wire::EventPoints& e = p.event_points[i];
    const Checker inside = check.Inside("event_points", i);
    inside.Word("kind", e.kind, EventKindWords());
    inside.Number("points", e.points, 1, kMostPoints);
    inside.Number("most_a_day", e.most_a_day, 1, 1000);
    if (!seen.insert(e.kind).second)
      inside.Fault("kind",
                   absl::StrCat(AsWord{EventKindWords()}.Write(e.kind).text,
                                " stands there twice"));
  }
}

void CheckReferral(const Checker& check, const wire::Programme& p) {
  if (!p.__isset.referral) return;
  const wire::Referral& r = p.referral;
  check.Number("referral.referrer_points", r.referrer_points, 0, kMostPoints);
  check.Number("referral.friend_points", r.friend_points, 0, kMostPoints);
  check.Number("referral.most_a_year", r.most_a_year, 0, 10'000);
  check.Range("referral.min_spend", r.min_spend, 0, kMaxAmount,
              AsAmount{p.currency});
}

std::string CreditText(const wire::Programme& p, int64_t credit) {
  return p.tier_credit == wire::TierCredit::POINTS
             ? absl::StrCat(credit)
             : AsAmount{p.currency}.Write(credit).text;
}

void CheckTier(const Checker& check, const wire::Tier& tier,
               const wire::Programme& p) {
  check.Id("id", tier.id);
  check.ShortText("name", tier.name);
  if (tier.credit < 0 || tier.credit > kMaxAmount)
    check.Fault("credit", absl::StrCat(CreditText(p, tier.credit),
                                       " is not between 0 and ",
                                       CreditText(p, kMaxAmount)));
  check.Range("multiplier", tier.multiplier_bp, 0, kMostFactorBp, AsFactor());
  check.Count("rewards", tier.rewards.size(), kMaxListed);
  for (const std::string& reward : tier.rewards)
    check.ShortText("rewards", reward);
}

void CheckTiers(const Checker& check, const wire::Programme& p) {
  check.Count("tiers", p.tiers.size(), kMostTiers);
  for (size_t i = 0; i < p.tiers.size(); ++i) {
    const wire::Tier& tier = p.tiers[i];
    const Checker inside = check.Inside("tiers", tier.id);
    CheckTier(inside, tier, p);
    if (i > 0 && tier.credit <= p.tiers[i - 1].credit)
      inside.Fault(
          "credit",
          absl::StrCat(CreditText(p, tier.credit), " is not above ",
                       CreditText(p, p.tiers[i - 1].credit),
                       " of the tier before, ", Quoted(p.tiers[i - 1].id)));
  }
  CheckUnique(p.tiers, [&](const wire::Tier& tier) {
    check.Inside("tiers", tier.id).Fault("id", "stands there twice");
  });
  check.Word("tier_window", p.tier_window, TierWindowWords());
  check.Number("tier_days", p.tier_days, 1, kMostDays);
  check.Number("tier_grace_days", p.tier_grace_days, 0, kMostDays);
  check.Word("tier_credit", p.tier_credit, TierCreditWords());
}

}  // namespace

void ValidateProgramme(const wire::Programme& p, Faults& faults) {
  const Checker check(absl::StrCat("programmes ", Quoted(p.id)), faults);
  check.Id("id", p.id);
  check.ShortText("name", p.name);
  check.ShortText("points_name", p.points_name);
  check.Currency(p.currency);
  CheckEarning(check, p);
  CheckRedeeming(check, p);
  CheckEarningRules(check, p);
  CheckEventPoints(check, p);
  check.Number("birthday_points", p.birthday_points, 0, kMostPoints);
  CheckReferral(check, p);
  CheckTiers(check, p);
  check.Number("clerk_adjustment", p.clerk_adjustment, 0, kMostPoints);
  check.Number("clerk_adjustment_day", p.clerk_adjustment_day, 0, kMostPoints);
  faults.Add(CheckTime(check.FieldPath("starts"), p.starts_us));
}

}  // namespace patron::definitions
