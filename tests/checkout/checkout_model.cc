#include "tests/checkout/checkout_model.h"

#include <algorithm>
#include <numeric>

#include "server/base/check.h"

namespace patron::testing {
namespace {

constexpr int kExpiredAtOnce = 64;

int64_t Sum(const std::vector<int64_t>& values) {
  return std::accumulate(values.begin(), values.end(), int64_t{0});
}

// Of a purchase's values by line, the part of goods that came back.
int64_t BackOf(const std::vector<int64_t>& by_line,
               const std::vector<ModelLine>& lines) {
  int64_t back = 0;
  for (size_t at = 0; at < by_line.size(); ++at)
    back += by_line[at] * lines[at].returned / lines[at].quantity;
  return back;
}

bool AllBack(const std::vector<ModelLine>& lines,
             const std::vector<int64_t>& where) {
  const bool anywhere = Sum(where) == 0;
  for (size_t at = 0; at < lines.size(); ++at)
    if ((anywhere || where[at] > 0) && lines[at].returned < lines[at].quantity)
      return false;
  return true;
}

ModelAnswer Refused() {
  ModelAnswer answer;
  answer.refused = true;
  return answer;
}

ModelAnswer Repeated() {
  ModelAnswer answer;
  answer.duplicate = true;
  return answer;
}

}  // namespace

// ---- commands

ModelAnswer CheckoutModel::Apply(const wire::Command& command) {
  Begin(command);
  const wire::CommandBody& body = command.body;
  if (body.__isset.reserve) return Reserve(body.reserve);
  if (body.__isset.commit_reservation) return Commit(body.commit_reservation);
  if (body.__isset.release_reservation)
    return Release(body.release_reservation);
  if (body.__isset.record_purchase) return Purchase(body.record_purchase);
  if (body.__isset.record_return) return Return(body.record_return);
  if (body.__isset.claim_receipt) return Claim(body.claim_receipt);
  if (body.__isset.adjust_points) return Adjust(body.adjust_points);
  if (body.__isset.give_bonus) return Bonus(body.give_bonus);
  if (body.__isset.merge_customers) return Merge(body.merge_customers);
  if (body.__isset.put_codes) return PutCodes(body.put_codes);
  if (body.__isset.set_offer_state)
    for (wire::Offer& offer : definitions_.offers)
      if (offer.id == body.set_offer_state.offer_id)
        offer.state = body.set_offer_state.state;
  return {};
}

// Time moves, and what has expired goes: points, and reservations in the order
// of their ends.
void CheckoutModel::Begin(const wire::Command& command) {
  touched_.clear();
  now_us_ = command.logged_at_us;
  if (today_ != command.logged_day) {
    today_ = command.logged_day;
    ExpirePoints();
  }
  earning_day_ = std::min(command.local_day, today_);
  std::vector<std::pair<int64_t, std::string>> expired;
  for (const std::string& id : open_)
    if (reservations_.at(id).expires_us <= now_us_)
      expired.emplace_back(reservations_.at(id).expires_us, id);
  std::sort(expired.begin(), expired.end());
  if (expired.size() > kExpiredAtOnce) expired.resize(kExpiredAtOnce);
  for (const auto& [at, id] : expired) {
    GiveBack(reservations_.at(id), wire::ReservationState::EXPIRED);
    open_.erase(id);
  }
}

void CheckoutModel::GiveBack(ModelReservation& reservation,
                             wire::ReservationState::type state) {
  reservation.state = state;
  touched_.insert(PresentId(reservation.customer));
  // By programme, as they are defined: what pays debt first shows nowhere.
  for (const ModelPaid& paid : reservation.quote.paid) {
    ModelAccount& account = Account(reservation.customer, paid.programme);
    for (const ModelPoint& point : paid.points) PutIn(point, account);
  }
  ExpirePoints();
}

ModelAnswer CheckoutModel::Reserve(const wire::Reserve& command) {
  if (const auto known = reservations_.find(command.reservation_id);
      known != reservations_.end()) {
    if (known->second.state != wire::ReservationState::OPEN ||
        known->second.request != command.request)
      return Refused();
    ModelAnswer answer = Repeated();
    answer.quote = known->second.quote;
    return answer;
  }
  std::optional<ModelQuote> quote = Quote(command.request);
  if (!quote) return Refused();
  int64_t points = 0;
  for (const ModelPaid& paid : quote->paid)
    points += static_cast<int64_t>(paid.points.size());
  if (command.__isset.expected_total &&
      (command.expected_total != quote->total ||
       command.expected_points != points))
    return Refused();
  ModelReservation reservation;
  reservation.request = command.request;
  reservation.expires_us = now_us_ + command.hold_us;
  if (command.request.__isset.customer_id) {
    reservation.customer = command.request.customer_id;
    ids_.emplace(reservation.customer, reservation.customer);
    touched_.insert(PresentId(reservation.customer));
  }
  for (ModelPaid& paid : quote->paid)
    if (!paid.points.empty())
      paid.points = Take(static_cast<int64_t>(paid.points.size()),
                         Account(reservation.customer, paid.programme));
  ModelAnswer answer;
  answer.quote = quote;
  reservation.quote = *std::move(quote);
  open_.insert(command.reservation_id);
  reservations_[command.reservation_id] = std::move(reservation);
  return answer;
}

ModelAnswer CheckoutModel::Commit(const wire::CommitReservation& command) {
  const auto at = reservations_.find(command.reservation_id);
  if (at == reservations_.end()) return Refused();
  ModelReservation& reservation = at->second;
  if (reservation.state != wire::ReservationState::OPEN)
    return reservation.state == wire::ReservationState::COMMITTED &&
                   reservation.receipt == command.receipt_id
               ? Repeated()
               : Refused();
  if (purchases_.contains(command.receipt_id)) return Refused();
  reservation.state = wire::ReservationState::COMMITTED;
  touched_.insert(PresentId(reservation.customer));
  reservation.receipt = command.receipt_id;
  open_.erase(command.reservation_id);
  ModelPurchase& purchase = purchases_[command.receipt_id];
  purchase.customer = reservation.customer;
  purchase.day = earning_day_;
  purchase.lines = reservation.quote.lines;
  purchase.uses = reservation.quote.uses;
  purchase.paid = reservation.quote.paid;
  if (!purchase.uses.empty()) with_uses_.push_back(&purchase);
  EarnOn(purchase, reservation.quote.earned);
  return {};
}

ModelAnswer CheckoutModel::Release(const wire::ReleaseReservation& command) {
  const auto at = reservations_.find(command.reservation_id);
  if (at == reservations_.end() ||
      at->second.state == wire::ReservationState::COMMITTED)
    return Refused();
  if (open_.erase(command.reservation_id) > 0)
    GiveBack(at->second, wire::ReservationState::RELEASED);
  return {};
}

void CheckoutModel::EarnOn(
    ModelPurchase& purchase,
    const std::map<std::string, std::vector<int64_t>>& earned) {
  for (const auto& [id, by_line] : earned) {
    const wire::Programme& programme = ProgrammeById(id);
    ModelEarned& one = purchase.earned[id];
    one.by_line = by_line;
    one.point.expiry = ExpiryOf(programme, purchase.day);
    one.point.available =
        programme.pending_days > 0 ? purchase.day + programme.pending_days : 0;
    for (int64_t i = Sum(by_line); i > 0; --i)
      PutIn(one.point, Account(purchase.customer, id));
  }
  ExpirePoints();
}

ModelAnswer CheckoutModel::Purchase(const wire::Purchase& purchase) {
  if (purchases_.contains(purchase.receipt_id)) return Repeated();
  if (purchase.__isset.customer_id)
    ids_.emplace(purchase.customer_id, purchase.customer_id);
  ModelPurchase& bought = purchases_[purchase.receipt_id];
  bought.customer = purchase.customer_id;
  bought.day = earning_day_;
  for (const wire::PurchaseLine& line : purchase.lines)
    bought.lines.push_back(
        {line.product_id, line.quantity_milli, line.amount, line.amount});
  std::map<std::string, std::vector<int64_t>> earned;
  if (purchase.__isset.customer_id)
    for (const wire::Programme& programme : definitions_.programmes)
      earned[programme.id] = EarnedOn(programme, bought.lines, {});
  EarnOn(bought, earned);
  return {};
}

// Answers the money that is kept of `refund`. Points that a claim gave and that
// had expired by then are gone: others do not stand in for them.
int64_t CheckoutModel::TakeBack(ModelPurchase& purchase, int64_t refund,
                                bool claimed) {
  for (ModelPaid& paid : purchase.paid) {
    if (paid.amount == 0) continue;
    const auto points = static_cast<int64_t>(paid.points.size());
    const int64_t back =
        points * BackOf(paid.by_line, purchase.lines) / paid.amount;
    ModelAccount& account = Account(purchase.customer, paid.programme);
    for (; paid.refunded < back; ++paid.refunded)
      PutIn(paid.points[static_cast<size_t>(points - paid.refunded - 1)],
            account);
  }
  ExpirePoints();
  touched_.insert(PresentId(purchase.customer));
  int64_t kept = 0;
  for (auto& [id, earned] : purchase.earned) {
    const wire::Programme& programme = ProgrammeById(id);
    const int64_t back = BackOf(earned.by_line, purchase.lines);
    const bool gone =
        claimed && earned.point.expiry != 0 && earned.point.expiry < today_;
    const int64_t missing = gone
                                ? 0
                                : Reverse(purchase.customer, programme,
                                          back - earned.reversed, earned.point);
    kept += std::min(refund - kept, missing * programme.redeem_amount /
                                        programme.redeem_points);
    earned.reversed = back;
  }
  for (ModelUse& use : purchase.uses) {
    use.given_back = BackOf(use.by_line, purchase.lines);
    use.counts = !AllBack(purchase.lines, use.by_line);
  }
  return kept;
}

ModelAnswer CheckoutModel::Return(const wire::PurchaseReturn& command) {
  const auto at = purchases_.find(command.receipt_id);
  if (at == purchases_.end()) return Refused();
  ModelPurchase& purchase = at->second;
  if (const auto known = purchase.returns.find(command.return_id);
      known != purchase.returns.end())
    return known->second == command.lines ? Repeated() : Refused();
  for (const wire::ReturnLine& asked : command.lines) {
    if (asked.line >= static_cast<int>(purchase.lines.size())) return Refused();
    const ModelLine& line = purchase.lines[static_cast<size_t>(asked.line)];
    if (asked.quantity_milli > line.quantity - line.returned) return Refused();
  }
  int64_t refund = 0;
  for (const wire::ReturnLine& asked : command.lines) {
    ModelLine& line = purchase.lines[static_cast<size_t>(asked.line)];
    line.returned += asked.quantity_milli;
    const int64_t back = line.amount * line.returned / line.quantity;
    refund += back - line.refunded;
    line.refunded = back;
  }
  purchase.returns[command.return_id] = command.lines;
  ModelAnswer answer;
  answer.refund = refund - TakeBack(purchase, refund, /*claimed=*/false);
  return answer;
}

ModelAnswer CheckoutModel::Claim(const wire::ClaimReceipt& command) {
  const std::string customer = PresentId(command.customer_id);
  const auto at = purchases_.find(command.receipt_id);
  if (customer.empty() || at == purchases_.end()) return Refused();
  ModelPurchase& purchase = at->second;
  if (!purchase.customer.empty())
    return PresentId(purchase.customer) == customer ? Repeated() : Refused();
  purchase.customer = customer;
  std::map<std::string, std::vector<int64_t>> earned;
  for (const wire::Programme& programme : definitions_.programmes)
    earned[programme.id] = EarnedOn(programme, purchase.lines, {});
  EarnOn(purchase, earned);
  // What is expired by now is gone: nothing else is taken for it.
  for (auto& [id, one] : purchase.earned)
    if (one.point.expiry != 0 && one.point.expiry < today_)
      one.reversed = BackOf(one.by_line, purchase.lines);
  TakeBack(purchase, 0, /*claimed=*/true);
  return {};
}

ModelAnswer CheckoutModel::Adjust(const wire::AdjustPoints& command) {
  const std::string customer = PresentId(command.customer_id);
  if (customer.empty()) return Refused();
  if (command.points <
      -std::max<int64_t>(0, AvailableOf(customer, command.programme_id)))
    return Refused();
  const wire::Programme& programme = ProgrammeById(command.programme_id);
  ModelAccount& account = Account(customer, command.programme_id);
  if (command.points < 0) Take(-command.points, account);
  for (int64_t i = 0; i < command.points; ++i)
    PutIn({ExpiryOf(programme, today_), 0}, account);
  const Balance balance = BalanceOf(customer, command.programme_id);
  ModelAnswer answer;
  answer.balance = balance.available + balance.pending;
  return answer;
}

ModelAnswer CheckoutModel::Bonus(const wire::GiveBonus& command) {
  for (const wire::BonusEntry& entry : command.entries)
    if (PresentId(entry.customer_id).empty()) return Refused();
  const wire::Programme& programme = ProgrammeById(command.programme_id);
  for (const wire::BonusEntry& entry : command.entries)
    for (int64_t i = 0; i < entry.points; ++i)
      PutIn({ExpiryOf(programme, today_), 0},
            Account(entry.customer_id, command.programme_id));
  return {};
}

ModelAnswer CheckoutModel::Merge(const wire::MergeCustomers& command) {
  const std::string kept = PresentId(command.kept_id);
  const std::string absorbed = PresentId(command.absorbed_id);
  if (kept.empty() || absorbed.empty()) return Refused();
  if (kept == absorbed) return {};
  for (const wire::Programme& programme : definitions_.programmes) {
    ModelAccount& into = accounts_[{kept, programme.id}];
    ModelAccount& from = accounts_[{absorbed, programme.id}];
    into.points.insert(into.points.end(), from.points.begin(),
                       from.points.end());
    into.debt += from.debt;
    from = ModelAccount();
    for (; into.debt > 0 && !into.points.empty(); --into.debt)
      into.points.erase(into.points.begin() + FirstOf(into.points, true));
  }
  ids_[absorbed] = kept;
  touched_.insert(kept);
  return {};
}

ModelAnswer CheckoutModel::PutCodes(const wire::PutCodes& command) {
  for (const std::string& code : command.codes)
    codes_.emplace(code, command.batch_id == "once" ? 1 : 2);
  return {};
}

}  // namespace patron::testing
