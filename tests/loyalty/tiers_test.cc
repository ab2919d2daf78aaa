#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "server/loyalty/account.h"

namespace patron::loyalty {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using wire::EntryKind;

constexpr Day kToday = 20000;
constexpr int64_t kMost = std::numeric_limits<int64_t>::max();

Day DayOf(int year, int month, int day) {
  return static_cast<Day>(absl::CivilDay(year, month, day) -
                          absl::CivilDay(1970));
}

wire::Tier MakeTier(const std::string& id, int64_t credit) {
  wire::Tier tier;
  tier.id = id;
  tier.name = "Tier " + id;
  tier.credit = credit;
  tier.rewards = {"reward of " + id};
  return tier;
}

// silver from 100, gold from 500; 100 days, 10 of grace.
wire::Programme Rolling() {
  wire::Programme programme;
  programme.tiers = {MakeTier("silver", 100), MakeTier("gold", 500)};
  programme.tier_window = wire::TierWindow::ROLLING;
  programme.tier_days = 100;
  programme.tier_grace_days = 10;
  return programme;
}

wire::Programme Calendar() {
  wire::Programme programme = Rolling();
  programme.tier_window = wire::TierWindow::CALENDAR_YEAR;
  return programme;
}

class TiersTest : public ::testing::Test {
 protected:
  void Credit(Day day, int64_t credit, Day today) {
    SettleOn(today);
    AddCredit(programme_, day, credit, today, "receipt r1", account_, journal_);
  }
  void Credit(Day day, int64_t credit) { Credit(day, credit, day); }
  void SettleOn(Day today) { Settle(programme_, today, account_, journal_); }
  std::string On(Day today) const {
    return TierOn(programme_, account_, today);
  }
  // The tiers that entries tell of, in order.
  std::vector<std::string> Told() const {
    std::vector<std::string> tiers;
    for (const wire::Entry& entry : journal_.entries)
      if (entry.kind == EntryKind::TIER) tiers.push_back(entry.tier_id);
    return tiers;
  }

  wire::Programme programme_ = Rolling();
  wire::ProgrammeAccount account_;
  Journal journal_;
};

TEST_F(TiersTest, ATierIsTheHighestThatCreditReaches) {
  EXPECT_EQ(TierFor(programme_, 99), "");
  EXPECT_EQ(TierFor(programme_, 100), "silver");
  EXPECT_EQ(TierFor(programme_, 499), "silver");
  EXPECT_EQ(TierFor(programme_, 500), "gold");
  EXPECT_EQ(TierFor(programme_, -1), "");
}

TEST_F(TiersTest, RanksAreTheLowestFirstAndUnknownOnesBelowAll) {
  EXPECT_EQ(TierRank(programme_, "silver"), 0);
  EXPECT_EQ(TierRank(programme_, "gold"), 1);
  EXPECT_EQ(TierRank(programme_, ""), -1);
  EXPECT_EQ(TierRank(programme_, "platinum"), -1);
}

TEST_F(TiersTest, CreditLiftsAtOnce) {
  Credit(kToday, 99);
  EXPECT_EQ(account_.tier_id, "");
  EXPECT_EQ(account_.review_day, 0);
  Credit(kToday + 1, 1);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.tier_since_day, kToday + 1);
  EXPECT_EQ(account_.review_day, kToday + 101);
  EXPECT_EQ(account_.secured_tier_id, "");
  EXPECT_THAT(Told(), ElementsAre("silver"));
  EXPECT_EQ(journal_.entries.back().cause, "receipt r1");
}

TEST_F(TiersTest, ARollingWindowHasItsLengthInDays) {
  Credit(kToday, 40);
  EXPECT_EQ(CreditOf(programme_, account_, kToday - 1), 0);
  EXPECT_EQ(CreditOf(programme_, account_, kToday), 40);
  EXPECT_EQ(CreditOf(programme_, account_, kToday + 99), 40);
  EXPECT_EQ(CreditOf(programme_, account_, kToday + 100), 0);
}

TEST_F(TiersTest, ATierIsKeptOverReviewDayAndGrace) {
  Credit(kToday, 100);
  EXPECT_EQ(On(kToday + 110), "silver");
  EXPECT_EQ(On(kToday + 111), "");
  SettleOn(kToday + 110);
  EXPECT_THAT(Told(), ElementsAre("silver"));
  SettleOn(kToday + 111);
  EXPECT_THAT(Told(), ElementsAre("silver", ""));
  EXPECT_EQ(account_.review_day, 0);
  EXPECT_EQ(account_.tier_since_day, kToday + 111);
}

TEST_F(TiersTest, AReviewGivesWhatTheWindowGivesThen) {
  Credit(kToday, 500);
  Credit(kToday + 90, 120);  // 620 in the window: renews gold
  EXPECT_EQ(account_.review_day, kToday + 190);
  Credit(kToday + 105, 30);  // 150 in the window: gold is kept, not renewed
  EXPECT_EQ(account_.review_day, kToday + 190);
  EXPECT_EQ(On(kToday + 200), "gold");
  SettleOn(kToday + 201);  // 30 left in the window
  EXPECT_EQ(account_.tier_id, "");
  EXPECT_THAT(Told(), ElementsAre("gold", ""));
}

TEST_F(TiersTest, AReviewSecuresTheTierItGives) {
  Credit(kToday, 500);
  Credit(kToday + 50, 150);
  Credit(kToday + 101, 1);
  ASSERT_EQ(account_.review_day, kToday + 150);
  Credit(kToday + 140, 150);  // 151 in the window
  SettleOn(kToday + 161);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.secured_tier_id, "silver");
  EXPECT_EQ(account_.review_day, kToday + 261);
  EXPECT_EQ(account_.secured_review_day, kToday + 261);
}

TEST_F(TiersTest, ReviewsDoNotDependOnWhenAnAccountIsLookedAt) {
  Credit(kToday, 600);
  Credit(kToday + 60, 150);
  Credit(kToday + 130, 70);
  wire::ProgrammeAccount often = account_;
  Journal often_journal = journal_;
  for (Day day = kToday + 130; day <= kToday + 700; ++day) {
    Settle(programme_, day, often, often_journal);
    wire::ProgrammeAccount once = account_;
    Journal once_journal = journal_;
    Settle(programme_, day, once, once_journal);
    ASSERT_EQ(once, often) << "day " << day - kToday;
  }
  EXPECT_EQ(often.tier_id, "");
}

TEST_F(TiersTest, AReturnTakesBackATierThatItPaidFor) {
  Credit(kToday, 90);
  Credit(kToday + 1, 450);
  ASSERT_EQ(account_.tier_id, "gold");
  Credit(kToday + 1, -40, kToday + 5);
  EXPECT_EQ(account_.tier_id, "gold");  // 500 are enough
  Credit(kToday + 1, -1, kToday + 6);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.tier_since_day, kToday + 6);
  EXPECT_EQ(account_.review_day, kToday + 106);
  Credit(kToday + 1, -409, kToday + 7);
  EXPECT_EQ(account_.tier_id, "");
  EXPECT_EQ(account_.review_day, 0);
  EXPECT_THAT(Told(), ElementsAre("gold", "silver", ""));
}

TEST_F(TiersTest, AReturnLeavesATierThatItDidNotPayFor) {
  Credit(kToday, 500);
  Credit(kToday + 99, 0);
  // Half of the window's credit has gone by age; the tier is good until review.
  Credit(kToday + 95, 20, kToday + 101);
  Credit(kToday + 95, -20, kToday + 105);
  EXPECT_EQ(account_.tier_id, "gold");
}

TEST_F(TiersTest, AReturnDoesNotGoBelowTheSecuredTier) {
  Credit(kToday, 100);
  Credit(kToday + 105, 100);  // in grace
  SettleOn(kToday + 111);
  ASSERT_EQ(account_.secured_tier_id, "");
  account_.secured_tier_id = "silver";
  account_.secured_review_day = kToday + 150;
  Credit(kToday + 120, 450);
  ASSERT_EQ(account_.tier_id, "gold");
  Credit(kToday + 120, -450, kToday + 121);
  Credit(kToday + 105, -100, kToday + 121);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.review_day, kToday + 150);
  EXPECT_EQ(On(kToday + 160), "silver");
  EXPECT_EQ(On(kToday + 161), "");
}

TEST_F(TiersTest, ASecuredTierThatHasRunOutHoldsNothing) {
  account_.secured_tier_id = "silver";
  account_.secured_review_day = kToday - 11;
  Credit(kToday, 500);
  Credit(kToday, -500);
  EXPECT_EQ(account_.tier_id, "");
}

TEST_F(TiersTest, ALatePurchaseCountsOnItsOwnDay) {
  Credit(kToday - 50, 100, kToday);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.review_day, kToday + 100);
  Credit(kToday - 100, 400, kToday);  // outside the window
  EXPECT_EQ(account_.tier_id, "silver");
}

TEST_F(TiersTest, CreditThatNoWindowCanNeedIsForgotten) {
  Credit(kToday, 10);
  SettleOn(kToday + 209);
  EXPECT_EQ(account_.credit.size(), 1u);
  SettleOn(kToday + 210);
  EXPECT_THAT(account_.credit, IsEmpty());
  Credit(kToday, 10, kToday + 210);
  EXPECT_THAT(account_.credit, IsEmpty());
}

TEST_F(TiersTest, CreditThatIsTakenBackWhollyHasNoRow) {
  Credit(kToday, 10);
  Credit(kToday, -10);
  EXPECT_THAT(account_.credit, IsEmpty());
}

TEST_F(TiersTest, CreditKeepsToTheEndOfItsType) {
  Credit(kToday, kMost);
  Credit(kToday, kMost);
  Credit(kToday + 1, kMost);
  EXPECT_EQ(CreditOf(programme_, account_, kToday + 1), kMost);
  EXPECT_EQ(account_.tier_id, "gold");
}

TEST_F(TiersTest, ATierFromZeroOnIsEverybodys) {
  programme_.tiers.insert(programme_.tiers.begin(), MakeTier("member", 0));
  EXPECT_EQ(On(kToday), "member");
  SettleOn(kToday);
  EXPECT_EQ(account_.tier_id, "member");
  Credit(kToday, 100);
  Credit(kToday, -150, kToday + 1);
  EXPECT_EQ(account_.tier_id, "member");
  EXPECT_EQ(On(kToday + 5000), "member");
}

TEST_F(TiersTest, ATierThatIsNoMoreRanksBelowAll) {
  Credit(kToday, 500);
  programme_.tiers = {MakeTier("bronze", 50)};
  SettleOn(kToday + 1);
  EXPECT_EQ(account_.tier_id, "bronze");
  EXPECT_THAT(Told(), ElementsAre("gold", "bronze"));
}

TEST_F(TiersTest, AProgrammeWithoutTiersGivesNone) {
  programme_.tiers.clear();
  Credit(kToday, 500);
  EXPECT_EQ(account_.tier_id, "");
  EXPECT_THAT(journal_.entries, IsEmpty());
}

TEST_F(TiersTest, ACalendarYearCountsFromJanuaryToDecember) {
  programme_ = Calendar();
  Credit(DayOf(2026, 12, 31), 60);
  Credit(DayOf(2027, 1, 1), 60);
  EXPECT_EQ(account_.tier_id, "");
  EXPECT_EQ(CreditOf(programme_, account_, DayOf(2027, 12, 31)), 60);
  Credit(DayOf(2027, 12, 31), 40);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.review_day, DayOf(2028, 12, 31));
}

TEST_F(TiersTest, ATierOfAYearIsKeptThroughTheNextAndItsGrace) {
  programme_ = Calendar();
  Credit(DayOf(2026, 3, 1), 500);
  EXPECT_EQ(On(DayOf(2027, 12, 31)), "gold");
  EXPECT_EQ(On(DayOf(2028, 1, 10)), "gold");
  EXPECT_EQ(On(DayOf(2028, 1, 11)), "");
}

TEST_F(TiersTest, TheYearBeforeAReviewPaysForTheYearAfter) {
  programme_ = Calendar();
  Credit(DayOf(2026, 3, 1), 500);
  Credit(DayOf(2027, 5, 1), 120);  // silver for 2028
  SettleOn(DayOf(2028, 1, 11));
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.secured_tier_id, "silver");
  EXPECT_EQ(account_.review_day, DayOf(2028, 12, 31));
  EXPECT_EQ(On(DayOf(2029, 1, 11)), "");
}

TEST_F(TiersTest, ALatePurchaseOfLastYearStillGivesItsTier) {
  programme_ = Calendar();
  Credit(DayOf(2026, 12, 30), 500, DayOf(2027, 1, 2));
  EXPECT_EQ(account_.tier_id, "gold");
  EXPECT_EQ(account_.review_day, DayOf(2027, 12, 31));
}

TEST_F(TiersTest, AMergeKeepsTheBetterTierAndAddsCredit) {
  wire::ProgrammeAccount from;
  Journal from_journal;
  Settle(programme_, kToday, from, from_journal);
  AddCredit(programme_, kToday - 20, 300, kToday - 20, "r2", from,
            from_journal);
  Credit(kToday, 150);
  Merge(programme_, kToday, from, from_journal, account_, journal_);
  EXPECT_EQ(account_.tier_id, "silver");
  EXPECT_EQ(account_.tier_since_day, kToday - 20);
  EXPECT_EQ(account_.review_day, kToday + 100);
  EXPECT_EQ(CreditOf(programme_, account_, kToday), 450);
  EXPECT_EQ(from.tier_id, "");
  EXPECT_EQ(from_journal.entries.back().kind, EntryKind::TIER);
}

TEST_F(TiersTest, AMergeLiftsByTheCreditOfBoth) {
  wire::ProgrammeAccount from;
  Journal from_journal;
  AddCredit(programme_, kToday, 300, kToday, "r2", from, from_journal);
  Credit(kToday, 200);
  Merge(programme_, kToday, from, from_journal, account_, journal_);
  EXPECT_EQ(account_.tier_id, "gold");
  EXPECT_THAT(Told(), ElementsAre("silver", "gold"));
}

TEST_F(TiersTest, AViewForPeopleNamesTheNextTierAndWhatIsMissing) {
  programme_.id = "club";
  wire::TierView view = ToBalance(programme_, account_, kToday).tier;
  EXPECT_EQ(view.tier_id, "");
  EXPECT_EQ(view.next_tier_id, "silver");
  EXPECT_EQ(view.missing_credit, 100);
  Credit(kToday, 120);
  view = ToBalance(programme_, account_, kToday).tier;
  EXPECT_EQ(view.tier_id, "silver");
  EXPECT_EQ(view.name, "Tier silver");
  EXPECT_EQ(view.credit, 120);
  EXPECT_EQ(view.next_tier_id, "gold");
  EXPECT_EQ(view.missing_credit, 380);
  EXPECT_THAT(view.rewards, ElementsAre("reward of silver"));
  Credit(kToday, 380);
  view = ToBalance(programme_, account_, kToday).tier;
  EXPECT_EQ(view.next_tier_id, "");
  EXPECT_EQ(view.missing_credit, 0);
}

}  // namespace
}  // namespace patron::loyalty
