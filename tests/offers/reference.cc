#include "tests/offers/reference.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <optional>
#include <tuple>

namespace patron::testing {
namespace {

using wire::Benefit;

struct Left {
  std::vector<int64_t> lines;
  int64_t delivery = 0;
  int64_t gifts = 0;
};

int64_t Sum(const std::vector<int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

class Trial {
 public:
  Trial(const ReferenceOffer& offer, const wire::QuoteRequest& request,
        Left& left)
      : o_(offer), request_(request), left_(left) {}

  void Apply() {
    switch (o_.offer.benefit) {
      case Benefit::PRICE_MATCH:
        return Match();
      case Benefit::PERCENT:
        return Percent();
      case Benefit::BUY_N_PAY_M:
        return Free();
      case Benefit::SET_PRICE:
        return Set();
      case Benefit::AMOUNT:
        return Amount();
      case Benefit::FREE_DELIVERY:
        left_.delivery -= o_.offer.amount == 0
                              ? left_.delivery
                              : std::min(left_.delivery, o_.offer.amount);
        return;
      case Benefit::GIFT:
        left_.gifts += o_.gift_value;
        return;
      default:
        return;
    }
  }

 private:
  bool Covers(size_t at) const {
    return o_.scope.count(request_.lines[at].product_id) > 0;
  }

  void Match() {
    for (size_t at = 0; at < left_.lines.size(); ++at) {
      const wire::BasketLine& line = request_.lines[at];
      if (!Covers(at) || !line.__isset.match_amount) continue;
      int64_t off = std::max<int64_t>(0, left_.lines[at] - line.match_amount);
      if (o_.offer.percent_bp > 0)
        off = std::min(off, Rounded(line.list_amount, o_.offer.percent_bp));
      left_.lines[at] -= std::min(off, left_.lines[at]);
    }
  }

  static int64_t Rounded(int64_t amount, int64_t basis_points) {
    const int64_t whole = amount * basis_points;
    return whole / 10'000 + (whole % 10'000 >= 5'000 ? 1 : 0);
  }

  void Percent() {
    for (size_t at = 0; at < left_.lines.size(); ++at)
      if (Covers(at))
        left_.lines[at] -= Rounded(left_.lines[at], o_.offer.percent_bp);
  }

  void Amount() {
    int64_t value = 0, running = 0, given = 0;
    for (size_t at = 0; at < left_.lines.size(); ++at)
      if (Covers(at)) value += left_.lines[at];
    if (value == 0) return;
    const int64_t off = std::min(value, o_.offer.amount);
    for (size_t at = 0; at < left_.lines.size(); ++at) {
      if (!Covers(at)) continue;
      running += left_.lines[at];
      const int64_t due = off * running / value;
      left_.lines[at] -= due - given;
      given = due;
    }
  }

  // A row of single units, dearest first.
  void Free() {
    std::vector<size_t> units;
    for (size_t at = 0; at < left_.lines.size(); ++at)
      if (Covers(at))
        units.insert(
            units.end(),
            static_cast<size_t>(request_.lines[at].quantity_milli / 1000), at);
    const std::vector<int64_t> before = left_.lines;
    std::stable_sort(units.begin(), units.end(), [&](size_t a, size_t b) {
      return before[a] * request_.lines[b].quantity_milli >
             before[b] * request_.lines[a].quantity_milli;
    });
    std::map<size_t, int64_t> free;
    const auto buy = static_cast<size_t>(o_.offer.buy);
    for (size_t i = 0; i < units.size() / buy * buy; ++i)
      if (i % buy >= static_cast<size_t>(o_.offer.pay)) ++free[units[i]];
    for (const auto& [at, count] : free)
      left_.lines[at] -=
          before[at] * count * 1000 / request_.lines[at].quantity_milli;
  }

  // Whether the chosen lines can serve every part `sets` times.
  bool Serves(std::vector<size_t> chosen, std::vector<int64_t> wanted) const {
    if (chosen.empty()) return Sum(wanted) == 0;
    const std::string& product = request_.lines[chosen.back()].product_id;
    chosen.pop_back();
    for (size_t part = 0; part < wanted.size(); ++part) {
      if (wanted[part] == 0 || o_.parts[part].count(product) == 0) continue;
      std::vector<int64_t> rest = wanted;
      --rest[part];
      if (Serves(chosen, rest)) return true;
    }
    return false;
  }

  // Every choice of lines for every number of sets.
  void Set() {
    std::vector<size_t> order;
    for (size_t at = 0; at < left_.lines.size(); ++at)
      if (Covers(at) && request_.lines[at].quantity_milli == 1000)
        order.push_back(at);
    std::stable_sort(order.begin(), order.end(), [&](size_t a, size_t b) {
      return left_.lines[a] > left_.lines[b];
    });
    int64_t best = 0;
    std::vector<size_t> best_lines;
    const size_t size = o_.parts.size();
    for (size_t sets = 1; sets * size <= order.size(); ++sets)
      // Descending masks, first line highest: of equal values the first lines.
      for (size_t mask = size_t{1} << order.size(); mask-- > 0;) {
        std::vector<size_t> chosen;
        for (size_t i = 0; i < order.size(); ++i)
          if (mask >> (order.size() - 1 - i) & 1) chosen.push_back(order[i]);
        int64_t off = -o_.offer.amount * static_cast<int64_t>(sets);
        for (const size_t at : chosen) off += left_.lines[at];
        if (chosen.size() != sets * size || off <= best ||
            !Serves(chosen,
                    std::vector<int64_t>(size, static_cast<int64_t>(sets))))
          continue;
        best = off;
        best_lines = chosen;
      }
    TakeShared(best, best_lines);
  }

  void TakeShared(int64_t off, const std::vector<size_t>& lines) {
    int64_t value = 0, running = 0, given = 0;
    for (const size_t at : lines) value += left_.lines[at];
    for (const size_t at : lines) {
      running += left_.lines[at];
      const int64_t due = off * running / value;
      left_.lines[at] -= due - given;
      given = due;
    }
  }

  const ReferenceOffer& o_;
  const wire::QuoteRequest& request_;
  Left& left_;
};

int Place(Benefit::type benefit) {
  switch (benefit) {
    case Benefit::PRICE_MATCH:
      return 0;
    case Benefit::PERCENT:
      return 1;
    case Benefit::BUY_N_PAY_M:
      return 2;
    case Benefit::SET_PRICE:
      return 3;
    case Benefit::AMOUNT:
      return 4;
    case Benefit::FREE_DELIVERY:
      return 5;
    default:
      return 6;
  }
}

bool Before(const ReferenceOffer* a, const ReferenceOffer* b) {
  if (a->offer.priority != b->offer.priority)
    return a->offer.priority > b->offer.priority;
  if (Place(a->offer.benefit) != Place(b->offer.benefit))
    return Place(a->offer.benefit) < Place(b->offer.benefit);
  return a->offer.id < b->offer.id;
}

bool MayStandTogether(const std::vector<const ReferenceOffer*>& chosen) {
  std::set<std::string> groups;
  for (const ReferenceOffer* each : chosen) {
    if (each->offer.exclusive && chosen.size() > 1) return false;
    if (!each->offer.group.empty() && !groups.insert(each->offer.group).second)
      return false;
  }
  return true;
}

// What is left to pay; nullopt where a budget forbids it.
std::optional<int64_t> ToPay(std::vector<const ReferenceOffer*> chosen,
                             const wire::QuoteRequest& request) {
  std::sort(chosen.begin(), chosen.end(), Before);
  Left left;
  for (const wire::BasketLine& line : request.lines)
    left.lines.push_back(line.list_amount);
  left.delivery = request.delivery;
  for (const ReferenceOffer* each : chosen) {
    const int64_t before = Sum(left.lines) + left.delivery;
    Trial(*each, request, left).Apply();
    const int64_t taken = before - Sum(left.lines) - left.delivery;
    if (each->budget_left >= 0 && taken > each->budget_left)
      return std::nullopt;
  }
  return Sum(left.lines) + left.delivery - left.gifts;
}

}  // namespace

ReferenceResult BestByTrying(const std::vector<ReferenceOffer>& offers,
                             const wire::QuoteRequest& request) {
  std::optional<std::tuple<int64_t, size_t, std::vector<std::string>>> best;
  for (size_t mask = 0; mask < size_t{1} << offers.size(); ++mask) {
    std::vector<const ReferenceOffer*> chosen;
    std::vector<std::string> ids;
    for (size_t i = 0; i < offers.size(); ++i)
      if (mask >> i & 1) {
        chosen.push_back(&offers[i]);
        ids.push_back(offers[i].offer.id);
      }
    if (!MayStandTogether(chosen)) continue;
    const std::optional<int64_t> to_pay = ToPay(chosen, request);
    if (!to_pay) continue;
    std::sort(ids.begin(), ids.end());
    const auto outcome = std::make_tuple(*to_pay, ids.size(), ids);
    if (!best || outcome < *best) best = outcome;
  }
  return {std::get<0>(*best), std::get<2>(*best)};
}

int64_t BestSingle(const std::vector<ReferenceOffer>& offers,
                   const wire::QuoteRequest& request) {
  int64_t best = *ToPay({}, request);
  for (const ReferenceOffer& offer : offers)
    if (const auto to_pay = ToPay({&offer}, request))
      best = std::min(best, *to_pay);
  return best;
}

}  // namespace patron::testing
