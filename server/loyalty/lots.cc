#include "server/loyalty/lots.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace patron::loyalty {
namespace {

// Never comes after every day.
Day ExpiryOrder(const wire::Lot& lot) {
  return lot.expiry_day == 0 ? std::numeric_limits<Day>::max() : lot.expiry_day;
}

bool ComesBefore(const wire::Lot& a, const wire::Lot& b) {
  return std::make_pair(ExpiryOrder(a), a.available_day) <
         std::make_pair(ExpiryOrder(b), b.available_day);
}

}  // namespace

Points SumOf(const Lots& lots) {
  Points sum = 0;
  for (const wire::Lot& lot : lots) sum += lot.points;
  return sum;
}

bool IsExpired(const wire::Lot& lot, Day today) {
  return lot.expiry_day != 0 && lot.expiry_day < today;
}

bool IsPending(const wire::Lot& lot, Day today) {
  return lot.available_day > today;
}

void AddLot(const wire::Lot& lot, Lots& lots) {
  if (lot.points == 0) return;
  const auto at = std::lower_bound(lots.begin(), lots.end(), lot, ComesBefore);
  if (at != lots.end() && !ComesBefore(lot, *at)) {
    at->points += lot.points;
  } else {
    lots.insert(at, lot);
  }
}

Lots TakeUpTo(Points points, absl::FunctionRef<bool(const wire::Lot&)> may,
              Lots& lots) {
  Lots taken;
  for (wire::Lot& lot : lots) {
    if (points <= 0) break;
    if (!may(lot)) continue;
    wire::Lot part = lot;
    part.points = std::min(points, lot.points);
    lot.points -= part.points;
    points -= part.points;
    taken.push_back(part);
  }
  std::erase_if(lots, [](const wire::Lot& lot) { return lot.points == 0; });
  return taken;
}

void MakeAvailable(Day today, Lots& lots) {
  const auto is_due = [today](const wire::Lot& lot) {
    return lot.available_day != 0 && !IsPending(lot, today);
  };
  if (std::none_of(lots.begin(), lots.end(), is_due)) return;
  const Lots before = std::exchange(lots, {});
  for (wire::Lot lot : before) {
    if (is_due(lot)) lot.available_day = 0;
    AddLot(lot, lots);
  }
}

}  // namespace patron::loyalty
