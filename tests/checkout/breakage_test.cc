// Ways to get more than one is due, or to stop the server, that were found by
// looking for them.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <utility>
#include <vector>

#include "server/checkout/desk.h"
#include "tests/checkout/club.h"
#include "tests/testing/commands.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::Body;
using ::patron::testing::Bonus;
using ::patron::testing::Claim;
using ::patron::testing::Club;
using ::patron::testing::ClubDefinitions;
using ::patron::testing::Commit;
using ::patron::testing::Hold;
using ::patron::testing::Issue;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::Link;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::Refer;
using ::patron::testing::Release;
using ::patron::testing::Settle;
using ::patron::testing::TempDir;
using ::testing::IsEmpty;
using ::testing::SizeIs;

wire::Customer Person(const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  return customer;
}

wire::CommandBody Define(const wire::Definitions& definitions) {
  wire::PutDefinitions put;
  put.definitions = definitions;
  put.overwrite = true;
  return Body(put);
}

wire::CommandBody Codes(const std::string& batch,
                        const std::vector<std::string>& codes) {
  wire::CommandBody body;
  body.__isset.put_codes = true;
  body.put_codes.batch_id = batch;
  body.put_codes.codes = codes;
  return body;
}

wire::CommandBody WithCode(wire::CommandBody hold, const std::string& code) {
  hold.reserve.request.codes = {code};
  return hold;
}

bool Applies(const wire::CommandReply& reply, const std::string& offer) {
  for (const wire::OfferDecision& decision : reply.reservation.quote.offers)
    if (decision.offer_id == offer) return true;
  return false;
}

class BreakageTest : public ::testing::Test {
 protected:
  BreakageTest() {
    for (const char* id : {"ann", "bob"}) club_.Must(0, Body(Person(id)));
  }

  TempDir dir_;
  Club club_{dir_.File("store")};
};

TEST_F(BreakageTest, PointsOfThreeProgrammesThatPaidTogetherComeBack) {
  wire::Definitions definitions = ClubDefinitions();
  definitions.offers.clear();
  wire::Programme club = definitions.programmes[0];
  club.event_points.clear();
  club.tiers.clear();
  club.__isset.referral = false;
  definitions.programmes.clear();
  for (const char* id : {"club", "second", "third"}) {
    club.id = id;
    definitions.programmes.push_back(club);
  }
  club_.Must(0, Define(definitions));
  for (const char* id : {"club", "second", "third"}) {
    wire::CommandBody bonus = Bonus({{"ann", 10}});
    bonus.give_bonus.programme_id = id;
    club_.Must(0, bonus);
  }
  // 3, 2 and 5 pay 10 on lines of 6, 1 and 3.
  wire::CommandBody hold = Hold("b1", "ann");
  wire::QuoteRequest& request = hold.reserve.request;
  request.lines.clear();
  for (const int64_t amount : {6, 1, 3}) {
    wire::BasketLine line;
    line.product_id = "milk";
    line.list_amount = amount;
    request.lines.push_back(line);
  }
  for (const auto& [id, points] :
       {std::pair{"club", 3}, std::pair{"second", 2}, std::pair{"third", 5}}) {
    wire::PointsToPay pay;
    pay.programme_id = id;
    pay.points = points;
    request.points.push_back(pay);
  }
  club_.Must(1, hold);
  club_.Must(1, Commit("b1", "r1"));
  for (const int line : {1, 0, 2})
    club_.Must(2, Body(MakeReturn("back" + std::to_string(line), "r1",
                                  {{line, 1000}})));
  for (const wire::ProgrammeAccount& account : club_.RowOf("ann").programmes) {
    ASSERT_THAT(account.lots, SizeIs(1));
    EXPECT_EQ(account.lots[0].points, 10) << account.programme;
  }
}

TEST_F(BreakageTest, APersonalOfferThatExpiredIsNotTakenForOneThatStands) {
  club_.Must(0, Issue("sorry", {"ann"}, kNoonUs + 2 * kDayUs));
  club_.Must(3, Issue("sorry", {"ann"}));
  EXPECT_TRUE(Applies(club_.Must(4, Hold("b1", "ann")), "sorry"));
  EXPECT_FALSE(Applies(club_.Must(4, Hold("b2", "ann")), "sorry"));
  club_.Must(4, Commit("b1", "r1"));
  EXPECT_FALSE(Applies(club_.Must(4, Hold("b3", "ann")), "sorry"));
}

TEST_F(BreakageTest, ASharedCodeThatComesBackGivesNoUniqueCodeAnotherUse) {
  wire::Definitions definitions = ClubDefinitions();
  wire::Offer& tenth = definitions.offers[0];
  tenth.needs_code = true;
  tenth.codes = {"WINTER"};
  club_.Must(0, Define(definitions));
  ASSERT_TRUE(
      Applies(club_.Must(0, WithCode(Hold("b1", "ann"), "WINTER")), "tenth"));
  club_.Must(0, Commit("b1", "r1"));

  definitions.offers[0].codes.clear();
  wire::CodeBatch batch;
  batch.id = "letters";
  batch.offer_id = "tenth";
  definitions.code_batches = {batch};
  club_.Must(1, Define(definitions));
  club_.Must(1, Codes("letters", {"WINTER"}));
  club_.Must(2, Body(MakeReturn("back", "r1", {{0, 1000}})));

  EXPECT_TRUE(
      Applies(club_.Must(3, WithCode(Hold("b2", "bob"), "WINTER")), "tenth"));
  EXPECT_FALSE(
      Applies(club_.Must(3, WithCode(Hold("b3", "ann"), "WINTER")), "tenth"));
}

TEST_F(BreakageTest, AnotherIdOfHersDrawsNoSecondSurprise) {
  wire::Definitions definitions = ClubDefinitions();
  wire::Offer surprise = definitions.offers[0];
  surprise.limits = wire::Limits();
  surprise.occasion = wire::Occasion::SURPRISE;
  surprise.chance_bp = 5000;
  surprise.seed = "spring";
  definitions.offers = {surprise};
  club_.Must(0, Define(definitions));
  for (int i = 0; i < 20; ++i)
    club_.Must(0, Link("ann", "card" + std::to_string(i)));
  const bool drawn = Applies(club_.Must(0, Hold("b", "ann")), "tenth");
  for (int i = 0; i < 20; ++i) {
    const std::string n = std::to_string(i);
    EXPECT_EQ(Applies(club_.Must(0, Hold("b" + n, "card" + n)), "tenth"), drawn)
        << "card" << n;
  }
}

TEST_F(BreakageTest, AFriendIsRewardedOnceEvenForGoodsWithoutAQuantity) {
  club_.Must(0, Refer("bob", "ann"));
  for (const char* receipt : {"r1", "r2", "r3"}) {
    club_.Must(1, Body(MakePurchase(receipt, "ann", {{"deposit", 0, 500}},
                                    kNoonUs + kDayUs)));
  }
  EXPECT_EQ(club_.Available("bob", 1), 100);
}

TEST_F(BreakageTest, AFriendWhoReturnsAlmostEverythingEarnsNobodyAnything) {
  wire::Definitions definitions = ClubDefinitions();
  definitions.offers.clear();
  definitions.programmes[0].referral.min_spend = 900;
  definitions.programmes[0].earn_points = 0;
  club_.Must(0, Define(definitions));
  club_.Must(0, Refer("bob", "ann"));
  club_.Must(1, Hold("b1", "ann"));
  club_.Must(1, Commit("b1", "r1"));
  ASSERT_EQ(club_.Available("bob", 1), 100);
  club_.Must(2, Body(MakeReturn("back", "r1", {{0, 999}})));
  EXPECT_EQ(club_.Available("bob", 2), 0);
  EXPECT_EQ(club_.Available("ann", 2), 0);
  club_.Must(2, Body(MakeReturn("rest", "r1", {{0, 1}})));
  EXPECT_EQ(club_.Available("bob", 2), 0);
  EXPECT_EQ(club_.Available("ann", 2), 0);
}

TEST_F(BreakageTest, AClaimOfLongAgoTakesNothingThatSheHasToday) {
  club_.Must(0, Body(MakePurchase("r1", "", {{"milk", 2000, 1000}}, kNoonUs)));
  club_.Must(0, Body(MakeReturn("back", "r1", {{0, 1000}})));
  club_.Must(200, Bonus({{"ann", 100}}));
  club_.Must(200, Claim("r1", "ann"));
  EXPECT_EQ(club_.Available("ann", 200), 100);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(BreakageTest, CreditThatWasForgottenIsNotTakenFromAnother) {
  wire::Definitions definitions = ClubDefinitions();
  definitions.programmes[0].tier_days = 30;
  club_.Must(0, Define(definitions));
  club_.Must(0,
             Body(MakePurchase("r1", "ann", {{"milk", 1000, 6000}}, kNoonUs)));
  club_.Must(100, Settle());
  definitions.programmes[0].tier_days = 365;
  club_.Must(100, Define(definitions));
  club_.Must(100, Body(MakePurchase("r2", "ann", {{"milk", 1000, 6000}},
                                    kNoonUs + 100 * kDayUs)));
  ASSERT_EQ(club_.AccountOf("ann").tier_id, "silver");
  club_.Must(101, Body(MakeReturn("back", "r1", {{0, 1000}})));
  EXPECT_EQ(club_.AccountOf("ann").tier_id, "silver");
}

TEST_F(BreakageTest, WhatExpiresIsNotToldToBeWhatTheNextCallerDid) {
  club_.Must(0, Bonus({{"ann", 10}}));
  club_.Must(0, Hold("b1", "ann", 5));
  club_.Do(1, Body(Person("bob")), kAllRoles, "till 7");
  const std::vector<wire::Entry> entries = club_.EntriesOf("ann");
  ASSERT_FALSE(entries.empty());
  ASSERT_EQ(entries[0].kind, wire::EntryKind::RELEASE);
  EXPECT_EQ(entries[0].actor, "server");
}

TEST_F(BreakageTest, WhoTakesNoPartIsNotRewardedForAFriend) {
  wire::Customer bob = Person("bob");
  bob.is_staff = true;
  club_.Must(0, Body(bob));
  club_.Must(0, Refer("bob", "ann"));
  club_.Must(1, Body(MakePurchase("r1", "ann", {{"milk", 1000, 500}},
                                  kNoonUs + kDayUs)));
  EXPECT_EQ(club_.Available("bob", 1), 0);
}

TEST_F(BreakageTest, ABasketWithoutAStoreIsReplayed) {
  wire::Purchase purchase =
      MakePurchase("r1", "ann", {{"milk", 1000, 500}}, kNoonUs);
  purchase.store_id.clear();
  club_.Must(0, Body(purchase));
  SimulatedClock clock(absl::FromUnixMicros(kNoonUs) + absl::Hours(1));
  const checkout::Desk desk(club_.store().state().Parts(), clock,
                            absl::UTCTimeZone());
  const auto replays = desk.ReplayBaskets(ClubDefinitions(), 2);
  ASSERT_TRUE(replays.ok()) << replays.status();
  ASSERT_THAT(*replays, SizeIs(1));
  EXPECT_EQ(replays->front().baskets, 1);
}

}  // namespace
}  // namespace patron
