#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "server/subjects/fields.h"
#include "server/subjects/parts.h"
#include "server/subjects/values.h"

namespace patron::subjects {
namespace {

absl::CivilDay CivilOf(Day day) { return absl::CivilDay(1970) + day; }

// The day on which she is a year older, as late as it can be for what is not
// told of it. 29 February is 1 March where the year has none.
absl::CivilDay BirthdayIn(int64_t year, const facts::Traits& traits) {
  const int month = traits.__isset.birth_month ? traits.birth_month : 12;
  if (traits.__isset.birth_month && traits.__isset.birth_day)
    return absl::CivilDay(year, month, traits.birth_day);
  return absl::CivilDay(absl::CivilMonth(year, month) + 1) - 1;
}

rules::Value AgeOf(const facts::Traits& traits, absl::CivilDay today) {
  if (!traits.__isset.birth_year) return Unknown();
  const bool reached = BirthdayIn(today.year(), traits) <= today;
  const int64_t age = today.year() - traits.birth_year - (reached ? 0 : 1);
  return Number(std::max<int64_t>(age, 0));
}

rules::Value DaysToBirthday(const facts::Traits& traits, absl::CivilDay today) {
  if (!traits.__isset.birth_month || !traits.__isset.birth_day)
    return Unknown();
  const absl::CivilDay birthday = BirthdayIn(today.year(), traits);
  return Number(
      (birthday >= today ? birthday : BirthdayIn(today.year() + 1, traits)) -
      today);
}

// By the year alone: that is all a profile tells of children.
int64_t ChildAge(int64_t birth_year, absl::CivilDay today) {
  return std::max<int64_t>(today.year() - birth_year, 0);
}

rules::Value YoungestChildAge(const facts::Traits& traits,
                              absl::CivilDay today) {
  const auto& years = traits.children_birth_years;
  if (years.empty()) return Unknown();
  return Number(ChildAge(*std::max_element(years.begin(), years.end()), today));
}

rules::Value OldestChildAge(const facts::Traits& traits, absl::CivilDay today) {
  const auto& years = traits.children_birth_years;
  if (years.empty()) return Unknown();
  return Number(ChildAge(*std::min_element(years.begin(), years.end()), today));
}

rules::Value ChildrenUnder(const facts::Traits& traits, absl::string_view key,
                           absl::CivilDay today) {
  int64_t years = 0;
  if (!absl::SimpleAtoi(key, &years)) return Unknown();
  const auto& born = traits.children_birth_years;
  return Number(std::count_if(born.begin(), born.end(), [&](int64_t year) {
    return ChildAge(year, today) < years;
  }));
}

rules::Value ServicePreferenceOf(const facts::Traits& traits) {
  switch (traits.service_preference) {
    case wire::ServicePreference::ASSISTED:
      return absl::string_view("assisted");
    case wire::ServicePreference::SELF:
      return absl::string_view("self");
    default:
      return Unknown();
  }
}

// Whether `key` is "channel/purpose".
bool Names(absl::string_view key, const wire::Consent& consent) {
  return key.size() == consent.channel.size() + 1 + consent.purpose.size() &&
         absl::StartsWith(key, consent.channel) &&
         key[consent.channel.size()] == '/' &&
         absl::EndsWith(key, consent.purpose);
}

// The one given last; of two at one moment the later in the list.
rules::Value ConsentOf(const facts::Traits& traits, absl::string_view key) {
  const wire::Consent* last = nullptr;
  for (const wire::Consent& consent : traits.consents)
    if (Names(key, consent) &&
        (last == nullptr || consent.given_at_us >= last->given_at_us))
      last = &consent;
  return last == nullptr ? Unknown() : Truth(last->granted);
}

}  // namespace

rules::Value ProfileValue(const facts::Traits& traits, Day today, int field,
                          absl::string_view key) {
  switch (field) {
    case kBirthYear:
      return NumberIf(traits.__isset.birth_year, traits.birth_year);
    case kBirthMonth:
      return NumberIf(traits.__isset.birth_month, traits.birth_month);
    case kBirthDay:
      return NumberIf(traits.__isset.birth_day, traits.birth_day);
    case kAge:
      return AgeOf(traits, CivilOf(today));
    case kDaysToBirthday:
      return DaysToBirthday(traits, CivilOf(today));
    case kGender:
      return TextOrUnknown(traits.gender);
    case kLocale:
      return TextOrUnknown(traits.locale);
    case kTimeZone:
      return TextOrUnknown(traits.time_zone);
    case kHouseholdSize:
      return NumberIf(traits.__isset.household_size, traits.household_size);
    case kChildren:
      return Number(static_cast<int64_t>(traits.children_birth_years.size()));
    case kYoungestChildAge:
      return YoungestChildAge(traits, CivilOf(today));
    case kOldestChildAge:
      return OldestChildAge(traits, CivilOf(today));
    case kChildrenUnder:
      return ChildrenUnder(traits, key, CivilOf(today));
    case kPriorities:
      return Texts(traits.priorities);
    case kServicePreference:
      return ServicePreferenceOf(traits);
    case kPreferredStore:
      return TextOrUnknown(traits.preferred_store_id);
    case kPreferredChannel:
      return TextOrUnknown(traits.preferred_channel);
    case kAssociate:
      return TextOrUnknown(traits.associate);
    case kIsStaff:
      return Truth(traits.is_staff);
    case kIsPartner:
      return Truth(traits.is_partner);
    case kIsBusiness:
      return Truth(traits.is_business);
    case kCustomerAttribute:
      return Attribute(traits.attributes, key);
    case kConsent:
      return ConsentOf(traits, key);
    default:
      return Unknown();
  }
}

}  // namespace patron::subjects
