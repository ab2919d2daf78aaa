// What completes a set, and what looks after a purchase.
#include <algorithm>

#include "tests/recommend/test_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {
namespace {

using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::SizeIs;
using wire::Placement;
using wire::ReasonCode;

class CareTest : public ::testing::Test {
 protected:
  CareTest() {
    shop_.OpenWithHabits();
    Put("drill", {"tools", "drills"});
    Put("drill-bits", {"tools", "bits"}).compatible_with = {"drill"};
    Commit();
  }

  wire::Product& Put(const std::string& id,
                     const std::vector<std::string>& path) {
    Commit();
    pending_ = TestShop::Product(id, path, "maker", 2000);
    return *pending_;
  }
  void Commit() {
    if (pending_) shop_.Put(*pending_);
    pending_.reset();
  }
  std::vector<wire::RecommendedItem> After(const std::string& customer, int k) {
    Commit();
    auto request = recommend::Ask(Placement::AFTER_PURCHASE, k);
    request.__set_customer_id(customer);
    return shop_.Ask(request);
  }

  TestShop shop_;
  std::optional<wire::Product> pending_;
};

// ---- the set of a basket
// --------------------------------------------------------------------

TEST_F(CareTest, TheBasketsSetComesBeforeWhatGoesWithIt) {
  for (const auto& [bought, missing] :
       {std::pair("drill", "drill-bits"), std::pair("drill-bits", "drill")}) {
    const auto items =
        shop_.Ask(About(Placement::BASKET, {bought, "bread-1"}, 10));
    EXPECT_EQ(items[0].product_id, missing) << "either may name the other";
    EXPECT_EQ(items[0].reason, ReasonCode::COMPLETES_SET);
    EXPECT_EQ(items[0].because_of, bought);
    EXPECT_EQ(items[1].product_id, "jam-1");
  }
  const auto items = shop_.Ask(About(Placement::BASKET, {"drill"}, 10));
  EXPECT_EQ(items[0].reason_text,
            "Completes the set with The drill in your basket.");
}

TEST_F(CareTest, WhatFitsTheBaseProductFitsItsVariants) {
  Put("drill-blue", {"tools", "drills"}).__set_variant_of("drill");
  Commit();
  EXPECT_THAT(shop_.AskIds(About(Placement::BASKET, {"drill-blue"}, 2)),
              ElementsAre("drill-bits", "drill"));
}

TEST_F(CareTest, WhatLiesInTheBasketCompletesNothing) {
  EXPECT_THAT(
      shop_.AskIds(About(Placement::BASKET, {"drill", "drill-bits"}, 30)),
      Not(::testing::AnyOf(Contains("drill"), Contains("drill-bits"))));
}

// ---- after a purchase
// -----------------------------------------------------------------------

TEST_F(CareTest, CompatibleThenCareThenWhatGoesWith) {
  Put("drill-course", {"services", "courses"}).attributes = {
      {"care_for", "gardens, drills"}, {"kind", "care_guide"}};
  Put("tool-insurance", {"tools", "warranties"}).attributes = {
      {"kind", "warranty"}};
  Commit();
  shop_.Buy("ben", {"drill"}, 0);
  const auto items = After("ben", 4);
  ASSERT_THAT(items, SizeIs(4));
  EXPECT_EQ(items[0].product_id, "drill-bits");
  EXPECT_EQ(items[0].reason, ReasonCode::CARES_FOR_PURCHASE);
  EXPECT_EQ(items[0].because_of, "drill");
  EXPECT_EQ(items[0].reason_text,
            "Made for The drill, which you bought today.");
  EXPECT_EQ(items[1].product_id, "drill-course");
  EXPECT_EQ(items[1].reason_text,
            "Care guide for The drill, which you bought today.");
  EXPECT_EQ(items[2].product_id, "tool-insurance");
  EXPECT_EQ(items[2].reason_text,
            "Warranty for The drill, which you bought today.");
  for (size_t i = 1; i < items.size(); ++i)
    EXPECT_LE(items[i].score, items[i - 1].score) << i;
}

TEST_F(CareTest, CareOfAnotherCategoryIsNotShownAsCare) {
  Put("wine-guide", {"services"}).attributes = {{"care_for", "wine"}};
  Put("wine-cooler-service", {"drinks", "services"});
  Commit();
  shop_.Buy("ben", {"drill"}, 0);
  for (const auto& item : After("ben", 30))
    if (item.product_id.rfind("wine-", 0) == 0) {
      EXPECT_NE(item.reason, ReasonCode::CARES_FOR_PURCHASE) << item.product_id;
    }
}

TEST_F(CareTest, TheNewestPurchaseIsLookedAfterUnlessProductsAreGiven) {
  shop_.Buy("ben", {"drill"}, 5);
  shop_.Buy("ben", {"bread-1"}, 0);
  EXPECT_EQ(After("ben", 3)[0].product_id, "jam-1");
  EXPECT_EQ(After("ben", 3)[0].reason, ReasonCode::GOES_WITH_PURCHASE);
  const auto given = shop_.Ask(About(Placement::AFTER_PURCHASE, {"drill"}, 3));
  EXPECT_EQ(given[0].product_id, "drill-bits");
}

TEST_F(CareTest, WhatSheOwnsIsNotShownAgain) {
  shop_.Buy("ben", {"drill-bits"}, 9);
  shop_.Buy("ben", {"drill"}, 0);
  const auto items = After("ben", 30);
  EXPECT_EQ(Find(items, "drill-bits"), nullptr);
  EXPECT_EQ(Find(items, "drill"), nullptr);
}

TEST_F(CareTest, SomebodyWithoutPurchasesIsANoteAndFilled) {
  auto request = Ask(Placement::AFTER_PURCHASE, 5);
  request.__set_customer_id("nobody");
  ASSERT_OK_AND_ASSIGN(const Answer answer, shop_.TryAsk(request));
  EXPECT_THAT(answer.reply.items, SizeIs(5));
  EXPECT_THAT(answer.reply.notes, Contains(HasSubstr("\"nobody\"")));
}

}  // namespace
}  // namespace patron::recommend
