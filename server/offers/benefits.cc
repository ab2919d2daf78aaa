#include "server/offers/benefits.h"

#include <algorithm>

#include "absl/container/inlined_vector.h"
#include "server/offers/shares.h"

namespace patron::offers {
namespace {

constexpr int64_t kUnit = 1000;

// A line's whole units, and what one of them costs: left ÷ quantity_milli.
struct Units {
  uint32_t line = 0;
  int64_t count = 0;
  int64_t left = 0;
  int64_t quantity_milli = 0;
};
using UnitRuns = absl::InlinedVector<Units, 32>;

bool Dearer(const Units& a, const Units& b) {
  const __int128 price_a = static_cast<__int128>(a.left) * b.quantity_milli;
  const __int128 price_b = static_cast<__int128>(b.left) * a.quantity_milli;
  return price_a != price_b ? price_a > price_b : a.line < b.line;
}

UnitRuns DearestFirst(Places places, const std::vector<Line>& lines,
                      const Remaining& remaining) {
  UnitRuns runs;
  for (const uint32_t at : places) {
    const int64_t quantity = lines[at].quantity_milli;
    if (quantity >= kUnit)
      runs.push_back({at, quantity / kUnit, remaining.lines[at], quantity});
  }
  std::sort(runs.begin(), runs.end(), Dearer);
  return runs;
}

// Free ones among the first `units` of a row of full groups.
int64_t FreeAmong(int64_t units, const wire::Offer& offer) {
  return units / offer.buy * (offer.buy - offer.pay) +
         std::max<int64_t>(0, units % offer.buy - offer.pay);
}

int64_t TakeOff(uint32_t line, int64_t amount, Remaining& remaining) {
  const int64_t taken = std::clamp<int64_t>(amount, 0, remaining.lines[line]);
  remaining.lines[line] -= taken;
  return taken;
}

int64_t MatchPrices(const Candidate& candidate, const std::vector<Line>& lines,
                    Remaining& remaining) {
  const int64_t bound_bp = candidate.offer->offer.percent_bp;
  int64_t taken = 0;
  for (const uint32_t at : candidate.lines) {
    if (!lines[at].match_amount) continue;
    int64_t off = remaining.lines[at] - *lines[at].match_amount;
    if (bound_bp > 0)
      off = std::min(off, PercentOf(lines[at].list_amount, bound_bp));
    taken += TakeOff(at, off, remaining);
  }
  return taken;
}

int64_t TakePercent(const Candidate& candidate, Remaining& remaining) {
  int64_t taken = 0;
  for (const uint32_t at : candidate.lines)
    taken += TakeOff(
        at, PercentOf(remaining.lines[at], candidate.offer->offer.percent_bp),
        remaining);
  return taken;
}

int64_t FreeCheapest(const Candidate& candidate, const std::vector<Line>& lines,
                     Remaining& remaining) {
  const wire::Offer& offer = candidate.offer->offer;
  if (offer.pay < 0 || offer.pay >= offer.buy) return 0;
  const UnitRuns runs = DearestFirst(candidate.lines, lines, remaining);
  int64_t units = 0;
  for (const Units& run : runs) units += run.count;
  const int64_t grouped = units / offer.buy * offer.buy;
  int64_t before = 0, taken = 0;
  for (const Units& run : runs) {
    const int64_t after = std::min(before + run.count, grouped);
    const int64_t free = FreeAmong(after, offer) - FreeAmong(before, offer);
    taken +=
        TakeOff(run.line, ShareOf(run.left, free * kUnit, run.quantity_milli),
                remaining);
    before = after;
  }
  return taken;
}

int64_t TakeAmount(const Candidate& candidate, Remaining& remaining) {
  int64_t value = 0;
  for (const uint32_t at : candidate.lines) value += remaining.lines[at];
  const int64_t off = std::min(candidate.offer->offer.amount, value);
  int64_t running = 0, taken = 0;
  for (const uint32_t at : candidate.lines) {
    running += remaining.lines[at];
    taken += TakeOff(at, ShareOf(off, running, value) - taken, remaining);
  }
  return taken;
}

int64_t TakeDelivery(const wire::Offer& offer, Remaining& remaining) {
  const int64_t most = offer.amount > 0 ? offer.amount : remaining.delivery;
  const int64_t taken = std::min(most, remaining.delivery);
  remaining.delivery -= taken;
  return taken;
}

int64_t TakeOff(const Candidate& candidate, const std::vector<Line>& lines,
                Remaining& remaining) {
  switch (candidate.offer->offer.benefit) {
    case wire::Benefit::PRICE_MATCH:
      return MatchPrices(candidate, lines, remaining);
    case wire::Benefit::PERCENT:
      return TakePercent(candidate, remaining);
    case wire::Benefit::BUY_N_PAY_M:
      return FreeCheapest(candidate, lines, remaining);
    case wire::Benefit::SET_PRICE:
      return candidate.set->LayOver(candidate.offer->offer.amount,
                                    remaining.lines);
    case wire::Benefit::AMOUNT:
      return TakeAmount(candidate, remaining);
    case wire::Benefit::FREE_DELIVERY:
      return TakeDelivery(candidate.offer->offer, remaining);
    case wire::Benefit::GIFT:
    case wire::Benefit::POINTS_MULTIPLIER:
    case wire::Benefit::BONUS_POINTS:
    case wire::Benefit::EARLY_ACCESS:
      return 0;
  }
  return 0;
}

}  // namespace

Remaining RemainingOf(const Basket& basket, int64_t delivery) {
  Remaining remaining;
  remaining.delivery = delivery;
  remaining.total = delivery;
  for (const Line& line : basket.lines()) {
    remaining.lines.push_back(line.list_amount);
    remaining.total += line.list_amount;
  }
  return remaining;
}

int64_t LayOver(const Candidate& candidate, const std::vector<Line>& lines,
                Remaining& remaining) {
  const int64_t taken = TakeOff(candidate, lines, remaining);
  remaining.total -= taken + candidate.gift_value;
  return taken;
}

bool GivesPoints(const wire::Offer& offer) {
  return offer.benefit == wire::Benefit::POINTS_MULTIPLIER ||
         offer.benefit == wire::Benefit::BONUS_POINTS;
}

}  // namespace patron::offers
