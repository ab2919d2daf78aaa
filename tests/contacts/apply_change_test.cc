// What becomes of contacts that stand: reports, merges, consent taken back.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/definitions/holdout.h"
#include "tests/contacts/apply_fixture.h"

namespace patron::contacts {
namespace {

using namespace patron::testing;  // NOLINT: builders
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Pair;
using ::testing::SizeIs;

using Code = wire::ErrorCode;
using State = wire::RunState;
using Reason = wire::LeftOut;
using Change = wire::ListChange;

// ---- reports

TEST_F(ApplyTest, TheFirstTimeOfEachKindStays) {
  PlanAll("r", MakeCampaign("a"), {Contact(0), Contact(1)});
  Do(SetState("r", State::FROZEN));
  using Kind = wire::ReportKind;
  Do(Report("r", {Reported("ann", Kind::SENT, kNoonUs + 5),
                  Reported("ann", Kind::SENT, kNoonUs + 3),
                  Reported("ann", Kind::CLICKED, kNoonUs + 9)}));
  Do(Report("r", {Reported("ann", Kind::SENT, kNoonUs + 4)}));
  EXPECT_EQ(Row("r", 0).sent_us, kNoonUs + 3);
  EXPECT_EQ(Row("r", 0).clicked_us, kNoonUs + 9);
  EXPECT_EQ(Row("r", 0).shown_us, 0);
  EXPECT_EQ(Row("r", 1).sent_us, 0);
}

TEST_F(ApplyTest, OneWhoIsNotOnTheListRefusesAllReports) {
  PlanAll("r", MakeCampaign("a"), {Contact(0), HeldOut(1)});
  using Kind = wire::ReportKind;
  const auto sent = [](const std::string& id) {
    return Reported(id, Kind::SENT, kNoonUs);
  };
  Refused(Report("r", {sent("ann")}), Code::FAILED_PRECONDITION,
          HasSubstr("is planned, wanted frozen"));
  Do(SetState("r", State::FROZEN));
  for (const char* id : {"bob", "cat", "zoe"})
    Refused(Report("r", {sent("ann"), sent(id)}), Code::NOT_FOUND,
            AllOf(HasSubstr(id), HasSubstr("not on the list of run \"r\"")));
  EXPECT_EQ(Row("r", 0).sent_us, 0);
}

// ---- merges

TEST_F(ApplyTest, ContactsOfTheAbsorbedCountForTheKept) {
  PlanAll("r", MakeCampaign("a"), {Contact(1, kToday, 7)});
  Do(PutList("vip", Change::REPLACE, {"bob", "cat"}));
  Do(Merge("fay", "bob"));
  EXPECT_THAT(Listed("r"), ElementsAre(5));
  EXPECT_EQ(Row("r", 5).decision, wire::ContactDecision::CONTACT);
  EXPECT_EQ(Run("r").cost, 7);
  EXPECT_EQ(*store_.state().lists.Find("vip")->members,
            Roaring::bitmapOf(2, 2, 5));
  PlanAll("r2", MakeCampaign("b"), {Contact(5)});
  EXPECT_EQ(Row("r2", 5).reason, Reason::CAP);
}

TEST_F(ApplyTest, BothInOneOpenRunIsOneAndTheOtherIsMerged) {
  PlanAll("r", MakeCampaign("a"),
          {Contact(0, kToday, 3), Contact(1, kToday, 4), HeldOut(2)});
  Do(Merge("ann", "bob"));
  Do(Merge("ann", "cat"));
  const wire::RunRow run = Run("r");
  EXPECT_THAT(Listed("r"), ElementsAre(0));
  EXPECT_EQ(run.planned, 1);
  EXPECT_EQ(run.held_out, 0);
  EXPECT_EQ(run.cost, 3);
  EXPECT_EQ(run.decided, 3);
  EXPECT_THAT(run.left_out, ElementsAre(Pair(Reason::MERGED, 2)));
  ASSERT_OK_AND_ASSIGN(const auto contacts,
                       ContactsOf(*store_.state().store, store_.state().runs,
                                  CustomerOrdinal(0)));
  EXPECT_THAT(contacts, SizeIs(1));
}

TEST_F(ApplyTest, AFrozenListStaysAndTheKeptAnswersForIt) {
  PlanAll("r", MakeCampaign("a"), {Contact(1), Contact(2)});
  Do(SetState("r", State::FROZEN));
  const wire::RunRow before = Run("r");
  Do(Merge("ann", "bob"));
  Do(Merge("ann", "cat"));
  EXPECT_EQ(Run("r"), before);
  EXPECT_THAT(Listed("r"), ElementsAre(1, 2));
  Do(Report("r", {Reported("cat", wire::ReportKind::SENT, kNoonUs)}));
  EXPECT_EQ(Row("r", 0).sent_us, kNoonUs);
}

TEST_F(ApplyTest, BothContactsOfTwoOfAFrozenListCountOnTheirDays) {
  Do(Put(CappedDefinitions(2, 30)));
  PlanAll("r", MakeCampaign("a"),
          {Contact(0, kToday), Contact(1, kToday + 20), Contact(2, kToday)});
  Do(SetState("r", State::FROZEN));
  Do(Merge("ann", "bob"));
  EXPECT_EQ(Row("r", 0).day, kToday + 20);
  EXPECT_THAT(Row("r", 0).also_days, ElementsAre(kToday));
  PlanAll("near", MakeCampaign("b"),
          {Contact(0, kToday + 25), Contact(2, kToday + 25)});
  EXPECT_EQ(Row("near", 0).reason, Reason::CAP);
  EXPECT_EQ(Row("near", 2).decision, wire::ContactDecision::CONTACT);
  PlanAll("later", MakeCampaign("c"), {Contact(0, kToday + 40)});
  EXPECT_EQ(Row("later", 0).decision, wire::ContactDecision::CONTACT);
}

// What is read after a start is what Apply left.
TEST_F(ApplyTest, DaysOfMergedContactsAreReadBack) {
  PlanAll("r", MakeCampaign("a"),
          {Contact(0, kToday + 9), Contact(1, kToday), Contact(2, kToday + 4)});
  Do(SetState("r", State::FROZEN));
  Do(Merge("bob", "cat"));
  Do(Merge("ann", "bob"));
  const DiaryEntries days = {{0, kToday}, {0, kToday + 4}, {0, kToday + 9}};
  EXPECT_EQ(store_.state().diary.Read(CustomerOrdinal(0)), days);
  Diary loaded;
  ASSERT_OK(loaded.Load(*store_.state().store, store_.state().runs));
  EXPECT_EQ(loaded.Read(CustomerOrdinal(0)), days);
}

TEST_F(ApplyTest, WhoIsAbsorbedWhileARunIsPlannedIsDecidedOnce) {
  Do(OpenRun("r", MakeCampaign("a"), {0, 1, 4, 5}));
  Do(Plan("r", 0, 2, {Contact(0), Contact(1)}));
  Do(Merge("eve", "ann"));  // eve's turn comes
  Do(Merge("bob", "fay"));  // fay's turn would come
  EXPECT_THAT(Listed("r"), ElementsAre(1));
  EXPECT_EQ(Do(Plan("r", 2, -1, {Contact(4), Contact(5)})), 1);
  EXPECT_THAT(Listed("r"), ElementsAre(1, 4));
  EXPECT_EQ(Row("r", 5).reason, Reason::MERGED);
  EXPECT_EQ(Run("r").planned, 2);
  EXPECT_THAT(Run("r").left_out, ElementsAre(Pair(Reason::MERGED, 2)));
}

TEST_F(ApplyTest, AMergeThatOverfillsTheCapLeavesTheLowerPriorityOut) {
  PlanAll("low", MakeCampaign("a", 1), {Contact(0, kToday, 7)});
  PlanAll("high", MakeCampaign("b", 2), {Contact(1, kToday + 3, 4)});
  Do(Merge("ann", "bob"));
  EXPECT_THAT(Listed("low"), IsEmpty());
  EXPECT_THAT(Listed("high"), ElementsAre(0));
  EXPECT_EQ(Row("low", 0).reason, Reason::CAP);
  EXPECT_THAT(Run("low").left_out, ElementsAre(Pair(Reason::CAP, 1)));
  EXPECT_EQ(Run("low").planned + Run("low").cost, 0);
  EXPECT_EQ(Run("high").planned, 1);
}

TEST_F(ApplyTest, AMergeWithOneOnAFrozenListLeavesTheOpenContactOut) {
  PlanAll("open", MakeCampaign("a", 9), {Contact(0)});
  PlanAll("frozen", MakeCampaign("b"), {Contact(1)});
  Do(SetState("frozen", State::FROZEN));
  Do(Merge("ann", "bob"));
  EXPECT_EQ(Row("open", 0).reason, Reason::CAP);
  EXPECT_EQ(Row("frozen", 0).decision, wire::ContactDecision::CONTACT);
  EXPECT_THAT(Listed("frozen"), ElementsAre(1));
}

TEST_F(ApplyTest, AMergeIntoOneHeldOutLeavesTheContactOut) {
  const wire::Definitions definitions = CappedDefinitions(1, 30, 5000);
  Do(Put(definitions));
  std::vector<std::string> in, out;
  for (const char* id : {"ann", "bob", "cat", "dan", "eve", "fay"})
    (definitions::InHoldout(definitions.holdout, id) ? in : out).push_back(id);
  ASSERT_FALSE(in.empty() || out.empty());
  const auto ordinal = [this](const std::string& id) {
    return *store_.state().ordinals.customers.Find(id);
  };
  PlanAll("r", MakeCampaign("a"),
          {Contact(static_cast<int32_t>(ordinal(out[0])))});
  EXPECT_EQ(Run("r").planned, 1);
  Do(Merge(in[0], out[0]));
  EXPECT_EQ(Row("r", ordinal(in[0])).reason, Reason::HOLDOUT);
  EXPECT_THAT(Run("r").left_out, ElementsAre(Pair(Reason::HOLDOUT, 1)));
  EXPECT_THAT(Listed("r"), IsEmpty());
}

TEST_F(ApplyTest, AMergeWithOneWhoSaidNoLaterLeavesTheContactOut) {
  PlanAll("r", MakeCampaign("a"), {Contact(0)});
  Do(Asked("bob", false, kNoonUs + 1));
  Do(Merge("ann", "bob"));
  EXPECT_EQ(Row("r", 0).reason, Reason::CONSENT);
  EXPECT_THAT(Listed("r"), IsEmpty());
}

// ---- consent that is taken back

TEST_F(ApplyTest, WhoTakesConsentBackIsOffEveryListThatIsNotFrozen) {
  Do(Put(CappedDefinitions(3, 30)));
  wire::Campaign service = MakeCampaign("order");
  service.kind = wire::CampaignKind::SERVICE;
  PlanAll("frozen", MakeCampaign("a"), {Contact(0)});
  Do(SetState("frozen", State::FROZEN));
  PlanAll("service", service, {Contact(0)});
  PlanAll("planned", MakeCampaign("b"),
          {WithOffer(Contact(0, kToday, 5), "coupon", 70), Contact(1)});
  Do(OpenRun("planning", MakeCampaign("c"), {0, 1}));
  Do(Plan("planning", 0, 1, {Contact(0)}));
  Do(Asked("ann", false, kNoonUs + 1));
  EXPECT_THAT(Listed("frozen"), ElementsAre(0));
  EXPECT_THAT(Listed("service"), ElementsAre(0));
  EXPECT_THAT(Listed("planned"), ElementsAre(1));
  EXPECT_THAT(Listed("planning"), IsEmpty());
  EXPECT_EQ(Row("planned", 0).reason, Reason::CONSENT);
  EXPECT_EQ(Row("planning", 0).reason, Reason::CONSENT);
  const wire::RunRow planned = Run("planned");
  EXPECT_EQ(planned.planned, 1);
  EXPECT_EQ(planned.cost, 0);
  EXPECT_THAT(planned.offer_cost, IsEmpty());
  EXPECT_THAT(planned.left_out, ElementsAre(Pair(Reason::CONSENT, 1)));
  Do(SetState("planned", State::FROZEN));
  EXPECT_THAT(Listed("planned"), ElementsAre(1));
}

}  // namespace
}  // namespace patron::contacts
