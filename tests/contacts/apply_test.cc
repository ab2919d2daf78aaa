#include "server/contacts/apply.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/contacts/admission.h"
#include "server/contacts/read.h"
#include "server/definitions/holdout.h"
#include "tests/contacts/some_runs.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

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

// Six customers, ann (0) to fay (5), who all said yes; one contact in 30 days.
class ApplyTest : public ::testing::Test {
 protected:
  ApplyTest() : store_(dir_.File("store")) {
    Do(Put(CappedDefinitions(1, 30)));
    for (const char* id : {"ann", "bob", "cat", "dan", "eve", "fay"})
      Do(Asked(id));
  }

  // Must not be refused.
  int64_t Do(const wire::CommandBody& body) {
    const wire::CommandReply reply = store_.Apply(body);
    EXPECT_FALSE(reply.__isset.refusal) << reply.refusal.message;
    return reply.done.count;
  }
  void Refused(const wire::CommandBody& body, Code::type code,
               const ::testing::Matcher<const std::string&>& message) {
    const wire::CommandReply reply = store_.Apply(body);
    ASSERT_TRUE(reply.__isset.refusal);
    EXPECT_EQ(reply.refusal.code, code);
    EXPECT_THAT(reply.refusal.message, message);
  }

  // A run of all six, planned from one command.
  void PlanAll(const std::string& run, const wire::Campaign& campaign,
               const std::vector<wire::PlannedContact>& contacts) {
    std::vector<uint32_t> audience;
    for (const auto& contact : contacts)
      audience.push_back(static_cast<uint32_t>(contact.customer));
    Do(OpenRun(run, campaign, audience));
    Do(Plan(run, 0, -1, contacts));
  }

  wire::RunRow Run(const std::string& id) {
    const RunPtr run = store_.state().runs.Find(id);
    return run == nullptr ? wire::RunRow() : *run;
  }
  wire::ContactRow Row(const std::string& run, uint32_t customer) {
    const auto row =
        ContactIn(*store_.state().store, *store_.state().runs.NumberOf(run),
                  CustomerOrdinal(customer));
    EXPECT_OK(row);
    EXPECT_TRUE(row->has_value()) << run << " " << customer;
    return row->value_or(wire::ContactRow());
  }
  std::vector<int32_t> Listed(const std::string& run) {
    const auto page = ReadRunPage(*store_.state().store,
                                  *store_.state().runs.NumberOf(run), 0, 100);
    EXPECT_OK(page);
    std::vector<int32_t> customers;
    for (const auto& row : page->rows) customers.push_back(row.customer);
    return customers;
  }

  TempDir dir_;
  AppliedStore store_;
};

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

// ---- reasons

TEST_F(ApplyTest, WithoutConsentNobodyIsContacted) {
  Do(Asked("bob", false));
  wire::Customer cat;
  cat.customer_id = "cat";
  Do(Body(cat));  // said nothing
  PlanAll("r", MakeCampaign("a"), {Contact(0), Contact(1), Contact(2)});
  EXPECT_EQ(Row("r", 0).decision, wire::ContactDecision::CONTACT);
  EXPECT_EQ(Row("r", 1).reason, Reason::CONSENT);
  EXPECT_EQ(Row("r", 2).reason, Reason::CONSENT);
  wire::Campaign phone = MakeCampaign("b");
  phone.channel = "phone";
  PlanAll("phone", phone, {Contact(3)});
  EXPECT_EQ(Row("phone", 3).reason, Reason::CONSENT);
}

TEST_F(ApplyTest, TheCapHoldsOverCampaignsUntilARunIsReleased) {
  PlanAll("one", MakeCampaign("a"), {Contact(0)});
  PlanAll("two", MakeCampaign("b"), {Contact(0, kToday + 29), Contact(1)});
  EXPECT_EQ(Row("two", 0).reason, Reason::CAP);
  EXPECT_EQ(Row("two", 1).decision, wire::ContactDecision::CONTACT);
  PlanAll("later", MakeCampaign("b"), {Contact(0, kToday + 30)});
  EXPECT_EQ(Run("later").planned, 1);
  Do(SetState("one", State::RELEASED));
  Do(SetState("later", State::RELEASED));
  store_.Reopen();
  PlanAll("three", MakeCampaign("b"), {Contact(0, kToday + 1)});
  EXPECT_EQ(Run("three").planned, 1);
}

TEST_F(ApplyTest, ServiceMessagesGoToEverybodyAndDoNotCount) {
  Do(Put(CappedDefinitions(1, 30, /*holdout_bp=*/10'000)));
  Do(Asked("ann", false));
  wire::Campaign service = MakeCampaign("order");
  service.kind = wire::CampaignKind::SERVICE;
  PlanAll("s1", service, {Contact(0), Contact(1)});
  PlanAll("s2", service, {Contact(0), Contact(1)});
  EXPECT_EQ(Run("s1").planned + Run("s2").planned, 4);
  Do(Put(CappedDefinitions(1, 30)));
  PlanAll("m", MakeCampaign("a"), {Contact(1)});
  EXPECT_EQ(Run("m").planned, 1);
  PlanAll("s3", service, {Contact(1)});
  EXPECT_EQ(Run("s3").planned, 1);
}

TEST_F(ApplyTest, TheShopsHoldoutStaysOutWhereItIsForCampaigns) {
  wire::Definitions definitions = CappedDefinitions(1, 30, 5000);
  Do(Put(definitions));
  std::vector<wire::PlannedContact> all;
  for (int32_t c = 0; c < 6; ++c) all.push_back(Contact(c));
  PlanAll("r", MakeCampaign("a"), all);
  const char* ids[] = {"ann", "bob", "cat", "dan", "eve", "fay"};
  for (uint32_t c = 0; c < 6; ++c)
    EXPECT_EQ(Row("r", c).reason == Reason::HOLDOUT,
              definitions::InHoldout(definitions.holdout, ids[c]));
  Do(SetState("r", State::RELEASED));
  definitions.holdout.campaigns = false;
  Do(Put(definitions));
  PlanAll("r2", MakeCampaign("a"), all);
  EXPECT_EQ(Run("r2").planned, 6);
}

TEST_F(ApplyTest, ARunStaysWithinItsCampaignsBudget) {
  wire::Campaign campaign = MakeCampaign("a");
  campaign.budget = 100;
  PlanAll("r", campaign,
          {Contact(0, kToday, 60), Contact(1, kToday, 41),
           Contact(2, kToday, 40), Contact(3, kToday, 0)});
  EXPECT_EQ(Row("r", 1).reason, Reason::BUDGET);
  EXPECT_THAT(Listed("r"), ElementsAre(0, 2, 3));
  EXPECT_EQ(Run("r").cost, 100);
}

TEST_F(ApplyTest, AllRunsStayWithinAnOffersBudgetUntilReleasedOrOver) {
  // "coupon" has a budget of 3000.
  const auto plan = [](int32_t customer, int64_t cost) {
    return WithOffer(Contact(customer, kToday, 1), "coupon", cost);
  };
  PlanAll("one", MakeCampaign("a"), {plan(0, 2000)});
  PlanAll("two", MakeCampaign("b"), {plan(1, 1001), plan(2, 1000)});
  EXPECT_EQ(Row("two", 1).reason, Reason::BUDGET);
  const uint32_t coupon = *store_.state().ordinals.offers.Find("coupon");
  EXPECT_THAT(Run("two").offer_cost, ElementsAre(Pair(coupon, 1000)));
  EXPECT_THAT(Run("two").offer_contacts, ElementsAre(Pair(coupon, 1)));
  EXPECT_EQ(Run("two").cost, 1001);
  Do(SetState("one", State::RELEASED));
  PlanAll("three", MakeCampaign("b"), {plan(3, 2001), plan(4, 2000)});
  EXPECT_THAT(Listed("three"), ElementsAre(4));
}

TEST_F(ApplyTest, APlanOfACampaignLongOverLeavesAnOffersBudget) {
  wire::Campaign past = MakeCampaign("past");
  past.starts_us = kNoonUs - 60 * kDayUs;
  past.ends_us = kNoonUs - 14 * kDayUs;
  PlanAll("past", past, {WithOffer(Contact(0), "coupon", 3000)});
  PlanAll("now", MakeCampaign("a"), {WithOffer(Contact(1), "coupon", 3000)});
  EXPECT_EQ(Run("now").planned, 1);
}

TEST_F(ApplyTest, APlanWithoutAnEndCountsForNinetyDays) {
  wire::Campaign open = MakeCampaign("open");
  open.ends_us = 0;
  open.outcome_days = 7;
  wire::RunRow run;
  run.campaign = open;
  run.moment_us = kNoonUs;
  run.offer_contacts[3] = 1;
  const auto counted = [&run](absl::Duration after) {
    OfferPlan plan;
    AddPlan(run, 3, absl::FromUnixMicros(kNoonUs) + after, plan);
    return plan.contacts;
  };
  const absl::Duration end = kOpenWindow + absl::Hours(24 * 7);
  EXPECT_EQ(counted(end - absl::Seconds(1)), 1);
  EXPECT_EQ(counted(end), 0);
}

TEST_F(ApplyTest, AllRunsStayWithinAnOffersUses) {
  wire::Definitions definitions = CappedDefinitions(1, 30);
  definitions.offers[0].limits.uses = 2;
  Do(Put(definitions));
  const std::string id = definitions.offers[0].id;
  PlanAll("one", MakeCampaign("a"), {WithOffer(Contact(0), id, 1)});
  PlanAll("two", MakeCampaign("a"),
          {WithOffer(Contact(1), id, 1), WithOffer(Contact(2), id, 1)});
  EXPECT_THAT(Listed("two"), ElementsAre(1));
  EXPECT_EQ(Row("two", 2).reason, Reason::BUDGET);
}

TEST_F(ApplyTest, AnOfferThatIsGoneLeavesHerOut) {
  wire::Campaign dollars = MakeCampaign("a");
  dollars.currency = "USD";
  PlanAll("r", MakeCampaign("a"), {WithOffer(Contact(0), "never", 5)});
  EXPECT_EQ(Row("r", 0).reason, Reason::NO_OFFER);
  PlanAll("usd", dollars, {WithOffer(Contact(0), "coupon", 5)});
  EXPECT_EQ(Row("usd", 0).reason, Reason::NO_OFFER);
}

TEST_F(ApplyTest, AControlIsOfCustomersWhoWouldHaveBeenContacted) {
  PlanAll("low", MakeCampaign("a", 1), {Contact(0), Contact(1)});
  Do(SetState("low", State::FROZEN));
  PlanAll("other", MakeCampaign("a", 1), {Contact(2)});
  Do(Asked("dan", false));
  wire::Campaign campaign = MakeCampaign("b", 2);
  campaign.budget = 10;
  const auto control = [](int32_t customer, int64_t cost) {
    wire::PlannedContact contact = Contact(customer, kToday, cost);
    contact.decision = wire::ContactDecision::HELD_OUT;
    return contact;
  };
  PlanAll("r", campaign,
          {control(0, 1), control(2, 1), control(3, 1), control(4, 11),
           control(5, 10)});
  EXPECT_EQ(Row("r", 0).reason, Reason::CAP);
  EXPECT_EQ(Row("r", 2).decision, wire::ContactDecision::HELD_OUT);
  EXPECT_THAT(Listed("other"), ElementsAre(2));  // nobody gives way to her
  EXPECT_EQ(Row("r", 3).reason, Reason::CONSENT);
  EXPECT_EQ(Row("r", 4).reason, Reason::BUDGET);
  EXPECT_EQ(Run("r").held_out, 2);
  EXPECT_EQ(Run("r").cost, 0);
}

// ---- who gives way

TEST_F(ApplyTest, AHigherPriorityTakesAContactOfAnOpenRun) {
  PlanAll(
      "low", MakeCampaign("a", 1),
      {WithOffer(Contact(0, kToday, 5), "coupon", 70), Contact(1, kToday, 9)});
  PlanAll("high", MakeCampaign("b", 2), {Contact(0, kToday + 3)});
  EXPECT_EQ(Run("high").planned, 1);
  const wire::RunRow low = Run("low");
  EXPECT_EQ(low.planned, 1);
  EXPECT_EQ(low.cost, 9);
  EXPECT_EQ(low.decided, 2);
  EXPECT_THAT(low.left_out, ElementsAre(Pair(Reason::DISPLACED, 1)));
  EXPECT_THAT(low.offer_cost, IsEmpty());
  EXPECT_THAT(low.offer_contacts, IsEmpty());
  EXPECT_THAT(Listed("low"), ElementsAre(1));
  EXPECT_EQ(Row("low", 0).reason, Reason::DISPLACED);
  EXPECT_EQ(Row("low", 0).by_run, 1);
  store_.Reopen();
  PlanAll("third", MakeCampaign("c", 1), {Contact(0)});
  EXPECT_EQ(Row("third", 0).reason, Reason::CAP);
}

TEST_F(ApplyTest, AFrozenRunGivesNobodyAway) {
  PlanAll("low", MakeCampaign("a", 1), {Contact(0)});
  Do(SetState("low", State::FROZEN));
  const wire::RunRow before = Run("low");
  PlanAll("high", MakeCampaign("b", 2), {Contact(0)});
  EXPECT_EQ(Row("high", 0).reason, Reason::CAP);
  EXPECT_EQ(Run("low"), before);
}

TEST_F(ApplyTest, WhoIsLeftOutForAnotherReasonDisplacesNobody) {
  PlanAll("low", MakeCampaign("a", 1), {Contact(0)});
  wire::Campaign high = MakeCampaign("b", 2);
  high.budget = 1;
  PlanAll("high", high, {Contact(0, kToday, 2)});
  EXPECT_EQ(Row("high", 0).reason, Reason::BUDGET);
  EXPECT_THAT(Listed("low"), ElementsAre(0));
}

TEST_F(ApplyTest, DisplacementInOneBatchIsSeenByTheCommandsBehind) {
  std::vector<wire::Command> commands(6);
  commands[0].body = OpenRun("low", MakeCampaign("a", 1), {0, 1});
  commands[1].body = Plan("low", 0, 1, {Contact(0)});
  commands[2].body = OpenRun("high", MakeCampaign("b", 2), {0});
  commands[3].body = Plan("high", 0, -1, {Contact(0)});
  commands[4].body = Plan("low", 1, -1, {Contact(1)});
  commands[5].body = SetState("low", State::FROZEN);
  for (wire::Command& command : commands) command.logged_at_us = kNoonUs;
  for (const wire::CommandReply& reply : store_.Apply(commands))
    EXPECT_FALSE(reply.__isset.refusal) << reply.refusal.message;
  EXPECT_THAT(Listed("low"), ElementsAre(1));
  EXPECT_THAT(Listed("high"), ElementsAre(0));
  EXPECT_EQ(Run("low").planned, 1);
  EXPECT_EQ(Run("low").state, State::FROZEN);
}

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

// ---- what is wrong whatever State says

wire::CommandBody Long(wire::CommandBody body, size_t contacts) {
  for (size_t i = 0; i < contacts; ++i)
    body.plan_contacts.contacts.push_back(Contact(static_cast<int32_t>(i)));
  return body;
}

TEST(ValidateTest, NamesWhatIsWrong) {
  const auto invalid = [](const wire::CommandBody& body,
                          const std::string& message) {
    EXPECT_THAT(Validate(body), StatusIs(absl::StatusCode::kInvalidArgument,
                                         HasSubstr(message)));
  };
  EXPECT_OK(Validate(Long(Plan("r", 0, -1, {}), kMaxPlannedContacts)));
  invalid(Long(Plan("r", 0, -1, {}), kMaxPlannedContacts + 1), "contacts");
  invalid(Plan("", 0, -1, {}), "run_id");
  invalid(Plan("r", 3, 3, {}), "next_customer");
  invalid(Plan("r", 0, 3, {Contact(3)}), "contacts.customer");
  invalid(Plan("r", 0, -1, {Contact(1), Contact(1)}), "contacts.customer");
  invalid(Plan("r", 0, -1, {Contact(1, 0)}), "contacts.day");
  invalid(Plan("r", 0, -1, {Contact(1, kToday, -1)}), "contacts.cost");
  invalid(Plan("r", 0, -1, {WithOffer(Contact(1), "", 5)}), "without an offer");
  invalid(Plan("r", 0, -1, {LeftOut(1, static_cast<Reason::type>(0))}),
          "contacts.reason");
  wire::CommandBody late = Plan("r", 0, -1, {Contact(1)});
  late.plan_contacts.contacts[0].not_after_us = kNoonUs - 9 * kDayUs;
  invalid(late, "is before not_before_us");
  invalid(PutList("", Change::ADD, {}), "list_id");
  invalid(
      PutList("x", Change::ADD, std::vector<std::string>(kMaxListIds + 1, "c")),
      "customer_ids");
  wire::CommandBody drop = DropList("x");
  EXPECT_OK(Validate(drop));
  drop.put_list.customer_ids = {"c"};
  invalid(drop, "drop");
  invalid(SetState("r", State::PLANNED), "state");
  invalid(SetState("r", State::RELEASED, true), "issued");
  invalid(Report("r", std::vector<wire::ContactReport>(
                          kMaxReports + 1,
                          Reported("c", wire::ReportKind::SENT, kNoonUs))),
          "reports");
  invalid(Report("r", {Reported("c", static_cast<wire::ReportKind::type>(9),
                                kNoonUs)}),
          "reports.kind");
  invalid(Report("r", {Reported("c", wire::ReportKind::SENT, -5)}),
          "reports.at_us");
  wire::CommandBody open = OpenRun("r", MakeCampaign("a"), {1});
  EXPECT_OK(Validate(open));
  open.open_run.audience = "nonsense";
  invalid(open, "audience: not a Roaring bitmap");
}

}  // namespace
}  // namespace patron::contacts
