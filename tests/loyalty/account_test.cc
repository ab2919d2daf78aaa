#include "server/loyalty/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace patron::loyalty {
namespace {

using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using testing::StatusIs;
using wire::EntryKind;

constexpr Day kToday = 20000;

MATCHER_P3(IsLot, available_day, expiry_day, points, "") {
  *result_listener << "a lot of " << arg.points << " from " << arg.available_day
                   << " to " << arg.expiry_day;
  return arg.available_day == available_day && arg.expiry_day == expiry_day &&
         arg.points == points;
}

MATCHER_P3(IsEntry, kind, points, held, "") {
  *result_listener << "an entry of kind " << arg.kind << ", " << arg.points
                   << " points, " << arg.held << " held";
  return arg.kind == kind && arg.points == points && arg.held == held;
}

// An account whose journal must say what it holds.
class AccountTest : public ::testing::Test {
 protected:
  ~AccountTest() override { EXPECT_TRUE(Agrees(account_, journal_)); }

  static bool Agrees(const wire::ProgrammeAccount& account,
                     const Journal& journal) {
    Points balance = -account.debt, held = account.held;
    for (const wire::Lot& lot : account.lots) balance += lot.points;
    for (const wire::Entry& entry : journal.entries) {
      balance -= entry.points;
      held -= entry.held;
    }
    return balance == 0 && held == 0;
  }

  void EarnLot(Points points, Day expiry_day, Day available_day = 0) {
    Earn(EntryKind::EARN, points, {available_day, expiry_day}, "receipt r1",
         account_, journal_);
  }
  std::vector<wire::Lot> Hold(Points points, Day today = kToday) {
    auto held = Take(EntryKind::HOLD, points, today, "reservation b1", account_,
                     journal_);
    EXPECT_OK(held);
    return held.ok() ? *std::move(held) : std::vector<wire::Lot>();
  }
  Reversed TakeBack(Points points, LotDays from, Day today = kToday) {
    return Reverse(programme_, points, from, today, "return t1", account_,
                   journal_);
  }
  void SettleOn(Day today) { Settle(programme_, today, account_, journal_); }
  // The entries since the last call of Mark.
  std::vector<wire::Entry> News() const {
    return {journal_.entries.begin() + static_cast<long>(mark_),
            journal_.entries.end()};
  }
  void Mark() { mark_ = journal_.entries.size(); }

  wire::Programme programme_;
  wire::ProgrammeAccount account_;
  Journal journal_;
  size_t mark_ = 0;
};

TEST_F(AccountTest, LotsStandByExpiryNeverLastThenByAvailability) {
  EarnLot(1, 0);
  EarnLot(2, kToday + 9, kToday + 3);
  EarnLot(3, kToday + 9);
  EarnLot(4, kToday + 5);
  EarnLot(5, 0, kToday + 3);
  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 5, 4), IsLot(0, kToday + 9, 3),
                          IsLot(kToday + 3, kToday + 9, 2), IsLot(0, 0, 1),
                          IsLot(kToday + 3, 0, 5)));
}

TEST_F(AccountTest, PointsWithTheSameDaysAreOneLot) {
  EarnLot(10, kToday + 5);
  EarnLot(7, kToday + 5);
  EarnLot(1, kToday + 5, kToday + 2);
  EarnLot(2, kToday + 5, kToday + 2);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, kToday + 5, 17),
                                         IsLot(kToday + 2, kToday + 5, 3)));
}

TEST_F(AccountTest, AnEntrySaysWhatCameIn) {
  journal_.programme_id = "club";
  EarnLot(10, kToday + 5);
  ASSERT_EQ(journal_.entries.size(), 1u);
  const wire::Entry& entry = journal_.entries[0];
  EXPECT_THAT(entry, IsEntry(EntryKind::EARN, 10, 0));
  EXPECT_EQ(entry.programme_id, "club");
  EXPECT_EQ(entry.expiry_day, kToday + 5);
  EXPECT_EQ(entry.cause, "receipt r1");
}

TEST_F(AccountTest, NothingComesInForNothing) {
  EarnLot(0, 0);
  EarnLot(-5, 0);
  EXPECT_THAT(account_.lots, IsEmpty());
  EXPECT_THAT(journal_.entries, IsEmpty());
}

TEST_F(AccountTest, PointsAreGoodOnTheirExpiryDayAndGoneTheDayAfter) {
  EarnLot(10, kToday);
  SettleOn(kToday);
  EXPECT_EQ(BalanceOf(account_, kToday).available, 10);
  EXPECT_EQ(BalanceOf(account_, kToday + 1).available, 0);
  Mark();
  SettleOn(kToday + 1);
  EXPECT_THAT(account_.lots, IsEmpty());
  EXPECT_THAT(News(), ElementsAre(IsEntry(EntryKind::EXPIRE, -10, 0)));
  EXPECT_EQ(News()[0].expiry_day, kToday);
}

TEST_F(AccountTest, PointsThatNeverExpireStay) {
  EarnLot(10, 0);
  SettleOn(kMaxDay);
  EXPECT_EQ(BalanceOf(account_, kMaxDay).available, 10);
}

TEST_F(AccountTest, PendingPointsBecomeAvailableOnTheirDayAndJoinTheirLot) {
  EarnLot(10, kToday + 50);
  EarnLot(5, kToday + 50, kToday + 14);
  SettleOn(kToday + 13);
  EXPECT_EQ(BalanceOf(account_, kToday + 13).pending, 5);
  EXPECT_EQ(BalanceOf(account_, kToday + 14).pending, 0);
  EXPECT_EQ(BalanceOf(account_, kToday + 14).available, 15);
  SettleOn(kToday + 14);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, kToday + 50, 15)));
}

TEST_F(AccountTest, PendingPointsExpireToo) {
  EarnLot(10, kToday + 5, kToday + 14);
  SettleOn(kToday + 6);
  EXPECT_THAT(account_.lots, IsEmpty());
}

TEST_F(AccountTest, PointsOfAPurchaseLongAgoExpireAtTheNextSettle) {
  EarnLot(10, kToday - 1, kToday - 300);
  SettleOn(kToday);
  EXPECT_THAT(journal_.entries,
              ElementsAre(IsEntry(EntryKind::EARN, 10, 0),
                          IsEntry(EntryKind::EXPIRE, -10, 0)));
}

TEST_F(AccountTest, SettlingTwiceOrInBetweenChangesNothing) {
  EarnLot(10, kToday + 5);
  EarnLot(20, kToday + 90, kToday + 14);
  wire::ProgrammeAccount other = account_;
  Journal unused;
  for (Day day = kToday; day <= kToday + 40; day += 4)
    Settle(programme_, day, other, unused);
  SettleOn(kToday + 40);
  const size_t entries = journal_.entries.size();
  SettleOn(kToday + 40);
  EXPECT_EQ(journal_.entries.size(), entries);
  EXPECT_EQ(account_, other);
}

TEST_F(AccountTest, TakesFromTheLotThatExpiresFirst) {
  EarnLot(10, 0);
  EarnLot(10, kToday + 9);
  EarnLot(10, kToday + 5);
  EXPECT_THAT(Hold(15),
              ElementsAre(IsLot(0, kToday + 5, 10), IsLot(0, kToday + 9, 5)));
  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 9, 5), IsLot(0, 0, 10)));
  EXPECT_EQ(account_.held, 15);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::HOLD, -15, 15));
}

TEST_F(AccountTest, PendingPointsCannotBeTaken) {
  EarnLot(10, 0);
  EarnLot(10, 0, kToday + 1);
  const auto before = account_;
  EXPECT_THAT(
      Take(EntryKind::HOLD, 11, kToday, "b1", account_, journal_),
      StatusIs(absl::StatusCode::kFailedPrecondition,
               AllOf(HasSubstr("available 10"), HasSubstr("wanted 11"))));
  EXPECT_EQ(account_, before);
  EXPECT_THAT(Hold(11, kToday + 1),
              ElementsAre(IsLot(0, 0, 10), IsLot(0, 0, 1)));
}

TEST_F(AccountTest, PointsInDebtCannotBeTaken) {
  TakeBack(5, {});
  EXPECT_THAT(Take(EntryKind::ADJUST, 1, kToday, "x", account_, journal_),
              StatusIs(absl::StatusCode::kFailedPrecondition, HasSubstr("-5")));
}

TEST_F(AccountTest, ANegativeNumberCannotBeTaken) {
  EXPECT_THAT(Take(EntryKind::HOLD, -1, kToday, "x", account_, journal_),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("-1")));
  EXPECT_THAT(Hold(0), IsEmpty());
  EXPECT_THAT(journal_.entries, IsEmpty());
}

TEST_F(AccountTest, AdjustedPointsLeave) {
  EarnLot(10, 0);
  EXPECT_OK(Take(EntryKind::ADJUST, 4, kToday, "typo", account_, journal_));
  EXPECT_EQ(account_.held, 0);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::ADJUST, -4, 0));
}

TEST_F(AccountTest, CapturedPointsAreSpent) {
  EarnLot(10, 0);
  const auto held = Hold(4);
  Capture(held, "receipt r2", account_, journal_);
  EXPECT_EQ(account_.held, 0);
  EXPECT_EQ(BalanceOf(account_, kToday).available, 6);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::SPEND, 0, -4));
}

TEST_F(AccountTest, ReleasedPointsGoBackIntoTheirLots) {
  EarnLot(10, kToday + 5);
  EarnLot(10, 0);
  const auto before = account_;
  const auto held = Hold(14);
  Release(held, kToday, "b1", account_, journal_);
  EXPECT_EQ(account_, before);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::RELEASE, 14, -14));
}

TEST_F(AccountTest, ReleasedPointsThatExpiredMeanwhileExpireAtOnce) {
  EarnLot(10, kToday);
  EarnLot(10, 0);
  const auto held = Hold(12);
  SettleOn(kToday + 1);
  Mark();
  Release(held, kToday + 1, "b1", account_, journal_);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, 0, 10)));
  EXPECT_THAT(News(), ElementsAre(IsEntry(EntryKind::RELEASE, 12, -12),
                                  IsEntry(EntryKind::EXPIRE, -10, 0)));
}

TEST_F(AccountTest, AReturnTakesFromTheLotThatThePointsWentInto) {
  EarnLot(10, kToday + 5);
  EarnLot(10, kToday + 9);
  EarnLot(10, kToday + 9, kToday + 3);
  const Reversed reversed = TakeBack(4, {kToday + 3, kToday + 9});
  EXPECT_EQ(reversed.taken, 4);
  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 5, 10), IsLot(0, kToday + 9, 10),
                          IsLot(kToday + 3, kToday + 9, 6)));
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::REVERSE, -4, 0));
}

TEST_F(AccountTest, AReturnFindsPointsThatBecameAvailableSince) {
  EarnLot(10, kToday + 5);
  EarnLot(10, kToday + 9, kToday + 3);
  SettleOn(kToday + 3);
  TakeBack(4, {kToday + 3, kToday + 9}, kToday + 3);
  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 5, 10), IsLot(0, kToday + 9, 6)));
}

TEST_F(AccountTest, AReturnTakesTheRestFromOtherLotsThenMakesDebt) {
  EarnLot(5, kToday + 9);
  EarnLot(3, kToday + 5);
  EarnLot(2, 0, kToday + 3);
  const Reversed reversed = TakeBack(12, {0, kToday + 9});
  EXPECT_EQ(reversed.taken, 10);
  EXPECT_EQ(reversed.debt, 2);
  EXPECT_EQ(reversed.missing, 0);
  EXPECT_THAT(account_.lots, IsEmpty());
  EXPECT_EQ(account_.debt, 2);
  EXPECT_EQ(BalanceOf(account_, kToday).available, -2);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::REVERSE, -12, 0));
}

TEST_F(AccountTest, AReturnLeavesHeldPointsAlone) {
  EarnLot(10, 0);
  const auto held = Hold(8);
  TakeBack(5, {});
  EXPECT_EQ(account_.held, 8);
  EXPECT_EQ(account_.debt, 3);
  Release(held, kToday, "b1", account_, journal_);
  EXPECT_EQ(account_.debt, 0);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, 0, 5)));
}

TEST_F(AccountTest, MoneyIsKeptForPointsThatAreMissing) {
  programme_.debt = wire::DebtPolicy::MONEY;
  EarnLot(5, 0);
  const Reversed reversed = TakeBack(12, {});
  EXPECT_EQ(reversed.taken, 5);
  EXPECT_EQ(reversed.debt, 0);
  EXPECT_EQ(reversed.missing, 7);
  EXPECT_EQ(account_.debt, 0);
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::REVERSE, -5, 0));
  Mark();
  EXPECT_EQ(TakeBack(3, {}).missing, 3);
  EXPECT_THAT(News(), IsEmpty());
}

TEST_F(AccountTest, LaterPointsPayDebtFirst) {
  TakeBack(10, {});
  EarnLot(4, 0);
  EXPECT_EQ(account_.debt, 6);
  EXPECT_THAT(account_.lots, IsEmpty());
  EarnLot(9, kToday + 5, kToday + 3);  // pending points pay at once too
  EXPECT_EQ(account_.debt, 0);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(kToday + 3, kToday + 5, 3)));
  EXPECT_THAT(journal_.entries, ElementsAre(IsEntry(EntryKind::REVERSE, -10, 0),
                                            IsEntry(EntryKind::EARN, 4, 0),
                                            IsEntry(EntryKind::EARN, 9, 0)));
}

wire::LotPart Part(Day expiry_day, Points points) {
  wire::LotPart part;
  part.expiry_day = expiry_day;
  part.points = points;
  return part;
}

TEST_F(AccountTest, RefundedPointsReturnToTheirLots) {
  EarnLot(10, kToday + 5);
  Capture(Hold(6), "receipt r2", account_, journal_);
  const Points expired = Refund({Part(kToday + 5, 3), Part(0, 2)}, kToday,
                                "return t1", account_, journal_);
  EXPECT_EQ(expired, 0);
  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 5, 7), IsLot(0, 0, 2)));
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::REFUND, 5, 0));
}

TEST_F(AccountTest, PointsRefundedIntoAnExpiredLotExpireAtOnce) {
  Mark();
  EXPECT_EQ(Refund({Part(kToday - 1, 3), Part(kToday, 2)}, kToday, "return t1",
                   account_, journal_),
            3);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, kToday, 2)));
  EXPECT_THAT(News(), ElementsAre(IsEntry(EntryKind::REFUND, 5, 0),
                                  IsEntry(EntryKind::EXPIRE, -3, 0)));
}

TEST_F(AccountTest, RefundedPointsPayDebtFirst) {
  TakeBack(4, {});
  EXPECT_EQ(Refund({Part(kToday - 1, 3), Part(0, 3)}, kToday, "t1", account_,
                   journal_),
            0);
  EXPECT_EQ(account_.debt, 0);
  EXPECT_THAT(account_.lots, ElementsAre(IsLot(0, 0, 2)));
}

TEST_F(AccountTest, AFullAccountTakesNoMoreIn) {
  constexpr Points kEnd = std::numeric_limits<Points>::max();
  EarnLot(kEnd, 0);
  EXPECT_EQ(BalanceOf(account_, kToday).available, kMostPoints);
  EarnLot(kEnd, kToday + 5);
  EXPECT_EQ(account_.lots.size(), 1u);
  const auto held = Hold(kMostPoints);
  EarnLot(1, 0);
  EXPECT_THAT(account_.lots, IsEmpty());
  Capture(held, "r2", account_, journal_);
  EXPECT_EQ(TakeBack(kEnd, {}).debt, kMostPoints);
  EXPECT_EQ(TakeBack(kEnd, {}).debt, 0);
  EarnLot(kEnd, 0);
  EXPECT_EQ(BalanceOf(account_, kToday).available, kMostPoints);
}

TEST_F(AccountTest, AMergeMovesEverything) {
  wire::ProgrammeAccount from;
  from.programme = 3;
  Journal from_journal;
  Earn(EntryKind::EARN, 10, {0, kToday + 5}, "r9", from, from_journal);
  Earn(EntryKind::EARN, 4, {kToday + 2, 0}, "r9", from, from_journal);
  ASSERT_OK(Take(EntryKind::HOLD, 3, kToday, "b9", from, from_journal));
  from.birthday_year = 2026;
  from.referrals_year = 2026;
  from.referrals = 2;
  from.event_counts.resize(2);
  from.event_counts[0].day = kToday;
  from.event_counts[0].count = 1;
  from.event_counts[1].day = kToday - 1;
  from.event_counts[1].count = 5;
  EarnLot(1, kToday + 5);
  Hold(1);
  EarnLot(2, kToday + 5);
  account_.event_counts.resize(1);
  account_.event_counts[0].day = kToday;
  account_.event_counts[0].count = 2;
  account_.referrals_year = 2026;
  account_.referrals = 1;
  Merge(programme_, kToday, from, from_journal, account_, journal_);

  EXPECT_THAT(account_.lots,
              ElementsAre(IsLot(0, kToday + 5, 9), IsLot(kToday + 2, 0, 4)));
  EXPECT_EQ(account_.held, 4);
  EXPECT_EQ(account_.birthday_year, 2026);
  EXPECT_EQ(account_.referrals, 3);
  ASSERT_EQ(account_.event_counts.size(), 2u);
  EXPECT_EQ(account_.event_counts[0].count, 3);
  EXPECT_EQ(account_.event_counts[1].count, 5);
  wire::ProgrammeAccount empty;
  empty.programme = 3;
  EXPECT_EQ(from, empty);
  EXPECT_TRUE(Agrees(from, from_journal));
  EXPECT_THAT(from_journal.entries.back(),
              IsEntry(EntryKind::MERGE_OUT, -11, -3));
  EXPECT_THAT(journal_.entries.back(), IsEntry(EntryKind::MERGE_IN, 11, 3));
}

TEST_F(AccountTest, InAMergeLotsOfTheOnePayDebtOfTheOther) {
  for (const bool debt_moves : {true, false}) {
    wire::ProgrammeAccount lots, debt;
    Journal lots_journal, debt_journal;
    Earn(EntryKind::EARN, 10, {0, kToday + 5}, "r9", lots, lots_journal);
    Earn(EntryKind::EARN, 10, {0, 0}, "r9", lots, lots_journal);
    Reverse(programme_, 12, {}, kToday, "t9", debt, debt_journal);
    if (debt_moves) {
      Merge(programme_, kToday, debt, debt_journal, lots, lots_journal);
      EXPECT_THAT(lots_journal.entries.back(),
                  IsEntry(EntryKind::MERGE_IN, -12, 0));
    } else {
      Merge(programme_, kToday, lots, lots_journal, debt, debt_journal);
    }
    const wire::ProgrammeAccount& into = debt_moves ? lots : debt;
    EXPECT_EQ(into.debt, 0);
    EXPECT_THAT(into.lots, ElementsAre(IsLot(0, 0, 8)));
    EXPECT_TRUE(Agrees(lots, lots_journal));
    EXPECT_TRUE(Agrees(debt, debt_journal));
  }
}

TEST_F(AccountTest, TheLaterYearOfReferralsCountsAfterAMerge) {
  wire::ProgrammeAccount from;
  Journal from_journal;
  from.referrals_year = 2027;
  from.referrals = 2;
  account_.referrals_year = 2026;
  account_.referrals = 9;
  Merge(programme_, kToday, from, from_journal, account_, journal_);
  EXPECT_EQ(account_.referrals_year, 2027);
  EXPECT_EQ(account_.referrals, 2);
}

TEST_F(AccountTest, AMergeOfNothingHasNoEntry) {
  wire::ProgrammeAccount from;
  Journal from_journal;
  Merge(programme_, kToday, from, from_journal, account_, journal_);
  EXPECT_THAT(journal_.entries, IsEmpty());
  EXPECT_THAT(from_journal.entries, IsEmpty());
}

TEST_F(AccountTest, ABalanceForPeopleIsOfTheDay) {
  programme_.id = "club";
  programme_.points_name = "beans";
  EarnLot(1, kToday);
  EarnLot(10, kToday + 9);
  EarnLot(5, kToday + 9, kToday + 1);
  EarnLot(7, 0, kToday + 9);
  Hold(2);
  const wire::Balance balance = ToBalance(programme_, account_, kToday + 1);
  EXPECT_EQ(balance.programme_id, "club");
  EXPECT_EQ(balance.points_name, "beans");
  EXPECT_EQ(balance.available, 14);
  EXPECT_EQ(balance.pending, 7);
  EXPECT_EQ(balance.held, 2);
  EXPECT_THAT(balance.lots,
              ElementsAre(IsLot(0, kToday + 9, 14), IsLot(kToday + 9, 0, 7)));
}

}  // namespace
}  // namespace patron::loyalty
