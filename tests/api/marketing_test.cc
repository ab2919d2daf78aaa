// Definitions, budgets, codes, liability, bonuses and draws over the wire.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "tests/api/harness.h"
#include "tests/api/loyalty_shop.h"

namespace patron::api {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

class MarketingTest : public ::testing::Test {
 protected:
  MarketingTest() { OpenClub(server_); }
  void TearDown() override {
    EXPECT_THAT(ProblemsInTheBooks(client_), IsEmpty());
  }

  // The shop's files with the discount on coffee changed.
  static wire::ApplyRequest Changed(const std::string& percent) {
    wire::ApplyRequest request = ClubFiles();
    std::string& offers = request.files["offers.toml"];
    offers = absl::StrReplaceAll(
        offers,
        {{"percent = \"10%\"", absl::StrCat("percent = \"", percent, "\"")}});
    request.base_version = 1;
    return request;
  }
  wire::ApplyReply Apply(const wire::ApplyRequest& request) {
    wire::ApplyReply reply;
    marketing_.applyDefinitions(reply, "", request);
    return reply;
  }
  int64_t Version() {
    wire::DefinitionsFiles files;
    marketing_.exportDefinitions(files, 0);
    return files.version;
  }
  wire::OfferStatus StatusOf(const std::string& offer_id) {
    std::vector<wire::OfferStatus> all;
    marketing_.offers(all);
    for (const wire::OfferStatus& one : all)
      if (one.offer.id == offer_id) return one;
    ADD_FAILURE() << "no offer " << offer_id;
    return {};
  }
  wire::Bonus BonusOf(const std::string& customer, int64_t points) {
    wire::Bonus bonus;
    bonus.customer_id = customer;
    bonus.points = points;
    return bonus;
  }

  // Of more customers than one command takes.
  std::vector<wire::Bonus> BonusesOfMany() {
    std::vector<wire::Bonus> bonuses;
    for (int i = 1; i <= 120; ++i) {
      bonuses.push_back(BonusOf(absl::StrCat("many-", i), i));
      wire::Customer customer;
      customer.customer_id = bonuses.back().customer_id;
      client_->putCustomer("", customer);
    }
    return bonuses;
  }

  TestServer server_;
  Client client_{server_};
  wire::MarketingClient& marketing_ = client_.marketing();
};

TEST_F(MarketingTest, ADryRunTellsTheDifferenceAndLastMonthAndChangesNothing) {
  Sell(client_, Basket("anna", {{"coffee", 1000}}), "r1");
  Sell(client_, Basket("", {{"coffee", 500}, {"cake", 600}}), "r2");
  wire::ApplyRequest request = Changed("20%");
  request.dry_run = true;
  request.replay_days = 30;
  const wire::ApplyReply reply = Apply(request);
  EXPECT_EQ(reply.version, 1);
  EXPECT_THAT(reply.warnings, IsEmpty());
  ASSERT_THAT(reply.differences, SizeIs(1));
  EXPECT_THAT(reply.differences[0],
              AllOf(HasSubstr("coffee-10"), HasSubstr("20")));
  ASSERT_THAT(reply.replays, SizeIs(1));
  const wire::Replay& replay = reply.replays[0];
  EXPECT_EQ(replay.currency, "EUR");
  EXPECT_EQ(replay.baskets, 2);
  EXPECT_EQ(replay.list_total, 2100);
  EXPECT_EQ(replay.discount_now, 100 + 50 + 100);
  EXPECT_EQ(replay.discount_new, 200 + 100 + 100);
  EXPECT_EQ(replay.points_now, 9);
  EXPECT_EQ(replay.points_new, 8);
  EXPECT_EQ(Version(), 1);
}

TEST_F(MarketingTest, FilesAreAppliedOnceAndComeBackAsTheyStand) {
  const wire::ApplyReply applied = Apply(Changed("15%"));
  EXPECT_EQ(applied.version, 2);
  wire::DefinitionsFiles now, before;
  marketing_.exportDefinitions(now, 0);
  marketing_.exportDefinitions(before, 1);
  EXPECT_EQ(now.version, 2);
  EXPECT_EQ(before.version, 1);
  EXPECT_NE(now.files, before.files);

  wire::ApplyRequest again;
  again.files = now.files;
  again.base_version = now.version;
  const wire::ApplyReply same = Apply(again);
  EXPECT_EQ(same.version, 2);
  EXPECT_THAT(same.differences, IsEmpty());

  std::vector<wire::DefinitionsVersion> history;
  marketing_.definitionsHistory(history, 10);
  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].version, 2);
  EXPECT_EQ(history[0].actor, "local");
  EXPECT_THAT(history[0].definitions.offers, IsEmpty());
  EXPECT_THAT(HttpGet(server_->http_port(), "/metrics"),
              HasSubstr("\npatron_definitions_version 2"));
}

TEST_F(MarketingTest, FilesThatDoNotKnowTheLastChangeAreRefusedUnlessAsked) {
  marketing_.setOfferState("", "cake", wire::OfferState::PAUSED);
  wire::ApplyRequest stale = Changed("15%");
  stale.dry_run = true;
  EXPECT_THAT(Apply(stale).warnings, SizeIs(1));
  stale.dry_run = false;
  const auto error = ErrorOf([&] { Apply(stale); });
  EXPECT_EQ(error.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(error.message,
              AllOf(HasSubstr("version 1"), HasSubstr("version 2")));
  EXPECT_EQ(Version(), 2);
  stale.overwrite = true;
  EXPECT_EQ(Apply(stale).version, 3);
  EXPECT_EQ(StatusOf("cake").offer.state, wire::OfferState::RUNNING);
}

TEST_F(MarketingTest, AProgrammeThatGoesWhileItHoldsPointsIsWarnedOf) {
  marketing_.giveBonus("", "club", "a present", {BonusOf("anna", 70)});
  wire::ApplyRequest empty;
  empty.files = {{"shop.toml", "[shop]\ncurrency = \"EUR\"\n"}};
  empty.base_version = 1;
  empty.dry_run = true;
  EXPECT_THAT(Apply(empty).warnings, ElementsAre(HasSubstr("70")));
}

TEST_F(MarketingTest, AnOfferTellsWhatIsUsedReservedAndLeft) {
  Sell(client_, Basket("anna", {{"cake", 500}}), "r1");
  wire::Reservation reservation;
  client_.loyalty().reserve(reservation, "", "b1",
                            Basket("ben", {{"cake", 500}}), "", 60);
  const wire::OfferStatus status = StatusOf("cake");
  EXPECT_EQ(status.uses, 1);
  EXPECT_EQ(status.uses_reserved, 1);
  EXPECT_EQ(status.discount, 100);
  EXPECT_EQ(status.discount_reserved, 100);
  EXPECT_EQ(status.uses_left, 5);
  EXPECT_EQ(status.budget_left, -1);
}

TEST_F(MarketingTest, CodesAreCountedWhereTheyAreNew) {
  EXPECT_EQ(marketing_.putCodes("q1", "flyers", {"A1", "A2"}), 2);
  EXPECT_EQ(marketing_.putCodes("q1", "flyers", {"A1", "A2"}), 2);
  EXPECT_EQ(marketing_.putCodes("", "flyers", {"A2", "A3"}), 1);
  Sell(client_, WithCode(Basket("", {{"tea", 1000}}), "A1"), "r1");
  EXPECT_EQ(StatusOf("flyer").codes, 3);
  EXPECT_EQ(StatusOf("flyer").codes_used, 1);
}

TEST_F(MarketingTest, LiabilityIsWhatThePointsWouldPay) {
  marketing_.giveBonus("q1", "club", "a present",
                       {BonusOf("anna", 700), BonusOf("ben", 50)});
  marketing_.giveBonus("q1", "club", "a present",
                       {BonusOf("anna", 700), BonusOf("ben", 50)});
  Sell(client_, WithPoints(Basket("anna", {{"jam", 200}}), 200), "r1");
  wire::Reservation reservation;
  client_.loyalty().reserve(reservation, "", "b1",
                            WithPoints(Basket("anna", {{"jam", 100}}), 100), "",
                            60);
  std::vector<wire::Liability> all;
  marketing_.liability(all);
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].programme_id, "club");
  EXPECT_EQ(all[0].available, 400 + 50);
  EXPECT_EQ(all[0].held, 100);
  EXPECT_EQ(all[0].amount, 550);
  EXPECT_EQ(all[0].currency, "EUR");
  EXPECT_EQ(all[0].earned, 750);
  EXPECT_EQ(all[0].spent, 200);
  EXPECT_EQ(all[0].accounts, 2);
  ASSERT_THAT(all[0].by_expiry, SizeIs(1));
  EXPECT_EQ(all[0].by_expiry[0].expires, "never");
  EXPECT_EQ(all[0].by_expiry[0].points, 450);
}

TEST_F(MarketingTest, ABonusIsGivenToAllOrNone) {
  const auto error = ErrorOf([&] {
    marketing_.giveBonus("", "club", "a present",
                         {BonusOf("anna", 5), BonusOf("nobody", 5)});
  });
  EXPECT_EQ(error.code, wire::ErrorCode::NOT_FOUND);
  EXPECT_THAT(error.message, HasSubstr("nobody"));
  EXPECT_EQ(AvailableTo(client_, "anna"), 0);
}

TEST_F(MarketingTest, AnUnknownCustomerAtTheEndOfALongBonusIsFoundFirst) {
  std::vector<wire::Bonus> bonuses = BonusesOfMany();
  bonuses.push_back(BonusOf("nobody", 1));
  const auto error =
      ErrorOf([&] { marketing_.giveBonus("", "club", "a present", bonuses); });
  EXPECT_EQ(error.code, wire::ErrorCode::NOT_FOUND);
  EXPECT_THAT(error.message, HasSubstr("nobody"));
  EXPECT_EQ(AvailableTo(client_, bonuses[0].customer_id), 0);
}

TEST_F(MarketingTest, ALongBonusIsGivenToEverybodyOnce) {
  const std::vector<wire::Bonus> bonuses = BonusesOfMany();
  marketing_.giveBonus("q1", "club", "a present", bonuses);
  marketing_.giveBonus("q1", "club", "a present", bonuses);
  for (const wire::Bonus& bonus : bonuses)
    EXPECT_EQ(AvailableTo(client_, bonus.customer_id), bonus.points);
  EXPECT_THAT(ProblemsInTheBooks(client_), IsEmpty());
}

TEST_F(MarketingTest, ADrawCanBeRepeatedFromItsSeed) {
  wire::Draw first, again, other;
  marketing_.drawPrize(first, "", "d1", "2026-11-22", "", 1, "sorry");
  marketing_.drawPrize(again, "", "d1", "2026-11-22", "", 1, "");
  marketing_.drawPrize(other, "", "d2", "2026-11-23", "", 2, "");
  EXPECT_EQ(first.entrants, 2);
  ASSERT_THAT(first.winners, SizeIs(1));
  EXPECT_EQ(again, first);
  EXPECT_THAT(other.winners, SizeIs(2));
  wire::LoyaltyPicture picture;
  client_.loyalty().loyaltyPicture(picture, first.winners[0].customer_id);
  ASSERT_THAT(picture.issued, SizeIs(1));
  EXPECT_EQ(picture.issued[0].cause, "draw d1");
}

TEST_F(MarketingTest, AnOfferIsIssuedToMoreThanOneCommandHolds) {
  std::vector<wire::ItemOutcome> outcomes;
  std::vector<wire::Customer> customers(2500);
  std::vector<std::string> ids;
  for (size_t at = 0; at < customers.size(); ++at) {
    customers[at].customer_id = absl::StrCat("c", at);
    ids.push_back(customers[at].customer_id);
  }
  client_.admin().importCustomers(outcomes, customers);
  marketing_.issueOffer("q1", "sorry", ids, 0, "late delivery");
  marketing_.issueOffer("q1", "sorry", ids, 0, "late delivery");
  for (const char* id : {"c0", "c999", "c1000", "c2499"}) {
    wire::LoyaltyPicture picture;
    client_.loyalty().loyaltyPicture(picture, id);
    EXPECT_THAT(picture.issued, SizeIs(1)) << id;
  }
}

TEST_F(MarketingTest, AccountsAreSettledPieceByPiece) {
  marketing_.giveBonus("", "club", "a present", {BonusOf("ben", 70)});
  wire::SettleReply reply;
  client_.admin().settleAccounts(reply, 0, 1);
  EXPECT_EQ(reply.next_customer, 1);
  EXPECT_EQ(reply.accounts, 0);
  client_.admin().settleAccounts(reply, 1, 100);
  EXPECT_EQ(reply.next_customer, -1);
  EXPECT_EQ(reply.accounts, 1);
  client_.admin().settleAccounts(reply, 2'000'000'000, 10'000);
  EXPECT_EQ(reply.next_customer, -1);
}

}  // namespace
}  // namespace patron::api
