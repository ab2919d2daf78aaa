#include "server/base/validate.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/text.h"

namespace patron {
namespace {

constexpr int64_t kMicrosPerDay = 86'400'000'000;
constexpr int64_t kFirstTime = 365 * kMicrosPerDay;
constexpr int64_t kLastTime = 65'530 * kMicrosPerDay;
constexpr size_t kMaxZoneName = 64;

// Of the shape of a name: the loader would open any other path as a file.
bool IsZoneName(absl::string_view name) {
  const auto fits = [](char c) {
    return absl::ascii_isalnum(c) || c == '/' || c == '_' || c == '-' ||
           c == '+';
  };
  return !name.empty() && name.size() <= kMaxZoneName && name[0] != '/' &&
         std::all_of(name.begin(), name.end(), fits);
}

}  // namespace

absl::Status CheckCurrency(absl::string_view field,
                           absl::string_view currency) {
  if (currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), absl::ascii_isupper))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", Quoted(currency),
                   " is not three capital letters (ISO 4217)"));
}

absl::Status CheckRange(absl::string_view field, int64_t value, int64_t lowest,
                        int64_t highest) {
  if (value >= lowest && value <= highest) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      field, ": ", value, " is not between ", lowest, " and ", highest));
}

absl::Status CheckTime(absl::string_view field, int64_t unix_us) {
  if (unix_us == 0) return absl::OkStatus();
  if (unix_us >= kFirstTime && unix_us <= kLastTime) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      field, ": ", unix_us, " µs is not a time between 1971 and 2149"));
}

absl::Status CheckTimeZone(absl::string_view field, absl::string_view name) {
  absl::TimeZone zone;
  if (IsZoneName(name) && absl::LoadTimeZone(name, &zone))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", Quoted(name),
                   " is not a time zone such as \"Europe/Vienna\""));
}

absl::Status CheckCount(absl::string_view field, size_t count, size_t most) {
  if (count <= most) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(field, ": ", count, " elements, at most ", most));
}

}  // namespace patron
