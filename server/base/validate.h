// Checks of single fields that come from outside. Each refuses with
// kInvalidArgument that names the field and the value.
#pragma once

#include <cstdint>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace patron {

// Three capital letters of ISO 4217.
absl::Status CheckCurrency(absl::string_view field, absl::string_view currency);

// lowest <= value <= highest.
absl::Status CheckRange(absl::string_view field, int64_t value, int64_t lowest,
                        int64_t highest);

// A moment between 1971 and 2149: days must fit 16 bits. 0 passes: not given.
absl::Status CheckTime(absl::string_view field, int64_t unix_us);

// A name of the IANA time zone database that this machine knows:
// "Europe/Vienna".
absl::Status CheckTimeZone(absl::string_view field, absl::string_view name);

// Amounts and quantities: far from overflow when a shop's are added up.
inline constexpr int64_t kMaxAmount = 1'000'000'000'000;
inline constexpr int64_t kMaxQuantityMilli = 1'000'000'000'000;

// Bytes of a short text (name, brand) and of a free one (a review).
inline constexpr size_t kMaxShortText = 1024;
inline constexpr size_t kMaxFreeText = 16 * 1024;
// Elements of a list in one record.
inline constexpr size_t kMaxListed = 1000;

absl::Status CheckCount(absl::string_view field, size_t count, size_t most);

}  // namespace patron
