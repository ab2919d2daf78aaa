#include "tools/datagen/options.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::datagen {
namespace {

absl::Status CheckRange(absl::string_view name, int64_t value, int64_t low,
                        int64_t high) {
  if (value >= low && value <= high) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(name, ": ", value, ", must be ", low, " to ", high));
}

absl::Status CheckCurrency(absl::string_view currency) {
  if (currency.size() == 3 &&
      std::all_of(currency.begin(), currency.end(), absl::ascii_isupper))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("currency: ", Quoted(currency),
                   ", must be three capital letters (ISO 4217)"));
}

absl::Status CheckEndDay(absl::CivilDay day) {
  if (day >= absl::CivilDay(2000, 1, 1) && day <= absl::CivilDay(2140, 1, 1))
    return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("end_day: ", absl::FormatCivilTime(day),
                   ", must be 2000-01-01 to 2140-01-01"));
}

}  // namespace

absl::StatusOr<ShopOptions> SizeOptions(absl::string_view size) {
  ShopOptions options;
  if (size == "small") return options;
  options.stores = 20;
  if (size == "medium") {
    options.customers = 100000;
    options.products = 50000;
    options.lines = 5000000;
    return options;
  }
  if (size == "large") {
    options.customers = 1000000;
    options.products = 1000000;
    options.lines = 50000000;
    return options;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("size: ", Quoted(size), ", must be small, medium or large"));
}

absl::Status Validate(const ShopOptions& options) {
  PATRON_RETURN_IF_ERROR(
      CheckRange("customers", options.customers, 1, 20000000));
  PATRON_RETURN_IF_ERROR(
      CheckRange("products", options.products, 100, 5000000));
  PATRON_RETURN_IF_ERROR(CheckRange("stores", options.stores, 1, 999));
  PATRON_RETURN_IF_ERROR(CheckRange("lines", options.lines, 1, 1000000000));
  PATRON_RETURN_IF_ERROR(CheckRange("days", options.days, 1, 1400));
  PATRON_RETURN_IF_ERROR(CheckCurrency(options.currency));
  return CheckEndDay(options.end_day);
}

}  // namespace patron::datagen
