#include "jobs/learn_response.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/strings/str_cat.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::jobs {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

class LearnResponseTest : public ::testing::Test {
 protected:
  LearnResponseTest() {
    wire::Definitions definitions;
    definitions.currency = "EUR";
    wire::Offer& offer = definitions.offers.emplace_back();
    offer.id = offer.name = "thanks";
    offer.benefit = wire::Benefit::PERCENT;
    offer.percent_bp = 2000;
    offer.currency = "EUR";
    offer.occasion = wire::Occasion::PERSONAL;
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions.definitions = definitions;
    store_.Apply(body);
    store_.Apply(Body(MakeProduct("soap", {"care"})));
  }

  // A customer with `purchases`, issued the offer thereafter.
  void Issue(const std::string& id, int purchases) {
    for (int i = 0; i < purchases; ++i)
      store_.Apply(Body(MakePurchase(absl::StrCat(id, "-", i), id, {{"soap"}},
                                     kNoonUs + (i - 40) * kDayUs)));
    wire::CommandBody body;
    body.__isset.issue_offer = true;
    body.issue_offer.offer_id = "thanks";
    body.issue_offer.customer_ids = {id};
    body.issue_offer.expires_at_us = kNoonUs + 10 * kDayUs;
    store_.Apply(body);
  }

  void Use(const std::string& id) {
    wire::CommandBody body;
    body.__isset.reserve = true;
    wire::Reserve& reserve = body.reserve;
    reserve.reservation_id = absl::StrCat(id, "-reserved");
    reserve.request.__set_customer_id(id);
    reserve.request.store_id = "shop";
    reserve.request.channel = "store";
    reserve.request.currency = "EUR";
    wire::BasketLine& line = reserve.request.lines.emplace_back();
    line.product_id = "soap";
    line.list_amount = 1000;
    reserve.hold_us = 60'000'000;
    store_.Apply(body);
    wire::CommandBody commit;
    commit.__isset.commit_reservation = true;
    commit.commit_reservation.reservation_id = reserve.reservation_id;
    commit.commit_reservation.receipt_id = absl::StrCat(id, "-used");
    commit.commit_reservation.happened_at_us = kNoonUs + 1;
    store_.Apply(commit);
  }

  std::vector<targeting::Example> Responses(int days_later) {
    const auto examples =
        ReadResponses(*store_.state().store,
                      absl::FromUnixMicros(kNoonUs + days_later * kDayUs),
                      absl::UTCTimeZone());
    EXPECT_OK(examples);
    return *examples;
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
};

TEST_F(LearnResponseTest, AnOfferThatExpiredUnusedIsNoUse) {
  Issue("anna", 3);
  ASSERT_EQ(Responses(20).size(), 1u);
  EXPECT_FALSE(Responses(20)[0].used);
}

TEST_F(LearnResponseTest, OneThatMayStillBeUsedTeachesNothingYet) {
  Issue("anna", 3);
  EXPECT_TRUE(Responses(5).empty());
}

TEST_F(LearnResponseTest, OneOfLongAgoTeachesNothingAnyMore) {
  Issue("anna", 3);
  EXPECT_TRUE(Responses(400).empty());
}

TEST_F(LearnResponseTest, FactsAreThoseOfTheIssue) {
  Issue("anna", 3);
  const auto before = Responses(20);
  store_.Apply(
      Body(MakePurchase("later", "anna", {{"soap"}}, kNoonUs + 2 * kDayUs)));
  store_.Apply(Body(testing::MakeReturn("back", "anna-0", {{0, 1000}})));
  const auto after = Responses(20);
  EXPECT_EQ(before[0].features, after[0].features);
  EXPECT_GT(before[0].features[targeting::kPurchases], 1);
}

TEST_F(LearnResponseTest, WhoBuysOftenIsLearnedToUseOffers) {
  for (int i = 0; i < 60; ++i) {
    const std::string id = absl::StrCat("c", i);
    const bool often = i % 2 == 0;
    Issue(id, often ? 8 : 1);
    if (often) Use(id);
  }
  const std::string checkpoint = dir_.File("checkpoint");
  ASSERT_OK(store_.state().store->CreateCheckpoint(checkpoint));
  LearnResponseOptions options;
  options.checkpoint = checkpoint;
  options.artefacts = dir_.path() / "artefacts";
  options.version = "v1";
  options.fewest_examples = 60;
  const SimulatedClock clock(absl::FromUnixMicros(kNoonUs + 20 * kDayUs));
  ASSERT_OK_AND_ASSIGN(const auto report, LearnResponse(options, clock));
  EXPECT_EQ(report.examples, 60);
  EXPECT_EQ(report.used, 30);
  std::ifstream in(dir_.path() / "artefacts" / "response" / "v1.json");
  const std::string json(std::istreambuf_iterator<char>(in), {});
  ASSERT_OK_AND_ASSIGN(const auto model,
                       targeting::ResponseModel::FromJson(json));
  EXPECT_GT(model.weights()[targeting::kPurchases], 0);
  const auto responses = Responses(20);
  EXPECT_GT(model.ChanceOf(responses[0].features), 0.8);
  EXPECT_LT(model.ChanceOf(responses[1].features), 0.2);
}

TEST_F(LearnResponseTest, TooFewOffersAreToldWithBothNumbers) {
  Issue("anna", 3);
  const std::string checkpoint = dir_.File("checkpoint");
  ASSERT_OK(store_.state().store->CreateCheckpoint(checkpoint));
  LearnResponseOptions options;
  options.checkpoint = checkpoint;
  options.artefacts = dir_.path() / "artefacts";
  const SimulatedClock clock(absl::FromUnixMicros(kNoonUs + 20 * kDayUs));
  EXPECT_THAT(LearnResponse(options, clock),
              StatusIs(absl::StatusCode::kFailedPrecondition,
                       HasSubstr("0 of 1 were used")));
}

}  // namespace
}  // namespace patron::jobs
