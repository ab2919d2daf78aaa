#include "server/contacts/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

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

// ---- lists

TEST_F(ApplyTest, AListIsMadeChangedAndDropped) {
  EXPECT_EQ(Do(PutList("vip", Change::REPLACE, {"ann", "bob", "zoe"}, "Vip")),
            2);
  EXPECT_EQ(Do(PutList("vip", Change::ADD, {"bob", "cat"})), 1);
  EXPECT_EQ(Do(PutList("vip", Change::REMOVE, {"ann", "dan"})), 1);
  store_.Reopen();
  const auto list = store_.state().lists.Find("vip");
  ASSERT_TRUE(list.has_value());
  EXPECT_EQ(list->name, "Vip");
  EXPECT_EQ(*list->members, Roaring::bitmapOf(2, 1, 2));
  EXPECT_EQ(Do(PutList("vip", Change::REPLACE, {"ann", "cat"}, "New")), 2);
  EXPECT_EQ(Do(DropList("vip")), 2);
  EXPECT_FALSE(store_.state().lists.Find("vip").has_value());
  store_.Reopen();
  EXPECT_THAT(store_.state().lists.All(), IsEmpty());
}

TEST_F(ApplyTest, AListThatIsNotThereIsNotChanged) {
  for (const auto& body :
       {PutList("x", Change::ADD, {"ann"}),
        PutList("x", Change::REMOVE, {"ann"}), DropList("x")})
    Refused(body, Code::NOT_FOUND, HasSubstr("no list \"x\""));
}

TEST_F(ApplyTest, AHandedOutListStaysAsItWas) {
  Do(PutList("vip", Change::REPLACE, {"ann"}));
  const auto before = store_.state().lists.Find("vip");
  Do(PutList("vip", Change::ADD, {"bob"}));
  EXPECT_EQ(before->members->cardinality(), 1u);
}

TEST_F(ApplyTest, EqualListsAreEqualBytesWhateverTheirPast) {
  Do(PutList("a", Change::REPLACE, {"ann", "bob", "cat"}));
  Do(PutList("a", Change::REMOVE, {"bob"}));
  Do(PutList("b", Change::REPLACE, {"ann", "cat"}));
  const auto bytes = [this](const std::string& id) {
    return **store_.state().store->Get(store::Family::kLists, id);
  };
  // But for the position of the latest change.
  EXPECT_EQ(bytes("a").substr(0, bytes("a").size() - 2),
            bytes("b").substr(0, bytes("b").size() - 2));
}

// ---- runs

TEST_F(ApplyTest, ARunIsOpenedPlannedAndFrozen) {
  Do(OpenRun("r", MakeCampaign("spring"), {0, 2, 3}));
  EXPECT_EQ(Run("r").state, State::PLANNING);
  EXPECT_EQ(Run("r").audience, 3);
  EXPECT_EQ(Do(Plan("r", 0, 3, {Contact(0), HeldOut(2)})), 1);
  EXPECT_EQ(Run("r").next_customer, 3);
  EXPECT_EQ(Do(Plan("r", 3, -1, {LeftOut(3, Reason::RELEVANCE)})), 0);
  const wire::RunRow run = Run("r");
  EXPECT_EQ(run.state, State::PLANNED);
  EXPECT_EQ(run.next_customer, -1);
  EXPECT_EQ(run.decided, 3);
  EXPECT_EQ(run.planned, 1);
  EXPECT_EQ(run.held_out, 1);
  EXPECT_THAT(run.left_out, ElementsAre(Pair(Reason::RELEVANCE, 1)));
  EXPECT_EQ(Row("r", 0).decision, wire::ContactDecision::CONTACT);
  EXPECT_EQ(Row("r", 2).decision, wire::ContactDecision::HELD_OUT);
  EXPECT_EQ(Row("r", 3).reason, Reason::RELEVANCE);
  EXPECT_THAT(Listed("r"), ElementsAre(0));
  Do(SetState("r", State::FROZEN));
  EXPECT_GT(Run("r").frozen_at_us, 0);
  EXPECT_FALSE(Run("r").issued);
  Do(SetState("r", State::FROZEN, /*issued=*/true));
  store_.Reopen();
  EXPECT_TRUE(Run("r").issued);
  EXPECT_EQ(*store_.state().runs.NumberOf("r"), 0u);
}

TEST_F(ApplyTest, ATakenRunIdIsRefusedNamingWhatDiffers) {
  Do(OpenRun("r", MakeCampaign("spring"), {0}));
  Refused(OpenRun("r", MakeCampaign("autumn"), {0}), Code::ALREADY_EXISTS,
          HasSubstr("campaign \"spring\", now \"autumn\""));
  Refused(OpenRun("r", MakeCampaign("spring"), {0, 1}), Code::ALREADY_EXISTS,
          HasSubstr("audience_count 1, now 2"));
  Do(SetState("r", State::RELEASED));
  Refused(OpenRun("r", MakeCampaign("spring"), {0}), Code::ALREADY_EXISTS,
          HasSubstr("an earlier request"));
}

TEST_F(ApplyTest, AnAudienceThatIsNotOneIsRefused) {
  wire::CommandBody body = OpenRun("r", MakeCampaign("spring"), {0, 6});
  Refused(body, Code::INVALID_ARGUMENT, HasSubstr("customer 6 of 6 customers"));
  body = OpenRun("r", MakeCampaign("spring"), {0});
  body.open_run.audience_count = 2;
  Refused(body, Code::INVALID_ARGUMENT,
          HasSubstr("audience_count: 2, the audience has 1"));
  body.open_run.audience.pop_back();
  Refused(body, Code::INVALID_ARGUMENT, HasSubstr("not a Roaring bitmap"));
  EXPECT_EQ(store_.state().runs.size(), 0u);
}

TEST_F(ApplyTest, StatesGoOneWay) {
  const std::vector<State::type> all = {State::FROZEN, State::RELEASED};
  Do(OpenRun("planning", MakeCampaign("a"), {}));
  Refused(SetState("planning", State::FROZEN), Code::FAILED_PRECONDITION,
          HasSubstr("is planning, wanted frozen"));
  PlanAll("frozen", MakeCampaign("a"), {});
  Do(SetState("frozen", State::FROZEN));
  Refused(SetState("frozen", State::FROZEN), Code::FAILED_PRECONDITION,
          HasSubstr("is frozen, wanted frozen"));
  Refused(SetState("frozen", State::RELEASED), Code::FAILED_PRECONDITION,
          HasSubstr("is frozen, wanted released"));
  PlanAll("released", MakeCampaign("a"), {});
  Do(SetState("released", State::RELEASED));
  for (const auto state : all)
    Refused(SetState("released", state), Code::FAILED_PRECONDITION,
            HasSubstr("is released, wanted"));
  Refused(SetState("none", State::FROZEN), Code::NOT_FOUND,
          HasSubstr("no run \"none\""));
}

TEST_F(ApplyTest, ARunOfACampaignThatIsOverIsNotFrozen) {
  wire::Campaign over = MakeCampaign("over");
  over.starts_us = kNoonUs - 60 * kDayUs;
  over.ends_us = kNoonUs - kDayUs;
  PlanAll("over", over, {Contact(0)});
  Refused(SetState("over", State::FROZEN), Code::FAILED_PRECONDITION,
          AllOf(HasSubstr("run \"over\" ended at"), HasSubstr("plan anew")));
  EXPECT_EQ(Run("over").state, State::PLANNED);
  Do(SetState("over", State::RELEASED));
  over.ends_us = 0;
  PlanAll("open", over, {Contact(0)});
  Do(SetState("open", State::FROZEN));
}

TEST_F(ApplyTest, AChunkThatIsNotTheNextIsRefused) {
  Do(OpenRun("r", MakeCampaign("a"), {0, 2, 4}));
  Do(Plan("r", 0, 1, {Contact(0)}));
  Refused(Plan("r", 0, 1, {Contact(0)}), Code::FAILED_PRECONDITION,
          HasSubstr("stands at customer 1, wanted 0"));
  Refused(Plan("r", 2, -1, {Contact(2), Contact(4)}), Code::FAILED_PRECONDITION,
          HasSubstr("stands at customer 1, wanted 2"));
  Refused(Plan("none", 0, 1, {}), Code::NOT_FOUND, HasSubstr("no run"));
  Do(Plan("r", 1, -1, {Contact(2), Contact(4)}));
  Refused(Plan("r", -1, -1, {}), Code::FAILED_PRECONDITION,
          HasSubstr("is planned, wanted planning"));
}

TEST_F(ApplyTest, AChunkNamesTheAudienceOfItsRange) {
  Do(OpenRun("r", MakeCampaign("a"), {0, 2, 4}));
  Refused(Plan("r", 0, 3, {Contact(0), Contact(1)}), Code::INVALID_ARGUMENT,
          HasSubstr("customer 1 is named, the audience goes on with 2"));
  Refused(Plan("r", 0, 3, {Contact(2), Contact(0)}), Code::INVALID_ARGUMENT,
          HasSubstr("customer 2 is named, the audience goes on with 0"));
  Refused(Plan("r", 0, 3, {Contact(0), Contact(2), Contact(4)}),
          Code::INVALID_ARGUMENT,
          HasSubstr("customer 4 is named, nobody of the audience is left"));
  Refused(Plan("r", 0, 3, {Contact(0)}), Code::INVALID_ARGUMENT,
          HasSubstr("customer 2 of the audience is not named"));
  EXPECT_EQ(Run("r").decided, 0);
}

// ---- reading

TEST_F(ApplyTest, ARunIsReadPageByPageInOrdinalOrder) {
  std::vector<wire::PlannedContact> all;
  for (int32_t c = 0; c < 6; ++c) all.push_back(Contact(c, kToday, c));
  PlanAll("r", MakeCampaign("a"), all);
  PlanAll("r2", MakeCampaign("a", 9), {Contact(0)});
  std::vector<int32_t> seen;
  std::optional<uint32_t> from = 0;
  while (from) {
    ASSERT_OK_AND_ASSIGN(const RunPage page,
                         ReadRunPage(*store_.state().store, 0, *from, 2));
    EXPECT_LE(page.rows.size(), 2u);
    for (const auto& row : page.rows) seen.push_back(row.customer);
    from = page.next;
  }
  EXPECT_THAT(seen, ElementsAre(1, 2, 3, 4, 5));
  ASSERT_OK_AND_ASSIGN(const Roaring audience,
                       ReadAudience(*store_.state().store, 0));
  EXPECT_EQ(audience.cardinality(), 6u);
  ASSERT_OK_AND_ASSIGN(const auto contacts,
                       ContactsOf(*store_.state().store, store_.state().runs,
                                  CustomerOrdinal(0)));
  ASSERT_THAT(contacts, SizeIs(2));
  EXPECT_EQ(contacts[0].run->run_id, "r2");
  EXPECT_EQ(contacts[1].row.reason, Reason::DISPLACED);
}

}  // namespace
}  // namespace patron::contacts
