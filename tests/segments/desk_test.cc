// Counts, pages, samples, explanations, comparisons and changes.
#include "server/segments/desk.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/segments/desk_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::segments {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::IsSubsetOf;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;

// c0 … c9: customer i has i purchases, yesterday and the days before; list
// "odd" has the odd ones, "many" is the segment of five purchases or more.
class DeskTest : public ::testing::Test {
 protected:
  DeskTest() {
    for (int i = 0; i < 10; ++i) {
      shop_.Customer(Id(i));
      for (int days = 1; days <= i; ++days)
        shop_.Buy(Id(i), days, {{"p", 100 * i}});
    }
    definitions_.currency = "EUR";
    definitions_.segments = {MakeSegment("many", "purchases >= 5")};
    shop_.Put(definitions_);
    shop_.PutList("odd", {"c1", "c3", "c5", "c7", "c9"});
  }

  static std::string Id(int i) { return absl::StrCat("c", i); }
  int64_t CountOf(const wire::Audience& audience) {
    const auto count = desk().Count(audience);
    EXPECT_OK(count);
    return count.ok() ? count->customers : -1;
  }
  std::vector<std::string> AllMembers(const wire::Audience& audience,
                                      int limit) {
    std::vector<std::string> ids;
    std::string cursor;
    do {
      const auto page = desk().Members(audience, limit, cursor);
      EXPECT_OK(page);
      if (!page.ok()) break;
      EXPECT_LE(page->customer_ids.size(), static_cast<size_t>(limit));
      ids.insert(ids.end(), page->customer_ids.begin(),
                 page->customer_ids.end());
      cursor = page->next_cursor;
    } while (!cursor.empty());
    return ids;
  }
  Desk& desk() { return shop_.desk(); }

  DeskShop shop_;
  wire::Definitions definitions_;
};

TEST_F(DeskTest, CountsARuleASegmentAndBoth) {
  EXPECT_EQ(CountOf({}), 10);
  EXPECT_EQ(CountOf(OfRule("purchases >= 8")), 2);
  EXPECT_EQ(CountOf(OfSegment("many")), 5);
  EXPECT_EQ(CountOf(OfSegment("odd")), 5);
  wire::Audience both = OfSegment("many");
  both.rule = "purchases < 8 # of them";
  EXPECT_EQ(CountOf(both), 3);
  both.segment_id = "odd";
  EXPECT_EQ(CountOf(both), 4);
}

TEST_F(DeskTest, ACountSaysOfHowManyByWhichRuleAndWhen) {
  ASSERT_OK_AND_ASSIGN(const auto count,
                       desk().Count(OfRule(" (purchases)>=8 ")));
  EXPECT_EQ(count.customers, 2);
  EXPECT_EQ(count.of, 10);
  EXPECT_EQ(count.rule, "purchases >= 8");
  EXPECT_EQ(count.day, testing::kNoonUs / testing::kDayUs);
  EXPECT_GT(count.log_position, 0);
}

TEST_F(DeskTest, APurchaseIsInTheNextCount) {
  EXPECT_EQ(CountOf(OfSegment("many")), 5);
  shop_.Buy("c4", 0);
  EXPECT_EQ(CountOf(OfSegment("many")), 6);
  EXPECT_EQ(CountOf(OfRule("purchases = 5")), 2);
}

TEST_F(DeskTest, AMistakeIsToldAtItsPlaceInTheCallersText) {
  wire::Audience audience = OfSegment("many");
  audience.rule = "purchases >=\n  nonsense";
  EXPECT_THAT(desk().Count(audience),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 2, column 3")));
}

TEST_F(DeskTest, ASegmentThatIsNotThereIsToldWithTheNearestName) {
  EXPECT_THAT(desk().Count(OfSegment("meny")),
              StatusIs(absl::StatusCode::kNotFound,
                       AllOf(HasSubstr("\"meny\""), HasSubstr("\"many\""))));
}

TEST_F(DeskTest, AListsTheSegmentsOfAllKinds) {
  const auto all = desk().List(true);
  ASSERT_GT(all.size(), 20);
  EXPECT_EQ(all.front().segment.id, "many");
  EXPECT_EQ(all.front().kind, wire::SegmentKind::OWN);
  EXPECT_EQ(all.front().customers, 5);
  EXPECT_EQ(all[1].kind, wire::SegmentKind::READY_MADE);
  EXPECT_EQ(all.back().segment.id, "odd");
  EXPECT_EQ(all.back().segment.name, "List odd");
  EXPECT_EQ(all.back().kind, wire::SegmentKind::UPLOADED);
  EXPECT_EQ(all.back().customers, 5);
  EXPECT_EQ(desk().List(false).size(), all.size());
}

TEST_F(DeskTest, PagesHoldEveryMemberOnce) {
  wire::Audience odd_few = OfSegment("odd");
  odd_few.rule = "purchases < 8";
  for (const int limit : {1, 2, 3, 100}) {
    EXPECT_THAT(AllMembers(OfSegment("many"), limit),
                ElementsAre("c5", "c6", "c7", "c8", "c9"));
    EXPECT_THAT(AllMembers(OfSegment("odd"), limit),
                ElementsAre("c1", "c3", "c5", "c7", "c9"));
    EXPECT_THAT(AllMembers(odd_few, limit),
                ElementsAre("c1", "c3", "c5", "c7"));
    EXPECT_THAT(AllMembers({}, limit), SizeIs(10));
  }
}

TEST_F(DeskTest, ACursorOfAnotherAudienceIsRefused) {
  ASSERT_OK_AND_ASSIGN(const auto page,
                       desk().Members(OfSegment("many"), 2, ""));
  ASSERT_NE(page.next_cursor, "");
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("cursor"));
  EXPECT_THAT(desk().Members(OfSegment("odd"), 2, page.next_cursor), refused);
  EXPECT_THAT(desk().Members({}, 2, page.next_cursor), refused);
  const std::string digest = page.next_cursor.substr(8);
  ASSERT_THAT(desk().Members(OfSegment("many"), 2, "00000001" + digest),
              IsOk());
  for (const std::string& broken :
       {std::string("x"), std::string("0"),
        std::string("zzzzzzzz0000000000000000"), "0x000001" + digest,
        "+0000001" + digest, " 0000001" + digest, "0000000A" + digest})
    EXPECT_THAT(desk().Members(OfSegment("many"), 2, broken), refused)
        << broken;
  // A segment that was changed since is another one.
  definitions_.segments[0].rule = "purchases >= 6";
  shop_.Put(definitions_);
  EXPECT_THAT(desk().Members(OfSegment("many"), 2, page.next_cursor), refused);
}

TEST_F(DeskTest, LimitsAreChecked) {
  const auto refused =
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("0"));
  EXPECT_THAT(desk().Members({}, 0, ""), refused);
  EXPECT_THAT(desk().Members({}, kMaxMembers + 1, ""), refused);
  EXPECT_THAT(desk().Sample({}, 0, 1), refused);
  EXPECT_THAT(desk().Sample({}, kMaxSample + 1, 1), refused);
}

TEST_F(DeskTest, ASampleIsTheSameForTheSameSeed) {
  ASSERT_OK_AND_ASSIGN(const auto first,
                       desk().Sample(OfSegment("many"), 3, 7));
  ASSERT_OK_AND_ASSIGN(const auto again,
                       desk().Sample(OfSegment("many"), 3, 7));
  EXPECT_THAT(first, SizeIs(3));
  EXPECT_EQ(first, again);
  EXPECT_THAT(first, IsSubsetOf(AllMembers(OfSegment("many"), 100)));
  ASSERT_OK_AND_ASSIGN(const auto all, desk().Sample(OfSegment("many"), 99, 7));
  EXPECT_THAT(all, UnorderedElementsAre("c5", "c6", "c7", "c8", "c9"));
  EXPECT_TRUE(std::equal(first.begin(), first.end(), all.begin()));
}

TEST_F(DeskTest, EverySeedDrawsAnotherOrder) {
  std::set<std::vector<std::string>> orders;
  for (int seed = 0; seed < 20; ++seed) {
    ASSERT_OK_AND_ASSIGN(const auto drawn, desk().Sample({}, 10, seed));
    orders.insert(drawn);
  }
  EXPECT_GE(orders.size(), 19);
}

TEST_F(DeskTest, ExplainsByTheClauseThatDecided) {
  const wire::Audience audience =
      OfRule("purchases >= 3 and lines >= 5 and (returns = 0 or is_staff)");
  ASSERT_OK_AND_ASSIGN(const auto in, desk().Explain(audience, "c7"));
  EXPECT_TRUE(in.member);
  EXPECT_EQ(in.decided, -1);
  EXPECT_EQ(in.text, "in: all 3 clauses hold");
  ASSERT_OK_AND_ASSIGN(const auto out, desk().Explain(audience, "c4"));
  EXPECT_FALSE(out.member);
  EXPECT_EQ(out.decided, 1);
  EXPECT_EQ(out.text, "out: lines >= 5 does not hold");
  ASSERT_THAT(out.clauses, SizeIs(3));
  EXPECT_TRUE(out.clauses[0].holds);
  EXPECT_EQ(out.clauses[2].text, "returns = 0 or is_staff");
  ASSERT_OK_AND_ASSIGN(const auto neither, desk().Explain(audience, "c1"));
  EXPECT_EQ(neither.decided, 0);
  EXPECT_EQ(neither.text,
            "out: purchases >= 3 does not hold, nor does 1 other");
}

TEST_F(DeskTest, ExplainsSegmentAndRuleAndListTogether) {
  wire::Audience audience = OfSegment("many");
  audience.rule = "purchases < 8";
  ASSERT_OK_AND_ASSIGN(const auto both, desk().Explain(audience, "c9"));
  EXPECT_EQ(both.text, "out: purchases < 8 does not hold");
  EXPECT_EQ(both.decided, 1);
  audience.segment_id = "odd";
  ASSERT_OK_AND_ASSIGN(const auto listed, desk().Explain(audience, "c2"));
  EXPECT_EQ(listed.text, "out: in the list odd does not hold");
  ASSERT_OK_AND_ASSIGN(const auto single,
                       desk().Explain(OfSegment("odd"), "c3"));
  EXPECT_EQ(single.decided, 0);
  EXPECT_EQ(single.text, "in: the only clause holds");
  ASSERT_OK_AND_ASSIGN(const auto anybody, desk().Explain({}, "c3"));
  EXPECT_EQ(anybody.text, "in: everybody is");
}

TEST_F(DeskTest, ExplainsNobodyWhoIsNotKnown) {
  EXPECT_THAT(desk().Explain(OfSegment("many"), "ghost"),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("\"ghost\"")));
  EXPECT_THAT(
      desk().Explain(OfSegment("many"), ""),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("customer_id")));
}

TEST_F(DeskTest, WhoWasMergedIsAskedAboutAsTheOtherAndCountedOnce) {
  shop_.Merge("c4", "c3");
  EXPECT_EQ(CountOf({}), 9);
  EXPECT_EQ(CountOf(OfRule("purchases = 7")), 2);
  ASSERT_OK_AND_ASSIGN(const auto found,
                       desk().Explain(OfRule("purchases = 7"), "c3"));
  EXPECT_TRUE(found.member);
}

TEST_F(DeskTest, ComparesTwoWithTheirAverageSpend) {
  ASSERT_OK_AND_ASSIGN(const auto found,
                       desk().Compare(OfSegment("many"), OfSegment("odd")));
  EXPECT_EQ(found.both.customers, 3);
  EXPECT_EQ(found.only_first.customers, 2);
  EXPECT_EQ(found.only_second.customers, 2);
  ASSERT_THAT(found.only_first.average_spend, SizeIs(1));
  EXPECT_EQ(found.only_first.average_spend[0].currency, "EUR");
  EXPECT_EQ(found.only_first.average_spend[0].amount, (6 * 600 + 8 * 800) / 2);
  EXPECT_EQ(found.only_second.average_spend[0].amount, (1 * 100 + 3 * 300) / 2);
}

TEST_F(DeskTest, ComparesWithNobodyWithoutDividing) {
  ASSERT_OK_AND_ASSIGN(
      const auto found,
      desk().Compare(OfRule("purchases > 99"), OfRule("purchases > 98")));
  EXPECT_EQ(found.both.customers, 0);
  EXPECT_THAT(found.both.average_spend, IsEmpty());
}

TEST_F(DeskTest, SavesASegmentIntoTheDefinitionsThatStand) {
  ASSERT_OK_AND_ASSIGN(const auto fresh,
                       desk().Saving(MakeSegment("few", "purchases < 3")));
  ASSERT_TRUE(fresh.has_value());
  EXPECT_EQ(fresh->base_version, 1);
  EXPECT_FALSE(fresh->overwrite);
  EXPECT_EQ(fresh->change, "segment few saved");
  EXPECT_THAT(fresh->definitions.segments, SizeIs(2));
  EXPECT_EQ(fresh->definitions.currency, "EUR");
  ASSERT_OK_AND_ASSIGN(const auto changed,
                       desk().Saving(MakeSegment("many", "purchases > 3")));
  ASSERT_TRUE(changed.has_value());
  ASSERT_THAT(changed->definitions.segments, SizeIs(1));
  EXPECT_EQ(changed->definitions.segments[0].rule, "purchases > 3");
  ASSERT_OK_AND_ASSIGN(const auto same,
                       desk().Saving(MakeSegment("many", "purchases >= 5")));
  EXPECT_FALSE(same.has_value());
}

TEST_F(DeskTest, RefusesToSaveUnderIdsThatAreTaken) {
  EXPECT_THAT(
      desk().Saving(MakeSegment("vip", "purchases > 3")),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("ready-made")));
  EXPECT_THAT(
      desk().Saving(MakeSegment("odd", "purchases > 3")),
      StatusIs(absl::StatusCode::kAlreadyExists, HasSubstr("uploaded list")));
  EXPECT_THAT(desk().Saving(MakeSegment("", "purchases > 3")),
              StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(desk().Saving(MakeSegment("bad", "purchases >")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 1, column ")));
  EXPECT_THAT(desk().CheckListId("many"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_THAT(desk().CheckListId("vip"),
              StatusIs(absl::StatusCode::kAlreadyExists));
  EXPECT_OK(desk().CheckListId("odd"));
}

TEST_F(DeskTest, DeletesOnlyOwnSegmentsThatNoCampaignNames) {
  ASSERT_OK_AND_ASSIGN(const auto next, desk().Deleting("many"));
  EXPECT_THAT(next->definitions.segments, IsEmpty());
  EXPECT_EQ(next->change, "segment many deleted");
  EXPECT_THAT(desk().Deleting("ghost"), StatusIs(absl::StatusCode::kNotFound));
  EXPECT_THAT(desk().Deleting("vip"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
  wire::Campaign campaign;
  campaign.id = "spring";
  campaign.segments = {"many"};
  campaign.exclude_segments = {"odd"};
  definitions_.campaigns = {campaign};
  shop_.Put(definitions_);
  EXPECT_THAT(desk().Deleting("many"),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("campaign spring names it")));
  EXPECT_THAT(desk().CheckUnused("odd"),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(DeskTest, ChecksWhatFilesAloneCannotTell) {
  EXPECT_OK(desk().Check(definitions_));
  wire::Definitions taken = definitions_;
  taken.segments.push_back(MakeSegment("odd", ""));
  EXPECT_THAT(desk().Check(taken), StatusIs(absl::StatusCode::kAlreadyExists));
  wire::Definitions threshold = definitions_;
  threshold.thresholds["vip_spent"] = 1;
  EXPECT_THAT(desk().Check(threshold),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("did you mean \"vip_spend\"?")));
  wire::Definitions campaign = definitions_;
  campaign.campaigns.emplace_back().id = "spring";
  campaign.campaigns[0].segments = {"many", "vip", "odd"};
  EXPECT_OK(desk().Check(campaign));
  campaign.campaigns[0].segments = {"ghost"};
  EXPECT_THAT(
      desk().Check(campaign),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("\"ghost\"")));
}

TEST_F(DeskTest, NewDefinitionsAreInTheNextAnswer) {
  EXPECT_EQ(CountOf(OfSegment("many")), 5);
  definitions_.segments[0].rule = "purchases >= 9";
  definitions_.segments.push_back(MakeSegment("all", ""));
  shop_.Put(definitions_);
  EXPECT_EQ(CountOf(OfSegment("many")), 1);
  EXPECT_EQ(CountOf(OfSegment("all")), 10);
}

TEST_F(DeskTest, ManyRulesThatAreTypedAreCompiledAnew) {
  for (int round = 0; round < 2; ++round)
    for (int i = 0; i < 100; ++i)
      ASSERT_EQ(CountOf(OfRule(absl::StrCat("purchases = ", i))),
                i < 10 ? 1 : 0);
}

}  // namespace
}  // namespace patron::segments
