#include "server/api/next_offers.h"

#include <gmock/gmock.h>

#include <fstream>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/commit/engine.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::api {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeProduct;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

class NextOffersTest : public ::testing::Test {
 protected:
  NextOffersTest() {
    store_.Apply(Body(MakeProduct("soap", {"care"})));
    store_.Apply(Body(MakeProduct("bread", {"food"})));
    wire::Definitions definitions;
    definitions.currency = "EUR";
    definitions.margin_bp = 7000;
    definitions.offers = {Percent("care-30", "category has \"care\""),
                          Percent("food-30", "category has \"food\"")};
    wire::CommandBody body;
    body.__isset.put_definitions = true;
    body.put_definitions.definitions = definitions;
    EXPECT_OK(commit::ToStatus(store_.Apply(body)));
    for (int i = 0; i < 10; ++i) {
      Buys(absl::StrCat("always", i), 0);
      Buys(absl::StrCat("waits", i), 30);
    }
  }

  static wire::Offer Percent(const std::string& id, const std::string& scope) {
    wire::Offer offer;
    offer.id = offer.name = id;
    offer.benefit = wire::Benefit::PERCENT;
    offer.percent_bp = 3000;
    offer.currency = "EUR";
    offer.scope = scope;
    return offer;
  }

  // Soap, twelve times, at so much off; at any price a third at 30 % too.
  void Buys(const std::string& id, int percent) {
    for (int i = 0; i < 12; ++i) {
      const int off = i % 3 == 0 ? 30 : percent;
      wire::Purchase purchase = testing::MakePurchase(
          absl::StrCat(id, "-", i), id, {{"soap", 1000, 100 * (100 - off)}},
          kNoonUs - (100 - 8 * i) * kDayUs);
      purchase.lines[0].__set_list_amount(10'000);
      store_.Apply(Body(purchase));
    }
  }

  absl::StatusOr<std::vector<wire::NextOffer>> For(
      const std::vector<std::string>& customers,
      const std::vector<std::string>& offers = {}) {
    const checkout::Desk desk(store_.state().Parts(), clock_,
                              absl::UTCTimeZone());
    return NextOffers(store_.state(), desk, clock_, dir_.path() / "artefacts")
        .For(customers, offers);
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
  SimulatedClock clock_{absl::FromUnixMicros(kNoonUs)};
};

TEST_F(NextOffersTest, WhoWaitsGetsTheOfferOverWhatSheBuys) {
  ASSERT_OK_AND_ASSIGN(const auto offers, For({"waits3", "always3"}));
  ASSERT_EQ(offers.size(), 2u);
  EXPECT_EQ(offers[0].customer_id, "waits3");
  EXPECT_EQ(offers[0].offer_id, "care-30") << offers[0].reason;
  EXPECT_GT(offers[0].gain, 0);
  EXPECT_EQ(offers[1].offer_id, "");
  EXPECT_THAT(offers[1].reason, HasSubstr("no discount needed"));
}

TEST_F(NextOffersTest, OnlyTheOffersNamedAreWeighed) {
  ASSERT_OK_AND_ASSIGN(const auto offers, For({"waits3"}, {"food-30"}));
  EXPECT_NE(offers[0].offer_id, "care-30");
}

TEST_F(NextOffersTest, UnknownNamesAreTold) {
  EXPECT_THAT(For({"nobody"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("nobody")));
  EXPECT_THAT(For({"waits3"}, {"never-made"}),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("never-made")));
}

TEST_F(NextOffersTest, OneCustomersIsFoundAnewWhenTheShopHasChanged) {
  const checkout::Desk desk(store_.state().Parts(), clock_,
                            absl::UTCTimeZone());
  const NextOffers next(store_.state(), desk, clock_,
                        dir_.path() / "artefacts");
  ASSERT_OK_AND_ASSIGN(const auto hers, next.ForOne("waits3"));
  ASSERT_TRUE(hers.has_value());
  EXPECT_EQ(hers->offer_id, "care-30");
  ASSERT_OK_AND_ASSIGN(const auto none, next.ForOne("always3"));
  EXPECT_FALSE(none.has_value());
  EXPECT_THAT(next.ForOne("nobody"), StatusIs(absl::StatusCode::kNotFound));
  // Soap is no longer what the offer covers.
  store_.Apply(Body(MakeProduct("soap", {"food"})));
  ASSERT_OK_AND_ASSIGN(const auto moved, next.ForOne("waits3"));
  ASSERT_TRUE(moved.has_value());
  EXPECT_EQ(moved->offer_id, "food-30");
  wire::CommandBody paused;
  paused.__isset.set_offer_state = true;
  paused.set_offer_state.offer_id = "food-30";
  paused.set_offer_state.state = wire::OfferState::PAUSED;
  ASSERT_OK(commit::ToStatus(store_.Apply(paused)));
  ASSERT_OK_AND_ASSIGN(const auto paused_too, next.ForOne("waits3"));
  EXPECT_FALSE(paused_too.has_value());
}

TEST_F(NextOffersTest, TheNewestModelThatReadsIsUsed) {
  std::vector<targeting::Example> examples(40);
  for (size_t i = 0; i < examples.size(); ++i) examples[i].used = i % 4 == 0;
  ASSERT_OK_AND_ASSIGN(const auto model, targeting::Learn(examples, {}));
  const auto folder = dir_.path() / "artefacts" / "response";
  std::filesystem::create_directories(folder);
  std::ofstream(folder / "1.json") << model.ToJson();
  std::ofstream(folder / "2.json") << "{\"broken\":";
  ASSERT_OK_AND_ASSIGN(const auto offers, For({"waits3"}, {"care-30"}));
  EXPECT_NEAR(offers[0].response, 0.25, 1e-6);
}

}  // namespace
}  // namespace patron::api
