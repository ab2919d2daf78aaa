// Text to numbers, amounts, quantities and times, and back.
//
// Errors: kInvalidArgument, always "FIELD: REASON with the value quoted short".
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "server/base/validate.h"

namespace patron::cli {

// Whether amounts are whole minor units ("199") or decimals of the currency
// ("1.99").
enum class AmountUnit { kMinor, kMajor };

struct Range {
  int64_t lowest;
  int64_t highest;
};
inline constexpr Range kAnyNumber = {-kMaxAmount, kMaxAmount};
inline constexpr Range kNotNegative = {0, kMaxAmount};

// `text` times 10^places: "1.5" with 3 places is 1500. More places are refused
// unless they are zeros.
absl::StatusOr<int64_t> ParseDecimal(absl::string_view field,
                                     absl::string_view text, int places,
                                     Range range);
absl::StatusOr<int64_t> ParseWhole(absl::string_view field,
                                   absl::string_view text, Range range);
absl::StatusOr<int64_t> ParseAmount(absl::string_view field,
                                    absl::string_view text, AmountUnit unit,
                                    absl::string_view currency, Range range);
// In thousandths; zero is a quantity, less is not.
absl::StatusOr<int64_t> ParseQuantity(absl::string_view field,
                                      absl::string_view text);
// true, false, yes, no, 1, 0 in any case.
absl::StatusOr<bool> ParseBool(absl::string_view field, absl::string_view text);

// ISO 8601: 2017-01-01, 2017-01-01T11:53, …:26, …:26.123456, each time with Z,
// +02:00, +0200 or nothing (then it is in `zone`); a space may stand for T.
// Years 1971 to 2149. Microseconds since 1970.
absl::StatusOr<int64_t> ParseTime(absl::string_view field,
                                  absl::string_view text,
                                  const absl::TimeZone& zone);

// Digits of the minor unit (ISO 4217): EUR 2, JPY 0, KWD 3; 2 for any other.
int MinorDigits(absl::string_view currency);

// "1,234.50 EUR"
std::string FormatMoney(int64_t amount, absl::string_view currency);
// Qualifying credit: money, or points where `currency` is "".
std::string FormatCredit(int64_t credit, absl::string_view currency);
// "1.5", "2"
std::string FormatQuantity(int64_t quantity_milli);
// "2017-01-01T11:53:26Z", with a fraction only where there is one.
std::string FormatTime(int64_t time_us);
// "2017-01-01 11:53", UTC, for people.
std::string FormatMinute(int64_t time_us);
// "1,469,307"
std::string FormatCount(int64_t count);
// "4.2 GiB"
std::string FormatBytes(int64_t bytes);

}  // namespace patron::cli
