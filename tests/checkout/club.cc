#include "tests/checkout/club.h"

#include <gtest/gtest.h>

#include "server/base/check.h"
#include "server/loyalty/accounts.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

wire::Programme ClubProgramme() {
  wire::Programme club;
  club.id = "club";
  club.name = "Club";
  club.points_name = "beans";
  club.currency = "EUR";
  club.expiry = wire::Expiry::DAYS;
  club.expiry_count = 90;
  club.redeem_points = 1;
  club.redeem_amount = 1;
  club.birthday_points = 50;
  club.eligible = "not is_staff";
  wire::EventPoints review;
  review.kind = wire::EventKind::REVIEW;
  review.points = 20;
  review.most_a_day = 2;
  club.event_points = {review};
  wire::Referral referral;
  referral.referrer_points = 100;
  referral.friend_points = 30;
  club.__set_referral(referral);
  wire::Tier silver;
  silver.id = silver.name = "silver";
  silver.credit = 5000;
  club.tiers = {silver};
  club.clerk_adjustment = 100;
  club.clerk_adjustment_day = 150;
  return club;
}

wire::Offer PercentOffer(const std::string& id) {
  wire::Offer offer;
  offer.id = offer.name = id;
  offer.benefit = wire::Benefit::PERCENT;
  offer.currency = "EUR";
  offer.percent_bp = 1000;
  return offer;
}

int32_t DayOfUs(int64_t us) { return static_cast<int32_t>(us / kDayUs); }

int64_t HappenedAt(const wire::CommandBody& body) {
  if (body.__isset.record_purchase) return body.record_purchase.happened_at_us;
  if (body.__isset.record_return) return body.record_return.happened_at_us;
  if (body.__isset.record_event) return body.record_event.happened_at_us;
  return 0;
}

}  // namespace

wire::CommandBody Body(wire::PutDefinitions command) {
  wire::CommandBody body;
  body.__set_put_definitions(std::move(command));
  return body;
}

wire::CommandBody Body(wire::Reserve command) {
  wire::CommandBody body;
  body.__set_reserve(std::move(command));
  return body;
}

wire::CommandBody Body(wire::SettleAccounts command) {
  wire::CommandBody body;
  body.__set_settle_accounts(std::move(command));
  return body;
}

wire::CommandBody Adjust(const std::string& customer, int64_t points,
                         const std::string& reason) {
  wire::CommandBody body;
  body.__isset.adjust_points = true;
  body.adjust_points.customer_id = customer;
  body.adjust_points.programme_id = "club";
  body.adjust_points.points = points;
  body.adjust_points.reason = reason;
  return body;
}

wire::CommandBody Bonus(
    const std::vector<std::pair<std::string, int64_t>>& entries) {
  wire::CommandBody body;
  body.__isset.give_bonus = true;
  body.give_bonus.programme_id = "club";
  body.give_bonus.reason = "summer";
  for (const auto& [customer, points] : entries) {
    wire::BonusEntry entry;
    entry.customer_id = customer;
    entry.points = points;
    body.give_bonus.entries.push_back(entry);
  }
  return body;
}

wire::CommandBody Issue(const std::string& offer,
                        const std::vector<std::string>& customers,
                        int64_t expires_at_us) {
  wire::CommandBody body;
  body.__isset.issue_offer = true;
  body.issue_offer.offer_id = offer;
  body.issue_offer.customer_ids = customers;
  body.issue_offer.expires_at_us = expires_at_us;
  body.issue_offer.cause = "late delivery";
  return body;
}

wire::CommandBody Link(const std::string& customer, const std::string& id) {
  wire::CommandBody body;
  body.__isset.link_id = true;
  body.link_id.customer_id = customer;
  body.link_id.external_id = id;
  return body;
}

wire::CommandBody Merge(const std::string& kept, const std::string& absorbed) {
  wire::CommandBody body;
  body.__isset.merge_customers = true;
  body.merge_customers.kept_id = kept;
  body.merge_customers.absorbed_id = absorbed;
  return body;
}

wire::CommandBody Refer(const std::string& referrer, const std::string& who) {
  wire::CommandBody body;
  body.__isset.refer = true;
  body.refer.referrer_id = referrer;
  body.refer.friend_id = who;
  return body;
}

wire::CommandBody Claim(const std::string& receipt,
                        const std::string& customer) {
  wire::CommandBody body;
  body.__isset.claim_receipt = true;
  body.claim_receipt.receipt_id = receipt;
  body.claim_receipt.customer_id = customer;
  return body;
}

wire::CommandBody Settle() {
  wire::SettleAccounts settle;
  settle.first_customer = 0;
  settle.customers = 100;
  return Body(settle);
}

wire::CommandBody Commit(const std::string& reservation,
                         const std::string& receipt) {
  wire::CommandBody body;
  body.__isset.commit_reservation = true;
  body.commit_reservation.reservation_id = reservation;
  body.commit_reservation.receipt_id = receipt;
  return body;
}

wire::CommandBody Release(const std::string& reservation) {
  wire::CommandBody body;
  body.__isset.release_reservation = true;
  body.release_reservation.reservation_id = reservation;
  return body;
}

wire::CommandBody Hold(const std::string& reservation,
                       const std::string& customer, int64_t points) {
  wire::Reserve reserve;
  reserve.reservation_id = reservation;
  reserve.hold_us = 600'000'000;
  wire::QuoteRequest& request = reserve.request;
  if (!customer.empty()) request.__set_customer_id(customer);
  request.store_id = "s1";
  request.channel = "store";
  request.currency = "EUR";
  wire::BasketLine line;
  line.product_id = "milk";
  line.list_amount = 1000;
  request.lines = {line};
  if (points == 0) return Body(reserve);
  wire::PointsToPay pay;
  pay.programme_id = "club";
  pay.points = points;
  request.points = {pay};
  reserve.expected_points = points;
  return Body(reserve);
}

wire::Definitions ClubDefinitions() {
  wire::Definitions definitions;
  definitions.currency = "EUR";
  definitions.programmes = {ClubProgramme()};
  wire::Offer tenth = PercentOffer("tenth");
  tenth.limits.uses_per_customer = 3;
  tenth.limits.customer_period = wire::Period::YEAR;
  wire::Offer sorry = PercentOffer("sorry");
  sorry.occasion = wire::Occasion::PERSONAL;
  definitions.offers = {tenth, sorry};
  return definitions;
}

Club::Club(const std::string& path) : store_(path) {
  wire::PutDefinitions put;
  put.definitions = ClubDefinitions();
  Must(0, Body(put));
}

wire::Command Club::On(int day, wire::CommandBody body, Roles roles,
                       const std::string& actor) {
  wire::Command command;
  command.logged_at_us = kNoonUs + day * kDayUs + ++made_;
  command.logged_day = DayOfUs(command.logged_at_us);
  const int64_t happened_at_us = HappenedAt(body);
  command.local_day =
      DayOfUs(happened_at_us == 0 ? command.logged_at_us : happened_at_us);
  command.actor = actor;
  command.roles = static_cast<int32_t>(roles);
  command.body = std::move(body);
  return command;
}

wire::CommandReply Club::Do(int day, wire::CommandBody body, Roles roles,
                            const std::string& actor) {
  return store_
      .Apply(std::vector<wire::Command>{On(day, std::move(body), roles, actor)})
      .front();
}

wire::CommandReply Club::Must(int day, wire::CommandBody body) {
  wire::CommandReply reply = Do(day, std::move(body));
  EXPECT_FALSE(reply.__isset.refusal) << reply.refusal.message;
  return reply;
}

wire::AccountRow Club::RowOf(const std::string& customer) const {
  auto& state = const_cast<AppliedStore&>(store_).state();
  wire::AccountRow row;
  if (const auto ordinal = state.ordinals.customers.Find(customer))
    state.accounts.Read(CustomerOrdinal(*ordinal), row);
  return row;
}

wire::ProgrammeAccount Club::AccountOf(const std::string& customer) const {
  const wire::AccountRow row = RowOf(customer);
  return row.programmes.empty() ? wire::ProgrammeAccount()
                                : row.programmes.front();
}

int64_t Club::Available(const std::string& customer, int day) const {
  return loyalty::BalanceOf(AccountOf(customer), DayOfUs(kNoonUs) + day)
      .available;
}

std::vector<wire::Entry> Club::EntriesOf(const std::string& customer) const {
  auto& state = const_cast<AppliedStore&>(store_).state();
  const auto ordinal = state.ordinals.customers.Find(customer);
  if (!ordinal) return {};
  const auto page =
      loyalty::ReadEntries(*state.store, CustomerOrdinal(*ordinal), 1000, "");
  PATRON_CHECK_OK(page.status());
  return page->entries;
}

std::vector<std::string> Club::Problems() const {
  auto& state = const_cast<AppliedStore&>(store_).state();
  const auto report = loyalty::CheckBooks(*state.store, {"club"});
  PATRON_CHECK_OK(report.status());
  return report->problems;
}

}  // namespace patron::testing
