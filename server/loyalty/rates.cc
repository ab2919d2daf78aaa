// Points for money, money for points, and days of what is earned.
#include <algorithm>
#include <limits>

#include "absl/time/civil_time.h"
#include "server/loyalty/account.h"
#include "server/loyalty/journal.h"

namespace patron::loyalty {
namespace {

using Wide = __int128;

constexpr absl::CivilDay kEpoch(1970);
constexpr Wide kOneMultiplier = 10000;
// Larger multipliers count as this one: the products below fit 127 bits.
constexpr int64_t kMostMultiplier = int64_t{1} << 50;

// A day of a lot; 0 would mean something else.
Day ToLotDay(int64_t day) {
  return static_cast<Day>(
      std::clamp<int64_t>(day, 1, std::numeric_limits<Day>::max()));
}

// 1 where rounding adds one to what was rounded down.
Wide RoundUpBy(wire::Rounding::type rounding, Wide rest, Wide divisor) {
  switch (rounding) {
    case wire::Rounding::DOWN:
      return 0;
    case wire::Rounding::NEAREST:
      return rest * 2 >= divisor ? 1 : 0;
    case wire::Rounding::UP:
      return rest > 0 ? 1 : 0;
  }
  return 0;
}

Day ExpiryOf(const wire::Programme& programme, Day day) {
  const absl::CivilDay civil = kEpoch + day;
  switch (programme.expiry) {
    case wire::Expiry::NEVER:
      return 0;
    case wire::Expiry::DAYS:
      return ToLotDay(int64_t{day} + programme.expiry_count);
    case wire::Expiry::END_OF_MONTH:
      return ToLotDay(
          absl::CivilDay(absl::CivilMonth(civil) + programme.expiry_count + 1) -
          kEpoch - 1);
    case wire::Expiry::END_OF_YEAR:
      return ToLotDay(
          absl::CivilDay(absl::CivilYear(civil) + programme.expiry_count + 1) -
          kEpoch - 1);
  }
  return 0;
}

}  // namespace

LotDays LotDaysOf(const wire::Programme& programme, Day day) {
  LotDays days;
  if (programme.pending_days > 0)
    days.available_day = ToLotDay(int64_t{day} + programme.pending_days);
  days.expiry_day = ExpiryOf(programme, day);
  return days;
}

Points PointsFor(const wire::Programme& programme, int64_t amount,
                 int64_t multiplier_bp) {
  if (amount <= 0 || multiplier_bp <= 0 || programme.earn_points <= 0 ||
      programme.earn_amount <= 0)
    return 0;
  // The whole quotient first, then what is left of it: the product of all three
  // factors would not fit.
  const Wide factor = std::min(multiplier_bp, kMostMultiplier);
  const Wide divisor = Wide{programme.earn_amount} * kOneMultiplier;
  const Wide base = Wide{amount} * programme.earn_points;
  const Wide whole = base / divisor;
  if (whole > std::numeric_limits<Points>::max())
    return std::numeric_limits<Points>::max();
  const Wide rest = base % divisor * factor;
  return Saturated(whole * factor + rest / divisor +
                   RoundUpBy(programme.rounding, rest % divisor, divisor));
}

int64_t AmountOf(const wire::Programme& programme, Points points) {
  if (points <= 0 || programme.redeem_points <= 0 ||
      programme.redeem_amount <= 0)
    return 0;
  return Saturated(Wide{points} * programme.redeem_amount /
                   programme.redeem_points);
}

Points PointsToPay(const wire::Programme& programme, int64_t amount) {
  if (amount <= 0) return 0;
  if (programme.redeem_points <= 0 || programme.redeem_amount <= 0)
    return std::numeric_limits<Points>::max();
  const Wide product = Wide{amount} * programme.redeem_points;
  return Saturated((product + programme.redeem_amount - 1) /
                   programme.redeem_amount);
}

}  // namespace patron::loyalty
