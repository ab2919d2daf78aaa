// Placements of a store: substitute, checkout, kiosk; and the e-mail list.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using ::testing::UnorderedElementsAre;
using wire::Placement;
using wire::ReasonCode;

class StockTest : public ::testing::Test {
 protected:
  StockTest() { shop_.OpenWithHabits(); }
  TestShop shop_;
};

// ---- substitute
// ---------------------------------------------------------------------------

TEST_F(StockTest, SubstitutesAreOfTheNarrowestCategoryAndNeverTheProduct) {
  const auto items = shop_.Ask(About(Placement::SUBSTITUTE, {"tea-2"}, 2));
  EXPECT_THAT(IdsOf(items), UnorderedElementsAre("tea-1", "tea-3"));
  for (const auto& item : items) {
    EXPECT_EQ(item.reason, ReasonCode::SUBSTITUTE_FOR);
    EXPECT_EQ(item.because_of, "tea-2");
    EXPECT_EQ(item.reason_text, "Can be taken in place of The tea-2.");
  }
  const auto all = shop_.AskIds(About(Placement::SUBSTITUTE, {"tea-2"}, 30));
  EXPECT_THAT(all, SizeIs(29));
  EXPECT_THAT(all, Not(Contains("tea-2")));
}

TEST_F(StockTest, OfSubstitutesNeverSoldTheNearestPriceComesFirst) {
  for (const auto& [id, price] :
       std::map<std::string, int64_t>{{"lamp", 1000},
                                      {"lamp-900", 900},
                                      {"lamp-1500", 1500},
                                      {"lamp-5000", 5000},
                                      {"lamp-100", 100}})
    shop_.Put(TestShop::Product(id, {"home", "lamps"}, "glow", price));
  const auto ids = shop_.AskIds(About(Placement::SUBSTITUTE, {"lamp"}, 2));
  EXPECT_THAT(ids, ElementsAre("lamp-900", "lamp-1500"));
}

TEST_F(StockTest, AVariantOfTheSameProductIsTheFirstSubstitute) {
  for (const char* id : {"shirt-red", "shirt-blue", "shirt-other"}) {
    wire::Product shirt =
        TestShop::Product(id, {"home", "shirts"}, "cotton", 1000);
    if (id != std::string("shirt-other")) shirt.__set_variant_of("shirt");
    shop_.Put(shirt);
  }
  EXPECT_THAT(shop_.AskIds(About(Placement::SUBSTITUTE, {"shirt-red"}, 2)),
              ElementsAre("shirt-blue", "shirt-other"));
}

TEST_F(StockTest, WhatIsToldToBeOutOfStockIsNoSubstitute) {
  shop_.Stock("tea-1", "north", 0, std::nullopt);
  shop_.Stock("tea-3", "north", 4000, std::nullopt);
  const auto north = shop_.Ask(About(Placement::SUBSTITUTE, {"tea-2"}, 30));
  EXPECT_EQ(Find(north, "tea-1"), nullptr);
  EXPECT_EQ(north[0].product_id, "tea-3");
  EXPECT_EQ(north[0].reason_text,
            "Can be taken in place of The tea-2, and is in stock in this "
            "store.");
  shop_.Stock("tea-1", "south", 2000, std::nullopt);
  auto south = About(Placement::SUBSTITUTE, {"tea-2"}, 30);
  south.store_id = "south";
  EXPECT_THAT(shop_.AskIds(south), Contains("tea-1"));
}

TEST_F(StockTest, ASubstituteForAnUnknownProductIsANoteAndFilled) {
  ASSERT_OK_AND_ASSIGN(
      const Answer answer,
      shop_.TryAsk(About(Placement::SUBSTITUTE, {"no-such"}, 5)));
  EXPECT_THAT(answer.reply.items, SizeIs(5));
  EXPECT_THAT(answer.reply.notes,
              Contains("product_ids: \"no-such\" is not known"));
}

// ---- checkout
// -----------------------------------------------------------------------------

TEST_F(StockTest, TheExtraAtCheckoutIsSmallBesideTheBasket) {
  // 1500 + 500: up to 600 is small.
  const auto items =
      shop_.Ask(About(Placement::CHECKOUT, {"wine-3", "wine-1"}, 5));
  ASSERT_THAT(items, SizeIs(5));
  for (const auto& item : items) {
    EXPECT_EQ(item.reason, ReasonCode::SMALL_EXTRA) << item.product_id;
    EXPECT_LE(item.price, 600) << item.product_id;
    EXPECT_NE(item.product_id, "wine-1");
  }
}

TEST_F(StockTest, TheExtraThatGoesWithTheBasketComesFirst) {
  shop_.Put(TestShop::Product("hamper", {"food", "gifts"}, "b", 9000));
  const auto items =
      shop_.Ask(About(Placement::CHECKOUT, {"hamper", "bread-2"}, 3));
  EXPECT_EQ(items[0].product_id, "jam-2");
  EXPECT_EQ(items[0].because_of, "bread-2");
  EXPECT_EQ(items[0].reason_text, "A small extra that goes with The bread-2.");
  EXPECT_EQ(Find(items, "bread-2"), nullptr);
}

TEST_F(StockTest, WhereNothingIsSmallTheCheapestComesFirst) {
  const auto items = shop_.Ask(About(Placement::CHECKOUT, {"bread-1"}, 29));
  ASSERT_THAT(items, SizeIs(29));
  for (size_t i = 0; i < items.size(); ++i) {
    EXPECT_NE(items[i].reason, ReasonCode::SMALL_EXTRA);
    if (i > 0) {
      EXPECT_LE(items[i - 1].price, items[i].price) << i;
      EXPECT_LE(items[i].score, items[i - 1].score) << i;
    }
  }
}

TEST_F(StockTest, ABasketWithoutPricesKnowsNoLimit) {
  wire::Product gift = TestShop::Product("gift", {"gifts"}, "b", 0);
  gift.__isset.price = false;
  shop_.Put(gift);
  const auto items = shop_.Ask(About(Placement::CHECKOUT, {"gift"}, 4));
  ASSERT_THAT(items, SizeIs(4));
  EXPECT_EQ(items[0].reason, ReasonCode::SMALL_EXTRA);
}

TEST_F(StockTest, CheckoutShowsNothingThatIsOutOfStock) {
  shop_.Stock("jam-2", "north", 0, std::nullopt);
  EXPECT_THAT(shop_.AskIds(About(Placement::CHECKOUT, {"wine-3"}, 29)),
              Not(Contains("jam-2")));
}

// ---- kiosk
// --------------------------------------------------------------------------------

TEST_F(StockTest, TheKioskShowsWhatTheStoreSellsSpreadOverCategories) {
  auto request = Ask(Placement::KIOSK, 10);
  const auto items = shop_.Ask(request);
  ASSERT_THAT(items, SizeIs(10));
  EXPECT_EQ(items[0].reason, ReasonCode::POPULAR_IN_STORE);
  EXPECT_EQ(items[0].product_id, "filters-1");
  std::map<std::string, int> of_kind;
  for (const auto& item : items)
    ++of_kind[item.product_id.substr(0, item.product_id.find('-'))];
  for (const auto& [kind, count] : of_kind) EXPECT_LE(count, 2) << kind;
  request.store_id = "south";
  EXPECT_THAT(shop_.AskIds(request)[0],
              ::testing::AnyOf(HasSubstr("rice"), HasSubstr("beans")));
}

TEST_F(StockTest, TheKioskKnowsNobody) {
  auto request = Ask(Placement::KIOSK, 10);
  const auto anonymous = shop_.AskIds(request);
  request.__set_customer_id("tea-0");
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  EXPECT_EQ(IdsOf(answer.reply.items), anonymous);
  EXPECT_THAT(answer.reply.notes,
              Contains("customer_id: \"tea-0\" is not looked at, placement "
                       "KIOSK knows nobody"));
}

TEST_F(StockTest, TheKioskShowsNothingThatTheStoreDoesNotHave) {
  shop_.Stock("filters-1", "north", 0, std::nullopt);
  EXPECT_THAT(shop_.AskIds(Ask(Placement::KIOSK, 30)),
              Not(Contains("filters-1")));
}

TEST_F(StockTest, AKioskOfNoStoreShowsTheWholeShop) {
  auto request = Ask(Placement::KIOSK, 5);
  request.store_id = "";
  const auto items = shop_.Ask(request);
  ASSERT_THAT(items, SizeIs(5));
  EXPECT_EQ(items[0].reason, ReasonCode::POPULAR);
}

// ---- e-mail
// -------------------------------------------------------------------------------

wire::RecommendRequest Email(const std::string& customer, int k) {
  auto request = Ask(Placement::EMAIL, k);
  request.__set_customer_id(customer);
  return request;
}

TEST_F(StockTest, AnEmailShowsWhatWillBeDueWithinTheWeekByDate) {
  for (int i = 0; i < 4; ++i) {
    shop_.Buy("mia", {"soap-1"}, 3 + 8 * i);   // due in five days
    shop_.Buy("mia", {"wine-1"}, 3 + 20 * i);  // due in seventeen
  }
  const auto items = shop_.Ask(Email("mia", 10));
  ASSERT_THAT(items, SizeIs(10));
  EXPECT_EQ(items[0].product_id, "soap-1");
  EXPECT_EQ(items[0].reason, ReasonCode::DUE_AGAIN);
  EXPECT_EQ(items[0].reason_text,
            "You usually buy this every 8 days; you last did so on 29 May.");
  const auto* wine = Find(items, "wine-1");
  if (wine != nullptr) {
    EXPECT_NE(wine->reason, ReasonCode::DUE_AGAIN);
  }
}

TEST_F(StockTest, AnEmailBringsNewArrivalsOfHerTaste) {
  shop_.Put(TestShop::Product("new-tea", {"food", "tea"}, "brand-1", 100));
  shop_.Put(TestShop::Product("new-wine", {"drinks", "wine"}, "vine", 900));
  const auto items = shop_.Ask(Email("tea-0", 6));
  const auto* tea = Find(items, "new-tea");
  ASSERT_NE(tea, nullptr);
  EXPECT_EQ(tea->reason, ReasonCode::NEW_ARRIVAL);
  for (size_t i = 1; i < items.size(); ++i)
    EXPECT_LE(items[i].score, items[i - 1].score) << i;
}

TEST_F(StockTest, AnEmailDoesNotLookAtTheLiveSession) {
  const auto before = shop_.AskIds(Email("dinner-1", 10));
  shop_.Do("dinner-1", wire::EventKind::CLICK, "tea-2");
  shop_.Do("dinner-1", wire::EventKind::CART_ADD, "soap-2");
  EXPECT_EQ(shop_.AskIds(Email("dinner-1", 10)), before);
}

TEST_F(StockTest, AnEmailToSomebodyNewIsFull) {
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(Email("nobody", 10)));
  EXPECT_THAT(answer.reply.items, SizeIs(10));
  EXPECT_THAT(answer.reply.notes, Not(IsEmpty()));
}

}  // namespace
}  // namespace patron::recommend
