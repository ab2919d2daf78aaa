#include "server/rules/literals.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/time/civil_time.h"
#include "server/base/currency.h"

namespace patron::rules {
namespace {

constexpr uint64_t kMaxMagnitude = uint64_t{1} << 63;

int NumberAt(absl::string_view text, size_t begin, size_t length) {
  int number = 0;
  (void)absl::SimpleAtoi(text.substr(begin, length), &number);
  return number;
}

uint64_t Magnitude(int64_t number) {
  const auto bits = static_cast<uint64_t>(number);
  return number < 0 ? ~bits + 1 : bits;
}

std::string PrintDate(int64_t day) {
  const absl::CivilDay date = absl::CivilDay(1970) + day;
  return absl::StrFormat("%04d-%02d-%02d", date.year(), date.month(),
                         date.day());
}

// Without a point where the amount is whole.
std::string PrintMoney(int64_t amount, absl::string_view currency) {
  uint64_t unit = 1;
  const int digits = ExponentOf(currency);
  for (int i = 0; i < digits; ++i) unit *= 10;
  const uint64_t magnitude = Magnitude(amount);
  std::string text = absl::StrCat(amount < 0 ? "-" : "", magnitude / unit);
  if (magnitude % unit != 0)
    absl::StrAppendFormat(&text, ".%0*d", digits, magnitude % unit);
  return absl::StrCat(text, " ", currency);
}

}  // namespace

std::optional<int64_t> DaysOfWord(absl::string_view word) {
  if (word == "day" || word == "days") return 1;
  if (word == "week" || word == "weeks") return 7;
  if (word == "month" || word == "months") return 30;
  if (word == "year" || word == "years") return 365;
  return std::nullopt;
}

std::optional<int64_t> DaysOfLetter(absl::string_view letter) {
  if (letter == "d") return 1;
  if (letter == "w") return 7;
  if (letter == "m") return 30;
  if (letter == "y") return 365;
  return std::nullopt;
}

bool HasFormOfDate(absl::string_view text) {
  constexpr absl::string_view kForm = "0000-00-00";
  if (text.size() != kForm.size()) return false;
  for (size_t i = 0; i < kForm.size(); ++i)
    if (kForm[i] == '-' ? text[i] != '-' : !absl::ascii_isdigit(text[i]))
      return false;
  return true;
}

std::optional<int64_t> DayOfDate(absl::string_view text) {
  const int year = NumberAt(text, 0, 4);
  const int month = NumberAt(text, 5, 2);
  const int day = NumberAt(text, 8, 2);
  const absl::CivilDay date(year, month, day);
  // A day that the calendar lacks would have become another one.
  if (year == 0 || date.year() != year || date.month() != month ||
      date.day() != day)
    return std::nullopt;
  return date - absl::CivilDay(1970);
}

bool HasFormOfCurrency(absl::string_view text) {
  return text.size() == 3 &&
         std::all_of(text.begin(), text.end(), absl::ascii_isupper);
}

std::optional<uint64_t> MinorUnits(absl::string_view text,
                                   absl::string_view currency) {
  const size_t point = text.find('.');
  const size_t given =
      point == absl::string_view::npos ? 0 : text.size() - point - 1;
  uint64_t units = 0;
  const auto append = [&units](uint64_t digit) {
    if (units > (kMaxMagnitude - digit) / 10) return false;
    units = units * 10 + digit;
    return true;
  };
  for (const char c : text)
    if (absl::ascii_isdigit(c) && !append(c - '0')) return std::nullopt;
  for (size_t i = given; i < static_cast<size_t>(ExponentOf(currency)); ++i)
    if (!append(0)) return std::nullopt;
  return units;
}

std::string PrintNumber(int64_t number, Unit unit, absl::string_view currency) {
  switch (unit) {
    case Unit::kNone:
      return absl::StrCat(number);
    case Unit::kDays:
      return absl::StrCat(number, "d");
    case Unit::kDate:
      return PrintDate(number);
    case Unit::kMoney:
      return PrintMoney(number, currency);
  }
  return "";
}

}  // namespace patron::rules
