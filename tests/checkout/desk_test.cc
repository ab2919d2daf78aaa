#include "server/checkout/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/checkout/club.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::checkout {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::kDayUs;
using testing::kNoonUs;
using ::testing::SizeIs;
using testing::StatusIs;

class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    for (const char* id : {"anna", "ben"}) {
      wire::Customer customer;
      customer.customer_id = id;
      club_.Must(0, testing::Body(customer));
    }
  }

  void Put(const wire::Definitions& definitions) {
    wire::PutDefinitions command;
    command.definitions = definitions;
    command.overwrite = true;
    command.change = "for the test";
    club_.Must(0, testing::Body(command));
  }
  // One line of milk for 1000, list price, on a day from 2026-01-01 on.
  void Buy(const std::string& receipt, const std::string& customer, int day,
           const std::string& currency = "EUR") {
    wire::Purchase purchase = testing::MakePurchase(
        receipt, customer, {{"milk", 1000, 1000}}, kNoonUs + day * kDayUs);
    purchase.currency = currency;
    club_.Must(day, testing::Body(purchase));
  }
  Desk Today(int day) {
    clock_.Set(absl::FromUnixMicros(kNoonUs + day * kDayUs) + absl::Hours(1));
    return Desk(club_.store().state().Parts(), clock_, absl::UTCTimeZone());
  }
  static wire::Offer Tenth() { return testing::ClubDefinitions().offers.at(0); }

  testing::TempDir directory_;
  testing::Club club_{directory_.File("store")};
  SimulatedClock clock_{absl::UnixEpoch()};
};

// Tickets and digest as `printf 'seed\nid' | sha256sum` prints them.
TEST_F(DeskTest, ADrawIsWhatAnyoneReckonsFromItsSeed) {
  const std::vector<std::string> entrants = {"anna", "ben", "carla", "dora",
                                             "emil"};
  const wire::Draw draw = Desk::DrawAmong(entrants, "d1", "2026-11-22", 2);
  EXPECT_EQ(draw.draw_id, "d1");
  EXPECT_EQ(draw.entrants, 5);
  EXPECT_EQ(draw.entrants_digest,
            "f2c1a46b1fa9c243eafbb508baada9e23b6f98233bfe42f445be30ad22625d50");
  ASSERT_THAT(draw.winners, SizeIs(2));
  EXPECT_EQ(draw.winners[0].place, 1);
  EXPECT_EQ(draw.winners[0].customer_id, "dora");
  EXPECT_EQ(draw.winners[0].ticket,
            "3d0125efe212032929ad412b2ae0baa034e319ef5e999fdd469faaea7ec8e6e1");
  EXPECT_EQ(draw.winners[1].customer_id, "ben");
  EXPECT_EQ(draw.winners[1].ticket,
            "4b403ec5798602549974fa184419ad4ae55c9cff573fe8088ed3e1355a2e2392");
  EXPECT_EQ(Desk::DrawAmong(entrants, "d1", "2026-11-22", 2), draw);
  EXPECT_THAT(Desk::DrawAmong(entrants, "d1", "x", 100).winners, SizeIs(5));
  EXPECT_THAT(Desk::DrawAmong({}, "d1", "x", 1).winners, IsEmpty());
}

TEST_F(DeskTest, MatchingCustomersComeInTheOrderOfTheirBytes) {
  Buy("r1", "zoe", 1);
  Buy("r2", "anna", 1);
  Buy("r3", "anna", 2);
  Buy("r4", "ben", 2);
  Buy("r5", "", 2);
  const Desk desk = Today(3);
  EXPECT_THAT(*desk.Matching(""), ElementsAre("anna", "ben", "zoe"));
  EXPECT_THAT(*desk.Matching("purchases >= 2"), ElementsAre("anna"));
  EXPECT_THAT(
      desk.Matching("purchases >="),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("eligible: ")));
}

TEST_F(DeskTest, WhoWasMergedEntersADrawOnce) {
  Buy("r1", "anna", 1);
  Buy("r2", "ben", 1);
  club_.Must(2, testing::Merge("anna", "ben"));
  EXPECT_THAT(*Today(3).Matching(""), ElementsAre("anna"));
}

TEST_F(DeskTest, LiabilityAddsUpByTheMonthInWhichPointsExpire) {
  club_.Must(0, testing::Bonus({{"anna", 500}, {"ben", 70}}));  // 2026-04-01
  club_.Must(20, testing::Bonus({{"anna", 30}}));               // 2026-04-21
  club_.Must(40, testing::Bonus({{"ben", 9}}));                 // 2026-05-11
  club_.Must(40, testing::Hold("b1", "anna", 100));
  const auto all = Today(41).Liability();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].programme_id, "club");
  EXPECT_EQ(all[0].available, 509);
  EXPECT_EQ(all[0].held, 100);
  EXPECT_EQ(all[0].pending, 0);
  EXPECT_EQ(all[0].debt, 0);
  EXPECT_EQ(all[0].amount, 609);
  EXPECT_EQ(all[0].currency, "EUR");
  EXPECT_EQ(all[0].earned, 609);
  EXPECT_EQ(all[0].accounts, 2);
  ASSERT_THAT(all[0].by_expiry, SizeIs(2));
  EXPECT_EQ(all[0].by_expiry[0].expires, "2026-04");
  EXPECT_EQ(all[0].by_expiry[0].points, 500);
  EXPECT_EQ(all[0].by_expiry[1].expires, "2026-05");
  EXPECT_EQ(all[0].by_expiry[1].points, 9);
}

TEST_F(DeskTest, PointsThatHaveExpiredAreNoLiabilityBeforeTheyAreSettled) {
  club_.Must(0, testing::Bonus({{"anna", 500}}));
  EXPECT_EQ(Today(90).Liability().at(0).available, 500);
  const auto after = Today(91).Liability();
  EXPECT_EQ(after.at(0).available, 0);
  EXPECT_THAT(after.at(0).by_expiry, IsEmpty());
}

TEST_F(DeskTest, AProgrammeThatWentStillOwes) {
  club_.Must(0, testing::Bonus({{"anna", 500}}));
  wire::Definitions without = testing::ClubDefinitions();
  without.programmes.clear();
  Put(without);
  const auto all = Today(1).Liability();
  ASSERT_THAT(all, SizeIs(1));
  EXPECT_EQ(all[0].programme_id, "club");
  EXPECT_EQ(all[0].available, 500);
  EXPECT_EQ(all[0].amount, 0);
}

TEST_F(DeskTest, AQuoteChangesNothingAndIsWhatAReservationTakes) {
  club_.Must(0, testing::Bonus({{"anna", 500}}));
  wire::CommandBody hold = testing::Hold("b1", "anna", 200);
  const std::string before = club_.store().Checksum();
  const Desk desk = Today(0);
  ASSERT_OK_AND_ASSIGN(const wire::Quote quote,
                       desk.Quote(hold.reserve.request));
  EXPECT_EQ(*desk.Quote(hold.reserve.request), quote);
  EXPECT_EQ(club_.store().Checksum(), before);
  EXPECT_EQ(quote.total, 700);
  hold.reserve.__set_expected_total(quote.total);
  const wire::Reservation reserved = club_.Must(0, hold).reservation;
  EXPECT_EQ(reserved.quote.lines, quote.lines);
  EXPECT_EQ(reserved.quote.points, quote.points);
}

TEST_F(DeskTest, ACustomerNobodyKnowsIsQuotedAsNobodyAndANoteSaysSo) {
  const wire::QuoteRequest request =
      testing::Hold("b1", "newcomer").reserve.request;
  ASSERT_OK_AND_ASSIGN(const wire::Quote quote, Today(0).Quote(request));
  EXPECT_THAT(quote.notes, Contains(HasSubstr("newcomer")));
}

TEST_F(DeskTest, AReceiptTellsWhyItGaveItsPoints) {
  club_.Must(0, testing::Bonus({{"anna", 500}}));
  club_.Must(1, testing::Hold("b1", "anna", 300));
  club_.Must(1, testing::Commit("b1", "r1"));
  Buy("r2", "", 1);
  const Desk desk = Today(1);
  ASSERT_OK_AND_ASSIGN(const auto lines, desk.ExplainReceipt("r1"));
  EXPECT_THAT(lines, Contains(AllOf(HasSubstr("club: 6 points"),
                                    HasSubstr("2026-04-02"))));
  EXPECT_THAT(lines, Contains(HasSubstr("300 points paid 300")));
  EXPECT_THAT(lines, Contains(HasSubstr("offer tenth: 100")));
  EXPECT_THAT(*desk.ExplainReceipt("r2"),
              ElementsAre(HasSubstr("nothing was given")));
  EXPECT_THAT(desk.ExplainReceipt("r9"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("r9")));
}

TEST_F(DeskTest, VersionsOfTheDefinitionsAreKept) {
  wire::Definitions changed = testing::ClubDefinitions();
  changed.offers.pop_back();
  Put(changed);
  const Desk desk = Today(0);
  EXPECT_EQ(desk.Definitions(0)->version, 2);
  EXPECT_EQ(desk.Definitions(1)->definitions, testing::ClubDefinitions());
  EXPECT_EQ(desk.Definitions(2)->definitions, changed);
  EXPECT_THAT(desk.Definitions(3),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("3")));
  ASSERT_OK_AND_ASSIGN(const auto history, desk.DefinitionsHistory(10));
  ASSERT_THAT(history, SizeIs(2));
  EXPECT_EQ(history[0].version, 2);
  EXPECT_EQ(history[0].change, "for the test");
  EXPECT_THAT(history[1].definitions.offers, IsEmpty());
  EXPECT_THAT(*desk.DefinitionsHistory(1), SizeIs(1));
}

// ---- replay

TEST_F(DeskTest, AReplayLooksAtTheLastDaysOnly) {
  Buy("r1", "anna", 0);
  Buy("r2", "anna", 10);
  Buy("r3", "", 39);
  Buy("r4", "ben", 40);
  const Desk desk = Today(40);
  const auto definitions = testing::ClubDefinitions();
  EXPECT_EQ(desk.ReplayBaskets(definitions, 1)->at(0).baskets, 1);
  EXPECT_EQ(desk.ReplayBaskets(definitions, 2)->at(0).baskets, 2);
  EXPECT_EQ(desk.ReplayBaskets(definitions, 31)->at(0).baskets, 3);
  EXPECT_EQ(desk.ReplayBaskets(definitions, 366)->at(0).baskets, 4);
}

TEST_F(DeskTest, AReplayComparesTheOffersOfBothSidesByCurrency) {
  for (int day = 1; day <= 5; ++day) Buy(absl::StrCat("r", day), "anna", day);
  Buy("r6", "ben", 5, "CHF");
  wire::Definitions candidate = testing::ClubDefinitions();
  candidate.offers[0].percent_bp = 3000;
  ASSERT_OK_AND_ASSIGN(const auto replays,
                       Today(6).ReplayBaskets(candidate, 30));
  ASSERT_THAT(replays, SizeIs(2));
  EXPECT_EQ(replays[0].currency, "CHF");
  EXPECT_EQ(replays[0].baskets, 1);
  EXPECT_EQ(replays[0].discount_new, 0);
  const wire::Replay& euros = replays[1];
  EXPECT_EQ(euros.currency, "EUR");
  EXPECT_EQ(euros.baskets, 5);
  EXPECT_EQ(euros.list_total, 5000);
  EXPECT_EQ(euros.discount_now, 500);
  EXPECT_EQ(euros.discount_new, 1500);
  EXPECT_EQ(euros.points_now, 45);
  EXPECT_EQ(euros.points_new, 35);
  ASSERT_THAT(euros.offers, SizeIs(1));
  EXPECT_EQ(euros.offers[0].offer_id, "tenth");
  EXPECT_EQ(euros.offers[0].uses_now, 5);
  EXPECT_EQ(euros.offers[0].discount_new, 1500);
}

TEST_F(DeskTest, AReplayCountsWhatIsToStartLaterAndNotWhatHasEnded) {
  Buy("r1", "anna", 1);
  wire::Definitions candidate = testing::ClubDefinitions();
  wire::Offer later = Tenth();
  later.id = later.name = "later";
  later.limits = {};
  later.starts_us = kNoonUs + 100 * kDayUs;
  wire::Offer ended = later;
  ended.id = ended.name = "ended";
  ended.starts_us = 0;
  ended.ends_us = kNoonUs + kDayUs;
  candidate.offers = {later, ended};
  ASSERT_OK_AND_ASSIGN(const auto replays,
                       Today(2).ReplayBaskets(candidate, 30));
  const auto& offers = replays.at(0).offers;
  ASSERT_THAT(offers, SizeIs(2));
  EXPECT_EQ(offers[0].offer_id, "later");
  EXPECT_EQ(offers[0].uses_now, 0);
  EXPECT_EQ(offers[0].uses_new, 1);
  EXPECT_EQ(offers[1].offer_id, "tenth");
  EXPECT_EQ(offers[1].uses_now, 1);
  EXPECT_EQ(offers[1].uses_new, 0);
}

TEST_F(DeskTest, AReplayOfNothingIsEmptyAndAWrongCandidateIsRefused) {
  EXPECT_THAT(*Today(1).ReplayBaskets(testing::ClubDefinitions(), 30),
              IsEmpty());
  wire::Definitions wrong = testing::ClubDefinitions();
  wrong.offers[0].eligible = "purchases >";
  EXPECT_THAT(Today(1).ReplayBaskets(wrong, 30),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("tenth")));
}

}  // namespace
}  // namespace patron::checkout
