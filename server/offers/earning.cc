#include "server/offers/earning.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/loyalty/account.h"
#include "server/offers/shares.h"
#include "server/offers/texts.h"

namespace patron::offers {
namespace {

constexpr int64_t kOnce = 10'000;  // a multiplier of 1

// An amount × multiplier × tier; a whole basket's stays below 2^100.
using Weight = __int128;

// `weight` × earn_points ÷ (earn_amount × 10^8), at most kMostEarned.
int64_t Exchange(const wire::Programme& programme, Weight weight,
                 wire::Rounding::type rounding) {
  const auto most = ~static_cast<unsigned __int128>(0) >> 1;
  const auto points = static_cast<unsigned __int128>(programme.earn_points);
  const auto whole = static_cast<unsigned __int128>(weight);
  const unsigned __int128 per =
      static_cast<unsigned __int128>(programme.earn_amount) * kOnce * kOnce;
  if (points > 0 && whole > most / points) return kMostEarned;
  const unsigned __int128 product = whole * points;
  unsigned __int128 quotient = product / per;
  const unsigned __int128 rest = product % per;
  if (rounding == wire::Rounding::UP && rest > 0) ++quotient;
  if (rounding == wire::Rounding::NEAREST && rest >= per - rest) ++quotient;
  return quotient > kMostEarned ? kMostEarned : static_cast<int64_t>(quotient);
}

const wire::ProgrammeAccount* AccountIn(const wire::AccountRow* account,
                                        uint32_t programme) {
  if (account == nullptr) return nullptr;
  for (const wire::ProgrammeAccount& part : account->programmes)
    if (static_cast<uint32_t>(part.programme) == programme) return &part;
  return nullptr;
}

const wire::Tier* TierById(const wire::Programme& programme,
                           absl::string_view id) {
  for (const wire::Tier& tier : programme.tiers)
    if (tier.id == id) return &tier;
  return nullptr;
}

std::vector<uint32_t> Both(Places a, Places b) {
  std::vector<uint32_t> both;
  std::set_intersection(a.begin(), a.end(), b.begin(), b.end(),
                        std::back_inserter(both));
  return both;
}

int64_t SumOf(Places places, absl::Span<const int64_t> amounts) {
  int64_t sum = 0;
  for (const uint32_t at : places) sum += amounts[at];
  return sum;
}

// Bonus points over the lines that they are given for.
void ShareBonus(int64_t points, Places places,
                absl::Span<const int64_t> amounts,
                std::vector<int64_t>& by_line) {
  std::vector<int64_t> weights, shares(places.size());
  for (const uint32_t at : places) weights.push_back(amounts[at]);
  ShareOut(points, weights, absl::MakeSpan(shares));
  for (size_t i = 0; i < places.size(); ++i) by_line[places[i]] += shares[i];
}

std::string RuleRefused(const wire::EarningRule& rule,
                        const rules::Program& eligible,
                        const EarningMoment& moment) {
  if (rule.starts_us != 0 && moment.at_us < rule.starts_us)
    return absl::StrCat("starts ", MomentText(rule.starts_us));
  if (rule.ends_us != 0 && moment.at_us >= rule.ends_us)
    return absl::StrCat("ended ", MomentText(rule.ends_us));
  if (!eligible.empty() &&
      (moment.anonymous || !eligible.Holds(moment.customer)))
    return absl::StrCat("only for ", eligible.ToString());
  return "";
}

}  // namespace

ProgrammeEarning::ProgrammeEarning(const EarningMoment& moment, size_t place)
    : basket_(moment.basket) {
  const Compiled& definitions = *moment.world.definitions;
  const CompiledProgramme& compiled = definitions.compiled_programmes[place];
  programme_ = &definitions.programmes.all[place].programme;
  ordinal_ = definitions.programmes.all[place].ordinal;
  would_be_ = moment.anonymous;
  member_ = !moment.anonymous && compiled.eligible.Holds(moment.customer);
  if (!member_ && !would_be_) return;
  why_none_ = WhyNone(moment);
  lines_ = basket_.Covered(compiled.scope_number);
  if (member_) account_ = AccountIn(moment.world.customer.account, ordinal_);
  const wire::ProgrammeAccount none;
  tier_id_ = loyalty::TierOn(*programme_, account_ ? *account_ : none,
                             moment.world.today);
  if (const wire::Tier* tier = TierById(*programme_, tier_id_))
    tier_bp_ = tier->multiplier_bp;
  AddRules(moment, compiled);
}

std::string ProgrammeEarning::WhyNone(const EarningMoment& moment) const {
  if (programme_->currency != moment.currency)
    return absl::StrCat("no ", programme_->points_name, ": they are for ",
                        programme_->currency, ", this is in ", moment.currency);
  if (moment.at_us < programme_->starts_us)
    return absl::StrCat("no ", programme_->points_name,
                        ": the programme starts ",
                        MomentText(programme_->starts_us));
  return "";
}

void ProgrammeEarning::AddRules(const EarningMoment& moment,
                                const CompiledProgramme& compiled) {
  for (size_t at = 0; at < compiled.earning_rules.size(); ++at) {
    const CompiledRule& rule = compiled.earning_rules[at];
    Rule added;
    added.rule = &programme_->earning_rules[at];
    added.lines = Both(basket_.Covered(rule.scope_number), lines_);
    if (!added.lines.empty())
      added.refused = RuleRefused(*added.rule, rule.eligible, moment);
    rules_.push_back(std::move(added));
  }
}

bool ProgrammeEarning::Counts(const Rule& rule,
                              absl::Span<const int64_t> amounts) const {
  return rule.refused.empty() && !rule.lines.empty() &&
         SumOf(rule.lines, amounts) >= rule.rule->min_spend;
}

bool ProgrammeEarning::Adds(const Candidate& candidate,
                            wire::Benefit::type benefit) const {
  const wire::Offer& offer = candidate.offer->offer;
  return offer.benefit == benefit && offer.programme_id == programme_->id;
}

// 0 where nothing multiplies a line.
void ProgrammeEarning::FindMultipliers(
    absl::Span<const int64_t> amounts,
    absl::Span<const Candidate* const> applied, const Without& without,
    std::vector<int64_t>& multipliers) const {
  multipliers.assign(amounts.size(), 0);
  const auto raise = [&](Places places, int64_t multiplier) {
    for (const uint32_t at : places)
      multipliers[at] = std::max(multipliers[at], multiplier);
  };
  for (size_t at = 0; at < rules_.size(); ++at) {
    const int64_t multiplier = rules_[at].rule->multiplier_bp;
    if (static_cast<int>(at) != without.rule && multiplier != kOnce &&
        Counts(rules_[at], amounts))
      raise(rules_[at].lines, multiplier);
  }
  for (const Candidate* candidate : applied)
    if (candidate != without.offer &&
        Adds(*candidate, wire::Benefit::POINTS_MULTIPLIER))
      raise(candidate->lines, candidate->offer->offer.multiplier_bp);
}

int64_t ProgrammeEarning::AddBase(absl::Span<const int64_t> amounts,
                                  const std::vector<int64_t>& multipliers,
                                  int64_t tier_bp,
                                  std::vector<int64_t>& by_line) const {
  if (programme_->earn_amount <= 0 || programme_->earn_points <= 0) return 0;
  Weight running = 0;
  int64_t given = 0, last = -1;
  for (const uint32_t at : lines_) {
    const int64_t multiplier = multipliers[at] == 0 ? kOnce : multipliers[at];
    const Weight weight =
        static_cast<Weight>(amounts[at]) * multiplier * tier_bp;
    if (weight == 0) continue;
    running += weight;
    const int64_t due =
        programme_->round_by_line
            ? given + Exchange(*programme_, weight, programme_->rounding)
            : Exchange(*programme_, running, wire::Rounding::DOWN);
    by_line[at] += due - given;
    given = due;
    last = at;
  }
  if (programme_->round_by_line || last < 0) return given;
  const int64_t whole = Exchange(*programme_, running, programme_->rounding);
  by_line[last] += whole - given;
  return whole;
}

int64_t ProgrammeEarning::AddBonuses(absl::Span<const int64_t> amounts,
                                     absl::Span<const Candidate* const> applied,
                                     const Without& without,
                                     std::vector<int64_t>& by_line) const {
  int64_t sum = 0;
  const auto add = [&](int64_t points, Places places) {
    if (points <= 0 || places.empty()) return;
    points = std::min(points, kMostEarned);
    ShareBonus(points, places, amounts, by_line);
    sum += points;
  };
  for (size_t at = 0; at < rules_.size(); ++at)
    if (static_cast<int>(at) != without.rule && Counts(rules_[at], amounts))
      add(rules_[at].rule->bonus_points, rules_[at].lines);
  for (const Candidate* candidate : applied)
    if (candidate != without.offer &&
        Adds(*candidate, wire::Benefit::BONUS_POINTS))
      add(candidate->offer->offer.points, candidate->lines);
  return sum;
}

int64_t ProgrammeEarning::Points(absl::Span<const int64_t> amounts,
                                 absl::Span<const Candidate* const> applied,
                                 std::vector<int64_t>& by_line,
                                 const Without& without) const {
  by_line.assign(amounts.size(), 0);
  if (!why_none_.empty() || (!member_ && !would_be_)) return 0;
  std::vector<int64_t> multipliers;
  FindMultipliers(amounts, applied, without, multipliers);
  return AddBase(amounts, multipliers, without.tier ? kOnce : tier_bp_,
                 by_line) +
         AddBonuses(amounts, applied, without, by_line);
}

void ProgrammeEarning::AddCredit(absl::Span<const int64_t> amounts,
                                 wire::PointsDecision& decision) const {
  decision.credit_by_line.assign(amounts.size(), 0);
  if (programme_->tiers.empty() || !why_none_.empty()) return;
  if (programme_->tier_credit == wire::TierCredit::POINTS) {
    decision.credit_by_line = decision.earned_by_line;
  } else {
    for (const uint32_t at : lines_) decision.credit_by_line[at] = amounts[at];
  }
  for (const int64_t credit : decision.credit_by_line)
    decision.credit += credit;
}

// Her tier with this basket, and what is missing to the one above that.
void ProgrammeEarning::AddTier(Day today,
                               wire::PointsDecision& decision) const {
  const wire::ProgrammeAccount none;
  const int64_t credit =
      loyalty::CreditOf(*programme_, account_ ? *account_ : none, today) +
      decision.credit;
  decision.credit_currency = loyalty::CreditCurrency(*programme_);
  const std::string reached = loyalty::TierFor(*programme_, credit);
  const int rank = std::max(loyalty::TierRank(*programme_, tier_id_),
                            loyalty::TierRank(*programme_, reached));
  if (rank >= 0)
    decision.tier_after_id = programme_->tiers[static_cast<size_t>(rank)].id;
  const auto next = static_cast<size_t>(rank) + 1;
  if (next >= programme_->tiers.size()) return;
  decision.next_tier_id = programme_->tiers[next].id;
  decision.missing_credit =
      std::max<int64_t>(0, programme_->tiers[next].credit - credit);
}

std::string ProgrammeEarning::ExplainRule(const Rule& rule,
                                          absl::Span<const int64_t> amounts,
                                          int64_t more) const {
  const std::string name = absl::StrCat("rule ", rule.rule->id, ": ");
  if (rule.lines.empty()) return absl::StrCat(name, "no line in its scope");
  if (!rule.refused.empty()) return absl::StrCat(name, rule.refused);
  const int64_t spend = SumOf(rule.lines, amounts);
  if (spend < rule.rule->min_spend)
    return absl::StrCat(
        name, AmountText(rule.rule->min_spend - spend, programme_->currency),
        " is missing to ",
        AmountText(rule.rule->min_spend, programme_->currency));
  std::string text = name;
  if (rule.rule->multiplier_bp != kOnce)
    absl::StrAppend(&text, FactorText(rule.rule->multiplier_bp), " times on ",
                    AmountText(spend, programme_->currency), ": ");
  return absl::StrCat(text, more, " more");
}

void ProgrammeEarning::Explain(absl::Span<const int64_t> amounts,
                               absl::Span<const Candidate* const> applied,
                               wire::PointsDecision& decision) const {
  const int64_t earned = decision.earned;
  std::vector<int64_t> ignored;
  const auto more = [&](const Without& without) {
    return earned - Points(amounts, applied, ignored, without);
  };
  std::vector<std::string>& reasons = decision.reasons;
  reasons.push_back(
      absl::StrCat(earned, " ", programme_->points_name, " on ",
                   AmountText(SumOf(lines_, amounts), programme_->currency)));
  for (size_t at = 0; at < rules_.size(); ++at)
    reasons.push_back(ExplainRule(
        rules_[at], amounts,
        Counts(rules_[at], amounts) ? more({static_cast<int>(at)}) : 0));
  for (const Candidate* candidate : applied)
    if (GivesPoints(candidate->offer->offer) &&
        candidate->offer->offer.programme_id == programme_->id)
      reasons.push_back(absl::StrCat("offer ", candidate->offer->offer.id, ": ",
                                     more({-1, candidate}), " more"));
  if (tier_bp_ != kOnce)
    reasons.push_back(
        absl::StrCat("tier ", tier_id_, ": ", FactorText(tier_bp_),
                     " times: ", more({-1, nullptr, true}), " more"));
}

wire::PointsDecision ProgrammeEarning::Decide(
    absl::Span<const int64_t> amounts,
    absl::Span<const Candidate* const> applied, Day today) const {
  wire::PointsDecision decision;
  decision.programme_id = programme_->id;
  decision.tier_id = tier_id_;
  decision.earned = Points(amounts, applied, decision.earned_by_line);
  if (why_none_.empty()) {
    Explain(amounts, applied, decision);
  } else {
    decision.reasons.push_back(why_none_);
  }
  const loyalty::LotDays days = loyalty::LotDaysOf(*programme_, today);
  decision.available_day = days.available_day;
  decision.expiry_day = days.expiry_day;
  if (!member_) {
    ForgetEarned(decision);
    return decision;
  }
  if (account_ != nullptr)
    decision.available = loyalty::BalanceOf(*account_, today).available;
  AddCredit(amounts, decision);
  AddTier(today, decision);
  return decision;
}

// An anonymous basket earns nothing: it is told what a member would have.
void ProgrammeEarning::ForgetEarned(wire::PointsDecision& decision) const {
  if (decision.earned > 0)
    decision.reasons.insert(
        decision.reasons.begin(),
        absl::StrCat("only members earn: a new one would get ", decision.earned,
                     " ", programme_->points_name));
  decision.earned = 0;
  std::fill(decision.earned_by_line.begin(), decision.earned_by_line.end(), 0);
  decision.credit_by_line.assign(decision.earned_by_line.size(), 0);
}

std::vector<ProgrammeEarning> EarningsOf(const EarningMoment& moment) {
  std::vector<ProgrammeEarning> earnings;
  const size_t programmes = moment.world.definitions->programmes.all.size();
  earnings.reserve(programmes);
  for (size_t place = 0; place < programmes; ++place)
    earnings.emplace_back(moment, place);
  return earnings;
}

}  // namespace patron::offers
