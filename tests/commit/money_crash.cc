#include "tests/commit/money_crash.h"

#include "absl/strings/str_cat.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

wire::Programme Club() {
  wire::Programme club;
  club.id = club.name = "club";
  club.points_name = "beans";
  club.currency = "EUR";
  club.redeem_points = 1;
  club.redeem_amount = 1;
  return club;
}

wire::Offer AmountOff(const std::string& id, int64_t amount) {
  wire::Offer offer;
  offer.id = offer.name = id;
  offer.benefit = wire::Benefit::AMOUNT;
  offer.currency = "EUR";
  offer.amount = amount;
  return offer;
}

std::string Customer(int round) {
  return absl::StrCat("c", round % kMoneyCustomers);
}
std::string Reservation(int round) { return absl::StrCat("b", round); }
std::string Receipt(int round) { return absl::StrCat("r", round); }

wire::CommandBody Adjust(int number) {
  const int round = number / kMoneySteps;
  wire::CommandBody body;
  body.__isset.adjust_points = true;
  body.adjust_points.customer_id = Customer(round);
  body.adjust_points.programme_id = "club";
  body.adjust_points.points = round % 4 == 0 ? -3 : 20;
  body.adjust_points.reason = MoneyReason(number);
  return body;
}

wire::CommandBody Reserve(int round) {
  wire::CommandBody body;
  body.__isset.reserve = true;
  wire::Reserve& reserve = body.reserve;
  reserve.reservation_id = Reservation(round);
  reserve.hold_us = 3'600'000'000;
  wire::QuoteRequest& request = reserve.request;
  request.__set_customer_id(Customer(round));
  request.store_id = "s1";
  request.channel = "store";
  request.currency = "EUR";
  for (const int64_t amount : {700 + round % 90, 301, 99}) {
    wire::BasketLine& line = request.lines.emplace_back();
    line.product_id = absl::StrCat("p", amount);
    line.quantity_milli = 2000;
    line.list_amount = amount;
  }
  if (round % 3 == 0)
    request.codes = {absl::StrCat("CODE", round / 3 % kMoneyCodes)};
  if (round % 2 == 0) {
    wire::PointsToPay& pay = request.points.emplace_back();
    pay.programme_id = "club";
    pay.points = -1;
  }
  return body;
}

wire::CommandBody CommitOf(int round) {
  wire::CommandBody body;
  body.__isset.commit_reservation = true;
  body.commit_reservation.reservation_id = Reservation(round);
  body.commit_reservation.receipt_id = Receipt(round);
  return body;
}

wire::CommandBody ReleaseOf(int round) {
  wire::CommandBody body;
  body.__isset.release_reservation = true;
  body.release_reservation.reservation_id = Reservation(round);
  return body;
}

// Every fifth round is left open.
wire::CommandBody Close(int number) {
  const int round = number / kMoneySteps;
  if (round % 5 == 4) return Adjust(number);
  return round % 5 == 3 ? ReleaseOf(round) : CommitOf(round);
}

}  // namespace

wire::CommandBody MoneyDefinitions() {
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  wire::Definitions& definitions = body.put_definitions.definitions;
  definitions.currency = "EUR";
  definitions.programmes = {Club()};
  wire::Offer sale = AmountOff("sale", 75);
  sale.limits.budget = kMoneyBudget;
  wire::Offer coupon = AmountOff("coupon", 50);
  coupon.needs_code = true;
  definitions.offers = {sale, coupon};
  wire::CodeBatch batch;
  batch.id = "batch";
  batch.offer_id = "coupon";
  definitions.code_batches = {batch};
  body.put_definitions.overwrite = true;
  return body;
}

wire::CommandBody MoneyCodes() {
  wire::CommandBody body;
  body.__isset.put_codes = true;
  body.put_codes.batch_id = "batch";
  for (int code = 0; code < kMoneyCodes; ++code)
    body.put_codes.codes.push_back(absl::StrCat("CODE", code));
  return body;
}

wire::CommandBody MoneyCommand(int number) {
  const int round = number / kMoneySteps;
  switch (number % kMoneySteps) {
    case 0:
      return Reserve(round);
    case 1:
      return Close(number);
    case 2:
      return Adjust(number);
    case 3:
      return Body(MakeReturn("half", Receipt(round), {{0, 1000}}));
    default:
      if (round % 3 != 0)
        return Body(MakeReturn("more", Receipt(round), {{1, 500}}));
      return Body(MakeReturn("rest", Receipt(round),
                             {{0, 1000}, {1, 2000}, {2, 2000}}));
  }
}

std::string MoneyReason(int number) {
  return absl::StrCat("goodwill ", number);
}

std::string MoneyRequestId(int number) {
  return absl::StrCat("request-", number);
}

}  // namespace patron::testing
