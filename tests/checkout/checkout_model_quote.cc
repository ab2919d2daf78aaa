// Quotes of the model: every subset of the offers is laid over the basket, and
// the cheapest one wins.
#include <algorithm>
#include <numeric>
#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"
#include "tests/checkout/checkout_model.h"

namespace patron::testing {
namespace {

constexpr const char* kShared = "SHARED";

// Deals out by weights: what is due up to here, less what was given before.
std::vector<int64_t> Deal(int64_t amount, const std::vector<int64_t>& weights) {
  const int64_t whole =
      std::accumulate(weights.begin(), weights.end(), int64_t{0});
  std::vector<int64_t> shares;
  if (whole == 0) {
    shares.assign(weights.size(), 0);
    shares[0] = amount;
    return shares;
  }
  for (size_t at = 0; at < weights.size(); ++at) {
    const int64_t upto = std::accumulate(
        weights.begin(), weights.begin() + static_cast<int64_t>(at) + 1,
        int64_t{0});
    const int64_t before =
        std::accumulate(shares.begin(), shares.end(), int64_t{0});
    shares.push_back(amount * upto / whole - before);
  }
  return shares;
}

int64_t PeriodNumber(wire::Period::type period, Day day) {
  const absl::CivilDay date = absl::CivilDay(1970, 1, 1) + day;
  if (period == wire::Period::DAY) return day;
  // Mondays are counted: 1970-01-05 was one.
  if (period == wire::Period::WEEK)
    return (date - absl::CivilDay(1970, 1, 5) + 7) / 7;
  if (period == wire::Period::MONTH) return date.year() * 100 + date.month();
  return 0;
}

// Products are named by their category, a letter.
bool IsInScope(const wire::Offer& offer, const std::string& product) {
  return offer.scope.empty() ||
         absl::StrContains(offer.scope,
                           absl::StrCat("\"", product.substr(0, 1), "\""));
}

int64_t TotalOf(const ModelQuote& quote) {
  int64_t total = 0;
  for (const ModelLine& line : quote.lines) total += line.amount;
  return total;
}

std::vector<std::string> IdsOf(const ModelQuote& quote) {
  std::vector<std::string> ids;
  for (const ModelUse& use : quote.uses) ids.push_back(use.offer);
  std::sort(ids.begin(), ids.end());
  return ids;
}

}  // namespace

CheckoutModel::Count CheckoutModel::CountOf(const std::string& offer,
                                            bool in_period,
                                            const std::string* customer) const {
  const wire::Limits& limits = OfferById(offer).limits;
  const auto period =
      customer == nullptr ? limits.period : limits.customer_period;
  const int64_t present = PeriodNumber(period, today_);
  Count count;
  const auto add = [&](const std::string& owner,
                       const std::vector<ModelUse>& uses, bool reserved) {
    for (const ModelUse& use : uses) {
      if (use.offer != offer) continue;
      if (in_period && PeriodNumber(period, use.day) != present) continue;
      if (customer != nullptr && PresentId(owner) != *customer) continue;
      (reserved ? count.reserved : count.uses) += use.counts;
      (reserved ? count.reserved_discount : count.discount) +=
          use.discount - use.given_back;
    }
  };
  for (const std::string& id : open_) {
    const ModelReservation& reservation = reservations_.at(id);
    add(reservation.customer, reservation.quote.uses, true);
  }
  for (const ModelPurchase* purchase : with_uses_)
    add(purchase->customer, purchase->uses, false);
  return count;
}

CheckoutModel::Count CheckoutModel::CodeCount(const std::string& code) const {
  Count count;
  for (const std::string& id : open_)
    for (const ModelUse& use : reservations_.at(id).quote.uses)
      count.reserved += use.code == code;
  for (const ModelPurchase* purchase : with_uses_)
    for (const ModelUse& use : purchase->uses)
      count.uses += use.code == code && use.counts;
  return count;
}

std::vector<size_t> CheckoutModel::ScopeOf(
    const wire::Offer& offer, const std::vector<ModelLine>& lines) const {
  std::vector<size_t> scope;
  for (size_t at = 0; at < lines.size(); ++at)
    if (IsInScope(offer, lines[at].product)) scope.push_back(at);
  return scope;
}

bool CheckoutModel::Admits(const wire::Offer& offer,
                           const wire::QuoteRequest& request,
                           std::string& code) const {
  if (offer.state != wire::OfferState::RUNNING) return false;
  for (const std::string& given : request.codes) {
    if (!offer.needs_code || !code.empty()) continue;
    if (!offer.codes.empty()) {
      if (given == kShared) code = given;
    } else if (const auto known = codes_.find(given); known != codes_.end()) {
      const Count count = CodeCount(given);
      if (count.uses + count.reserved < known->second) code = given;
    }
  }
  if (offer.needs_code && code.empty()) return false;
  const bool anonymous = !request.__isset.customer_id;
  const wire::Limits& limits = offer.limits;
  if (anonymous && (limits.uses_per_customer > 0 ||
                    offer.benefit == wire::Benefit::BONUS_POINTS))
    return false;
  const Count all = CountOf(offer.id, true);
  if (limits.uses > 0 && all.uses + all.reserved >= limits.uses) return false;
  if (limits.budget > 0 &&
      all.discount + all.reserved_discount >= limits.budget)
    return false;
  const std::string customer = PresentId(request.customer_id);
  if (limits.uses_per_customer > 0 && !customer.empty()) {
    const Count own = CountOf(offer.id, true, &customer);
    if (own.uses + own.reserved >= limits.uses_per_customer) return false;
  }
  int64_t spend = 0;
  bool any = false;
  for (const wire::BasketLine& line : request.lines)
    if (IsInScope(offer, line.product_id)) {
      spend += line.list_amount;
      any = true;
    }
  return any && spend >= offer.min_spend;
}

std::vector<int64_t> CheckoutModel::Discounts(
    const wire::Offer& offer, const std::vector<ModelLine>& lines) const {
  std::vector<int64_t> off(lines.size());
  std::vector<int64_t> values(lines.size());
  for (const size_t at : ScopeOf(offer, lines)) values[at] = lines[at].amount;
  if (offer.benefit == wire::Benefit::PERCENT)
    for (size_t at = 0; at < off.size(); ++at)
      off[at] = (values[at] * offer.percent_bp * 2 + 10'000) / 20'000;
  const int64_t whole =
      std::accumulate(values.begin(), values.end(), int64_t{0});
  if (offer.benefit == wire::Benefit::AMOUNT && whole > 0)
    off = Deal(std::min(offer.amount, whole), values);
  return off;
}

std::vector<CheckoutModel::Admitted> CheckoutModel::AdmittedTo(
    const wire::QuoteRequest& request) const {
  std::vector<Admitted> all;
  for (const wire::Offer& offer : definitions_.offers) {
    Admitted admitted;
    admitted.offer = &offer;
    if (!Admits(offer, request, admitted.code)) continue;
    const Count count = CountOf(offer.id, true);
    admitted.budget_left =
        offer.limits.budget - count.discount - count.reserved_discount;
    all.push_back(std::move(admitted));
  }
  return all;
}

// False where the offer changes nothing, or leaves its budget.
bool CheckoutModel::Lay(const Admitted& admitted, ModelQuote& quote) const {
  const wire::Offer& offer = *admitted.offer;
  ModelUse use;
  use.offer = offer.id;
  use.code = admitted.code;
  use.day = today_;
  use.by_line = Discounts(offer, quote.lines);
  for (size_t at = 0; at < use.by_line.size(); ++at) {
    quote.lines[at].amount -= use.by_line[at];
    use.discount += use.by_line[at];
  }
  const bool idle =
      use.discount == 0 && offer.benefit != wire::Benefit::BONUS_POINTS;
  if (idle || (offer.limits.budget > 0 && use.discount > admitted.budget_left))
    return false;
  quote.uses.push_back(std::move(use));
  return true;
}

std::vector<int64_t> CheckoutModel::EarnedOn(
    const wire::Programme& programme, const std::vector<ModelLine>& lines,
    const std::vector<ModelUse>& uses) const {
  std::vector<int64_t> earned, amounts;
  int64_t upto = 0;
  for (const ModelLine& line : lines) {
    const int64_t points = programme.earn_points, per = programme.earn_amount;
    const int64_t before = upto;
    upto += line.amount;
    amounts.push_back(line.amount);
    // Half up a line, or what the floor of the running sum grows by.
    earned.push_back(programme.round_by_line
                         ? (line.amount * points * 2 + per) / (2 * per)
                         : upto * points / per - before * points / per);
  }
  for (const ModelUse& use : uses) {
    const wire::Offer& offer = OfferById(use.offer);
    if (offer.benefit != wire::Benefit::BONUS_POINTS ||
        offer.programme_id != programme.id)
      continue;
    const std::vector<int64_t> bonus = Deal(offer.points, amounts);
    for (size_t at = 0; at < bonus.size(); ++at) earned[at] += bonus[at];
  }
  return earned;
}

// One point more, until they pay what may be paid.
bool CheckoutModel::Pay(const wire::QuoteRequest& request,
                        ModelQuote& quote) const {
  const int64_t whole = TotalOf(quote);
  std::vector<int64_t> unpaid(quote.lines.size());
  for (const wire::PointsToPay& wanted : request.points) {
    if (!request.__isset.customer_id) return false;
    const wire::Programme& programme = ProgrammeById(wanted.programme_id);
    const int64_t available =
        AvailableOf(PresentId(request.customer_id), wanted.programme_id);
    if (wanted.points > std::max<int64_t>(0, available)) return false;
    const int64_t offered = wanted.points < 0 ? available : wanted.points;
    const int64_t left = TotalOf(quote);
    const int64_t most =
        std::min(left, whole * programme.redeem_most_bp / 10'000);
    const auto worth = [&](int64_t points) {
      return points * programme.redeem_amount / programme.redeem_points;
    };
    int64_t points = 0;
    while (points < offered && worth(points) < most) ++points;
    if (worth(points) > most && most < left) --points;
    const int64_t paid = std::min(worth(points), most);
    while (points > 0 && worth(points - 1) >= paid) --points;
    ModelPaid payment;
    payment.programme = programme.id;
    payment.amount = paid;
    payment.points.resize(static_cast<size_t>(points));
    std::vector<int64_t> amounts;
    for (const ModelLine& line : quote.lines) amounts.push_back(line.amount);
    const std::vector<int64_t> shares = Deal(paid, amounts);
    for (size_t at = 0; at < shares.size(); ++at) {
      quote.lines[at].amount -= shares[at];
      unpaid[at] += shares[at];
    }
    quote.paid.push_back(std::move(payment));
  }
  // What each programme paid of a line, in the order of programmes.
  std::sort(quote.paid.begin(), quote.paid.end(),
            [](const ModelPaid& a, const ModelPaid& b) {
              return a.programme < b.programme;
            });
  for (ModelPaid& paid : quote.paid) {
    paid.by_line = Deal(paid.amount, unpaid);
    for (size_t at = 0; at < unpaid.size(); ++at)
      unpaid[at] -= paid.by_line[at];
  }
  return true;
}

std::optional<ModelQuote> CheckoutModel::Quote(
    const wire::QuoteRequest& request) const {
  ModelQuote start;
  for (const wire::BasketLine& line : request.lines)
    start.lines.push_back({line.product_id, line.quantity_milli,
                           line.list_amount, line.list_amount});
  const std::vector<Admitted> admitted = AdmittedTo(request);
  const bool member = request.__isset.customer_id;
  using Rank = std::tuple<int64_t, int64_t, size_t, std::vector<std::string>>;
  std::optional<std::pair<Rank, ModelQuote>> best;
  for (size_t subset = 0; subset < size_t{1} << admitted.size(); ++subset) {
    ModelQuote quote = start;
    bool stands = true;
    std::set<std::string> groups;
    for (size_t at = 0; at < admitted.size() && stands; ++at) {
      if ((subset >> at & 1) == 0) continue;
      const std::string& group = admitted[at].offer->group;
      stands = (group.empty() || groups.insert(group).second) &&
               Lay(admitted[at], quote);
    }
    if (!stands) continue;
    int64_t points = 0;
    for (const wire::Programme& programme : definitions_.programmes)
      for (const int64_t one : EarnedOn(programme, quote.lines, quote.uses))
        points += member ? one : 0;
    Rank rank(TotalOf(quote), -points, quote.uses.size(), IdsOf(quote));
    if (!best || rank < best->first)
      best.emplace(std::move(rank), std::move(quote));
  }
  ModelQuote quote = std::move(best->second);
  if (!Pay(request, quote)) return std::nullopt;
  if (member)
    for (const wire::Programme& programme : definitions_.programmes)
      quote.earned[programme.id] = EarnedOn(programme, quote.lines, quote.uses);
  quote.total = TotalOf(quote);
  return quote;
}

}  // namespace patron::testing
