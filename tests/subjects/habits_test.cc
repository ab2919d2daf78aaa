// What follows from all of a customer's lines at once.
#include "server/subjects/habits.h"

#include <gtest/gtest.h>

#include "server/rules/rules.h"
#include "server/subjects/fields.h"
#include "tests/subjects/fakes.h"

namespace patron::subjects {
namespace {

using ::patron::testing::kToday;
using ::patron::testing::MakeLine;
using ::patron::testing::Shop;

constexpr uint32_t kEspresso = 0;
constexpr uint32_t kMug = 2;

// Buys a product so many days ago each; newest put in first, as history has it.
void BuyOn(Shop& shop, uint32_t product, const std::vector<int>& days_ago) {
  for (const int days : days_ago) shop.Buy(days, {MakeLine(product, 100)});
}

rules::Value Of(const Shop& shop, int field) {
  const facts::CustomerFacts facts;
  CustomerParts parts;
  parts.facts = &facts;
  parts.history = &shop.history;
  parts.products = &shop.products;
  parts.names = &shop.names;
  parts.today = kToday;
  return CustomerSubject(parts).Get(field, "");
}

TEST(HabitsTest, WithoutLinesNothingIsKnownAndNothingIsDue) {
  const Shop shop;
  EXPECT_EQ(Of(shop, kTopCategoryShare), rules::Value());
  EXPECT_EQ(Of(shop, kDueProducts), rules::Value(int64_t{0}));
}

TEST(HabitsTest, TheTopCategoryIsOfTheWidestLevelAndSharesAllLines) {
  Shop shop;
  // Espresso and tea are both food; mugs stand in no category.
  shop.Buy(1, {MakeLine(0, 100), MakeLine(1, 100), MakeLine(kMug, 100)});
  EXPECT_EQ(Of(shop, kTopCategoryShare), rules::Value(int64_t{66}));
}

TEST(HabitsTest, AProductIsDueFromItsIntervalOnUntilItIsGivenUp) {
  for (const auto& [last, due] : {std::pair{9, 0}, {10, 1}, {29, 1}, {30, 0}}) {
    Shop shop;
    BuyOn(shop, kEspresso, {last, last + 10, last + 20});
    EXPECT_EQ(Of(shop, kDueProducts), rules::Value(int64_t{due})) << last;
  }
}

TEST(HabitsTest, TwoDaysAreNoHabitHoweverManyReceiptsTheyHave) {
  Shop shop;
  BuyOn(shop, kEspresso, {10, 10, 20, 20});
  EXPECT_EQ(Of(shop, kDueProducts), rules::Value(int64_t{0}));
}

TEST(HabitsTest, EachProductIsDueByItself) {
  Shop shop;
  BuyOn(shop, kEspresso, {10, 20, 30});
  BuyOn(shop, kMug, {15, 25, 35});
  BuyOn(shop, 1, {1, 11, 21});
  EXPECT_EQ(Of(shop, kDueProducts), rules::Value(int64_t{2}));
}

}  // namespace
}  // namespace patron::subjects
