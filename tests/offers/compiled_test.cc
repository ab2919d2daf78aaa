#include "server/offers/compiled.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "server/subjects/subjects.h"
#include "tests/testing/status_matchers.h"

namespace patron::offers {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

wire::DefinitionsVersion VersionOf(std::vector<wire::Offer> offers) {
  wire::DefinitionsVersion version;
  version.version = 3;
  version.definitions.offers = std::move(offers);
  return version;
}

wire::Offer MakeOffer(const std::string& id, const std::string& scope = "") {
  wire::Offer offer;
  offer.id = id;
  offer.benefit = wire::Benefit::PERCENT;
  offer.scope = scope;
  return offer;
}

TEST(CompiledTest, OffersAreFoundByIdByOrdinalAndBySharedCode) {
  wire::Offer coded = MakeOffer("b");
  coded.codes = {"X", "Y"};
  wire::Offer other = MakeOffer("c");
  other.codes = {"Y"};
  ASSERT_OK_AND_ASSIGN(
      const auto compiled,
      Compile(VersionOf({MakeOffer("a"), coded, other}), {}, {40, 7, 9}));
  EXPECT_EQ(compiled->OfferById("b")->ordinal, 7u);
  EXPECT_EQ(compiled->OfferByOrdinal(9)->offer.id, "c");
  EXPECT_EQ(compiled->OfferById("d"), nullptr);
  EXPECT_EQ(compiled->OfferByOrdinal(0), nullptr);
  EXPECT_THAT(compiled->offers_by_shared_code.at("Y"), ElementsAre(1, 2));
  EXPECT_EQ(compiled->version.version, 3);
}

TEST(CompiledTest, ThePredictionIsReadyWhereThereIsOne) {
  wire::DefinitionsVersion version = VersionOf({MakeOffer("a")});
  ASSERT_OK_AND_ASSIGN(const auto without, Compile(version, {}, {1}));
  EXPECT_EQ(without->Prediction(), nullptr);
  wire::Prediction prediction;
  prediction.alpha = 4'414'000;
  version.definitions.__set_prediction(prediction);
  ASSERT_OK_AND_ASSIGN(const auto with, Compile(version, {}, {1}));
  ASSERT_NE(with->Prediction(), nullptr);
  EXPECT_EQ(with->Prediction()->purchases.alpha, 4.414);
}

TEST(CompiledTest, AnOfferMayNotHangOnAPrediction) {
  wire::Offer offer = MakeOffer("a");
  offer.eligible = "predicted_churn >= 50";
  EXPECT_THAT(Compile(VersionOf({offer}), {}, {1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("offer \"a\": eligible: predicted_churn")));
}

TEST(CompiledTest, ARuleThatDoesNotCompileNamesItsOffer) {
  EXPECT_THAT(
      Compile(VersionOf({MakeOffer("a", "colour = 3")}), {}, {1}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("offer \"a\": scope: "), HasSubstr("colour"))));
  wire::Offer offer = MakeOffer("a");
  offer.set_parts.resize(2);
  offer.set_parts[1].scope = "brand =";
  EXPECT_THAT(Compile(VersionOf({offer}), {}, {1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("offer \"a\": set_parts[1].scope: ")));
}

TEST(CompiledTest, ARuleOfAProgrammeThatDoesNotCompileNamesIt) {
  wire::DefinitionsVersion version;
  wire::Programme& club = version.definitions.programmes.emplace_back();
  club.id = "club";
  wire::EarningRule& rule = club.earning_rules.emplace_back();
  rule.id = "double";
  rule.eligible = "purchases = \"many\"";
  EXPECT_THAT(Compile(version, {1}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("programme \"club\": earning rule \"double\": "
                                 "eligible: ")));
}

TEST(CompiledTest, IdsStandOnceAndOrdinalsAreComplete) {
  EXPECT_THAT(
      Compile(VersionOf({MakeOffer("a"), MakeOffer("a")}), {}, {1, 2}),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("stands twice")));
  EXPECT_THAT(Compile(VersionOf({MakeOffer("a")}), {}, {}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "offers: 0 ordinals for 1 definitions"));
}

TEST(CompiledTest, ASetHasAtMostEightParts) {
  wire::Offer offer = MakeOffer("a");
  offer.set_parts.resize(kMaxSetParts);
  EXPECT_OK(Compile(VersionOf({offer}), {}, {1}));
  offer.set_parts.resize(kMaxSetParts + 1);
  EXPECT_THAT(Compile(VersionOf({offer}), {}, {1}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("set_parts: 9, at most 8")));
}

class ScopeIndexTest : public ::testing::Test {
 protected:
  Scope Add(const std::string& rule) {
    const auto program = rules::Compile(rule, subjects::ProductSchema());
    EXPECT_OK(program);
    return index_.Add(*program);
  }
  std::multiset<Scope> Covering(const std::string& id,
                                const wire::Product* product) {
    std::vector<uint32_t> asked(index_.size());
    std::multiset<Scope> scopes;
    index_.ForEachCovering(subjects::ProductSubject(id, product, 20619), 1,
                           asked, [&](Scope scope) { scopes.insert(scope); });
    return scopes;
  }
  ScopeIndex index_;
};

TEST_F(ScopeIndexTest, EqualRulesShareANumber) {
  EXPECT_EQ(Add(""), kEverything);
  const Scope coffee = Add("category has \"Coffee\"");
  EXPECT_EQ(Add("category   has \"Coffee\" # again"), coffee);
  EXPECT_NE(Add("category has \"Tea\""), coffee);
}

TEST_F(ScopeIndexTest, EveryRuleThatHoldsIsVisitedOnce) {
  const Scope both = Add("category has any (\"Coffee\", \"Drinks\")");
  const Scope brand = Add("brand = \"Acme\" and category has \"Coffee\"");
  const Scope not_tea = Add("not category has \"Tea\"");
  const Scope by_id = Add("product in (\"p\", \"q\")");
  Add("brand = \"Other\"");
  Add("category has \"Tea\"");
  wire::Product product;
  product.product_id = "p";
  product.category_path = {"Drinks", "Coffee"};
  product.__set_brand("Acme");
  EXPECT_EQ(Covering("p", &product),
            (std::multiset<Scope>{both, brand, not_tea, by_id}));
  EXPECT_EQ(Covering("q", nullptr), (std::multiset<Scope>{not_tea, by_id}));
}

}  // namespace
}  // namespace patron::offers
