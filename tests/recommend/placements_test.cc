#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::testing::Contains;
using ::testing::Each;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::SizeIs;
using wire::Placement;
using wire::ReasonCode;

class PlacementsTest : public ::testing::Test {
 protected:
  PlacementsTest() { shop_.OpenWithHabits(); }
  TestShop shop_;
};

// ---- home
// ------------------------------------------------------------------------

TEST_F(PlacementsTest, HomeStartsWithWhatTheCustomerBuys) {
  const auto ids = shop_.AskIds(Home("breakfast-0", 10));
  const std::set<std::string> first(ids.begin(), ids.begin() + 4);
  EXPECT_EQ(first, (std::set<std::string>{"bread-1", "jam-1", "coffee-1",
                                          "filters-1"}));
  EXPECT_THAT(ids, SizeIs(10));
}

TEST_F(PlacementsTest, HomeNamesTheUsualIntervalOfADueProduct) {
  const auto items = shop_.Ask(Home("breakfast-0", 10));
  const auto* bread = Find(items, "bread-1");
  ASSERT_NE(bread, nullptr);
  EXPECT_EQ(bread->reason, ReasonCode::DUE_AGAIN);
  EXPECT_EQ(bread->reason_text,
            "You usually buy this every 14 days; last time 18 days ago.");
}

TEST_F(PlacementsTest, HomeShowsEachProductOnceWithScoresThatNeverGrow) {
  const auto items = shop_.Ask(Home("tea-3", 30));
  std::set<std::string> ids;
  for (size_t i = 0; i < items.size(); ++i) {
    EXPECT_TRUE(ids.insert(items[i].product_id).second) << items[i].product_id;
    EXPECT_LE(items[i].score, items[i > 0 ? i - 1 : 0].score) << i;
  }
}

TEST_F(PlacementsTest, HomeOfAnUnknownCustomerIsPopularAndSaysSo) {
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(Home("nobody", 10)));
  EXPECT_THAT(answer.reply.items, SizeIs(10));
  EXPECT_THAT(answer.reply.notes,
              Contains(HasSubstr("customer_id: \"nobody\" is not known")));
  for (const auto& item : answer.reply.items)
    EXPECT_THAT(item.because_of, IsEmpty()) << item.product_id;
}

TEST_F(PlacementsTest, HomeOfAnAnonymousCustomerHasNoNotes) {
  ASSERT_OK_AND_ASSIGN(const Answer answer,
                       shop_.TryAsk(Ask(Placement::HOME, 10)));
  EXPECT_THAT(answer.reply.items, SizeIs(10));
  EXPECT_THAT(answer.reply.notes, IsEmpty());
}

TEST_F(PlacementsTest, HomeOfANewCustomerShowsNoMoreThanThreeOfACategory) {
  for (int i = 4; i < 12; ++i) {
    const std::string id = "bread-" + std::to_string(i);
    shop_.Put(TestShop::Product(id, {"food", "bread"}, "b", 100));
    for (int c = 0; c < 20; ++c)
      shop_.Buy("breakfast-" + std::to_string(c), {id}, 2);
  }
  shop_.Learn();
  const auto ids = shop_.AskIds(Ask(Placement::HOME, 10));
  EXPECT_EQ(std::count_if(ids.begin(), ids.end(),
                          [](const std::string& id) {
                            return id.rfind("bread", 0) == 0;
                          }),
            3);
}

TEST_F(PlacementsTest, HomeOfAStoreStartsWithItsOwnBestSellers) {
  auto north = Ask(Placement::HOME, 3);
  auto south = Ask(Placement::HOME, 3);
  south.store_id = "south";
  EXPECT_THAT(shop_.AskIds(north), Contains("filters-1"));
  EXPECT_THAT(shop_.AskIds(south),
              Contains(::testing::AnyOf("rice-1", "beans-1")));
}

TEST_F(PlacementsTest, HomePrefersThePrioritiesOfTheCustomer) {
  wire::Customer customer;
  customer.customer_id = "connoisseur";
  customer.priorities = {"wine"};
  shop_.Put(customer);
  const auto items = shop_.Ask(Home("connoisseur", 5));
  const auto wine =
      std::find_if(items.begin(), items.end(), [](const auto& item) {
        return item.reason == ReasonCode::PRIORITY_CATEGORY;
      });
  ASSERT_NE(wine, items.end());
  EXPECT_EQ(wine->reason_text, "From wine, which matters to you.");
}

// ---- a purchase or a click changes the next answer
// --------------------------------

TEST_F(PlacementsTest, APurchaseBringsSomethingInAndNamesIt) {
  const auto before = shop_.AskIds(Home("dinner-1", 10));
  shop_.Buy("dinner-1", {"bread-2"}, 0);
  const auto after = shop_.Ask(Home("dinner-1", 10));
  const auto come =
      std::find_if(after.begin(), after.end(), [&](const auto& item) {
        return item.because_of == "bread-2" &&
               std::find(before.begin(), before.end(), item.product_id) ==
                   before.end();
      });
  ASSERT_NE(come, after.end());
  EXPECT_TRUE(come->reason == ReasonCode::GOES_WITH_PURCHASE ||
              come->reason == ReasonCode::SIMILAR_TO_PURCHASE);
  EXPECT_THAT(come->reason_text,
              HasSubstr("The bread-2, which you bought today"));
}

TEST_F(PlacementsTest, EveryProductWithCompanionsIsNamedAfterItsPurchase) {
  for (const char* bought : {"bread-1", "jam-3", "coffee-2", "filters-1",
                             "tea-1", "honey-2", "rice-3", "beans-1"}) {
    const std::string customer = absl::StrCat("new-", bought);
    shop_.Buy(customer, {bought}, 0);
    const auto items = shop_.Ask(Home(customer, 10));
    EXPECT_TRUE(std::any_of(items.begin(), items.end(), [&](const auto& item) {
      return item.because_of == bought;
    })) << bought;
    EXPECT_EQ(Find(items, bought), nullptr) << bought;
  }
}

TEST_F(PlacementsTest, OfSeveralPurchasesOfADayTheNewestIsNamed) {
  for (const char* bought :
       {"wine-1", "bread-1", "rice-3", "jam-3", "tea-1", "coffee-2"}) {
    shop_.clock().Advance(absl::Minutes(1));
    shop_.Buy("busy", {bought}, 0);
    const auto items = shop_.Ask(Home("busy", 10));
    EXPECT_TRUE(std::any_of(items.begin(), items.end(), [&](const auto& item) {
      return item.because_of == bought;
    })) << bought;
  }
}

TEST_F(PlacementsTest, ARepeatedPurchaseBringsInTheNextCompanion) {
  const auto named = [&] {
    for (const auto& item : shop_.Ask(Home("tea-0", 4)))
      if (item.because_of == "bread-1") return item.product_id;
    return std::string();
  };
  shop_.Buy("tea-0", {"bread-1"}, 0);
  const std::string first = named();
  shop_.Buy("tea-0", {"bread-1"}, 0);
  EXPECT_NE(first, "");
  EXPECT_NE(named(), "");
  EXPECT_NE(named(), first);
}

TEST_F(PlacementsTest, WhatWasBoughtTodayLeavesHome) {
  EXPECT_THAT(shop_.AskIds(Home("breakfast-0", 10)), Contains("bread-1"));
  shop_.Buy("breakfast-0", {"bread-1"}, 0);
  EXPECT_THAT(shop_.AskIds(Home("breakfast-0", 30)), Not(Contains("bread-1")));
}

TEST_F(PlacementsTest, WhatIsBoughtEveryDayStaysOnHome) {
  for (int ago = 6; ago >= 0; --ago) shop_.Buy("daily", {"bread-1"}, ago);
  EXPECT_THAT(shop_.AskIds(Home("daily", 10)), Contains("bread-1"));
}

TEST_F(PlacementsTest, AClickBringsSomethingInAndNamesIt) {
  const auto before = shop_.AskIds(Home("dinner-1", 10));
  shop_.Do("dinner-1", wire::EventKind::CLICK, "tea-2");
  const auto after = shop_.Ask(Home("dinner-1", 10));
  const auto come =
      std::find_if(after.begin(), after.end(), [&](const auto& item) {
        return item.because_of == "tea-2" &&
               std::find(before.begin(), before.end(), item.product_id) ==
                   before.end();
      });
  ASSERT_NE(come, after.end());
  EXPECT_EQ(come->reason, ReasonCode::SIMILAR_TO_VIEWED);
  EXPECT_EQ(come->reason_text, "Like The tea-2, which you looked at.");
}

TEST_F(PlacementsTest, ReservedPlacesEndAfterThreeDays) {
  shop_.Buy("dinner-1", {"bread-2"}, 0);
  shop_.clock().Advance(absl::Hours(24) * 4);
  const auto first = shop_.Ask(Home("dinner-1", 3));
  for (const auto& item : first) EXPECT_NE(item.because_of, "bread-2");
}

TEST_F(PlacementsTest, WhatWasTakenOutOfTheCartIsNoReason) {
  shop_.Do("dinner-1", wire::EventKind::CART_ADD, "tea-2", absl::Minutes(9));
  shop_.Do("dinner-1", wire::EventKind::CART_REMOVE, "tea-2", absl::Minutes(8));
  for (const auto& item : shop_.Ask(Home("dinner-1", 10)))
    EXPECT_NE(item.because_of, "tea-2") << item.product_id;
}

// ---- product page and basket
// -------------------------------------------------------

TEST_F(PlacementsTest, SimilarNeverShowsTheProductItself) {
  for (const char* id : {"bread-1", "tea-2", "wine-3"}) {
    const auto ids = shop_.AskIds(About(Placement::SIMILAR, {id}, 29));
    EXPECT_THAT(ids, Not(Contains(id)));
    EXPECT_THAT(ids, SizeIs(29));
  }
}

TEST_F(PlacementsTest, ANewProductFindsItsLikeByAttributes) {
  shop_.Put(TestShop::Product("tea-new", {"food", "tea"}, "brand-2", 210));
  const auto items = shop_.Ask(About(Placement::SIMILAR, {"tea-new"}, 3));
  EXPECT_THAT(IdsOf(items), ElementsAre("tea-2", "tea-3", "tea-1"));
  EXPECT_EQ(items[0].reason, ReasonCode::SAME_CATEGORY);
  EXPECT_EQ(items[0].because_of, "tea-new");
  EXPECT_EQ(items[0].reason_text, "Of the same kind as The tea-new: tea.");
}

TEST_F(PlacementsTest, AProductWithFewOfItsKindWidensToItsCategory) {
  shop_.Put(TestShop::Product("oats", {"food", "oats"}, "brand-2", 210));
  const auto items = shop_.Ask(About(Placement::SIMILAR, {"oats"}, 5));
  ASSERT_THAT(items, SizeIs(5));
  for (const auto& item : items) {
    EXPECT_EQ(item.reason, ReasonCode::SAME_CATEGORY);
    EXPECT_EQ(item.product_id.rfind("soap", 0), std::string::npos);
  }
}

TEST_F(PlacementsTest, GoesWithShowsWhatIsBoughtTogether) {
  const auto items = shop_.Ask(About(Placement::GOES_WITH, {"bread-1"}, 5));
  ASSERT_FALSE(items.empty());
  EXPECT_EQ(items[0].product_id, "jam-1");
  EXPECT_EQ(items[0].reason, ReasonCode::GOES_WITH_PRODUCT);
  EXPECT_EQ(items[0].reason_text, "Often bought together with The bread-1.");
  EXPECT_EQ(Find(items, "bread-1"), nullptr);
}

TEST_F(PlacementsTest, GoesWithTellsWhereItFillsUp) {
  const auto items = shop_.Ask(About(Placement::GOES_WITH, {"bread-1"}, 5));
  ASSERT_THAT(items, SizeIs(5));
  EXPECT_EQ(items.back().reason, ReasonCode::SAME_CATEGORY);
}

TEST_F(PlacementsTest, BasketSumsOverItsContentAndLeavesItOut) {
  const auto items =
      shop_.Ask(About(Placement::BASKET, {"bread-1", "coffee-2"}, 10));
  ASSERT_GE(items.size(), 2u);
  EXPECT_THAT((std::set<std::string>{items[0].product_id, items[1].product_id}),
              (std::set<std::string>{"jam-1", "filters-1"}));
  EXPECT_EQ(Find(items, "bread-1"), nullptr);
  EXPECT_EQ(Find(items, "coffee-2"), nullptr);
  const auto* jam = Find(items, "jam-1");
  EXPECT_EQ(jam->because_of, "bread-1");
  EXPECT_EQ(jam->reason_text, "Goes with The bread-1 in your basket.");
}

TEST_F(PlacementsTest, UnknownProductsAreANoteAndTheAnswerIsFilled) {
  ASSERT_OK_AND_ASSIGN(const Answer answer,
                       shop_.TryAsk(About(Placement::SIMILAR, {"no-such"}, 5)));
  EXPECT_THAT(answer.reply.items, SizeIs(5));
  EXPECT_THAT(answer.reply.notes,
              Contains("product_ids: \"no-such\" is not known"));
}

// ---- buy again
// ------------------------------------------------------------------------

wire::RecommendRequest BuyAgain(const std::string& customer, int k) {
  wire::RecommendRequest request = Ask(Placement::BUY_AGAIN, k);
  request.__set_customer_id(customer);
  return request;
}

TEST_F(PlacementsTest, BuyAgainTellsWhenEachIsDue) {
  const auto items = shop_.Ask(BuyAgain("breakfast-0", 10));
  ASSERT_THAT(items, SizeIs(4));
  const Day today = DayOf(shop_.clock().Now(), absl::UTCTimeZone());
  EXPECT_EQ(items[0].product_id, "bread-1");
  EXPECT_EQ(items[0].due_day, today - 18 + 14);
  EXPECT_EQ(items[0].reason, ReasonCode::DUE_AGAIN);
  EXPECT_EQ(Find(items, "coffee-1")->due_day, today - 15 + 14);
}

TEST_F(PlacementsTest, BuyAgainSaysThatThereAreFewer) {
  ASSERT_OK_AND_ASSIGN(const Answer answer,
                       shop_.TryAsk(BuyAgain("breakfast-0", 10)));
  EXPECT_THAT(answer.reply.notes, Contains(HasSubstr("k: 10 asked, 4 found")));
}

TEST_F(PlacementsTest, BuyAgainPutsTheMostDueFirstAndTheGivenUpLast) {
  const auto habit = [&](const char* product, int every, int last) {
    for (int i = 3; i >= 0; --i) shop_.Buy("mia", {product}, last + i * every);
  };
  habit("soap-1", 10, 100);  // given up: ten intervals ago
  habit("wine-1", 20, 10);   // half way
  habit("tea-1", 10, 15);    // overdue
  EXPECT_THAT(shop_.AskIds(BuyAgain("mia", 10)),
              ElementsAre("tea-1", "wine-1", "soap-1"));
}

TEST_F(PlacementsTest, BuyAgainTrustsOthersWhereTheCustomerBoughtOnce) {
  shop_.Buy("once", {"tea-1", "wine-1"}, 12);
  const auto items = shop_.Ask(BuyAgain("once", 10));
  ASSERT_THAT(items, SizeIs(1));  // nobody comes back for wine
  EXPECT_EQ(items[0].product_id, "tea-1");
  EXPECT_EQ(
      items[0].reason_text,
      "Customers usually buy this every 10 days; you did so 12 days ago.");
}

TEST_F(PlacementsTest, BuyAgainOfNobodyIsEmptyWithANote) {
  ASSERT_OK_AND_ASSIGN(const Answer answer,
                       shop_.TryAsk(BuyAgain("nobody", 5)));
  EXPECT_THAT(answer.reply.items, IsEmpty());
  EXPECT_THAT(answer.reply.notes, Not(IsEmpty()));
}

// ---- trending
// ---------------------------------------------------------------------------

TEST_F(PlacementsTest, TrendingShowsWhatSellsMoreThanItDid) {
  for (int i = 0; i < 15; ++i)
    shop_.Buy("tea-" + std::to_string(i), {"soap-3"}, i % 10 + 1, "south");
  shop_.Learn();
  auto request = Ask(Placement::TRENDING, 5);
  request.store_id = "south";
  const auto items = shop_.Ask(request);
  ASSERT_THAT(items, SizeIs(5));
  EXPECT_EQ(items[0].product_id, "soap-3");
  EXPECT_EQ(items[0].reason, ReasonCode::TRENDING);
}

// ---- new arrivals
// -----------------------------------------------------------------------

wire::RecommendRequest NewArrivals(const std::string& customer, int k) {
  auto request = Ask(Placement::NEW_ARRIVALS, k);
  request.__set_customer_id(customer);
  return request;
}

// The newest, before what was listed earlier.
void PutArrivals(TestShop& shop) {
  for (int i = 0; i < 3; ++i) {
    const std::string n = std::to_string(i);
    shop.Put(TestShop::Product("new-tea-" + n, {"food", "tea"}, "leaf", 400));
    shop.Put(TestShop::Product("new-bread-" + n, {"food", "bread"}, "b", 300));
    shop.Put(TestShop::Product("new-lamp-" + n, {"light"}, "glow", 900));
  }
}

TEST_F(PlacementsTest, NewArrivalsComeByTaste) {
  PutArrivals(shop_);
  const auto of_tea = shop_.Ask(NewArrivals("tea-0", 3));
  EXPECT_THAT(IdsOf(of_tea),
              ElementsAre("new-tea-2", "new-tea-1", "new-tea-0"));
  EXPECT_EQ(of_tea[0].reason, ReasonCode::NEW_ARRIVAL);
  EXPECT_EQ(of_tea[0].reason_text, "New in our range: tea.");
  EXPECT_THAT(shop_.AskIds(NewArrivals("breakfast-0", 3)),
              ElementsAre("new-bread-2", "new-bread-1", "new-bread-0"));
}

TEST_F(PlacementsTest, NewArrivalsForNobodyAreTheNewest) {
  PutArrivals(shop_);
  EXPECT_THAT(shop_.AskIds(Ask(Placement::NEW_ARRIVALS, 3)),
              ElementsAre("new-lamp-2", "new-bread-2", "new-tea-2"));
}

TEST_F(PlacementsTest, APriorityBringsItsNewArrivalsFirst) {
  PutArrivals(shop_);
  wire::Customer customer;
  customer.customer_id = "lena";
  customer.priorities = {"light"};
  shop_.Put(customer);
  EXPECT_THAT(shop_.AskIds(NewArrivals("lena", 3)),
              ElementsAre("new-lamp-2", "new-lamp-1", "new-lamp-0"));
}

TEST_F(PlacementsTest, WhatSheBoughtIsNoArrivalForHer) {
  PutArrivals(shop_);
  shop_.Buy("tea-0", {"new-tea-2"}, 5);
  EXPECT_THAT(shop_.AskIds(NewArrivals("tea-0", 2)),
              ElementsAre("new-tea-1", "new-tea-0"));
}

TEST_F(PlacementsTest, AfterTheNewOnesNewArrivalsAreFilled) {
  PutArrivals(shop_);
  const auto items = shop_.Ask(NewArrivals("tea-0", 30));
  ASSERT_THAT(items, SizeIs(30));
  EXPECT_EQ(items[8].reason, ReasonCode::NEW_ARRIVAL);
  EXPECT_NE(items[20].reason, ReasonCode::NEW_ARRIVAL);
  for (size_t i = 1; i < items.size(); ++i)
    EXPECT_LE(items[i].score, items[i - 1].score) << i;
}

}  // namespace
}  // namespace patron::recommend
