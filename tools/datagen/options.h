// How large a shop is asked for, and for how long.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"

namespace patron::datagen {

// The defaults are the small shop of SizeOptions.
struct ShopOptions {
  // Another seed is another shop; the same seed and options give the same
  // bytes.
  uint64_t seed = 1;
  // Known customers; about 5 % of the receipts are of further people without a
  // customer number.
  int customers = 2000;
  int products = 1500;
  int stores = 5;
  // Purchase lines over all days, met within a fifth where it leaves a customer
  // between a few lines and a few thousand lines a year.
  int64_t lines = 150000;
  // Length of the log; it ends with end_day (UTC).
  int days = 365;
  absl::CivilDay end_day = absl::CivilDay(2026, 6, 30);
  std::string currency = "EUR";
  // Views, clicks, searches, cart adds, reviews and visitor counts.
  bool events = true;
  // What marketing asks for beside: time zones, consent to text messages,
  // answers to surveys. Everything else stays as it is without them.
  bool marketing = false;

  absl::CivilDay first_day() const { return end_day - (days - 1); }
};

// "small" (a demonstration), "medium" (the benchmark: 5 million lines) or
// "large" (50 million lines). kInvalidArgument for another word.
absl::StatusOr<ShopOptions> SizeOptions(absl::string_view size);

// kInvalidArgument naming the option, its value and what it may be.
absl::Status Validate(const ShopOptions& options);

}  // namespace patron::datagen
