// Literals with a unit: 30d, 2026-05-01, 12.50 EUR. Their numbers are what the
// fields that they meet hold: whole days, days since 1970-01-01, minor units.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "server/rules/rules.h"

namespace patron::rules {

// Days of "day", "days" … "years"; of "d", "w", "m" and "y".
std::optional<int64_t> DaysOfWord(absl::string_view word);
std::optional<int64_t> DaysOfLetter(absl::string_view letter);

// Days since 1970-01-01 of "2026-05-01"; nullopt for a day that no calendar
// has. `text` has the form of a date.
std::optional<int64_t> DayOfDate(absl::string_view text);
// Four digits, two, two, with hyphens.
bool HasFormOfDate(absl::string_view text);

// Three capital letters, which is all that is asked of a code of ISO 4217.
bool HasFormOfCurrency(absl::string_view text);

// Minor units of "1_250.5" in `currency`; nullopt above 2^63. `text` is digits
// and _ with at most one point, and no more digits after it than the currency
// has.
std::optional<uint64_t> MinorUnits(absl::string_view text,
                                   absl::string_view currency);

// In the normal form: "14d", "2026-05-01", "500 EUR", "12.50 EUR", "-3".
std::string PrintNumber(int64_t number, Unit unit, absl::string_view currency);

}  // namespace patron::rules
