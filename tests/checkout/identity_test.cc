#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/customers/history.h"
#include "server/customers/people.h"
#include "tests/checkout/club.h"
#include "tests/testing/commands.h"
#include "tests/testing/seed.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::Adjust;
using ::patron::testing::Body;
using ::patron::testing::Bonus;
using ::patron::testing::Claim;
using ::patron::testing::Club;
using ::patron::testing::Commit;
using ::patron::testing::Hold;
using ::patron::testing::Issue;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::Link;
using ::patron::testing::MakeEvent;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::Merge;
using ::patron::testing::Refer;
using ::patron::testing::Release;
using ::patron::testing::Settle;
using ::patron::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

wire::Customer Person(const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  return customer;
}

class IdentityTest : public ::testing::Test {
 protected:
  IdentityTest() {
    for (const char* id : {"ann", "bob", "eve"})
      club_.Must(0, Body(Person(id)));
  }

  wire::Refusal Refusal(int day, wire::CommandBody body) {
    const auto reply = club_.Do(day, std::move(body));
    EXPECT_TRUE(reply.__isset.refusal);
    return reply.refusal;
  }

  std::optional<uint32_t> OrdinalOf(const std::string& id) {
    return club_.store().state().ordinals.customers.Find(id);
  }

  wire::Customer ProfileOf(const std::string& id) {
    const auto profile = customers::ReadProfile(
        *club_.store().state().store, CustomerOrdinal(*OrdinalOf(id)));
    return profile.ok() && *profile ? **profile : wire::Customer();
  }

  wire::HistoryPage HistoryOf(const std::string& id) {
    auto& state = club_.store().state();
    const auto page =
        customers::ReadHistory(*state.store, state.ordinals,
                               CustomerOrdinal(*OrdinalOf(id)), 1000, "");
    EXPECT_TRUE(page.ok()) << page.status();
    return *page;
  }

  TempDir dir_;
  Club club_{dir_.File("store")};
};

// ---- links

TEST_F(IdentityTest, AnExternalIdLeadsToItsCustomer) {
  club_.Must(1, Link("ann", "card-7"));
  club_.Must(1, Link("ann", "card-7"));
  club_.Must(1, Body(MakePurchase("r1", "card-7", {{"milk"}})));
  EXPECT_EQ(OrdinalOf("card-7"), OrdinalOf("ann"));
  EXPECT_EQ(club_.store().FactsOf("ann").summary.purchases, 1);
  club_.store().Reopen();
  EXPECT_EQ(OrdinalOf("card-7"), OrdinalOf("ann"));
}

TEST_F(IdentityTest, AnIdOfSomebodyElseIsNotLinked) {
  club_.Must(1, Link("ann", "card-7"));
  for (const char* id : {"card-7", "ann"}) {
    const auto refusal = Refusal(1, Link("bob", id));
    EXPECT_EQ(refusal.code, wire::ErrorCode::ALREADY_EXISTS);
    EXPECT_THAT(refusal.message, HasSubstr("\"ann\""));
    EXPECT_THAT(refusal.message, HasSubstr("merge"));
  }
  EXPECT_EQ(Refusal(1, Link("zoe", "card-8")).code, wire::ErrorCode::NOT_FOUND);
  EXPECT_FALSE(OrdinalOf("card-8"));
}

// ---- referrals

TEST_F(IdentityTest, WhoBroughtAFriendIsKept) {
  club_.Must(1, Refer("ann", "bob"));
  club_.Must(1, Refer("ann", "bob"));
  EXPECT_EQ(club_.RowOf("bob").referrer,
            static_cast<int32_t>(*OrdinalOf("ann")));
  club_.Must(2, Body(MakePurchase("r1", "bob", {{"milk", 1000, 1000}},
                                  kNoonUs + 2 * kDayUs)));
  EXPECT_EQ(club_.Available("ann", 2), 100);
  EXPECT_EQ(club_.Available("bob", 2), 10 + 30);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, NobodyBringsHerselfNorWhoBroughtHer) {
  club_.Must(1, Link("ann", "card-7"));
  EXPECT_THAT(Refusal(1, Refer("ann", "card-7")).message,
              HasSubstr("are one customer"));
  club_.Must(1, Refer("ann", "bob"));
  EXPECT_THAT(Refusal(1, Refer("bob", "ann")).message,
              HasSubstr("cannot bring her back"));
  EXPECT_THAT(Refusal(1, Refer("eve", "bob")).message,
              HasSubstr("\"bob\" was brought by \"ann\", now \"eve\""));
  EXPECT_EQ(club_.RowOf("ann").referrer, -1);
}

TEST_F(IdentityTest, AFriendWhoHasBoughtIsNoNewOne) {
  club_.Must(1, Body(MakePurchase("r1", "bob", {{"milk"}})));
  EXPECT_THAT(Refusal(2, Refer("ann", "bob")).message,
              HasSubstr("1 purchases, 0 returns"));
  club_.Must(2, Body(MakeReturn("b1", "r1", {{0, 1000}})));
  EXPECT_THAT(Refusal(3, Refer("ann", "bob")).message,
              HasSubstr("0 purchases, 1 returns"));
}

TEST_F(IdentityTest, SharedContactsAreOneHouseholdAndAreNotTold) {
  wire::Customer ann = Person("ann"), bob = Person("bob"), eve = Person("eve");
  ann.contacts = {{"email", "Ann@Example.org"}, {"phone", "+43 1 234-567"}};
  bob.contacts = {{"email", " ann@example.org"}};
  eve.contacts = {{"phone", "431234567"}};
  for (const auto& one : {ann, bob, eve}) club_.Must(1, Body(one));
  const auto by_email = Refusal(1, Refer("ann", "bob"));
  EXPECT_EQ(by_email.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(by_email.message, HasSubstr("contacts.email"));
  EXPECT_THAT(by_email.message, ::testing::Not(HasSubstr("example")));
  EXPECT_THAT(Refusal(1, Refer("ann", "eve")).message,
              HasSubstr("contacts.phone"));
}

TEST_F(IdentityTest, OnlyKnownCustomersRefer) {
  EXPECT_EQ(Refusal(1, Refer("zoe", "bob")).code, wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(Refusal(1, Refer("ann", "zoe")).code, wire::ErrorCode::NOT_FOUND);
}

// ---- claims

TEST_F(IdentityTest, AClaimedReceiptGivesWhatItWouldHaveGiven) {
  club_.Must(1, Body(MakePurchase("r1", "", {{"milk", 1000, 1200}, {"oats"}},
                                  kNoonUs + kDayUs)));
  const auto reply = club_.Must(3, Claim("r1", "ann")).committed;
  EXPECT_FALSE(reply.duplicate);
  ASSERT_THAT(reply.points, SizeIs(1));
  EXPECT_EQ(reply.points[0].points, 13);
  // As if it had been hers: lots and credit are of the day of the receipt.
  Club other(dir_.File("other"));
  for (const char* id : {"ann", "bob", "eve"}) other.Must(0, Body(Person(id)));
  other.Must(1, Body(MakePurchase("r1", "ann", {{"milk", 1000, 1200}, {"oats"}},
                                  kNoonUs + kDayUs)));
  EXPECT_EQ(club_.store().FactsOf("ann"), other.store().FactsOf("ann"));
  EXPECT_EQ(club_.AccountOf("ann"), other.AccountOf("ann"));
  EXPECT_THAT(club_.Problems(), IsEmpty());
  EXPECT_THAT(HistoryOf("ann").purchases, SizeIs(1));
}

TEST_F(IdentityTest, ASecondClaimIsADuplicateAndSomebodyElsesIsRefused) {
  club_.Must(1, Body(MakePurchase("r1", "", {{"milk", 1000, 1200}})));
  club_.Must(3, Claim("r1", "ann"));
  EXPECT_TRUE(club_.Must(3, Claim("r1", "ann")).committed.duplicate);
  EXPECT_EQ(club_.Available("ann", 3), 12);
  const auto refusal = Refusal(3, Claim("r1", "bob"));
  EXPECT_EQ(refusal.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(refusal.message, HasSubstr("\"ann\"'s, wanted \"bob\""));
  EXPECT_EQ(Refusal(3, Claim("r9", "bob")).code, wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(Refusal(3, Claim("r1", "zoe")).code, wire::ErrorCode::NOT_FOUND);
}

TEST_F(IdentityTest, GoodsThatCameBackBeforeAClaimGiveNothing) {
  const auto purchase =
      MakePurchase("r1", "", {{"milk", 2000, 1200}, {"oats", 1000, 500}});
  club_.Must(1, Body(purchase));
  club_.Must(2, Body(MakeReturn("b1", "r1", {{0, 1000}, {1, 1000}})));
  club_.Must(3, Claim("r1", "ann"));
  EXPECT_EQ(club_.Available("ann", 3), 6);
  const auto facts = club_.store().FactsOf("ann").summary;
  EXPECT_EQ(facts.returns, 1);
  EXPECT_THAT(facts.spend,
              ElementsAre(std::pair<std::string, int64_t>("EUR", 600)));
  EXPECT_THAT(facts.returned,
              ElementsAre(std::pair<std::string, int64_t>("EUR", 1100)));
  // What comes back after it is taken from her.
  club_.Must(4, Body(MakeReturn("b2", "r1", {{0, 1000}})));
  EXPECT_EQ(club_.Available("ann", 4), 0);
  EXPECT_THAT(club_.AccountOf("ann").credit, IsEmpty());
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, OffersOfAClaimedReceiptCountAsHers) {
  // One without a limit for each customer, which anybody may use.
  wire::PutDefinitions put;
  put.definitions = testing::ClubDefinitions();
  put.definitions.offers[0].limits = wire::Limits();
  put.overwrite = true;
  club_.Must(1, Body(put));
  club_.Must(1, Hold("h1", ""));
  club_.Must(1, Commit("h1", "r1"));
  EXPECT_EQ(club_.Must(2, Claim("r1", "ann")).committed.reservation_id, "h1");
  const auto offers = club_.RowOf("ann").offers;
  ASSERT_THAT(offers, SizeIs(1));
  EXPECT_EQ(offers[0].uses, 1);
  EXPECT_EQ(club_.Available("ann", 2), 9);
  // The use comes back with the goods.
  club_.Must(3, Body(MakeReturn("b1", "r1", {{0, 1000}})));
  EXPECT_EQ(club_.RowOf("ann").offers[0].uses, 0);
  EXPECT_EQ(club_.Available("ann", 3), 0);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

// ---- merges

TEST_F(IdentityTest, AMergeNeedsTwoKnownCustomersAndIsDoneOnce) {
  EXPECT_EQ(Refusal(1, Merge("ann", "zoe")).code, wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(Refusal(1, Merge("zoe", "ann")).code, wire::ErrorCode::NOT_FOUND);
  club_.Must(1, Merge("ann", "bob"));
  const auto before = club_.RowOf("ann");
  club_.Must(2, Merge("ann", "bob"));
  club_.Must(2, Merge("bob", "ann"));
  EXPECT_EQ(club_.RowOf("ann"), before);
}

TEST_F(IdentityTest, OldIdsLeadToWhoWasKeptOverSeveralMerges) {
  club_.Must(1, Link("bob", "card-7"));
  club_.Must(1, Merge("bob", "eve"));
  club_.Must(1, Merge("ann", "bob"));
  for (int i = 0; i < 2; ++i) {
    for (const char* id : {"bob", "eve", "card-7"})
      EXPECT_EQ(OrdinalOf(id), OrdinalOf("ann")) << id;
    club_.store().Reopen();
  }
  club_.Must(2, Body(MakePurchase("r1", "eve", {{"milk"}})));
  EXPECT_EQ(club_.store().FactsOf("ann").summary.purchases, 1);
}

TEST_F(IdentityTest, TheKeptProfileWinsAndIsFilled) {
  wire::Customer ann = Person("ann"), bob = Person("bob");
  ann.__set_name("Ann");
  ann.contacts = {{"email", "a@x"}};
  ann.priorities = {"tea", "cake"};
  ann.__set_birth_month(2);
  wire::Consent yes;
  yes.channel = "email";
  yes.purpose = "news";
  yes.granted = true;
  yes.given_at_us = 5;
  ann.consents = {yes};
  bob.__set_name("Bob");
  bob.__set_locale("de-AT");
  bob.contacts = {{"email", "b@x"}, {"phone", "1"}};
  bob.priorities = {"cake", "rice", "oats"};
  bob.__set_birth_month(3);
  bob.__set_birth_day(30);
  bob.attributes = {{"shoe", "38"}};
  wire::Consent no = yes;
  no.granted = false;
  no.given_at_us = 6;
  bob.consents = {no};
  club_.Must(1, Body(ann));
  club_.Must(1, Body(bob));
  club_.Must(1, Merge("ann", "bob"));

  const wire::Customer merged = ProfileOf("ann");
  EXPECT_EQ(merged.customer_id, "ann");
  EXPECT_EQ(merged.name, "Ann");
  EXPECT_EQ(merged.locale, "de-AT");
  EXPECT_EQ(merged.contacts.at("email"), "a@x");
  EXPECT_EQ(merged.contacts.at("phone"), "1");
  EXPECT_THAT(merged.priorities, ElementsAre("tea", "cake", "rice"));
  EXPECT_EQ(merged.birth_month, 2);
  EXPECT_FALSE(merged.__isset.birth_day);  // 30 February is nobody's
  EXPECT_EQ(merged.attributes.at("shoe"), "38");
  // She took it back since.
  ASSERT_THAT(merged.consents, SizeIs(1));
  EXPECT_FALSE(merged.consents[0].granted);
  EXPECT_THAT(club_.store().FactsOf("ann").summary.priorities,
              ElementsAre("tea", "cake", "rice"));
  const auto traits = club_.store().state().facts.ReadTraits(
      CustomerOrdinal(*OrdinalOf("ann")));
  EXPECT_EQ(traits->locale, "de-AT");
  EXPECT_TRUE(traits->contacts.empty());
}

TEST_F(IdentityTest, PointsAndHistoryMoveAndTheBooksBalance) {
  club_.Must(0, Bonus({{"ann", 10}, {"bob", 5}}));  // one position for both
  club_.Must(1, Adjust("bob", 7, "sorry, bob"));
  club_.Must(2, Merge("ann", "bob"));
  EXPECT_EQ(club_.Available("ann", 2), 22);
  const auto entries = club_.EntriesOf("ann");
  ASSERT_THAT(entries, SizeIs(4));
  EXPECT_EQ(entries[0].kind, wire::EntryKind::MERGE_IN);
  EXPECT_EQ(entries[0].points, 0);
  EXPECT_EQ(entries[0].cause, "customer \"bob\" merged into \"ann\"");
  EXPECT_EQ(entries[1].cause, "sorry, bob");
  EXPECT_EQ(club_.store().state().accounts.Totals("club").balance, 22);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, WhatExpiredBeforeAMergeStaysExpired) {
  club_.Must(0, Bonus({{"ann", 10}, {"bob", 5}}));
  club_.Must(200, Merge("ann", "bob"));
  EXPECT_EQ(club_.Available("ann", 200), 0);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, TheTierThatBothReachTogetherIsTold) {
  club_.Must(1, Body(MakePurchase("r1", "ann", {{"milk", 1000, 3000}})));
  club_.Must(1, Body(MakePurchase("r2", "bob", {{"milk", 1000, 3000}})));
  EXPECT_EQ(club_.AccountOf("ann").tier_id, "");
  club_.Must(2, Merge("ann", "bob"));
  EXPECT_EQ(club_.AccountOf("ann").tier_id, "silver");
  const auto entries = club_.EntriesOf("ann");
  EXPECT_TRUE(
      std::any_of(entries.begin(), entries.end(), [](const wire::Entry& entry) {
        return entry.kind == wire::EntryKind::TIER && entry.tier_id == "silver";
      }));
}

TEST_F(IdentityTest, AnOpenReservationGoesOnUnderTheKeptCustomer) {
  club_.Must(1, Adjust("bob", 300));
  const auto held = Hold("h1", "bob", 200);
  club_.Must(1, held);
  club_.Must(1, Hold("h2", "bob", 50));
  club_.Must(1, Merge("ann", "bob"));
  EXPECT_EQ(club_.AccountOf("ann").held, 250);
  EXPECT_THAT(club_.Problems(), IsEmpty());
  EXPECT_TRUE(club_.Must(1, held).reservation.duplicate);
  club_.Must(1, Release("h2"));
  EXPECT_EQ(club_.Available("ann", 1), 100);
  club_.store().Reopen();
  club_.Must(1, Commit("h1", "r1"));
  EXPECT_EQ(club_.AccountOf("ann").held, 0);
  EXPECT_EQ(club_.store().FactsOf("ann").summary.purchases, 1);
  EXPECT_THAT(club_.Problems(), IsEmpty());
  // The return gives the points back to the kept customer.
  club_.Must(1, Body(MakeReturn("b1", "r1", {{0, 1000}})));
  EXPECT_EQ(club_.Available("ann", 1), 300);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, ReservationsThatExpireWithTheMergeKeepTheBooks) {
  club_.Must(0, Bonus({{"ann", 100}, {"bob", 100}}));
  club_.Must(1, Hold("h1", "ann", 10));
  club_.Must(1, Hold("h2", "bob", 20));
  club_.Must(1, Hold("h3", "bob", 30));
  club_.Must(2, Merge("ann", "bob"));
  EXPECT_EQ(club_.Available("ann", 2), 200);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, UsesOfOffersAddUp) {
  for (const auto& [customer, receipt] :
       {std::pair("ann", "r1"), std::pair("bob", "r2"),
        std::pair("bob", "r3")}) {
    club_.Must(1, Hold(absl::StrCat("h-", receipt), customer));
    club_.Must(1, Commit(absl::StrCat("h-", receipt), receipt));
  }
  club_.Must(1, Issue("sorry", {"ann", "bob"}));
  club_.Must(1, Merge("ann", "bob"));
  const wire::AccountRow row = club_.RowOf("ann");
  ASSERT_THAT(row.offers, SizeIs(1));
  EXPECT_EQ(row.offers[0].uses, 3);
  EXPECT_THAT(row.issued, SizeIs(2));
  EXPECT_EQ(club_.RowOf("bob"), row);  // the old id leads there
}

TEST_F(IdentityTest, AReferrerWhoIsMergedGetsHerRewardAndNobodyBroughtHerself) {
  club_.Must(1, Refer("bob", "eve"));
  club_.Must(1, Merge("ann", "bob"));
  club_.Must(2,
             Body(MakePurchase("r1", "eve", {{"milk"}}, kNoonUs + 2 * kDayUs)));
  EXPECT_EQ(club_.Available("ann", 2), 100);
  club_.Must(3, Merge("eve", "ann"));
  EXPECT_EQ(club_.RowOf("eve").referrer, -1);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(IdentityTest, AnEventThatWasToldOfBothIsOne) {
  wire::Event event = MakeEvent(wire::EventKind::VIEW, "ann", "milk");
  event.__set_event_id("e1");
  club_.Must(1, Body(event));
  event.__set_customer_id("bob");
  club_.Must(1, Body(event));
  club_.Must(1, Merge("ann", "bob"));
  EXPECT_THAT(HistoryOf("ann").events, SizeIs(1));
  EXPECT_EQ(club_.store().FactsOf("ann").summary.events, 1);
  EXPECT_THAT(club_.store().FactsOf("ann").summary.recent, SizeIs(1));
  EXPECT_EQ(club_.store().state().totals.Now().events, 1);
}

// ---- against one customer, and over batches

// What a shop hears of one person, under two ids or one.
class Story {
 public:
  Story(uint64_t seed, std::vector<std::string> ids)
      : random_(seed), ids_(std::move(ids)) {}

  wire::CommandBody Next(int day) {
    const std::string who = ids_[random_() % 2 % ids_.size()];
    const int64_t at_us =
        kNoonUs + day * kDayUs - static_cast<int64_t>(random_() % 1000);
    const std::string product = absl::StrCat("p", random_() % 30);
    switch (random_() % 6) {
      case 0:
        return Adjust(who, 40);
      case 1: {
        auto event = MakeEvent(wire::EventKind::VIEW, who, product, at_us);
        event.__set_event_id(absl::StrCat("e", ++made_));
        if (random_() % 2 == 0)
          event.__set_source(absl::StrCat("ad-", random_() % 3));
        return Body(event);
      }
      case 2:
        if (made_receipts_ > 0)
          return Body(MakeReturn(
              absl::StrCat("b", ++made_),
              absl::StrCat("r", 1 + random_() % made_receipts_), {{0, 500}}));
        [[fallthrough]];
      default:
        return Body(MakePurchase(
            absl::StrCat("r", ++made_receipts_), who,
            {{product, 1000, 1000 + static_cast<int64_t>(random_() % 900)},
             {absl::StrCat("p", random_() % 30)}},
            at_us));
    }
  }

 private:
  std::mt19937_64 random_;
  const std::vector<std::string> ids_;
  int64_t made_ = 0;
  uint64_t made_receipts_ = 0;
};

void Tell(Club& club, uint64_t seed, const std::vector<std::string>& ids) {
  // Both are known from the start, so that ordinals are the same.
  for (const char* id : {"ann", "bob"}) club.Must(0, Body(Person(id)));
  Story story(seed, ids);
  for (int day = 1; day <= 60; ++day) club.Do(day, story.Next(day));
}

TEST(MergeTest, MergedCustomersAreAsOneFromTheStart) {
  const uint64_t seed = testing::TestSeed(20260101);
  for (uint64_t i = 0; i < 5; ++i) {
    SCOPED_TRACE(absl::StrCat("story ", i));
    TempDir dir;
    Club two(dir.File("two")), one(dir.File("one"));
    Tell(two, seed + i, {"ann", "bob"});
    Tell(one, seed + i, {"ann", "ann"});
    two.Must(61, Merge("ann", "bob"));
    one.Must(61, Settle());
    for (int reopened = 0; reopened < 2; ++reopened) {
      EXPECT_EQ(two.store().FactsOf("ann"), one.store().FactsOf("ann"));
      EXPECT_EQ(two.store().FactsOf("bob"), one.store().FactsOf("ann"));
      const auto merged = two.AccountOf("ann"), alone = one.AccountOf("ann");
      EXPECT_EQ(merged.lots, alone.lots);
      EXPECT_EQ(merged.debt, alone.debt);
      EXPECT_EQ(merged.credit, alone.credit);
      EXPECT_EQ(merged.tier_id, alone.tier_id);
      EXPECT_EQ(two.store().state().accounts.Totals("club"),
                one.store().state().accounts.Totals("club"));
      EXPECT_EQ(two.store().state().totals.Now(),
                one.store().state().totals.Now());
      EXPECT_THAT(two.Problems(), IsEmpty());
      two.store().Reopen();
      one.store().Reopen();
    }
  }
}

TEST(MergeTest, WhereABatchEndsDoesNotShow) {
  const uint64_t seed = testing::TestSeed(20260101);
  TempDir dir;
  Club one(dir.File("one")), all(dir.File("all"));
  Story story(seed, {"ann", "bob"});
  std::vector<wire::CommandBody> bodies;
  wire::Customer bob = Person("bob");
  bob.__set_name("Bob");
  for (const auto& person : {Person("ann"), bob, Person("eve"), Person("joe")})
    bodies.push_back(Body(person));
  bodies.push_back(Refer("bob", "joe"));
  bodies.push_back(Refer("bob", "joe"));
  for (int day = 1; day <= 30; ++day) bodies.push_back(story.Next(day));
  for (auto body :
       {Link("bob", "card-7"), Body(MakePurchase("x1", "", {{"milk"}})),
        Bonus({{"ann", 500}, {"bob", 500}}), Hold("h1", "bob", 100),
        Hold("h2", "bob", 100), Merge("eve", "bob"), Release("h2"),
        Merge("ann", "eve"), Merge("ann", "bob"), Claim("x1", "card-7"),
        Claim("x1", "joe"), Commit("h1", "x2"),
        Body(MakeReturn("y1", "x2", {{0, 1000}})),
        Body(MakePurchase("x3", "joe", {{"milk"}})), Settle()})
    bodies.push_back(std::move(body));
  std::vector<wire::Command> commands;
  for (const auto& body : bodies) {
    one.Do(40, body);
    commands.push_back(all.On(40, body));
  }
  all.store().Apply(commands);
  EXPECT_EQ(one.store().Checksum(), all.store().Checksum());
  EXPECT_EQ(one.store().FactsOf("ann"), all.store().FactsOf("ann"));
  EXPECT_EQ(one.RowOf("ann"), all.RowOf("ann"));
  EXPECT_THAT(one.Problems(), IsEmpty());
  EXPECT_GE(one.Available("ann", 40), 1000);
}

}  // namespace
}  // namespace patron
