#include "tools/patron/values.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

constexpr int64_t kPowers[] = {1, 10, 100, 1000, 10000, 100000, 1000000};
constexpr int64_t kDecimalLimit = 1'000'000'000'000'000'000;

absl::Status Refused(absl::string_view field, absl::string_view text,
                     absl::string_view reason) {
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", Quoted(text), " ", reason));
}

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Reads exactly `digits` digits at the front; -1 where there are fewer.
int TakeDigits(absl::string_view& text, size_t digits) {
  if (text.size() < digits) return -1;
  int value = 0;
  for (size_t i = 0; i < digits; ++i) {
    if (!IsDigit(text[i])) return -1;
    value = value * 10 + (text[i] - '0');
  }
  text.remove_prefix(digits);
  return value;
}

bool Take(absl::string_view& text, char c) {
  if (text.empty() || text[0] != c) return false;
  text.remove_prefix(1);
  return true;
}

struct TimeParts {
  int year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int64_t micros = 0;
  bool has_offset = false;
  int offset_minutes = 0;
};

bool TakeDate(absl::string_view& text, TimeParts& parts) {
  parts.year = TakeDigits(text, 4);
  if (parts.year < 0 || !Take(text, '-')) return false;
  parts.month = TakeDigits(text, 2);
  if (parts.month < 0 || !Take(text, '-')) return false;
  parts.day = TakeDigits(text, 2);
  return parts.day >= 0;
}

bool TakeFraction(absl::string_view& text, TimeParts& parts) {
  int digits = 0;
  for (; !text.empty() && IsDigit(text[0]); text.remove_prefix(1), ++digits)
    if (digits < 6) parts.micros = parts.micros * 10 + (text[0] - '0');
  if (digits == 0 || digits > 9) return false;
  if (digits < 6) parts.micros *= kPowers[6 - digits];
  return true;
}

bool TakeClock(absl::string_view& text, TimeParts& parts) {
  parts.hour = TakeDigits(text, 2);
  if (parts.hour < 0 || !Take(text, ':')) return false;
  parts.minute = TakeDigits(text, 2);
  if (parts.minute < 0) return false;
  if (!Take(text, ':')) return true;
  parts.second = TakeDigits(text, 2);
  if (parts.second < 0) return false;
  return !Take(text, '.') || TakeFraction(text, parts);
}

bool TakeOffset(absl::string_view& text, TimeParts& parts) {
  if (text.empty()) return true;
  parts.has_offset = true;
  if (Take(text, 'Z') || Take(text, 'z')) return text.empty();
  const int sign = text[0] == '-' ? -1 : 1;
  if (!Take(text, '+') && !Take(text, '-')) return false;
  const int hours = TakeDigits(text, 2);
  const bool has_minutes = Take(text, ':') || !text.empty();
  const int minutes = has_minutes ? TakeDigits(text, 2) : 0;
  if (hours < 0 || hours > 15 || minutes < 0 || minutes > 59) return false;
  parts.offset_minutes = sign * (hours * 60 + minutes);
  return text.empty();
}

bool TakeTime(absl::string_view text, TimeParts& parts) {
  if (!TakeDate(text, parts)) return false;
  if (text.empty()) return true;
  if (!Take(text, 'T') && !Take(text, ' ') && !Take(text, 't')) return false;
  return TakeClock(text, parts) && TakeOffset(text, parts);
}

bool Exists(const TimeParts& parts) {
  if (parts.month < 1 || parts.month > 12 || parts.day < 1 || parts.day > 31)
    return false;
  const absl::CivilDay day(parts.year, parts.month, parts.day);
  return day.month() == parts.month && parts.hour < 24 && parts.minute < 60 &&
         parts.second < 60;
}

// Digits of `value` in groups of three.
std::string Grouped(uint64_t value) {
  const std::string digits = absl::StrCat(value);
  std::string grouped;
  for (size_t i = 0; i < digits.size(); ++i) {
    if (i > 0 && (digits.size() - i) % 3 == 0) grouped += ',';
    grouped += digits[i];
  }
  return grouped;
}

uint64_t Magnitude(int64_t value) {
  return value < 0 ? 0 - static_cast<uint64_t>(value)
                   : static_cast<uint64_t>(value);
}

}  // namespace

absl::StatusOr<int64_t> ParseDecimal(absl::string_view field,
                                     absl::string_view text, int places,
                                     Range range) {
  const absl::string_view trimmed = absl::StripAsciiWhitespace(text);
  absl::string_view rest = trimmed;
  const bool negative = Take(rest, '-');
  int64_t value = 0;
  int taken = -1;  // digits behind the point; -1 before it
  bool has_digits = false;
  for (const char c : rest) {
    if (c == '.' && taken < 0) {
      taken = 0;
      continue;
    }
    if (!IsDigit(c)) return Refused(field, text, "is not a number");
    has_digits = true;
    if (taken >= places) {
      if (c == '0') continue;
      return Refused(field, text,
                     places == 0 ? "is not a whole number"
                                 : absl::StrCat("has more than ", places,
                                                " decimal places"));
    }
    value = value * 10 + (c - '0');
    if (taken >= 0) ++taken;
    if (value >= kDecimalLimit / 10) return Refused(field, text, "is too big");
  }
  if (!has_digits) return Refused(field, text, "is not a number");
  for (int i = std::max(taken, 0); i < places; ++i) {
    value *= 10;
    if (value >= kDecimalLimit) return Refused(field, text, "is too big");
  }
  if (negative) value = -value;
  if (value < 0 && range.lowest == 0)
    return Refused(field, text, "is negative");
  if (value < range.lowest || value > range.highest)
    return Refused(
        field, text,
        absl::StrCat("is not between ", range.lowest / kPowers[places], " and ",
                     range.highest / kPowers[places]));
  return value;
}

absl::StatusOr<int64_t> ParseWhole(absl::string_view field,
                                   absl::string_view text, Range range) {
  return ParseDecimal(field, text, 0, range);
}

absl::StatusOr<int64_t> ParseAmount(absl::string_view field,
                                    absl::string_view text, AmountUnit unit,
                                    absl::string_view currency, Range range) {
  const int places = unit == AmountUnit::kMinor ? 0 : MinorDigits(currency);
  return ParseDecimal(field, text, places, range);
}

absl::StatusOr<int64_t> ParseQuantity(absl::string_view field,
                                      absl::string_view text) {
  return ParseDecimal(field, text, 3, {0, kMaxQuantityMilli});
}

absl::StatusOr<bool> ParseBool(absl::string_view field,
                               absl::string_view text) {
  for (const char* yes : {"true", "1", "yes"})
    if (absl::EqualsIgnoreCase(text, yes)) return true;
  for (const char* no : {"false", "0", "no"})
    if (absl::EqualsIgnoreCase(text, no)) return false;
  return Refused(field, text, "is not true, false, yes, no, 1 or 0");
}

absl::StatusOr<int64_t> ParseTime(absl::string_view field,
                                  absl::string_view text,
                                  const absl::TimeZone& zone) {
  TimeParts parts;
  if (!TakeTime(text, parts))
    return Refused(field, text,
                   "is not a time such as 2017-01-31T11:53:26 (with Z, +01:00 "
                   "or nothing behind it) or 2017-01-31");
  if (!Exists(parts))
    return Refused(field, text, "is a day or a time that does not exist");
  if (parts.year < 1971 || parts.year > 2149)
    return Refused(field, text, "is not between 1971 and 2149");
  const absl::CivilSecond civil(parts.year, parts.month, parts.day, parts.hour,
                                parts.minute, parts.second);
  if (parts.has_offset || zone == absl::UTCTimeZone()) {
    const int64_t seconds =
        (civil - absl::CivilSecond(1970)) - int64_t{60} * parts.offset_minutes;
    return seconds * 1'000'000 + parts.micros;
  }
  return absl::ToUnixMicros(absl::FromCivil(civil, zone)) + parts.micros;
}

int MinorDigits(absl::string_view currency) {
  for (const char* none :
       {"BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF",
        "UGX", "UYI", "VND", "VUV", "XAF", "XOF", "XPF"})
    if (currency == none) return 0;
  for (const char* three : {"BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"})
    if (currency == three) return 3;
  return 2;
}

std::string FormatMoney(int64_t amount, absl::string_view currency) {
  const int digits = MinorDigits(currency);
  const uint64_t magnitude = Magnitude(amount);
  std::string text =
      absl::StrCat(amount < 0 ? "-" : "", Grouped(magnitude / kPowers[digits]));
  if (digits > 0)
    absl::StrAppendFormat(&text, ".%0*d", digits, magnitude % kPowers[digits]);
  return currency.empty() ? text : absl::StrCat(text, " ", currency);
}

std::string FormatCredit(int64_t credit, absl::string_view currency) {
  return currency.empty() ? absl::StrCat(FormatCount(credit), " points")
                          : FormatMoney(credit, currency);
}

std::string FormatQuantity(int64_t quantity_milli) {
  const uint64_t magnitude = Magnitude(quantity_milli);
  std::string text =
      absl::StrCat(quantity_milli < 0 ? "-" : "", magnitude / 1000);
  if (magnitude % 1000 == 0) return text;
  absl::StrAppendFormat(&text, ".%03d", magnitude % 1000);
  while (text.back() == '0') text.pop_back();
  return text;
}

std::string FormatTime(int64_t time_us) {
  const absl::Time time = absl::FromUnixMicros(time_us);
  std::string text =
      absl::FormatTime("%Y-%m-%d%ET%H:%M:%S", time, absl::UTCTimeZone());
  const int64_t micros = ((time_us % 1'000'000) + 1'000'000) % 1'000'000;
  if (micros != 0) absl::StrAppendFormat(&text, ".%06d", micros);
  return text + "Z";
}

std::string FormatMinute(int64_t time_us) {
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixMicros(time_us),
                          absl::UTCTimeZone());
}

std::string FormatCount(int64_t count) {
  return absl::StrCat(count < 0 ? "-" : "", Grouped(Magnitude(count)));
}

std::string FormatBytes(int64_t bytes) {
  static constexpr const char* kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double value = static_cast<double>(bytes);
  int unit = 0;
  for (; value >= 1024 && unit < 4; ++unit) value /= 1024;
  return unit == 0 ? absl::StrCat(bytes, " B")
                   : absl::StrFormat("%.1f %s", value, kUnits[unit]);
}

}  // namespace patron::cli
