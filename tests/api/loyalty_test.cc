// Quotes, reservations, points and tiers over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <thrift/protocol/TMultiplexedProtocol.h>

#include <string>
#include <vector>

#include "server/api/quote_token.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"
#include "tests/testing/commands.h"

namespace patron::api {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class LoyaltyTest : public ::testing::TestWithParam<Protocol> {
 protected:
  LoyaltyTest() { OpenClub(server_); }
  void TearDown() override {
    EXPECT_THAT(ProblemsInTheBooks(client_), IsEmpty());
  }

  wire::Reservation Reserve(const wire::QuoteRequest& request,
                            const std::string& id,
                            const std::string& request_id = "",
                            const std::string& token = "") {
    wire::Reservation reservation;
    loyalty_.reserve(reservation, request_id, id, request, token, 300);
    return reservation;
  }
  void Give(const std::string& customer, int64_t points) {
    wire::Bonus bonus;
    bonus.customer_id = customer;
    bonus.points = points;
    client_.marketing().giveBonus("", "club", "a present", {bonus});
  }

  TestServer server_;
  Client client_{server_, GetParam()};
  wire::LoyaltyClient& loyalty_ = client_.loyalty();
};

INSTANTIATE_TEST_SUITE_P(Protocols, LoyaltyTest,
                         ::testing::Values(Protocol::kBinary,
                                           Protocol::kCompact),
                         [](const auto& info) {
                           return info.param == Protocol::kBinary ? "Binary"
                                                                  : "Compact";
                         });

TEST_P(LoyaltyTest, ABasketGoesFromQuoteToReceiptAndBack) {
  const auto basket = Basket("anna", {{"coffee", 2000}, {"jam", 500}});
  const wire::Quote quote = QuoteOf(client_, basket);
  EXPECT_EQ(quote.list_total, 2500);
  EXPECT_EQ(quote.discount_total, 200);
  EXPECT_EQ(quote.total, 2300);
  ASSERT_THAT(quote.points, SizeIs(1));
  EXPECT_EQ(quote.points[0].earned, 23);

  const auto reserved = Reserve(basket, "b1", "q1", quote.quote_token);
  EXPECT_EQ(reserved.quote.total, 2300);
  wire::CommitReply committed;
  loyalty_.commit(committed, "q2", "b1", "r1", 0, "");
  EXPECT_EQ(committed.receipt_id, "r1");
  ASSERT_THAT(committed.points, SizeIs(1));
  EXPECT_EQ(committed.points[0].points, 23);
  EXPECT_EQ(AvailableTo(client_, "anna"), 23);

  std::vector<std::string> lines;
  loyalty_.explainReceipt(lines, "r1");
  EXPECT_THAT(lines[0], HasSubstr("club: 23 points"));
  EXPECT_THAT(lines.back(), HasSubstr("offer coffee-10: 200"));

  wire::ReturnReply returned;
  wire::PurchaseReturn back = testing::MakeReturn("x1", "r1", {{0, 1000}});
  back.happened_at_us = 0;
  client_->recordReturn(returned, "", back);
  EXPECT_EQ(returned.refund, 1800);
  EXPECT_EQ(AvailableTo(client_, "anna"), 5);
  wire::EntriesPage page;
  loyalty_.entries(page, "anna", 10, "");
  ASSERT_THAT(page.entries, SizeIs(2));
  EXPECT_EQ(page.entries[0].kind, wire::EntryKind::REVERSE);
  EXPECT_EQ(page.entries[0].points, -18);
  EXPECT_EQ(page.entries[1].points, 23);
}

TEST_P(LoyaltyTest, PointsPayAndComeBackWithAReturn) {
  Give("anna", 700);
  const auto basket = WithPoints(Basket("anna", {{"jam", 1000}}), 500);
  const wire::Quote quote = QuoteOf(client_, basket);
  EXPECT_EQ(quote.points_total, 500);
  EXPECT_EQ(quote.total, 500);
  Sell(client_, basket, "r1");
  EXPECT_EQ(AvailableTo(client_, "anna"), 200 + 5);
  wire::ReturnReply returned;
  client_->recordReturn(returned, "",
                        testing::MakeReturn("x1", "r1", {{0, 1000}}));
  EXPECT_EQ(returned.refund, 500);
  EXPECT_EQ(AvailableTo(client_, "anna"), 700);
}

TEST_P(LoyaltyTest, AskedAgainTheFirstAnswerComes) {
  const auto basket = Basket("anna", {{"coffee", 1000}});
  const auto first = Reserve(basket, "b1", "q1");
  EXPECT_FALSE(first.duplicate);
  const auto again = Reserve(basket, "b1", "q1");
  EXPECT_EQ(again.log_position, first.log_position);
  EXPECT_EQ(again.quote, first.quote);
  // Also under another request id: the reservation's own id counts once.
  EXPECT_TRUE(Reserve(basket, "b1", "q2").duplicate);

  wire::CommitReply committed, repeated;
  loyalty_.commit(committed, "q3", "b1", "r1", 0, "");
  loyalty_.commit(repeated, "q3", "b1", "r1", 0, "");
  EXPECT_EQ(repeated, committed);
  loyalty_.commit(repeated, "q4", "b1", "r1", 0, "");
  EXPECT_TRUE(repeated.duplicate);
  EXPECT_EQ(AvailableTo(client_, "anna"), 9);

  Reserve(Basket("anna", {{"cake", 500}}), "b2");
  loyalty_.release("q5", "b2");
  loyalty_.release("q5", "b2");
  loyalty_.release("", "b2");
  EXPECT_EQ(
      ErrorOf([&] { loyalty_.commit(repeated, "", "b2", "r2", 0, ""); }).code,
      wire::ErrorCode::FAILED_PRECONDITION);
}

TEST_P(LoyaltyTest, WhatIsReservedMustBeWhatWasQuoted) {
  const auto basket = Basket("anna", {{"coffee", 1000}});
  const wire::Quote quote = QuoteOf(client_, basket);
  client_.marketing().setOfferState("", "coffee-10", wire::OfferState::PAUSED);
  const auto error =
      ErrorOf([&] { Reserve(basket, "b1", "", quote.quote_token); });
  EXPECT_EQ(error.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(error.message, HasSubstr("900"));
  EXPECT_THAT(error.message, HasSubstr("1000"));
  EXPECT_THAT(error.message, HasSubstr("coffee-10"));
  EXPECT_EQ(Reserve(basket, "b1").quote.total, 1000);
}

TEST_P(LoyaltyTest, ATokenIsGoodForItsBasketAndItsQuarterOfAnHour) {
  const auto basket = Basket("anna", {{"coffee", 1000}});
  const std::string token = QuoteOf(client_, basket).quote_token;
  std::string tampered = token;
  tampered[12] = tampered[12] == 'A' ? 'B' : 'A';
  TestServer other;
  OpenClub(other);
  Client elsewhere(other);
  const struct {
    std::string token;
    wire::QuoteRequest request;
    wire::ErrorCode::type code;
    const char* wanted;
  } cases[] = {
      {tampered, basket, wire::ErrorCode::INVALID_ARGUMENT, "signature"},
      {"forged", basket, wire::ErrorCode::INVALID_ARGUMENT, "not a token"},
      {token + "A", basket, wire::ErrorCode::INVALID_ARGUMENT, "not a token"},
      {QuoteOf(elsewhere, basket).quote_token, basket,
       wire::ErrorCode::INVALID_ARGUMENT, "signature"},
      {token, Basket("ben", {{"coffee", 1000}}),
       wire::ErrorCode::INVALID_ARGUMENT, "another basket"},
      {token, Basket("anna", {{"coffee", 999}}),
       wire::ErrorCode::INVALID_ARGUMENT, "another basket"},
  };
  for (const auto& one : cases) {
    const auto error =
        ErrorOf([&] { Reserve(one.request, "b1", "", one.token); });
    EXPECT_EQ(error.code, one.code) << error.message;
    EXPECT_THAT(error.message, HasSubstr(one.wanted));
  }
  const auto reserved = Reserve(basket, "b1", "q1", token);
  server_.clock().Advance(kQuoteValidity + absl::Seconds(1));
  const auto error = ErrorOf([&] { Reserve(basket, "b2", "", token); });
  EXPECT_EQ(error.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(error.message, HasSubstr("expired"));
  EXPECT_EQ(Reserve(basket, "b1", "q1", token).log_position,
            reserved.log_position);
}

TEST_P(LoyaltyTest, AnExpiredReservationGivesBackWhatItHeld) {
  Give("anna", 300);
  Reserve(WithPoints(Basket("anna", {{"jam", 1000}}), 300), "b1");
  EXPECT_EQ(AvailableTo(client_, "anna"), 0);
  EXPECT_EQ(server_->state().holdings.open_reservations(), 1);
  server_.clock().Advance(absl::Minutes(6));
  // The server hears of nothing else: it wakes by itself within a second.
  const RealClock clock;
  const absl::Time deadline = clock.Now() + absl::Seconds(30);
  while (AvailableTo(client_, "anna") == 0 && clock.Now() < deadline) {
  }
  EXPECT_EQ(AvailableTo(client_, "anna"), 300);
  Give("ben", 1);  // answered when what came before it is applied whole
  EXPECT_EQ(server_->state().holdings.open_reservations(), 0);
  EXPECT_THAT(HttpGet(server_->http_port(), "/metrics"),
              HasSubstr("\npatron_open_reservations 0"));
}

TEST_P(LoyaltyTest, AClerkSeesPointsOffersAndIds) {
  Give("anna", 120);
  client_.marketing().issueOffer("", "sorry", {"anna"}, 0, "broken cup");
  loyalty_.linkId("", "anna", "card-1");
  wire::LoyaltyPicture picture;
  loyalty_.loyaltyPicture(picture, "card-1");
  ASSERT_THAT(picture.balances, SizeIs(1));
  EXPECT_EQ(picture.balances[0].available, 120);
  EXPECT_EQ(picture.balances[0].points_name, "beans");
  EXPECT_THAT(picture.last_entries, SizeIs(1));
  ASSERT_THAT(picture.issued, SizeIs(1));
  EXPECT_EQ(picture.issued[0].offer_id, "sorry");
  EXPECT_EQ(picture.issued[0].cause, "broken cup");
  EXPECT_FALSE(picture.issued[0].used);
  EXPECT_THAT(picture.external_ids, ElementsAre("card-1"));

  wire::CustomerContext context;
  client_->getContext(context, "anna", "");
  EXPECT_EQ(context.balances, picture.balances);
  EXPECT_EQ(context.issued, picture.issued);

  EXPECT_EQ(QuoteOf(client_, Basket("anna", {{"jam", 1000}})).total, 700);
  EXPECT_EQ(QuoteOf(client_, Basket("ben", {{"jam", 1000}})).total, 1000);
}

TEST_P(LoyaltyTest, TwoCustomersBecomeOne) {
  Give("anna", 100);
  Give("ben", 40);
  Sell(client_, Basket("ben", {{"jam", 1000}}), "r1");
  loyalty_.mergeCustomers("q1", "anna", "ben");
  loyalty_.mergeCustomers("q1", "anna", "ben");
  EXPECT_EQ(AvailableTo(client_, "anna"), 150);
  EXPECT_EQ(AvailableTo(client_, "ben"), 150);
}

TEST_P(LoyaltyTest, AnAnonymousReceiptIsClaimedWithItsPoints) {
  Sell(client_, Basket("", {{"jam", 1200}}), "r1");
  wire::CommitReply claimed;
  loyalty_.claimReceipt(claimed, "q1", "r1", "anna");
  ASSERT_THAT(claimed.points, SizeIs(1));
  EXPECT_EQ(claimed.points[0].points, 12);
  EXPECT_EQ(AvailableTo(client_, "anna"), 12);
}

TEST_P(LoyaltyTest, PointsAreAdjustedWithAReason) {
  wire::PointsChange change;
  loyalty_.adjustPoints(change, "q1", "anna", "club", 50, "lost receipt");
  EXPECT_EQ(change.balance, 50);
  loyalty_.adjustPoints(change, "q1", "anna", "club", 50, "lost receipt");
  EXPECT_EQ(AvailableTo(client_, "anna"), 50);
  const auto error = ErrorOf([&] {
    loyalty_.adjustPoints(change, "", "anna", "club", -51, "too many");
  });
  EXPECT_EQ(error.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(error.message, HasSubstr("50"));
  EXPECT_THAT(error.message, HasSubstr("51"));
}

TEST_P(LoyaltyTest, BothServicesAreReachedByTheirName) {
  using apache::thrift::protocol::TMultiplexedProtocol;
  wire::LoyaltyClient loyalty(
      std::make_shared<TMultiplexedProtocol>(client_.protocol(), "Loyalty"));
  wire::MarketingClient marketing(
      std::make_shared<TMultiplexedProtocol>(client_.protocol(), "Marketing"));
  std::vector<wire::Balance> balances;
  loyalty.balances(balances, "anna");
  EXPECT_THAT(balances, SizeIs(1));
  std::vector<wire::OfferStatus> offers;
  marketing.offers(offers);
  EXPECT_THAT(offers, SizeIs(5));
}

}  // namespace
}  // namespace patron::api
