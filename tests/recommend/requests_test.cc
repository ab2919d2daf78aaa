// Requests at the edges: wrong ones, filters, empty shops, and what an item
// tells.
#include <cmath>
#include <functional>

#include "absl/strings/str_cat.h"
#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using wire::Placement;
using wire::ReasonCode;

class RequestsTest : public ::testing::Test {
 protected:
  RequestsTest() { shop_.OpenWithHabits(); }
  TestShop shop_;
};

// ---- wrong requests
// ----------------------------------------------------------------------

struct BadRequest {
  const char* field;
  const char* value;
  std::function<void(wire::RecommendRequest&)> spoil;
};

TEST_F(RequestsTest, EachWrongFieldIsRefusedByNameAndValue) {
  const std::vector<BadRequest> table = {
      {"k", "0", [](auto& r) { r.k = 0; }},
      {"k", "-1", [](auto& r) { r.k = -1; }},
      {"k", "501", [](auto& r) { r.k = 501; }},
      {"placement", "0",
       [](auto& r) { r.placement = static_cast<Placement::type>(0); }},
      {"placement", "13",
       [](auto& r) { r.placement = static_cast<Placement::type>(13); }},
      {"product_ids", "0",
       [](auto& r) { r.placement = Placement::SUBSTITUTE; }},
      {"product_ids", "0", [](auto& r) { r.placement = Placement::CHECKOUT; }},
      {"product_ids", "customer_id is empty",
       [](auto& r) { r.placement = Placement::AFTER_PURCHASE; }},
      {"due_weight", "-1 is not between 0 and 100",
       [](auto& r) { r.__set_due_weight(-1); }},
      {"due_weight", "nan", [](auto& r) { r.__set_due_weight(std::nan("")); }},
      {"novelty_weight", "100.5 is not between 0 and 100",
       [](auto& r) { r.__set_novelty_weight(100.5); }},
      {"novelty_weight", "inf",
       [](auto& r) { r.__set_novelty_weight(HUGE_VAL); }},
      {"per_category", "-1 is not between 0 and 10",
       [](auto& r) { r.per_category = -1; }},
      {"per_category", "11 is not between 0 and 10",
       [](auto& r) { r.per_category = 11; }},
      {"product_ids", "0", [](auto& r) { r.placement = Placement::SIMILAR; }},
      {"product_ids", "0", [](auto& r) { r.placement = Placement::GOES_WITH; }},
      {"product_ids", "0", [](auto& r) { r.placement = Placement::BASKET; }},
      {"product_ids", "201", [](auto& r) { r.product_ids.assign(201, "p"); }},
      {"product_ids", "", [](auto& r) { r.product_ids = {""}; }},
      {"customer_id", "\\xff", [](auto& r) { r.__set_customer_id("\xff"); }},
      {"customer_id", "129",
       [](auto& r) { r.__set_customer_id(std::string(129, 'c')); }},
      {"store_id", "129", [](auto& r) { r.store_id = std::string(129, 's'); }},
      {"channel", "", [](auto& r) { r.channel = std::string(1 << 20, 'x'); }},
      {"filter.categories", "",
       [](auto& r) { r.filter.categories = {"\xc0"}; }},
      {"filter.brands", "", [](auto& r) { r.filter.brands = {"\xc0"}; }},
      {"filter.exclude_product_ids", "1001",
       [](auto& r) { r.filter.exclude_product_ids.assign(1001, "p"); }},
      {"filter.price_tiers", "7",
       [](auto& r) {
         r.filter.price_tiers = {static_cast<wire::PriceTier::type>(7)};
       }},
      {"not_bought_days", "-1", [](auto& r) { r.not_bought_days = -1; }},
      {"filter.rule: line 1, column 1", "categry",
       [](auto& r) { r.filter.rule = "categry has \"tea\""; }},
      {"filter.rule: line 2, column ", ">",
       [](auto& r) { r.filter.rule = "price\n>> 3"; }},
      {"filter.rule", "purchases",
       [](auto& r) { r.filter.rule = "purchases > 3"; }},
      {"filter.min_price", "-5", [](auto& r) { r.filter.__set_min_price(-5); }},
      {"filter.min_price", "300",
       [](auto& r) {
         r.filter.__set_min_price(300);
         r.filter.__set_max_price(200);
       }},
  };
  for (const BadRequest& bad : table) {
    wire::RecommendRequest request = Ask(Placement::HOME, 10);
    bad.spoil(request);
    EXPECT_THAT(shop_.TryAsk(request),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr(bad.field), HasSubstr(bad.value))))
        << bad.field;
  }
}

TEST_F(RequestsTest, TheWidestRequestIsAccepted) {
  wire::RecommendRequest request = Ask(Placement::BASKET, 500);
  for (int i = 0; i < 200; ++i)
    request.product_ids.push_back(absl::StrCat("p", i));
  EXPECT_OK(shop_.TryAsk(request));
}

// ---- filters
// -----------------------------------------------------------------------------

TEST_F(RequestsTest, InStockOnlyShowsWhatTheStoreTellsItHas) {
  shop_.Stock("wine-1", "north", 2000, std::nullopt);
  shop_.Stock("wine-2", "north", 0, std::nullopt);
  shop_.Stock("wine-3", "south", 9000, std::nullopt);
  shop_.Stock("soap-1", "north", std::nullopt, 100);
  auto request = Ask(Placement::HOME, 10);
  request.filter.in_stock_only = true;
  EXPECT_THAT(shop_.AskIds(request), ElementsAre("wine-1"));
}

TEST_F(RequestsTest, CategoriesOfAnyLevelRestrict) {
  auto request = Home("breakfast-0", 30);
  request.filter.categories = {"home", "wine"};
  EXPECT_THAT(shop_.AskIds(request),
              UnorderedElementsAre("soap-1", "soap-2", "soap-3", "wine-1",
                                   "wine-2", "wine-3"));
}

TEST_F(RequestsTest, ACategoryThatNoProductHasIsANote) {
  auto request = Home("breakfast-0", 30);
  request.filter.categories = {"no such"};
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  EXPECT_THAT(answer.reply.items, IsEmpty());
  EXPECT_THAT(answer.reply.notes,
              Contains("filter.categories: no product has \"no such\""));
}

TEST_F(RequestsTest, BrandsRestrict) {
  auto request = Home("breakfast-0", 30);
  request.filter.brands = {"clean"};
  EXPECT_THAT(shop_.AskIds(request),
              UnorderedElementsAre("soap-1", "soap-2", "soap-3"));
}

TEST_F(RequestsTest, PricesRestrictByTheStoresPriceElseTheListPrice) {
  shop_.Stock("wine-1", "north", std::nullopt, 1500);
  wire::Product unpriced = TestShop::Product("gift", {"gifts"}, "b", 0);
  unpriced.__isset.price = false;
  shop_.Put(unpriced);
  auto request = Ask(Placement::HOME, 30);
  request.filter.__set_min_price(1000);
  request.filter.__set_max_price(1500);
  EXPECT_THAT(shop_.AskIds(request),
              UnorderedElementsAre("wine-1", "wine-2", "wine-3"));
}

TEST_F(RequestsTest, PriceTiersRestrict) {
  wire::Product dear = TestShop::Product("truffles", {"food"}, "b", 9900);
  dear.price_tier = wire::PriceTier::HIGH;
  shop_.Put(dear);
  auto request = Ask(Placement::HOME, 30);
  request.filter.price_tiers = {wire::PriceTier::HIGH};
  EXPECT_THAT(shop_.AskIds(request), ElementsAre("truffles"));
}

TEST_F(RequestsTest, ARuleRestrictsAndAllThatItLeavesAreGiven) {
  for (const auto placement :
       {Placement::HOME, Placement::SIMILAR, Placement::GOES_WITH,
        Placement::BASKET, Placement::TRENDING, Placement::NEW_ARRIVALS}) {
    auto request = About(placement, {"bread-1"}, 6);
    request.filter.rule = "category has \"soap\" or category has \"wine\"";
    EXPECT_THAT(shop_.AskIds(request),
                UnorderedElementsAre("soap-1", "soap-2", "soap-3", "wine-1",
                                     "wine-2", "wine-3"))
        << placement;
    request.filter.rule = "not (category has \"food\" or brand = \"clean\")";
    request.k = 3;
    EXPECT_THAT(shop_.AskIds(request), SizeIs(3)) << placement;
  }
}

TEST_F(RequestsTest, ARuleStandsBesideTheOtherFilters) {
  shop_.Stock("wine-1", "north", 2000, std::nullopt);
  shop_.Stock("soap-1", "north", 2000, std::nullopt);
  auto request = Home("breakfast-0", 30);
  request.filter.rule = "product in (\"wine-1\", \"wine-2\", \"soap-1\")";
  EXPECT_THAT(shop_.AskIds(request),
              UnorderedElementsAre("wine-1", "wine-2", "soap-1"));
  request.filter.categories = {"wine"};
  EXPECT_THAT(shop_.AskIds(request), UnorderedElementsAre("wine-1", "wine-2"));
  request.filter.categories.clear();
  request.filter.in_stock_only = true;
  EXPECT_THAT(shop_.AskIds(request), UnorderedElementsAre("wine-1", "soap-1"));
  request.filter.exclude_product_ids = {"soap-1"};
  EXPECT_THAT(shop_.AskIds(request), ElementsAre("wine-1"));
}

// What the rule cannot do without is looked up, not searched for: the answer
// is the same.
TEST_F(RequestsTest, ARuleOfOneCategoryAnswersAsTheCategoryFilter) {
  for (const char* name : {"soap", "drinks", "home", "nothing of this"}) {
    auto by_rule = Home("nobody", 30);
    by_rule.filter.rule = absl::StrCat("category has \"", name, "\"");
    auto by_category = Home("nobody", 30);
    by_category.filter.categories = {name};
    EXPECT_EQ(shop_.AskIds(by_rule), shop_.AskIds(by_category)) << name;
  }
  auto by_rule = Home("nobody", 30);
  by_rule.filter.rule = "brand = \"clean\"";
  auto by_brand = Home("nobody", 30);
  by_brand.filter.brands = {"clean"};
  EXPECT_EQ(shop_.AskIds(by_rule), shop_.AskIds(by_brand));
}

// ---- what was bought lately
// --------------------------------------------------------------

TEST_F(RequestsTest, WhatWasBoughtLatelyIsLeftOutUnlessDueAgain) {
  shop_.Buy("carla", {"wine-1"}, 3);
  shop_.Buy("carla", {"soap-1"}, 40);
  // Every ten days, the last nine days ago: due again.
  for (const int days_ago : {29, 19, 9})
    shop_.Buy("carla", {"tea-1"}, days_ago);
  auto request = Home("carla", 500);
  const auto all = shop_.AskIds(request);
  EXPECT_THAT(all, Contains("wine-1"));
  request.not_bought_days = 3;  // today and the two days before
  EXPECT_THAT(shop_.AskIds(request), Contains("wine-1"));
  request.not_bought_days = 4;
  const auto left = shop_.AskIds(request);
  EXPECT_THAT(left, Not(Contains("wine-1")));
  EXPECT_THAT(left, Contains("soap-1"));
  EXPECT_THAT(left, Contains("tea-1"));
  EXPECT_EQ(left.size(), all.size() - 1);
  request.not_bought_days = 365;
  EXPECT_THAT(shop_.AskIds(request), Not(Contains("soap-1")));
  EXPECT_THAT(shop_.AskIds(request), Contains("tea-1"));
}

TEST_F(RequestsTest, BuyAgainIsAboutWhatWasBoughtLately) {
  auto request = Ask(Placement::BUY_AGAIN, 10);
  request.__set_customer_id("tea-0");
  const auto before = shop_.AskIds(request);
  EXPECT_THAT(before, Not(IsEmpty()));
  request.not_bought_days = 365;
  EXPECT_EQ(shop_.AskIds(request), before);
}

TEST_F(RequestsTest, ExcludedProductsAreNeverShown) {
  for (const auto placement : {Placement::HOME, Placement::SIMILAR,
                               Placement::GOES_WITH, Placement::TRENDING}) {
    auto request = About(placement, {"jam-1"}, 30);
    request.__set_customer_id("breakfast-0");
    request.filter.exclude_product_ids = {"bread-1", "no such"};
    EXPECT_THAT(shop_.AskIds(request), Not(Contains("bread-1"))) << placement;
  }
}

TEST_F(RequestsTest, DiscontinuedAndUnlistedProductsAreNeverShown) {
  wire::Product bread = TestShop::Product("bread-1", {"food", "bread"}, "b", 1);
  bread.discontinued = true;
  shop_.Put(bread);
  shop_.Buy("breakfast-0", {"unlisted"}, 1);
  const auto ids = shop_.AskIds(Home("breakfast-0", 100));
  EXPECT_THAT(ids, Not(Contains("bread-1")));
  EXPECT_THAT(ids, Not(Contains("unlisted")));
}

// ---- shops at the edge
// -------------------------------------------------------------------

TEST_F(RequestsTest, MoreThanTheCatalogueGivesTheCatalogueAndANote) {
  for (const auto placement : {Placement::HOME, Placement::TRENDING}) {
    ASSERT_OK_AND_ASSIGN(const Answer answer,
                         shop_.TryAsk(Ask(placement, 500)));
    EXPECT_THAT(answer.reply.items, SizeIs(30)) << placement;
    EXPECT_THAT(answer.reply.notes,
                Contains("k: 500 asked, 30 found under the filter"));
  }
}

TEST_F(RequestsTest, EveryPlacementGivesAllThatTheFilterLeaves) {
  for (const auto placement :
       {Placement::HOME, Placement::SIMILAR, Placement::GOES_WITH,
        Placement::BASKET, Placement::TRENDING}) {
    auto request = About(placement, {"bread-1"}, 6);
    request.filter.categories = {"home", "drinks"};
    EXPECT_THAT(shop_.AskIds(request), SizeIs(6)) << placement;
  }
}

TEST(EmptyShopTest, AnEmptyCatalogueGivesAnEmptyAnswerWithNotes) {
  const TestShop shop;
  for (const auto placement :
       {Placement::HOME, Placement::SIMILAR, Placement::GOES_WITH,
        Placement::BASKET, Placement::BUY_AGAIN, Placement::TRENDING,
        Placement::NEW_ARRIVALS}) {
    ASSERT_OK_AND_ASSIGN(const Answer answer,
                         shop.TryAsk(About(placement, {"x"}, 10)));
    EXPECT_THAT(answer.reply.items, IsEmpty()) << placement;
    EXPECT_THAT(answer.reply.notes,
                Contains(HasSubstr("k: 10 asked, 0 found")));
  }
}

TEST(EmptyShopTest, WithoutAnIndexOwnPurchasesAndTheCatalogueAnswer) {
  TestShop shop;
  for (const char* id : {"a", "b", "c", "d"})
    shop.Put(TestShop::Product(id, {"all"}, "brand", 100));
  shop.Buy("anna", {"b"}, 20);
  shop.Buy("anna", {"b"}, 10);
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop.TryAsk(Home("anna", 4)));
  EXPECT_THAT(IdsOf(answer.reply.items), ElementsAre("b", "d", "c", "a"));
  EXPECT_EQ(answer.reply.items[1].reason, ReasonCode::IN_CATALOGUE);
  EXPECT_EQ(answer.reply.index_version, "");
  EXPECT_THAT(answer.reply.notes,
              Contains(HasSubstr("no index is published yet")));
  EXPECT_THAT(shop.AskIds(About(Placement::SIMILAR, {"a"}, 3)),
              UnorderedElementsAre("b", "c", "d"));
}

TEST_F(RequestsTest, WhatCameAfterTheIndexIsANewArrival) {
  shop_.Put(TestShop::Product("fresh", {"food", "fresh"}, "b", 100));
  const auto items = shop_.Ask(Ask(Placement::HOME, 500));
  const auto* fresh = Find(items, "fresh");
  ASSERT_NE(fresh, nullptr);
  EXPECT_EQ(fresh->reason, ReasonCode::NEW_ARRIVAL);
  EXPECT_EQ(fresh->reason_text, "New in our range: fresh.");
}

TEST_F(RequestsTest, AnUnknownStoreIsANote) {
  auto request = Home("breakfast-0", 5);
  request.store_id = "nowhere";
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  EXPECT_THAT(answer.reply.items, SizeIs(5));
  EXPECT_THAT(answer.reply.notes,
              Contains(HasSubstr("store_id: \"nowhere\" is not known")));
}

TEST_F(RequestsTest, TheSameQuestionHasTheSameAnswer) {
  for (const auto placement : {Placement::HOME, Placement::BASKET}) {
    auto request = About(placement, {"bread-1", "tea-1"}, 20);
    request.__set_customer_id("tea-4");
    ASSERT_OK_AND_ASSIGN(const Answer once, shop_.TryAsk(request));
    shop_.Ask(Home("breakfast-1", 30));  // leaves other traces in the scratch
    ASSERT_OK_AND_ASSIGN(const Answer again, shop_.TryAsk(request));
    EXPECT_EQ(once.reply, again.reply);
  }
}

TEST_F(RequestsTest, RankAndRecommendAgree) {
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(Home("tea-4", 10)));
  StageTimes times;
  ASSERT_OK_AND_ASSIGN(const RankedAnswer ranked,
                       shop_.recommender().Rank(Home("tea-4", 10), &times));
  EXPECT_EQ(ranked.Products(), answer.ranked.Products());
  EXPECT_GT(times.candidates, absl::ZeroDuration());
  EXPECT_GT(times.ranking, absl::ZeroDuration());
  EXPECT_EQ(times.rendering, absl::ZeroDuration());
}

// ---- what an item tells
// ------------------------------------------------------------------

TEST_F(RequestsTest, AnItemTellsPriceOfTheStoreElseOfTheList) {
  shop_.Stock("soap-1", "north", std::nullopt, 99);
  auto request = Ask(Placement::HOME, 30);
  const auto items = shop_.Ask(request);
  EXPECT_EQ(Find(items, "soap-1")->price, 99);
  EXPECT_EQ(Find(items, "soap-2")->price, 300);
  EXPECT_EQ(Find(items, "soap-2")->currency, "EUR");
  EXPECT_EQ(Find(items, "soap-2")->name, "The soap-2");
}

TEST_F(RequestsTest, LimitationsTellStaleAndLowStockAndAge) {
  wire::Product wine =
      TestShop::Product("wine-1", {"drinks", "wine"}, "vine", 500);
  wine.limitations = {"Contains sulphites."};
  wine.__set_minimum_age(18);
  shop_.Put(wine);
  shop_.Stock("wine-1", "north", 2000, std::nullopt, absl::Hours(24 * 9 + 1));
  shop_.Stock("wine-2", "north", 0, std::nullopt);
  shop_.Stock("wine-3", "north", 50000, std::nullopt);
  const auto items = shop_.Ask(Ask(Placement::HOME, 30));
  EXPECT_THAT(Find(items, "wine-1")->limitations,
              ElementsAre("Contains sulphites.", "Only 2 left in this store.",
                          "The stock figure is 9 days old.",
                          "Only for customers of 18 years or more."));
  EXPECT_THAT(Find(items, "wine-2")->limitations,
              ElementsAre("Not in stock in this store."));
  EXPECT_THAT(Find(items, "wine-3")->limitations, IsEmpty());
}

TEST_F(RequestsTest, EveryItemHasAReasonText) {
  for (const auto placement :
       {Placement::HOME, Placement::SIMILAR, Placement::GOES_WITH,
        Placement::BASKET, Placement::BUY_AGAIN, Placement::TRENDING,
        Placement::NEW_ARRIVALS}) {
    auto request = About(placement, {"bread-1"}, 30);
    request.__set_customer_id("breakfast-0");
    for (const auto& item : shop_.Ask(request)) {
      EXPECT_NE(item.reason_text, "") << placement << " " << item.product_id;
      EXPECT_EQ(item.reason_text.back(), '.') << item.reason_text;
    }
  }
}

}  // namespace
}  // namespace patron::recommend
