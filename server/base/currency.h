// Minor units of currencies.
#pragma once

#include "absl/strings/string_view.h"

namespace patron {

// Digits after the point by ISO 4217 (as of 2024): 2 for EUR and for every code
// that is not known here, 0 for JPY, 3 for KWD, 4 for CLF.
int ExponentOf(absl::string_view currency);

}  // namespace patron
