#include <map>
#include <string>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/decode.h"
#include "tools/patron/fields.h"
#include "tools/patron/simple_decoder.h"

namespace patron::cli {
namespace {

namespace field = event_field;

absl::Status CheckLongText(absl::string_view name, absl::string_view text) {
  return CheckFieldText(name, text, kMaxFreeText);
}

// One of an enumeration's names, in small letters or large.
template <typename Enum>
absl::StatusOr<Enum> ParseName(absl::string_view name, absl::string_view text,
                               const std::map<int, const char*>& all) {
  const std::string upper = absl::AsciiStrToUpper(text);
  std::string names;
  for (const auto& [value, known] : all) {
    if (upper == known) return static_cast<Enum>(value);
    absl::StrAppend(&names, names.empty() ? "" : ", ",
                    absl::AsciiStrToLower(known));
  }
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", Quoted(text), " is not one of ", names));
}

absl::Status TakeOptional(const Record& record, wire::Event& event) {
  const auto& v = record.values;
  PATRON_SET_TEXT(event, event_id, "event_id", v[field::kEventId],
                  CheckFieldId);
  PATRON_SET_TEXT(event, customer_id, "customer_id", v[field::kCustomerId],
                  CheckFieldId);
  PATRON_SET_TEXT(event, product_id, "product_id", v[field::kProductId],
                  CheckFieldId);
  PATRON_SET_TEXT(event, text, "text", v[field::kText], CheckLongText);
  PATRON_SET_TEXT(event, source, "source", v[field::kSource], CheckFieldText);
  PATRON_SET_TEXT(event, impression_token, "impression_token",
                  v[field::kImpressionToken], CheckLongText);
  PATRON_SET_PARSED(event, dwell_ms, v[field::kDwellMs],
                    ParseWhole("dwell_ms", v[field::kDwellMs], kNotNegative));
  PATRON_SET_PARSED(event, value, v[field::kValue],
                    ParseWhole("value", v[field::kValue], kAnyNumber));
  PATRON_SET_PARSED(event, measure, v[field::kMeasure],
                    ParseMeasure("measure", v[field::kMeasure]));
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<wire::EventKind::type> ParseEventKind(absl::string_view name,
                                                     absl::string_view text) {
  return ParseName<wire::EventKind::type>(name, text,
                                          wire::_EventKind_VALUES_TO_NAMES);
}

absl::StatusOr<wire::Measure::type> ParseMeasure(absl::string_view name,
                                                 absl::string_view text) {
  return ParseName<wire::Measure::type>(name, text,
                                        wire::_Measure_VALUES_TO_NAMES);
}

absl::Status DecodeEvent(const Record& record, const ValueOptions& options,
                         wire::Event& event) {
  const auto& v = record.values;
  PATRON_ASSIGN_OR_RETURN(event.kind, ParseEventKind("kind", v[field::kKind]));
  PATRON_ASSIGN_OR_RETURN(
      event.happened_at_us,
      ParseTime("happened_at", v[field::kHappenedAt], options.time_zone));
  PATRON_RETURN_IF_ERROR(TakeOptional(record, event));
  PATRON_RETURN_IF_ERROR(
      TakeOptionalId("store_id", v[field::kStoreId], event.store_id));
  PATRON_RETURN_IF_ERROR(
      TakeOptionalId("channel", v[field::kChannel], event.channel));
  for (const Entry& entry : record.entries) {
    PATRON_RETURN_IF_ERROR(CheckEntry("attr", entry));
    event.attributes[std::string(entry.name)] = std::string(entry.value);
  }
  return absl::OkStatus();
}

template <>
std::unique_ptr<Decoder<wire::Event>> MakeDecoder(const ValueOptions& options) {
  return std::make_unique<SimpleDecoder<wire::Event>>(DecodeEvent, options);
}

}  // namespace patron::cli
