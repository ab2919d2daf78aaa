#include "server/checkout/purchases.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/checkout/apply.h"
#include "server/checkout/source.h"
#include "server/customers/purchases.h"
#include "server/store/keys.h"
#include "server/subjects/subjects.h"

namespace patron::checkout {
namespace {

int64_t AmountOf(const wire::PurchaseRow& row) {
  int64_t sum = 0;
  for (const wire::StoredLine& line : row.lines) sum += line.amount;
  return sum;
}

std::vector<offers::PaidLine> PaidLines(const wire::PurchaseRow& row,
                                        const store::OrdinalChanges& ordinals) {
  std::vector<offers::PaidLine> lines;
  lines.reserve(row.lines.size());
  for (const wire::StoredLine& line : row.lines)
    lines.push_back({std::string(ordinals.ProductId(
                         ProductOrdinal(static_cast<uint32_t>(line.product)))),
                     line.list_amount, line.amount});
  return lines;
}

int YearOf(Day day) {
  return static_cast<int>((absl::CivilDay(1970) + day).year());
}

// Whether the referrer may still be rewarded this year; counts it if so.
bool CountReferral(const wire::Referral& referral, Day today,
                   wire::ProgrammeAccount& account) {
  const int year = YearOf(today);
  if (account.referrals_year != year) {
    account.referrals_year = year;
    account.referrals = 0;
  }
  if (account.referrals >= referral.most_a_year) return false;
  ++account.referrals;
  return true;
}

// Facts count goods that were kept, and goods without a quantity not at all:
// the receipts themselves say whether there was one before.
bool BoughtBefore(CustomerOrdinal customer, const Context& context) {
  facts::CustomerFacts facts;
  context.base.facts.ReadNow(customer, facts);
  if (facts.summary.purchases > 0 || facts.summary.returns > 0) return true;
  bool any = false;
  PATRON_CHECK_OK(context.base.batch.ScanPrefix(
      store::Family::kPurchases, store::CustomerKey(customer),
      [&any](absl::string_view, absl::string_view) {
        any = true;
        return false;
      }));
  return any;
}

// Whether a customer takes part in the programme at `place` of the definitions.
bool TakesPart(size_t place, CustomerOrdinal customer, const Stamp& stamp,
               const Context& context) {
  const BatchSource source(context);
  const Scene scene(source, customer,
                    context.base.ordinals.CustomerId(customer),
                    absl::ToUnixMicros(stamp.logged_at), stamp.logged_day);
  const bool holds =
      scene.definitions().compiled_programmes[place].eligible.Holds(
          subjects::CustomerSubject(scene.world().customer));
  PATRON_CHECK_OK(scene.status());
  return holds;
}

}  // namespace

Day EarningDay(const Stamp& stamp) {
  return std::min(stamp.local_day, stamp.logged_day);
}

void PostEarning(const std::vector<wire::PointsDecision>& decisions,
                 CustomerOrdinal customer, absl::string_view cause,
                 const Stamp& stamp, const Context& context,
                 wire::EffectsRow& effects, Postings& postings) {
  const auto& programmes = context.holdings.definitions()->programmes;
  const Day day = EarningDay(stamp);
  for (const wire::PointsDecision& decision : decisions) {
    const auto* programme = programmes.ById(decision.programme_id);
    if (programme == nullptr) continue;
    if (decision.earned != 0 || !decision.reasons.empty()) {
      const loyalty::LotDays days =
          loyalty::LotDaysOf(programme->programme, day);
      wire::EarnedRow earned;
      earned.programme = static_cast<int32_t>(programme->ordinal);
      earned.available_day = days.available_day;
      earned.expiry_day = days.expiry_day;
      earned.by_line = decision.earned_by_line;
      earned.reasons = decision.reasons;
      if (decision.earned != 0)
        loyalty::Earn(wire::EntryKind::EARN, decision.earned, days, cause,
                      postings.Account(customer, *programme),
                      postings.Journal(customer, decision.programme_id));
      effects.earned.push_back(std::move(earned));
    }
    if (decision.credit != 0) {
      wire::CreditRow credit;
      credit.programme = static_cast<int32_t>(programme->ordinal);
      credit.day = day;
      credit.by_line = decision.credit_by_line;
      loyalty::AddCredit(programme->programme, day, decision.credit,
                         stamp.logged_day, cause,
                         postings.Account(customer, *programme),
                         postings.Journal(customer, decision.programme_id));
      effects.credit.push_back(std::move(credit));
    }
  }
}

void RewardReferral(const wire::PurchaseRow& row, CustomerOrdinal customer,
                    const Stamp& stamp, const Context& context,
                    wire::EffectsRow& effects, Postings& postings) {
  const int32_t recorded = context.accounts.Now(customer).referrer;
  if (recorded < 0) return;
  if (BoughtBefore(customer, context)) return;
  // Who referred may have been merged into another since.
  auto& ordinals = context.base.ordinals;
  const auto referrer = ordinals.FindCustomer(
      ordinals.CustomerId(CustomerOrdinal(static_cast<uint32_t>(recorded))));
  if (!referrer || *referrer == customer) return;

  const Day day = EarningDay(stamp);
  const std::string cause = absl::StrCat("referral, receipt ", row.receipt_id);
  const auto& programmes = context.holdings.definitions()->programmes.all;
  for (size_t place = 0; place < programmes.size(); ++place) {
    const loyalty::NumberedProgramme& programme = programmes[place];
    const wire::Programme& defined = programme.programme;
    if (!defined.__isset.referral || row.currency != defined.currency ||
        AmountOf(row) < defined.referral.min_spend ||
        !TakesPart(place, customer, stamp, context) ||
        !TakesPart(place, *referrer, stamp, context))
      continue;
    if (!CountReferral(defined.referral, stamp.logged_day,
                       postings.Account(*referrer, programme)))
      continue;
    const loyalty::LotDays days = loyalty::LotDaysOf(defined, day);
    wire::ReferralRow reward;
    reward.programme = static_cast<int32_t>(programme.ordinal);
    reward.referrer = static_cast<int32_t>(referrer->value());
    reward.available_day = days.available_day;
    reward.expiry_day = days.expiry_day;
    reward.referrer_points = defined.referral.referrer_points;
    reward.friend_points = defined.referral.friend_points;
    loyalty::Earn(wire::EntryKind::EARN, reward.referrer_points, days, cause,
                  postings.Account(*referrer, programme),
                  postings.Journal(*referrer, defined.id));
    loyalty::Earn(wire::EntryKind::EARN, reward.friend_points, days, cause,
                  postings.Account(customer, programme),
                  postings.Journal(customer, defined.id));
    effects.referrals.push_back(std::move(reward));
  }
}

wire::EffectsRow EarnForPurchase(const wire::PurchaseRow& row,
                                 CustomerOrdinal customer,
                                 const std::string& customer_id,
                                 int64_t happened_at_us, const Stamp& stamp,
                                 const Context& context, Postings& postings) {
  wire::EffectsRow effects;
  const auto& definitions = context.holdings.definitions();
  if (customer == kAnonymous || definitions->programmes.all.empty())
    return effects;
  effects.definitions_version = definitions->version.version;
  const BatchSource source(context);
  const Scene scene(source, customer, customer_id,
                    absl::ToUnixMicros(stamp.logged_at), stamp.logged_day);
  PostEarning(offers::EarningOf(PaidLines(row, context.base.ordinals),
                                row.currency, happened_at_us, scene.world()),
              customer, absl::StrCat("receipt ", row.receipt_id), stamp,
              context, effects, postings);
  RewardReferral(row, customer, stamp, context, effects, postings);
  return effects;
}

absl::StatusOr<wire::PurchaseReply> ApplyPurchase(
    const wire::Purchase& purchase, const Stamp& stamp,
    const Context& context) {
  Postings postings(context, stamp);
  PATRON_ASSIGN_OR_RETURN(
      auto reply, customers::ApplyPurchase(
                      purchase, stamp, context.base,
                      [&](CustomerOrdinal customer, absl::Time happened_at,
                          wire::PurchaseRow& row) {
                        wire::EffectsRow effects =
                            EarnForPurchase(row, customer, purchase.customer_id,
                                            absl::ToUnixMicros(happened_at),
                                            stamp, context, postings);
                        if (effects != wire::EffectsRow())
                          row.__set_effects(std::move(effects));
                      }));
  postings.Post();
  return reply;
}

}  // namespace patron::checkout
