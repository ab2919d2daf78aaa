// Weights, the sinking of what was ignored, and limits of category and tier.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/recommend/options.h"
#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::testing::AnyOf;
using ::testing::Contains;
using ::testing::Each;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using wire::Placement;
using wire::PriceTier;
using wire::ReasonCode;

const std::set<std::string> kOwn = {"bread-1", "jam-1", "coffee-1",
                                    "filters-1"};

class ShapeTest : public ::testing::Test {
 protected:
  ShapeTest() { shop_.OpenWithHabits(); }

  static size_t Place(const std::vector<std::string>& ids,
                      const std::string& id) {
    return static_cast<size_t>(std::find(ids.begin(), ids.end(), id) -
                               ids.begin());
  }
  static std::string KindOf(const std::string& id) {
    return id.substr(0, id.find('-'));
  }
  // The most of one kind among any ten in a row.
  static int MostOfAKind(const std::vector<std::string>& ids) {
    int most = 0;
    for (size_t from = 0; from < ids.size(); ++from) {
      std::map<std::string, int> counts;
      for (size_t i = from; i < std::min(from + 10, ids.size()); ++i)
        most = std::max(most, ++counts[KindOf(ids[i])]);
    }
    return most;
  }
  void PutTier(const std::string& id, PriceTier::type tier) {
    wire::Product product = TestShop::Product(id, {"home", id}, "b", 100);
    product.price_tier = tier;
    shop_.Put(product);
  }

  TestShop shop_;
};

// ---- weights
// ------------------------------------------------------------------------------

TEST_F(ShapeTest, WeightZeroLeavesOwnProductsOut) {
  auto request = Home("breakfast-0", 10);
  request.__set_due_weight(0);
  const auto ids = shop_.AskIds(request);
  EXPECT_THAT(ids, SizeIs(10));
  for (const std::string& own : kOwn) EXPECT_THAT(ids, Not(Contains(own)));
}

TEST_F(ShapeTest, WeightZeroLeavesNewProductsOut) {
  auto request = Home("breakfast-0", 10);
  request.__set_novelty_weight(0);
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  const auto ids = IdsOf(answer.reply.items);
  EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()), kOwn);
  EXPECT_THAT(answer.reply.notes, Contains(HasSubstr("k: 10 asked, 4 found")));
}

TEST_F(ShapeTest, AWeightMultipliesTheScores) {
  const auto plain = shop_.Ask(Home("breakfast-0", 20));
  auto request = Home("breakfast-0", 20);
  request.__set_due_weight(2);
  for (const auto& item : shop_.Ask(request)) {
    const auto* before = Find(plain, item.product_id);
    ASSERT_NE(before, nullptr) << item.product_id;
    const double times = kOwn.count(item.product_id) > 0 ? 2 : 1;
    EXPECT_NEAR(item.score, times * before->score, 1e-6) << item.product_id;
  }
}

TEST_F(ShapeTest, NoveltyBringsNewProductsUpStepByStep) {
  size_t place = 0;
  for (const double weight : {1.0, 3.0, 10.0, 100.0}) {
    auto request = Home("breakfast-0", 30);
    request.__set_novelty_weight(weight);
    const auto items = shop_.Ask(request);
    EXPECT_THAT(items, SizeIs(30));
    const size_t now = Place(IdsOf(items), "bread-1");
    EXPECT_GE(now, place) << weight;
    place = now;
    for (size_t i = 1; i < items.size(); ++i)
      EXPECT_LE(items[i].score, items[i - 1].score) << i;
  }
  EXPECT_GE(place, 10u);
}

TEST_F(ShapeTest, WeightsOfOneChangeNothing) {
  auto request = Home("tea-3", 20);
  const auto plain = shop_.AskIds(request);
  request.__set_due_weight(1);
  request.__set_novelty_weight(1);
  EXPECT_EQ(shop_.AskIds(request), plain);
}

TEST_F(ShapeTest, WeightsHoldInOtherPlacementsToo) {
  auto request = About(Placement::GOES_WITH, {"bread-1"}, 5);
  request.__set_customer_id("breakfast-0");
  EXPECT_EQ(shop_.AskIds(request)[0], "jam-1");
  request.__set_due_weight(0);
  EXPECT_THAT(shop_.AskIds(request), Not(Contains("jam-1")));
}

TEST_F(ShapeTest, BothWeightsZeroIsAnEmptyAnswerThatSaysSo) {
  auto request = Home("breakfast-0", 10);
  request.__set_due_weight(0);
  request.__set_novelty_weight(0);
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  EXPECT_THAT(answer.reply.items, IsEmpty());
  EXPECT_THAT(answer.reply.notes, Contains(HasSubstr("0 found")));
}

TEST_F(ShapeTest, WhatIsFilledUpWithOwnProductsTellsWhenTheyWereBought) {
  auto request = Home("breakfast-0", 10);
  request.placement = Placement::TRENDING;
  request.__set_novelty_weight(0);
  for (const auto& item : shop_.Ask(request))
    if (item.reason == ReasonCode::BOUGHT_BEFORE) {
      EXPECT_THAT(item.reason_text,
                  AnyOf(HasSubstr("15 days ago"), HasSubstr("18 days ago")));
    }
  EXPECT_THAT(shop_.AskIds(request), SizeIs(4));
}

// ---- shown and ignored
// --------------------------------------------------------------------

TEST_F(ShapeTest, WhatWasShownAndIgnoredSinksStepByStep) {
  const auto request = Home("breakfast-0", 30);
  const auto before = shop_.Ask(request);
  size_t place = Place(IdsOf(before), "bread-1");
  double score = Find(before, "bread-1")->score;
  for (int showing = 1; showing <= 4; ++showing) {
    shop_.Show("breakfast-0", {"bread-1"});
    const auto items = shop_.Ask(request);
    EXPECT_THAT(items, SizeIs(30));
    EXPECT_GE(Place(IdsOf(items), "bread-1"), place);
    EXPECT_NEAR(Find(items, "bread-1")->score, 0.85 * score, 1e-6);
    place = Place(IdsOf(items), "bread-1");
    score = Find(items, "bread-1")->score;
  }
  EXPECT_GT(place, Place(IdsOf(before), "bread-1"));
  EXPECT_EQ(shop_.AskIds(request), shop_.AskIds(request));
}

TEST_F(ShapeTest, AnIgnoredPageMakesRoomForOthers) {
  const auto first = shop_.AskIds(Home("tea-2", 10));
  for (int i = 0; i < 12; ++i) shop_.Show("tea-2", first);
  EXPECT_NE(shop_.AskIds(Home("tea-2", 10)), first);
}

TEST_F(ShapeTest, AClickOrAPurchaseEndsTheSinking) {
  const auto request = Home("breakfast-0", 30);
  const auto before = shop_.AskIds(request);
  shop_.Show("breakfast-0", {"tea-1", "soap-1"});
  shop_.Do("breakfast-0", wire::EventKind::CLICK, "tea-1");
  shop_.Buy("breakfast-0", {"soap-1"}, 0);
  facts::CustomerFacts facts;
  shop_.state().facts.Read(
      CustomerOrdinal(*shop_.state().ordinals.customers.Find("breakfast-0")),
      facts);
  EXPECT_THAT(facts.shown, IsEmpty());
}

TEST_F(ShapeTest, ASinkingFadesWithTime) {
  shop_.Show("breakfast-0", {"tea-1"});
  shop_.Show("breakfast-0", {"tea-1"});
  auto request = Ask(Placement::TRENDING, 30);
  const auto fresh = shop_.Ask(request);
  request.__set_customer_id("breakfast-0");
  const double at_once = Find(shop_.Ask(request), "tea-1")->score;
  shop_.clock().Advance(absl::Hours(24 * 7));
  const double later = Find(shop_.Ask(request), "tea-1")->score;
  EXPECT_LT(at_once, later);
  EXPECT_LT(later, Find(fresh, "tea-1")->score);
}

TEST_F(ShapeTest, TimingAloneDecidesBuyAgain) {
  auto request = Home("breakfast-0", 10);
  request.placement = Placement::BUY_AGAIN;
  const auto before = shop_.AskIds(request);
  for (int i = 0; i < 5; ++i) shop_.Show("breakfast-0", {before[0]});
  EXPECT_EQ(shop_.AskIds(request), before);
}

// ---- categories
// ---------------------------------------------------------------------------

TEST_F(ShapeTest, NoCategoryStandsOftenerThanAskedAmongAnyTen) {
  for (const int limit : {1, 2}) {
    auto request = Home("breakfast-0", 20);
    request.per_category = limit;
    const auto ids = shop_.AskIds(request);
    EXPECT_THAT(ids, SizeIs(20));
    EXPECT_EQ(std::set<std::string>(ids.begin(), ids.end()).size(), 20u);
    EXPECT_LE(MostOfAKind(ids), limit);
  }
}

TEST_F(ShapeTest, WhereTooFewCategoriesAreLeftTheLimitGivesWay) {
  auto request = Home("breakfast-0", 6);
  request.per_category = 1;
  request.filter.categories = {"tea", "wine"};
  const auto ids = shop_.AskIds(request);
  EXPECT_THAT(ids, SizeIs(6));
  EXPECT_NE(KindOf(ids[0]), KindOf(ids[1]));
}

TEST_F(ShapeTest, TheLimitHoldsInEveryPlacementThatFills) {
  for (const auto& [value, name] : wire::_Placement_VALUES_TO_NAMES) {
    const auto placement = static_cast<Placement::type>(value);
    if (placement == Placement::BUY_AGAIN) continue;
    auto request = About(placement, {"soap-1"}, 9);
    request.__set_customer_id("tea-1");
    request.per_category = 1;
    const auto ids = shop_.AskIds(request);
    EXPECT_THAT(ids, SizeIs(9)) << name;
    EXPECT_EQ(MostOfAKind(ids), 1) << name;
  }
}

// ---- price tiers
// --------------------------------------------------------------------------

TEST_F(ShapeTest, EachTierStandsAmongTheFirstTen) {
  PutTier("cheap", PriceTier::LOW);
  PutTier("fair", PriceTier::MIDDLE);
  PutTier("dear", PriceTier::HIGH);
  for (const auto placement : {Placement::HOME, Placement::TRENDING,
                               Placement::KIOSK, Placement::SIMILAR}) {
    auto request = About(placement, {"bread-1"}, 20);
    const auto plain = shop_.AskIds(request);
    request.spread_price_tiers = true;
    const auto ids = shop_.AskIds(request);
    EXPECT_THAT(ids, SizeIs(20));
    for (const char* tier : {"cheap", "fair", "dear"})
      EXPECT_LT(Place(ids, tier), 10u) << placement << " " << tier;
    EXPECT_EQ(ids[0], plain[0]) << "the best stays first";
  }
}

TEST_F(ShapeTest, ATierThatDoesNotExistCostsNothing) {
  PutTier("dear", PriceTier::HIGH);
  auto request = Home("tea-1", 10);
  request.spread_price_tiers = true;
  const auto ids = shop_.AskIds(request);
  EXPECT_THAT(ids, SizeIs(10));
  EXPECT_THAT(ids, Contains("dear"));
}

TEST_F(ShapeTest, TiersHoldBesideTheCategoryLimitAndTheFilter) {
  for (int i = 0; i < 6; ++i)
    PutTier(absl::StrCat("cheap-", i), PriceTier::LOW);
  PutTier("fair", PriceTier::MIDDLE);
  PutTier("dear", PriceTier::HIGH);
  auto request = Home("tea-1", 10);
  request.spread_price_tiers = true;
  request.per_category = 1;
  request.filter.categories = {"home"};
  const auto ids = shop_.AskIds(request);
  EXPECT_THAT(ids, SizeIs(10));
  EXPECT_THAT(ids, Contains("fair"));
  EXPECT_THAT(ids, Contains("dear"));
  EXPECT_THAT(ids, Contains(HasSubstr("cheap")));
}

TEST_F(ShapeTest, WhatIsSearchedForUnderLimitsPassesTheFilterAndComesOnce) {
  auto request = Ask(Placement::TRENDING, 9);
  request.per_category = 1;
  request.filter.categories = {"home", "drinks"};
  request.filter.exclude_product_ids = {"soap-1"};
  const auto ids = shop_.AskIds(request);
  EXPECT_THAT(ids, ::testing::UnorderedElementsAre("soap-2", "soap-3", "wine-1",
                                                   "wine-2", "wine-3"));
}

TEST_F(ShapeTest, TwoPlacesCannotShowThreeTiers) {
  PutTier("dear", PriceTier::HIGH);
  auto request = Home("tea-1", 2);
  const auto plain = shop_.AskIds(request);
  request.spread_price_tiers = true;
  EXPECT_EQ(shop_.AskIds(request), plain);
}

}  // namespace
}  // namespace patron::recommend
