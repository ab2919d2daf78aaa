#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/definitions/holdout.h"
#include "tests/checkout/club.h"
#include "tests/testing/commands.h"
#include "tests/testing/temp_dir.h"

namespace patron {
namespace {

using ::patron::testing::Adjust;
using ::patron::testing::Body;
using ::patron::testing::Bonus;
using ::patron::testing::Club;
using ::patron::testing::ClubDefinitions;
using ::patron::testing::Issue;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeEvent;
using ::patron::testing::MakePurchase;
using ::patron::testing::Merge;
using ::patron::testing::Settle;
using ::patron::testing::TempDir;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

constexpr auto kReview = wire::EventKind::REVIEW;

wire::Customer Person(const std::string& id, int month = 0, int day = 0) {
  wire::Customer customer;
  customer.customer_id = id;
  if (month != 0) customer.__set_birth_month(month);
  if (day != 0) customer.__set_birth_day(day);
  return customer;
}

class PointsTest : public ::testing::Test {
 protected:
  PointsTest() {
    for (const char* id : {"ann", "bob"}) club_.Must(0, Body(Person(id)));
  }

  wire::Refusal Refusal(int day, wire::CommandBody body,
                        Roles roles = kAllRoles,
                        const std::string& actor = "desk") {
    const auto reply = club_.Do(day, std::move(body), roles, actor);
    EXPECT_TRUE(reply.__isset.refusal);
    return reply.refusal;
  }

  int32_t Review(int day, const std::string& customer, const std::string& id,
                 int happened_day) {
    wire::Event event =
        MakeEvent(kReview, customer, "milk", kNoonUs + happened_day * kDayUs);
    event.__set_event_id(id);
    const int64_t before = club_.Available(customer, day);
    club_.Must(day, Body(event));
    return static_cast<int32_t>(club_.Available(customer, day) - before);
  }

  TempDir dir_;
  Club club_{dir_.File("store")};
};

// ---- adjustments

TEST_F(PointsTest, AnAdjustmentGivesAndTakesWithItsReason) {
  const auto given = club_.Must(1, Adjust("ann", 50, "broken cup")).points;
  EXPECT_EQ(given.programme_id, "club");
  EXPECT_EQ(given.points, 50);
  EXPECT_EQ(given.balance, 50);
  const auto taken = club_.Must(2, Adjust("ann", -20, "given twice")).points;
  EXPECT_EQ(taken.points, -20);
  EXPECT_EQ(taken.balance, 30);

  const auto entries = club_.EntriesOf("ann");
  ASSERT_THAT(entries, SizeIs(2));
  EXPECT_EQ(entries[0].cause, "given twice");
  EXPECT_EQ(entries[0].kind, wire::EntryKind::ADJUST);
  EXPECT_EQ(entries[1].cause, "broken cup");
  EXPECT_EQ(entries[1].actor, "desk");
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(PointsTest, MorePointsThanAreAvailableAreNotTaken) {
  club_.Must(1, Adjust("ann", 50));
  const auto refusal = Refusal(2, Adjust("ann", -51));
  EXPECT_EQ(refusal.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(refusal.message, HasSubstr("has 50 available, wanted 51 less"));
  EXPECT_EQ(club_.Available("ann", 2), 50);
  EXPECT_EQ(Refusal(2, Adjust("bob", -1)).code,
            wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_EQ(club_.RowOf("bob"), wire::AccountRow());
}

TEST_F(PointsTest, WhatHasExpiredIsNotAvailableAndStaysInTheBooks) {
  club_.Must(1, Adjust("ann", 50));
  EXPECT_EQ(Refusal(92, Adjust("ann", -1)).code,
            wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(club_.Problems(), IsEmpty());
  EXPECT_EQ(club_.Must(92, Adjust("ann", 7)).points.balance, 7);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(PointsTest, AnUnknownCustomerOrProgrammeIsNotFound) {
  EXPECT_EQ(Refusal(1, Adjust("zoe", 5)).code, wire::ErrorCode::NOT_FOUND);
  auto body = Adjust("ann", 5);
  body.adjust_points.programme_id = "miles";
  const auto refusal = Refusal(1, body);
  EXPECT_EQ(refusal.code, wire::ErrorCode::NOT_FOUND);
  EXPECT_THAT(refusal.message, HasSubstr("programme_id: no programme"));
}

TEST_F(PointsTest, AClerkAdjustsAtMostSoMuchAtOnce) {
  const auto refusal = Refusal(1, Adjust("ann", 101), kClerk);
  EXPECT_EQ(refusal.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(refusal.message, HasSubstr("at most 100 at once"));
  EXPECT_THAT(refusal.message, HasSubstr("wanted 101"));
  EXPECT_TRUE(club_.Do(1, Adjust("ann", 100), kClerk).__isset.points);
}

TEST_F(PointsTest, AClerksDayCountsWithoutSignAndOverAllCustomers) {
  EXPECT_TRUE(club_.Do(1, Adjust("ann", 100), kClerk, "kim").__isset.points);
  EXPECT_TRUE(club_.Do(1, Adjust("ann", -30), kClerk, "kim").__isset.points);
  const auto refusal = Refusal(1, Adjust("bob", 21), kClerk, "kim");
  EXPECT_THAT(refusal.message, HasSubstr("at most 150 a day"));
  EXPECT_THAT(refusal.message, HasSubstr("has 130 today, wanted 21 more"));
  // A refusal counts nothing; another clerk and another day start afresh.
  EXPECT_TRUE(club_.Do(1, Adjust("bob", 20), kClerk, "kim").__isset.points);
  EXPECT_TRUE(club_.Do(1, Adjust("bob", 90), kClerk, "lee").__isset.points);
  EXPECT_TRUE(club_.Do(2, Adjust("bob", 90), kClerk, "kim").__isset.points);
}

TEST_F(PointsTest, OnlyMarketingAdministratorsAndTheServerHaveNoLimit) {
  for (const Roles roles : {Roles{0}, Roles{kMarketing}, Roles{kAdministrator},
                            Roles{kClerk | kMarketing}, kAllRoles})
    EXPECT_TRUE(club_.Do(1, Adjust("ann", 9000), roles).__isset.points);
  for (const Roles roles : {Roles{kClerk}, Roles{kStorefront}, Roles{kJobs}})
    EXPECT_TRUE(club_.Do(1, Adjust("ann", 9000), roles).__isset.refusal);
}

// ---- bonus

TEST_F(PointsTest, ABonusReachesEverybodyOrNobody) {
  const auto refusal = Refusal(1, Bonus({{"ann", 5}, {"zoe", 6}, {"yan", 7}}));
  EXPECT_EQ(refusal.code, wire::ErrorCode::NOT_FOUND);
  EXPECT_THAT(refusal.message, HasSubstr("zoe"));
  EXPECT_EQ(club_.RowOf("ann"), wire::AccountRow());

  club_.Must(1, Bonus({{"ann", 5}, {"bob", 6}}));
  EXPECT_EQ(club_.Available("ann", 1), 5);
  EXPECT_EQ(club_.Available("bob", 1), 6);
  EXPECT_EQ(club_.EntriesOf("bob").front().cause, "summer");
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

// ---- personal offers

// A merge may come between the question whether she has it and the command.
TEST_F(PointsTest, WhatIsIssuedOncePassesOverWhoHasItForTheSameCause) {
  wire::CommandBody once = Issue("sorry", {"ann", "bob"});
  once.issue_offer.__set_once(true);
  club_.Must(1, Issue("sorry", {"ann"}));
  club_.Must(2, once);
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(1));
  EXPECT_THAT(club_.RowOf("bob").issued, SizeIs(1));
  club_.Must(3, Merge("ann", "bob"));
  club_.Must(4, once);
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(2)) << "one of each, no third";
  once.issue_offer.cause = "another late delivery";
  club_.Must(5, once);
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(3));
}

TEST_F(PointsTest, APersonalOfferIsIssuedOnceToEach) {
  club_.Must(1, Issue("sorry", {"ann", "bob", "ann"}, kNoonUs + 9 * kDayUs));
  const auto issued = club_.RowOf("ann").issued;
  ASSERT_THAT(issued, SizeIs(1));
  EXPECT_EQ(issued[0].cause, "late delivery");
  EXPECT_EQ(issued[0].expires_at_us, kNoonUs + 9 * kDayUs);
  EXPECT_THAT(club_.RowOf("bob").issued, SizeIs(1));
}

TEST_F(PointsTest, OnlyKnownPersonalOffersGoToKnownCustomers) {
  EXPECT_EQ(Refusal(1, Issue("gone", {"ann"})).code,
            wire::ErrorCode::NOT_FOUND);
  const auto refusal = Refusal(1, Issue("tenth", {"ann"}));
  EXPECT_EQ(refusal.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_THAT(refusal.message, HasSubstr("occasion ALWAYS"));
  EXPECT_EQ(Refusal(1, Issue("sorry", {"ann", "zoe"})).code,
            wire::ErrorCode::NOT_FOUND);
  EXPECT_EQ(Refusal(1, Issue("sorry", {"ann"}, kNoonUs)).code,
            wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_EQ(club_.RowOf("ann"), wire::AccountRow());
}

TEST_F(PointsTest, PersonalOffersAreNotMadeToTheHoldout) {
  wire::PutDefinitions put;
  put.definitions = ClubDefinitions();
  put.overwrite = true;
  put.definitions.holdout.share_bp = 5000;
  put.definitions.holdout.offers = true;
  // A salt that parts the two.
  for (int i = 0; definitions::InHoldout(put.definitions.holdout, "ann") ||
                  !definitions::InHoldout(put.definitions.holdout, "bob");
       ++i)
    put.definitions.holdout.salt = absl::StrCat(i);
  club_.Must(1, Body(put));
  club_.Must(2, Issue("sorry", {"ann", "bob"}));
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(1));
  EXPECT_THAT(club_.RowOf("bob").issued, IsEmpty());
  const auto refusal = Refusal(3, Issue("sorry", {"bob"}));
  EXPECT_EQ(refusal.code, wire::ErrorCode::FAILED_PRECONDITION);
  EXPECT_EQ(refusal.message,
            "customer_ids: all are in the holdout, \"bob\" for one: no "
            "personal offers are made to them");
}

TEST_F(PointsTest, PersonalOffersThatEndedUnusedLongAgoAreForgotten) {
  club_.Must(1, Issue("sorry", {"ann"}, kNoonUs + 2 * kDayUs));
  club_.Must(300, Issue("sorry", {"ann"}));
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(2));
  club_.Must(400, Issue("sorry", {"ann"}));
  EXPECT_THAT(club_.RowOf("ann").issued, SizeIs(2));
}

// ---- settling

TEST_F(PointsTest, SettlingExpiresPointsOnce) {
  club_.Must(0, Bonus({{"ann", 40}}));
  club_.Must(90, Settle());
  EXPECT_EQ(club_.Available("ann", 90), 40);
  club_.Must(91, Settle());
  EXPECT_EQ(club_.AccountOf("ann").lots.size(), 0u);
  EXPECT_EQ(club_.EntriesOf("ann").front().kind, wire::EntryKind::EXPIRE);
  club_.Must(92, Settle());
  EXPECT_THAT(club_.EntriesOf("ann"), SizeIs(2));
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(PointsTest, ABirthdayGivesPointsOnceAYearAndForAWeekAfter) {
  club_.Must(0, Body(Person("ann", 1, 10)));
  club_.Must(0, Body(Person("bob", 1, 1)));
  club_.Must(0, Bonus({{"ann", 1}, {"bob", 1}}));
  club_.Must(8, Settle());  // 9 January: too early for one
  EXPECT_EQ(club_.Available("ann", 8), 1);
  EXPECT_EQ(club_.Available("bob", 8), 1);  // and a day too late for the other
  club_.Must(16, Settle());
  EXPECT_EQ(club_.Available("ann", 16), 51);
  club_.Must(16, Settle());
  EXPECT_EQ(club_.Available("ann", 16), 51);
  EXPECT_EQ(club_.EntriesOf("ann").front().cause, "birthday 2026");
  club_.Must(365 + 9, Settle());
  EXPECT_EQ(club_.Available("ann", 365 + 9), 50);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(PointsTest, ABirthdayAtTheEndOfAYearCountsInTheNextOnesFirstDays) {
  club_.Must(0, Body(Person("ann", 12, 28)));
  club_.Must(0, Bonus({{"ann", 1}}));
  club_.Must(3, Settle());
  EXPECT_EQ(club_.EntriesOf("ann").front().cause, "birthday 2025");
  club_.Must(361, Settle());
  EXPECT_EQ(club_.EntriesOf("ann").front().cause, "birthday 2026");
}

TEST_F(PointsTest, WhoDoesNotTakePartHasNoBirthday) {
  wire::Customer staff = Person("ann", 1, 10);
  staff.is_staff = true;
  club_.Must(0, Body(staff));
  club_.Must(0, Bonus({{"ann", 1}}));
  club_.Must(9, Settle());
  EXPECT_EQ(club_.Available("ann", 9), 1);
}

TEST_F(PointsTest, AccountsThatStayAsTheyAreAreNotWritten) {
  club_.Must(0, Bonus({{"ann", 1}}));
  const wire::AccountRow before = club_.RowOf("ann");
  club_.Must(9, Settle());
  EXPECT_EQ(club_.RowOf("ann"), before);
  EXPECT_THAT(club_.EntriesOf("ann"), SizeIs(1));
  EXPECT_EQ(club_.RowOf("bob"), wire::AccountRow());
}

// ---- events

TEST_F(PointsTest, EventsGivePointsSoManyTimesADay) {
  EXPECT_EQ(Review(1, "ann", "e1", 1), 20);
  EXPECT_EQ(club_.EntriesOf("ann").front().cause, "event review");
  EXPECT_EQ(Review(1, "ann", "e1", 1), 0);  // told twice
  EXPECT_EQ(Review(1, "ann", "e2", 1), 20);
  EXPECT_EQ(Review(1, "ann", "e3", 1), 0);
  EXPECT_EQ(Review(2, "ann", "e4", 1), 0);  // the day of the event counts
  EXPECT_EQ(Review(2, "ann", "e5", 2), 20);
  EXPECT_EQ(Review(2, "bob", "e6", 2), 20);
  EXPECT_THAT(club_.Problems(), IsEmpty());
}

TEST_F(PointsTest, EventsOfLongAgoOrOfDaysToComeGiveNothing) {
  EXPECT_EQ(Review(40, "ann", "e1", 9), 0);
  EXPECT_EQ(Review(40, "ann", "e2", 42), 0);
  EXPECT_EQ(Review(40, "ann", "e3", 10), 20);
  EXPECT_EQ(Review(40, "ann", "e4", 41), 20);
  // The count of a day is forgotten when its events give nothing any more.
  EXPECT_EQ(Review(41, "ann", "e5", 41), 20);
  EXPECT_THAT(club_.AccountOf("ann").event_counts, SizeIs(1));
  EXPECT_EQ(Review(41, "ann", "e6", 10), 0);
}

TEST_F(PointsTest, OtherKindsStaffAndNobodyGetNothingForEvents) {
  club_.Must(1, Body(MakeEvent(wire::EventKind::VIEW, "ann", "milk")));
  club_.Must(1, Body(MakeEvent(kReview, "", "milk")));
  wire::Customer staff = Person("bob");
  staff.is_staff = true;
  club_.Must(1, Body(staff));
  EXPECT_EQ(Review(1, "bob", "e1", 1), 0);
  EXPECT_EQ(club_.RowOf("ann"), wire::AccountRow());
  EXPECT_EQ(club_.RowOf("bob"), wire::AccountRow());
}

// ---- batches

TEST(PointsBatchTest, WhereABatchEndsDoesNotShow) {
  TempDir dir;
  Club one(dir.File("one")), all(dir.File("all"));
  std::vector<wire::CommandBody> bodies = {
      Body(Person("ann", 1, 2)),
      Body(Person("bob")),
      Adjust("ann", 90),
      Adjust("ann", 70),  // refused: a clerk's day
      Adjust("ann", -200),
      Bonus({{"ann", 5}, {"bob", 6}}),
      Bonus({{"ann", 5}, {"zoe", 6}}),
      Issue("sorry", {"bob", "ann"}),
      Body(MakeEvent(kReview, "ann", "milk")),
      Body(MakeEvent(kReview, "ann", "oats")),
      Body(MakeEvent(kReview, "ann", "rice")),
      Settle(),
      Body(MakePurchase("r1", "ann", {{"milk", 1000, 6000}})),
      Settle()};
  std::vector<wire::Command> commands;
  for (size_t i = 0; i < bodies.size(); ++i) {
    const int day = static_cast<int>(i);
    one.Do(day, bodies[i], kClerk);
    commands.push_back(all.On(day, bodies[i], kClerk));
  }
  all.store().Apply(commands);
  EXPECT_EQ(one.store().Checksum(), all.store().Checksum());
  EXPECT_GT(one.Available("ann", 14), 100);
  EXPECT_THAT(all.Problems(), IsEmpty());
  EXPECT_EQ(one.RowOf("ann"), all.RowOf("ann"));
}

}  // namespace
}  // namespace patron
