#include "server/segments/dated.h"

#include <algorithm>

#include "absl/time/civil_time.h"
#include "server/segments/counting.h"
#include "server/subjects/fields.h"

namespace patron::segments {
namespace {

constexpr absl::CivilDay kEpoch(1970);

Day ToDay(int64_t day) {
  return static_cast<Day>(std::min<int64_t>(day, kNever));
}

Day NextYear(Day today) {
  return ToDay(absl::CivilDay((kEpoch + today).year() + 1, 1, 1) - kEpoch);
}

// Her next birthday after today, as late as the profile lets it be; never later
// than the day on which her age changes.
Day NextBirthday(const facts::Traits& traits, Day today) {
  const auto in = [&](int64_t year) -> Day {
    const int month = traits.__isset.birth_month ? traits.birth_month : 12;
    if (traits.__isset.birth_month && traits.__isset.birth_day)
      return ToDay(absl::CivilDay(year, month, traits.birth_day) - kEpoch);
    return ToDay((absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1) -
                 kEpoch);
  };
  const int64_t year = (kEpoch + today).year();
  return in(year) > today ? in(year) : in(year + 1);
}

const wire::ProgrammeAccount* AccountIn(
    const subjects::CustomerParts& parts,
    const loyalty::NumberedProgramme& numbered) {
  if (parts.account == nullptr) return nullptr;
  for (const wire::ProgrammeAccount& one : parts.account->programmes)
    if (static_cast<uint32_t>(one.programme) == numbered.ordinal) return &one;
  return nullptr;
}

// A lot may come out of its return window or expire.
Day LotsUntil(const wire::ProgrammeAccount& account, Day today) {
  Day until = kNever;
  for (const wire::Lot& lot : account.lots) {
    if (lot.available_day > today) until = std::min(until, lot.available_day);
    if (lot.expiry_day >= today && lot.expiry_day != 0)
      until = std::min(until, lot.expiry_day + 1);
  }
  return until;
}

// Credit of a day may come into the window or leave it.
Day CreditUntil(const wire::Programme& programme,
                const wire::ProgrammeAccount& account, Day today) {
  if (account.credit.empty()) return kNever;
  if (programme.tier_window == wire::TierWindow::CALENDAR_YEAR)
    return NextYear(today);
  const int64_t days = std::max<int64_t>(1, programme.tier_days);
  int64_t until = kNever;
  for (const wire::DayCredit& row : account.credit) {
    const int64_t next = row.day > today ? row.day : row.day + days;
    if (next > today) until = std::min(until, next);
  }
  return ToDay(until);
}

// A review may fall due; those that were due already are held when the account
// is settled.
Day TierUntil(const wire::Programme& programme,
              const wire::ProgrammeAccount& account, Day today) {
  const Day until = CreditUntil(programme, account, today);
  if (account.review_day == 0) return until;
  const int64_t review = int64_t{account.review_day} +
                         std::max<int64_t>(0, programme.tier_grace_days) + 1;
  return review <= today ? today + 1 : std::min(until, ToDay(review));
}

// Without a key: the shop's first, as rules read it.
const loyalty::NumberedProgramme* ProgrammeOf(
    const loyalty::Programmes* programmes, absl::string_view key) {
  if (programmes == nullptr) return nullptr;
  if (!key.empty()) return programmes->ById(key);
  return programmes->all.empty() ? nullptr : &programmes->all.front();
}

Day LoyaltyUntil(const subjects::CustomerParts& parts, int field,
                 absl::string_view key) {
  const auto* const numbered = ProgrammeOf(parts.programmes, key);
  if (numbered == nullptr) return kNever;
  const wire::ProgrammeAccount* const account = AccountIn(parts, *numbered);
  // Without credit a tier is everybody's or nobody's, on any day.
  if (account == nullptr) return kNever;
  const wire::Programme& programme = numbered->programme;
  if (field == subjects::kTierCredit)
    return CreditUntil(programme, *account, parts.today);
  if (field == subjects::kTier || field == subjects::kTierRank)
    return TierUntil(programme, *account, parts.today);
  return LotsUntil(*account, parts.today);
}

}  // namespace

int SlopeOf(int field) {
  switch (field) {
    case subjects::kDaysSinceFirstPurchase:
    case subjects::kDaysSinceLastPurchase:
    case subjects::kDaysSinceLastCoupon:
    case subjects::kDaysSinceFirstFeedback:
    case subjects::kDaysSinceLastFeedback:
      return 1;
    case subjects::kDaysToBirthday:
      return -1;
    default:
      return 0;
  }
}

// Told one by one: a field that is new here is asked anew every day.
bool StandsStill(int field) {
  using namespace subjects;  // the numbers of fields
  switch (field) {
    case kIdentified:
    case kBirthYear:
    case kBirthMonth:
    case kBirthDay:
    case kGender:
    case kLocale:
    case kTimeZone:
    case kHouseholdSize:
    case kChildren:
    case kPriorities:
    case kServicePreference:
    case kPreferredStore:
    case kPreferredChannel:
    case kAssociate:
    case kIsStaff:
    case kIsPartner:
    case kIsBusiness:
    case kCustomerAttribute:
    case kConsent:
    case kPurchases:
    case kLineCount:
    case kReturns:
    case kEventCount:
    case kSpend:
    case kReturned:
    case kAverageTicket:
    case kDaysSinceFirstPurchase:
    case kDaysSinceLastPurchase:
    case kUsualGapDays:
    case kStores:
    case kChannels:
    case kPurchasesInStore:
    case kPurchasesInChannel:
    case kDistinctProducts:
    case kBought:
    case kFirstSource:
    case kFullPriceLines:
    case kDiscountedLines:
    case kDeepDiscountLines:
    case kCouponLines:
    case kCouponPurchases:
    case kDaysSinceLastCoupon:
    case kTopCategoryShare:
    case kFeedback:
    case kFeedbackSum:
    case kFeedbackFirst:
    case kFeedbackLast:
    case kDaysSinceFirstFeedback:
    case kDaysSinceLastFeedback:
    case kMember:
    case kReferred:
      return true;
    default:
      return false;
  }
}

namespace {

Day ProfileUntil(const facts::Traits* traits, int field, Day today) {
  if (traits == nullptr) return kNever;
  if (field == subjects::kAge) return NextBirthday(*traits, today);
  if (field == subjects::kDaysToBirthday)
    return NextBirthday(*traits, today - 1) + 1;
  return NextYear(today);
}

// Another one every day, once anything is known.
Day PredictedUntil(const subjects::CustomerParts& parts) {
  const bool known =
      parts.prediction != nullptr && parts.summary->purchases > 0;
  return known ? parts.today + 1 : kNever;
}

}  // namespace

Day UntilOf(const subjects::CustomerParts& parts, int field,
            absl::string_view key) {
  if (StandsStill(field)) return kNever;
  switch (field) {
    case subjects::kAge:
    case subjects::kDaysToBirthday:
    case subjects::kYoungestChildAge:
    case subjects::kOldestChildAge:
    case subjects::kChildrenUnder:
      return ProfileUntil(parts.traits, field, parts.today);
    case subjects::kTier:
    case subjects::kTierRank:
    case subjects::kTierCredit:
    case subjects::kPoints:
    case subjects::kPendingPoints:
      return LoyaltyUntil(parts, field, key);
    case subjects::kPredictedChurn:
    case subjects::kPredictedPurchases:
    case subjects::kPredictedDaysToPurchase:
    case subjects::kPredictedTicket:
    case subjects::kPredictedSpend:
      return PredictedUntil(parts);
    default:
      return parts.today + 1;
  }
}

}  // namespace patron::segments
