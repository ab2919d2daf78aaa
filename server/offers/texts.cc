#include "server/offers/texts.h"

#include <cstdlib>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "server/base/currency.h"

namespace patron::offers {
namespace {

// `value` with its last `digits` behind a point.
std::string Decimal(int64_t value, int digits) {
  int64_t unit = 1;
  for (int i = 0; i < digits; ++i) unit *= 10;
  const absl::string_view sign = value < 0 ? "-" : "";
  std::string whole =
      absl::StrCat(sign, value < 0 ? -(value / unit) : value / unit);
  if (digits == 0) return whole;
  const std::string rest = absl::StrCat(unit + std::abs(value % unit));
  return absl::StrCat(whole, ".", absl::string_view(rest).substr(1));
}

// A decimal without zeros at its end.
std::string ShortDecimal(int64_t value, int digits) {
  std::string text = Decimal(value, digits);
  text.erase(text.find_last_not_of('0') + 1);
  if (text.back() == '.') text.pop_back();
  return text;
}

}  // namespace

std::string AmountText(int64_t amount, absl::string_view currency) {
  return absl::StrCat(Decimal(amount, ExponentOf(currency)), " ", currency);
}

std::string FactorText(int64_t basis_points) {
  return ShortDecimal(basis_points, 4);
}

std::string PercentText(int64_t basis_points) {
  return absl::StrCat(ShortDecimal(basis_points, 2), "%");
}

std::string QuantityText(int64_t quantity_milli) {
  return ShortDecimal(quantity_milli, 3);
}

std::string MomentText(int64_t unix_us) {
  return absl::FormatTime("%Y-%m-%dT%H:%M:%SZ", absl::FromUnixMicros(unix_us),
                          absl::UTCTimeZone());
}

std::string LinesText(size_t count) {
  return count == 1 ? "1 line" : absl::StrCat(count, " lines");
}

}  // namespace patron::offers
