// Who a chunk contacts, and why not: apply of PlanContacts.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "server/contacts/admission.h"
#include "server/definitions/holdout.h"
#include "tests/contacts/apply_fixture.h"

namespace patron::contacts {
namespace {

using namespace patron::testing;  // NOLINT: builders
using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Pair;

using State = wire::RunState;
using Reason = wire::LeftOut;

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

TEST_F(ApplyTest, RunsThatNoLongerCountAreNotLookedAtAgain) {
  for (const char* id : {"one", "two", "three"})
    PlanAll(id, MakeCampaign("a"), {});
  Do(SetState("two", State::RELEASED));
  RunChanges runs(store_.state().runs);
  int asked = 0;
  const auto counts = [&asked](const wire::RunRow& run) {
    ++asked;
    return StillCounts(run, absl::FromUnixMicros(kNoonUs));
  };
  EXPECT_THAT(runs.Counting(counts), ElementsAre(0, 2));
  EXPECT_EQ(asked, 3);
  EXPECT_THAT(runs.Counting(counts), ElementsAre(0, 2));
  EXPECT_EQ(asked, 5);
  store::Batch batch(*store_.state().store);
  wire::RunRow fourth;
  fourth.run_id = "four";
  runs.Open(fourth, Roaring(), batch);
  runs.Mutable(0).state = State::RELEASED;
  EXPECT_THAT(runs.Counting([](const wire::RunRow& run) {
    return run.state != State::RELEASED;
  }),
              ElementsAre(2, 3));
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

}  // namespace
}  // namespace patron::contacts
