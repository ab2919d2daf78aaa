#include "tests/checkout/checkout_operations.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"

namespace patron::testing {
namespace {

constexpr int64_t kMinuteUs = 60'000'000;

}  // namespace

wire::Command Operations::Next(const CheckoutModel& model) {
  Move();
  wire::CommandBody body;
  struct Kind {
    int weight;
    wire::CommandBody (Operations::*make)(const CheckoutModel&);
  };
  constexpr Kind kKinds[] = {
      {30, &Operations::Reserve}, {22, &Operations::Commit},
      {7, &Operations::Release},  {14, &Operations::Buy},
      {16, &Operations::Return},  {4, &Operations::Claim},
      {6, &Operations::Adjust},   {3, &Operations::Bonus},
      {1, &Operations::Merge},    {1, &Operations::Pause},
      {2, &Operations::Codes},    {3, &Operations::Expire}};
  int at = static_cast<int>(Below(109));
  for (const Kind& kind : kKinds)
    if ((at -= kind.weight) < 0) return Stamped((this->*kind.make)(model));
  return Stamped(Expire(model));
}

wire::Command Operations::Stamped(wire::CommandBody body) {
  wire::Command command;
  command.logged_at_us = now_us_;
  command.logged_day = static_cast<int32_t>(now_us_ / kDayUs);
  command.local_day = command.logged_day;
  if (body.record_purchase.happened_at_us > 0)
    command.local_day =
        static_cast<int32_t>(body.record_purchase.happened_at_us / kDayUs);
  command.body = std::move(body);
  return command;
}

void Operations::Move() {
  const uint64_t chance = Below(300);
  if (chance == 0) now_us_ += static_cast<int64_t>(Below(12)) * kDayUs;
  if (chance < 6) now_us_ += static_cast<int64_t>(Below(2 * kDayUs));
  now_us_ += static_cast<int64_t>(1 + Below(3 * kMinuteUs));
}

std::string Operations::Customer() {
  if (Below(60) == 0) return absl::StrCat("c", ++last_customer_);
  const uint64_t back = Below(9);
  return absl::StrCat("c", last_customer_ > back ? last_customer_ - back : 0);
}

std::string Operations::Product() {
  const std::string kind(1, static_cast<char>('a' + Below(3)));
  return absl::StrCat(kind, Below(3));
}

int64_t Operations::Amount() {
  if (Below(15) == 0) return 0;
  return static_cast<int64_t>(Below(6) == 0 ? Below(6000) : Below(700));
}

int64_t Operations::Quantity() {
  return Below(3) == 0 ? static_cast<int64_t>(1 + Below(2500))
                       : static_cast<int64_t>(1 + Below(3)) * 1000;
}

std::string Operations::Recent(const std::string& prefix, uint64_t last,
                               uint64_t most) {
  const uint64_t back = Below(most);
  return absl::StrCat(prefix, last > back ? last - back : 0);
}

std::string Operations::Receipt() {
  return Below(3) == 0 ? Recent("r", last_receipt_, 25)
                       : absl::StrCat("of ", Recent("b", last_reserved_, 45));
}

wire::QuoteRequest Operations::Basket() {
  wire::QuoteRequest request;
  if (Below(7) != 0) request.__set_customer_id(Customer());
  request.store_id = std::string("s");
  request.channel = "store";
  request.currency = "EUR";
  for (uint64_t i = 1 + Below(4); i > 0; --i) {
    wire::BasketLine& line = request.lines.emplace_back();
    line.product_id = Product();
    line.quantity_milli = Quantity();
    line.list_amount = Amount();
  }
  if (Below(3) == 0) request.codes.push_back(Recent("once", last_code_, 40));
  if (Below(4) == 0) request.codes.push_back(Recent("twice", last_code_, 40));
  if (Below(6) == 0) request.codes.push_back("SHARED");
  AddPoints(request);
  return request;
}

void Operations::AddPoints(wire::QuoteRequest& request) {
  if (Below(2) == 0) return;
  std::vector<std::string> programmes = {"club", "miles"};
  if (Below(2) == 0) std::swap(programmes[0], programmes[1]);
  programmes.resize(1 + Below(2));
  for (const std::string& programme : programmes) {
    wire::PointsToPay& pay = request.points.emplace_back();
    pay.programme_id = programme;
    pay.points = Below(2) == 0 ? -1 : static_cast<int64_t>(Below(70));
  }
}

wire::CommandBody Operations::Reserve(const CheckoutModel& model) {
  wire::CommandBody body;
  body.__isset.reserve = true;
  if (Below(25) == 0 && !last_.reservation_id.empty()) {
    body.reserve = last_;  // asked again
    if (Below(2) == 0) body.reserve.request.lines[0].list_amount += 1;
    return body;
  }
  wire::Reserve& reserve = body.reserve;
  reserve.reservation_id = absl::StrCat("b", ++last_reserved_);
  reserve.request = Basket();
  reserve.hold_us = static_cast<int64_t>(10 + Below(4 * 3600)) * 1'000'000;
  const auto quote = model.Quote(reserve.request);
  if (quote && Below(3) == 0) {
    reserve.__set_expected_total(quote->total + (Below(9) == 0 ? 1 : 0));
    for (const ModelPaid& paid : quote->paid)
      reserve.expected_points += static_cast<int64_t>(paid.points.size());
  }
  last_ = reserve;
  return body;
}

wire::CommandBody Operations::Commit(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.commit_reservation = true;
  auto& commit = body.commit_reservation;
  commit.reservation_id = Recent("b", last_reserved_, 9);
  commit.receipt_id =
      Below(25) == 0 ? Receipt() : absl::StrCat("of ", commit.reservation_id);
  return body;
}

wire::CommandBody Operations::Release(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.release_reservation = true;
  body.release_reservation.reservation_id = Recent("b", last_reserved_, 9);
  return body;
}

wire::CommandBody Operations::Buy(const CheckoutModel&) {
  std::vector<Line> lines;
  for (uint64_t i = 1 + Below(3); i > 0; --i)
    lines.push_back({Product(), Quantity(), Amount()});
  // At times told weeks later: some of its points have expired already.
  const int64_t ago =
      Below(5) == 0 ? static_cast<int64_t>(Below(30)) * kDayUs : 0;
  const std::string customer = Below(4) == 0 ? "" : Customer();
  return Body(MakePurchase(absl::StrCat("r", ++last_receipt_), customer, lines,
                           now_us_ - ago));
}

wire::CommandBody Operations::Return(const CheckoutModel&) {
  std::vector<std::pair<int, int64_t>> lines;
  for (int at = 0; at < 3; ++at)
    if (Below(2) == 0)
      lines.emplace_back(
          at, Below(3) == 0 ? static_cast<int64_t>(Quantity()) : 1000);
  if (lines.empty()) lines.emplace_back(0, 1000);
  const std::string receipt = Receipt();
  return Body(MakeReturn(absl::StrCat("t", Below(30)), receipt, lines));
}

wire::CommandBody Operations::Claim(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.claim_receipt = true;
  body.claim_receipt.receipt_id = Receipt();
  body.claim_receipt.customer_id = Customer();
  return body;
}

wire::CommandBody Operations::Adjust(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.adjust_points = true;
  body.adjust_points.customer_id = Customer();
  body.adjust_points.programme_id = Programme();
  body.adjust_points.points = Below(2) == 0
                                  ? 1 + static_cast<int64_t>(Below(40))
                                  : -1 - static_cast<int64_t>(Below(60));
  body.adjust_points.reason = "model";
  return body;
}

wire::CommandBody Operations::Bonus(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.give_bonus = true;
  body.give_bonus.programme_id = Programme();
  body.give_bonus.reason = "model";
  for (uint64_t i = 1 + Below(3); i > 0; --i) {
    wire::BonusEntry& entry = body.give_bonus.entries.emplace_back();
    entry.customer_id = Customer();
    entry.points = 1 + static_cast<int64_t>(Below(60));
  }
  return body;
}

wire::CommandBody Operations::Merge(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.merge_customers = true;
  body.merge_customers.kept_id = Customer();
  body.merge_customers.absorbed_id = Customer();
  return body;
}

wire::CommandBody Operations::Pause(const CheckoutModel& model) {
  wire::CommandBody body;
  body.__isset.set_offer_state = true;
  const auto& offers = model.definitions().offers;
  const wire::Offer& offer = offers[Below(offers.size())];
  body.set_offer_state.offer_id = offer.id;
  body.set_offer_state.state = offer.state == wire::OfferState::PAUSED
                                   ? wire::OfferState::RUNNING
                                   : wire::OfferState::PAUSED;
  // What was paused is resumed soon: most operations see all offers.
  for (const wire::Offer& paused : offers)
    if (paused.state == wire::OfferState::PAUSED) {
      body.set_offer_state.offer_id = paused.id;
      body.set_offer_state.state = wire::OfferState::RUNNING;
    }
  return body;
}

wire::CommandBody Operations::Codes(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.put_codes = true;
  const bool once = Below(2) == 0;
  body.put_codes.batch_id = once ? "once" : "twice";
  for (uint64_t i = Below(8); i > 0; --i)
    body.put_codes.codes.push_back(
        absl::StrCat(body.put_codes.batch_id, ++last_code_));
  return body;
}

wire::CommandBody Operations::Expire(const CheckoutModel&) {
  wire::CommandBody body;
  body.__isset.expire_reservations = true;
  return body;
}

}  // namespace patron::testing
