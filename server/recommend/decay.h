// What the home page's terms are made of.
#pragma once

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>

#include "server/base/day.h"
#include "server/facts/facts.h"

namespace patron::recommend {

inline double Decayed(double age_days, double half_life_days) {
  return std::exp2(-age_days / half_life_days);
}

// log2(1 + x) by straight lines between powers of two: monotone, at most 0.09
// off, and the same on every machine. x is 0 or more.
inline float Log2OnePlus(float x) {
  const uint32_t bits = std::bit_cast<uint32_t>(1 + x);
  const float exponent = static_cast<float>(bits >> 23) - 127;
  return exponent + static_cast<float>(bits & 0x7fffff) / 0x800000;
}

// Times bought, each decayed by its age. Older times than the kept days are
// taken to lie midway between the first purchase and the oldest kept.
inline double DecayedTimes(const facts::ItemFact& item, Day today,
                           double half_life_days) {
  double sum = 0;
  int kept = 0;
  Day oldest = item.last_day();
  for (const uint16_t day : item.days) {
    if (day == 0) break;
    sum += Decayed(std::max(0, today - day), half_life_days);
    oldest = day;
    ++kept;
  }
  const double midway = today - (item.first_day + oldest) / 2.0;
  const double older = std::max(0, item.times - kept);
  return sum + older * Decayed(std::max(0.0, midway), half_life_days);
}

}  // namespace patron::recommend
