// Whole days of the shop.
#pragma once

#include <compare>
#include <cstdint>
#include <string>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace patron {

// Days since 1970-01-01 in the shop's time zone. Stored in 16 bits: to
// 2149-06-06.
using Day = int32_t;
inline constexpr Day kMaxDay = 65535;

inline Day DayOf(absl::Time time, const absl::TimeZone& zone) {
  return static_cast<Day>(absl::ToCivilDay(time, zone) - absl::CivilDay(1970));
}

// "2026-11-21"
inline std::string FormatDay(Day day) {
  return absl::FormatCivilTime(absl::CivilDay(1970) + day);
}

}  // namespace patron
