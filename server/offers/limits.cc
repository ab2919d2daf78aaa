// Limits of offers: which period a day falls into, what is still free in it.
#include <algorithm>

#include "absl/time/civil_time.h"
#include "server/offers/quote.h"

namespace patron::offers {
namespace {

constexpr int kDaysToMonday = 3;  // 1970-01-01 was a Thursday

int32_t FloorDiv(int32_t value, int32_t by) {
  return value >= 0 ? value / by : -((by - 1 - value) / by);
}

struct Used {
  int64_t uses = 0;
  int64_t discount = 0;
};

Used UsedIn(wire::Period::type period, const wire::OfferCountRow& count,
            Day today) {
  if (period == wire::Period::EVER)
    return {count.uses + count.reserved_uses,
            count.discount + count.reserved_discount};
  if (count.period != PeriodOf(period, today)) return {};
  return {count.period_uses, count.period_discount};
}

int64_t CustomerUses(const wire::Offer& offer, uint32_t offer_ordinal,
                     const wire::AccountRow* account, Day today) {
  if (account == nullptr) return 0;
  const int32_t period = PeriodOf(offer.limits.customer_period, today);
  for (const wire::OfferUses& uses : account->offers)
    if (static_cast<uint32_t>(uses.offer) == offer_ordinal)
      return uses.period == period ? uses.uses + uses.reserved : 0;
  return 0;
}

int64_t Free(int64_t limit, int64_t used) {
  return limit == 0 ? -1 : std::max<int64_t>(0, limit - used);
}

}  // namespace

int32_t PeriodOf(wire::Period::type period, Day day) {
  const absl::CivilDay date = absl::CivilDay(1970) + day;
  switch (period) {
    case wire::Period::EVER:
      return 0;
    case wire::Period::DAY:
      return day;
    case wire::Period::WEEK:
      return FloorDiv(day + kDaysToMonday, 7);
    case wire::Period::MONTH:
      return static_cast<int32_t>((date.year() - 1970) * 12 + date.month() - 1);
    case wire::Period::YEAR:
      return static_cast<int32_t>(date.year());
  }
  return 0;
}

Left LeftOf(const wire::Offer& offer, uint32_t offer_ordinal,
            const wire::OfferCountRow& count, const wire::AccountRow* account,
            Day today) {
  const wire::Limits& limits = offer.limits;
  const Used used = UsedIn(limits.period, count, today);
  Left left;
  left.uses = Free(limits.uses, used.uses);
  left.budget = Free(limits.budget, used.discount);
  if (limits.uses_per_customer != 0)
    left.customer_uses =
        Free(limits.uses_per_customer,
             CustomerUses(offer, offer_ordinal, account, today));
  return left;
}

}  // namespace patron::offers
