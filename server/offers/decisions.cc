#include "server/offers/decisions.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/offers/texts.h"

namespace patron::offers {
namespace {

std::string BenefitText(const wire::Offer& offer, size_t lines,
                        const std::string& currency) {
  switch (offer.benefit) {
    case wire::Benefit::PERCENT:
      return absl::StrCat(PercentText(offer.percent_bp), " of ",
                          LinesText(lines));
    case wire::Benefit::AMOUNT:
      return absl::StrCat(AmountText(offer.amount, currency), " off ",
                          LinesText(lines));
    case wire::Benefit::BUY_N_PAY_M:
      return absl::StrCat("buy ", offer.buy, ", pay ", offer.pay);
    case wire::Benefit::SET_PRICE:
      return absl::StrCat("a set for ", AmountText(offer.amount, currency));
    case wire::Benefit::GIFT:
      return absl::StrCat("gift: ", QuantityText(offer.gift_quantity_milli),
                          " ", offer.gift_product_id);
    case wire::Benefit::POINTS_MULTIPLIER:
      return absl::StrCat(FactorText(offer.multiplier_bp), " times points on ",
                          LinesText(lines));
    case wire::Benefit::BONUS_POINTS:
      return absl::StrCat(offer.points, " points");
    case wire::Benefit::FREE_DELIVERY:
      return "delivery";
    case wire::Benefit::PRICE_MATCH:
      return "a competitor's price";
    case wire::Benefit::EARLY_ACCESS:
      return absl::StrCat("early access, open to all ",
                          MomentText(offer.opens_us));
  }
  return "";
}

std::string JoinIds(const std::vector<const Candidate*>& candidates) {
  return absl::StrJoin(candidates, ", ",
                       [](std::string* out, const Candidate* candidate) {
                         absl::StrAppend(out, candidate->offer->offer.id);
                       });
}

// Of the applied offers those that the candidate may not stand beside.
std::vector<const Candidate*> Rivals(const Candidate& candidate,
                                     const Combination& combination) {
  std::vector<const Candidate*> rivals;
  for (const Candidate* applied : combination.applied)
    if (!StandTogether(candidate.offer->offer, applied->offer->offer))
      rivals.push_back(applied);
  return rivals;
}

std::string NothingMoreText(const Combination& combination) {
  if (combination.applied.empty()) return "takes nothing off this basket";
  return absl::StrCat("takes nothing more off beside ",
                      JoinIds(combination.applied));
}

}  // namespace

std::vector<Laid> LayAll(const Combination& combination, const Basket& basket,
                         Remaining& remaining) {
  std::vector<Laid> all;
  for (const Candidate* candidate : combination.applied) {
    const std::vector<int64_t> before = remaining.lines;
    Laid laid;
    laid.candidate = candidate;
    laid.discount = LayOver(*candidate, basket.lines(), remaining);
    for (size_t at = 0; at < before.size(); ++at)
      laid.by_line.push_back(before[at] - remaining.lines[at]);
    all.push_back(std::move(laid));
  }
  return all;
}

void DecideApplied(const Laid& laid, const std::string& currency,
                   wire::OfferDecision& decision) {
  const wire::Offer& offer = laid.candidate->offer->offer;
  decision.offer_id = offer.id;
  decision.name = offer.name;
  decision.reason = wire::OfferReason::APPLIED;
  decision.text = BenefitText(offer, laid.candidate->lines.size(), currency);
  if (laid.discount > 0)
    absl::StrAppend(&decision.text, ": ", AmountText(laid.discount, currency));
  decision.discount = laid.discount;
  decision.code = laid.candidate->code;
  decision.points = laid.points;
  if (offer.benefit == wire::Benefit::GIFT) {
    decision.gift_product_id = offer.gift_product_id;
    decision.gift_quantity_milli = offer.gift_quantity_milli;
  }
}

void DecideRefused(const wire::Offer& offer, Refusal refusal,
                   wire::OfferDecision& decision) {
  decision.offer_id = offer.id;
  decision.name = offer.name;
  decision.reason = refusal.reason;
  decision.text = std::move(refusal.text);
  decision.missing = refusal.missing;
}

Refusal WhyLeftOut(const Candidate& candidate, const Combination& combination,
                   const Basket& basket, const Remaining& start,
                   const std::string& currency, PointsOf points) {
  Remaining alone = start;
  const int64_t taken = LayOver(candidate, basket.lines(), alone);
  if (candidate.budget_left >= 0 && taken > candidate.budget_left)
    return {wire::OfferReason::BUDGET_GONE,
            absl::StrCat("would take ", AmountText(taken, currency),
                         ", its budget has ",
                         AmountText(candidate.budget_left, currency), " left")};
  const Candidate* const one[] = {&candidate};
  if (alone.total == start.total &&
      points(one, alone.lines) == points({}, start.lines))
    return {wire::OfferReason::NO_GAIN, "takes nothing off this basket"};
  const auto rivals = Rivals(candidate, combination);
  if (rivals.empty())
    return {wire::OfferReason::NO_GAIN, NothingMoreText(combination)};
  return {wire::OfferReason::OUTBID,
          absl::StrCat("not beside ", JoinIds(rivals), ", which gives more")};
}

}  // namespace patron::offers
