// Amounts, factors and moments as people read them in reasons and refusals.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace patron::offers {

// "4.99 EUR", "500 JPY": minor units by ISO 4217.
std::string AmountText(int64_t amount, absl::string_view currency);
// "1.5" of 15000.
std::string FactorText(int64_t basis_points);
// "15.5%" of 1550.
std::string PercentText(int64_t basis_points);
// "1.234" of 1234 thousandths.
std::string QuantityText(int64_t quantity_milli);
// "2026-11-21T09:00:00Z": UTC, so that it is the same on every machine.
std::string MomentText(int64_t unix_us);
// "1 line", "3 lines".
std::string LinesText(size_t count);

}  // namespace patron::offers
