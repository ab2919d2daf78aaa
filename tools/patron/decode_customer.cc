#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "tools/patron/decode.h"
#include "tools/patron/fields.h"
#include "tools/patron/simple_decoder.h"

namespace patron::cli {
namespace {

namespace field = customer_field;

constexpr Range kBirthYears = {1880, 2100};

absl::StatusOr<wire::ServicePreference::type> ParseServicePreference(
    absl::string_view name, absl::string_view text) {
  const std::string lower = absl::AsciiStrToLower(text);
  if (lower == "unknown") return wire::ServicePreference::UNKNOWN;
  if (lower == "assisted") return wire::ServicePreference::ASSISTED;
  if (lower == "self") return wire::ServicePreference::SELF;
  return absl::InvalidArgumentError(absl::StrCat(
      name, ": ", Quoted(text), " is not unknown, assisted or self"));
}

absl::Status TakeBirthday(const Record& record, wire::Customer& customer) {
  const auto& v = record.values;
  PATRON_SET_PARSED(
      customer, birth_year, v[field::kBirthYear],
      ParseWhole("birth_year", v[field::kBirthYear], kBirthYears));
  PATRON_SET_PARSED(customer, birth_month, v[field::kBirthMonth],
                    ParseWhole("birth_month", v[field::kBirthMonth], {1, 12}));
  PATRON_SET_PARSED(customer, birth_day, v[field::kBirthDay],
                    ParseWhole("birth_day", v[field::kBirthDay], {1, 31}));
  return absl::OkStatus();
}

absl::Status TakeTexts(const Record& record, wire::Customer& customer) {
  const auto& v = record.values;
  PATRON_SET_TEXT(customer, name, "name", v[field::kName], CheckFieldText);
  PATRON_SET_TEXT(customer, locale, "locale", v[field::kLocale],
                  CheckFieldText);
  PATRON_SET_TEXT(customer, gender, "gender", v[field::kGender],
                  CheckFieldText);
  PATRON_SET_TEXT(customer, preferred_store_id, "preferred_store_id",
                  v[field::kPreferredStoreId], CheckFieldId);
  PATRON_SET_TEXT(customer, preferred_channel, "preferred_channel",
                  v[field::kPreferredChannel], CheckFieldText);
  PATRON_SET_TEXT(customer, associate, "associate", v[field::kAssociate],
                  CheckFieldText);
  PATRON_SET_TEXT(customer, time_zone, "time_zone", v[field::kTimeZone],
                  CheckTimeZone);
  return absl::OkStatus();
}

absl::Status TakeContact(absl::string_view name, absl::string_view text,
                         wire::Customer& customer) {
  if (text.empty()) return absl::OkStatus();
  return TakeText(name, text, customer.contacts[std::string(name)]);
}

absl::Status TakeLists(const Record& record, wire::Customer& customer) {
  for (const absl::string_view year :
       record.lists[field::kChildrenBirthYears]) {
    PATRON_ASSIGN_OR_RETURN(
        const int64_t parsed,
        ParseWhole("children_birth_years", year, kBirthYears));
    customer.children_birth_years.push_back(static_cast<int32_t>(parsed));
  }
  for (const absl::string_view priority : record.lists[field::kPriorities]) {
    PATRON_RETURN_IF_ERROR(CheckFieldText("priorities", priority));
    customer.priorities.emplace_back(priority);
  }
  return absl::OkStatus();
}

absl::Status TakeFlags(const Record& record, wire::Customer& customer) {
  const auto& v = record.values;
  PATRON_SET_PARSED(customer, is_staff, v[field::kIsStaff],
                    ParseBool("is_staff", v[field::kIsStaff]));
  PATRON_SET_PARSED(customer, is_partner, v[field::kIsPartner],
                    ParseBool("is_partner", v[field::kIsPartner]));
  PATRON_SET_PARSED(customer, is_business, v[field::kIsBusiness],
                    ParseBool("is_business", v[field::kIsBusiness]));
  return absl::OkStatus();
}

absl::Status TakeConsent(const Entry& entry, const ValueOptions& options,
                         wire::Customer& customer) {
  const size_t dot = entry.name.find('.');
  if (dot == 0 || dot == absl::string_view::npos ||
      dot + 1 == entry.name.size())
    return absl::InvalidArgumentError(absl::StrCat(
        "consent: ", Quoted(entry.name), " does not name CHANNEL.PURPOSE"));
  wire::Consent consent;
  consent.channel = std::string(entry.name.substr(0, dot));
  consent.purpose = std::string(entry.name.substr(dot + 1));
  PATRON_ASSIGN_OR_RETURN(
      consent.granted,
      ParseBool(absl::StrCat("consent.", entry.name), entry.value));
  PATRON_RETURN_IF_ERROR(
      TakeText("consents.source", entry.source, consent.source));
  if (!entry.given_at.empty()) {
    PATRON_ASSIGN_OR_RETURN(
        consent.given_at_us,
        ParseTime("consents.given_at", entry.given_at, options.time_zone));
  }
  customer.consents.push_back(std::move(consent));
  return absl::OkStatus();
}

absl::Status TakeEntry(const Entry& entry, const ValueOptions& options,
                       wire::Customer& customer) {
  if (entry.group == Group::kConsent)
    return TakeConsent(entry, options, customer);
  const bool is_contact = entry.group == Group::kContact;
  PATRON_RETURN_IF_ERROR(CheckEntry(is_contact ? "contact" : "attr", entry));
  auto& map = is_contact ? customer.contacts : customer.attributes;
  map[std::string(entry.name)] = std::string(entry.value);
  return absl::OkStatus();
}

}  // namespace

absl::Status DecodeCustomer(const Record& record, const ValueOptions& options,
                            wire::Customer& customer) {
  const auto& v = record.values;
  PATRON_RETURN_IF_ERROR(
      RequireId("customer_id", v[field::kCustomerId], customer.customer_id));
  PATRON_RETURN_IF_ERROR(TakeTexts(record, customer));
  PATRON_RETURN_IF_ERROR(TakeContact("email", v[field::kEmail], customer));
  PATRON_RETURN_IF_ERROR(TakeContact("phone", v[field::kPhone], customer));
  PATRON_RETURN_IF_ERROR(TakeBirthday(record, customer));
  PATRON_SET_PARSED(
      customer, household_size, v[field::kHouseholdSize],
      ParseWhole("household_size", v[field::kHouseholdSize], {1, 100}));
  PATRON_SET_PARSED(customer, service_preference, v[field::kServicePreference],
                    ParseServicePreference("service_preference",
                                           v[field::kServicePreference]));
  PATRON_RETURN_IF_ERROR(TakeLists(record, customer));
  PATRON_RETURN_IF_ERROR(TakeFlags(record, customer));
  for (const Entry& entry : record.entries)
    PATRON_RETURN_IF_ERROR(TakeEntry(entry, options, customer));
  return absl::OkStatus();
}

template <>
std::unique_ptr<Decoder<wire::Customer>> MakeDecoder(
    const ValueOptions& options) {
  return std::make_unique<SimpleDecoder<wire::Customer>>(DecodeCustomer,
                                                         options);
}

}  // namespace patron::cli
