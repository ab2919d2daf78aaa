#include "server/customers/people.h"

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::customers {
namespace {

constexpr int kOldestBirthYear = 1880;
constexpr size_t kMaxPriorities = 3;

absl::Status CheckBirthday(const wire::Customer& customer, int this_year) {
  if (customer.__isset.birth_year)
    PATRON_RETURN_IF_ERROR(CheckRange("birth_year", customer.birth_year,
                                      kOldestBirthYear, this_year));
  if (customer.__isset.birth_month)
    PATRON_RETURN_IF_ERROR(
        CheckRange("birth_month", customer.birth_month, 1, 12));
  if (!customer.__isset.birth_day) return absl::OkStatus();
  PATRON_RETURN_IF_ERROR(CheckRange("birth_day", customer.birth_day, 1, 31));
  if (!customer.__isset.birth_month) return absl::OkStatus();
  // 29 February stands where the year is not told.
  const int year = customer.__isset.birth_year ? customer.birth_year : 2000;
  const absl::CivilDay day(year, customer.birth_month, customer.birth_day);
  if (day.month() == customer.birth_month) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("birth_day: there is no day ", customer.birth_day,
                   " in month ", customer.birth_month, " of ", year));
}

absl::Status CheckMap(absl::string_view field,
                      const std::map<std::string, std::string>& map) {
  PATRON_RETURN_IF_ERROR(CheckCount(field, map.size(), kMaxListed));
  for (const auto& [name, value] : map) {
    PATRON_RETURN_IF_ERROR(CheckId(field, name));
    PATRON_RETURN_IF_ERROR(
        CheckText(absl::StrCat(field, ".", name), value, kMaxShortText));
  }
  return absl::OkStatus();
}

absl::Status CheckConsents(const std::vector<wire::Consent>& consents) {
  PATRON_RETURN_IF_ERROR(CheckCount("consents", consents.size(), kMaxListed));
  for (const wire::Consent& consent : consents) {
    PATRON_RETURN_IF_ERROR(CheckId("consents.channel", consent.channel));
    PATRON_RETURN_IF_ERROR(CheckId("consents.purpose", consent.purpose));
    PATRON_RETURN_IF_ERROR(
        CheckText("consents.source", consent.source, kMaxShortText));
    PATRON_RETURN_IF_ERROR(
        CheckTime("consents.given_at_us", consent.given_at_us));
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status Validate(const wire::Customer& customer, int this_year) {
  PATRON_RETURN_IF_ERROR(CheckId("customer_id", customer.customer_id));
  for (const auto& [field, text] :
       {std::pair("name", &customer.name),
        std::pair("locale", &customer.locale),
        std::pair("gender", &customer.gender),
        std::pair("preferred_channel", &customer.preferred_channel),
        std::pair("associate", &customer.associate)})
    PATRON_RETURN_IF_ERROR(CheckText(field, *text, kMaxShortText));
  PATRON_RETURN_IF_ERROR(CheckMap("contacts", customer.contacts));
  PATRON_RETURN_IF_ERROR(CheckMap("attributes", customer.attributes));
  PATRON_RETURN_IF_ERROR(CheckBirthday(customer, this_year));
  if (customer.__isset.household_size)
    PATRON_RETURN_IF_ERROR(
        CheckRange("household_size", customer.household_size, 1, 100));
  PATRON_RETURN_IF_ERROR(CheckCount("children_birth_years",
                                    customer.children_birth_years.size(), 30));
  for (const int year : customer.children_birth_years)
    PATRON_RETURN_IF_ERROR(
        CheckRange("children_birth_years", year, kOldestBirthYear, this_year));
  PATRON_RETURN_IF_ERROR(
      CheckCount("priorities", customer.priorities.size(), kMaxPriorities));
  for (const std::string& priority : customer.priorities)
    PATRON_RETURN_IF_ERROR(CheckText("priorities", priority, kMaxShortText));
  PATRON_RETURN_IF_ERROR(
      CheckRange("service_preference", customer.service_preference, 0, 2));
  if (!customer.preferred_store_id.empty())
    PATRON_RETURN_IF_ERROR(
        CheckId("preferred_store_id", customer.preferred_store_id));
  if (!customer.time_zone.empty())
    PATRON_RETURN_IF_ERROR(CheckTimeZone("time_zone", customer.time_zone));
  return CheckConsents(customer.consents);
}

void ApplyPutCustomer(const wire::Customer& customer, ApplyContext& context) {
  const CustomerOrdinal ordinal =
      context.ordinals.Customer(customer.customer_id, context.batch);
  // Put, not PutBlind: a merge in the same batch reads it back.
  context.batch.Put(store::Family::kPeople, store::CustomerKey(ordinal),
                    store::Encode(customer));
  facts::Summary& summary = context.facts.MutableSummary(ordinal);
  summary.priorities = customer.priorities;
  context.facts.SetTraits(ordinal, facts::MakeTraits(customer));
  context.facts.EndCommand(ordinal, context.batch);
}

absl::StatusOr<std::optional<wire::Customer>> ReadProfile(
    const store::Store& store, CustomerOrdinal customer) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      store.Get(store::Family::kPeople, store::CustomerKey(customer)));
  if (!bytes) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(
      auto profile, store::Decode<wire::Customer>(
                        *bytes, absl::StrCat("people row ", customer.value())));
  return profile;
}

}  // namespace patron::customers
