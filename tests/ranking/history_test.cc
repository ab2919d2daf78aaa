#include "server/ranking/history.h"

#include <cmath>

#include "gtest/gtest.h"

namespace patron::ranking {
namespace {

facts::ItemFact Item(uint32_t product, std::initializer_list<Day> days) {
  facts::ItemFact item{.product = ProductOrdinal(product)};
  for (const Day day : days) facts::AddReceipt(item, day);
  return item;
}

facts::CustomerFacts Facts(std::vector<facts::ItemFact> items) {
  facts::CustomerFacts facts;
  for (const facts::ItemFact& item : items)
    facts.summary.last_day = std::max(facts.summary.last_day, item.last_day());
  facts.items = std::move(items);
  return facts;
}

TEST(DecayTest, APurchaseCountsHalfAfterTheHalfLife) {
  const Decay decay(7);
  EXPECT_FLOAT_EQ(decay.Times(Item(1, {100}), 100), 1.0f);
  EXPECT_FLOAT_EQ(decay.Times(Item(1, {100}), 107), 0.5f);
  EXPECT_FLOAT_EQ(decay.Times(Item(1, {100, 93}), 107), 0.75f);
  EXPECT_FLOAT_EQ(decay.Times(Item(1, {100}), 99), 1.0f) << "days to come";
}

TEST(DecayTest, TimesBeyondTheKeptDaysCountMidwayToTheFirst) {
  const Decay decay(10);
  const auto item = Item(1, {60, 70, 80, 90, 100});
  const float kept =
      1.0f + std::exp2(-1.0f) + std::exp2(-2.0f) + std::exp2(-3.0f);
  EXPECT_NEAR(decay.Times(item, 100), kept + std::exp2(-3.5f), 1e-5);
}

TEST(VisitsTest, ADayWithPurchasesIsAVisitOnce) {
  Visits visits;
  visits.Count(Facts({Item(1, {100, 93}), Item(2, {100, 86}), Item(3, {50})}));
  EXPECT_EQ(visits.Since(100), 0);
  EXPECT_EQ(visits.Since(93), 1);
  EXPECT_EQ(visits.Since(90), 2);
  EXPECT_EQ(visits.Since(50), 3);
  EXPECT_EQ(visits.Since(10), 4);
  EXPECT_EQ(visits.At(0), 100);
  EXPECT_EQ(visits.At(1), 93);
  EXPECT_EQ(visits.At(3), 50);
  EXPECT_EQ(visits.At(4), 0);
}

TEST(VisitsTest, NobodyHasNone) {
  Visits visits;
  visits.Count(facts::CustomerFacts());
  EXPECT_EQ(visits.Since(1), 0);
  EXPECT_EQ(visits.At(0), 0);
}

TEST(KindCountsTest, ItemsOfAKindAddUp) {
  KindCounts counts;
  counts.Reset(3);
  counts.Add(7, Item(1, {100, 93}), 1.5f);
  counts.Add(7, Item(2, {110}), 1.0f);
  counts.Add(9, Item(3, {90}), 0.5f);
  counts.Add(KindCounts::kNone, Item(4, {90}), 0.5f);
  const KindCount* seven = counts.Find(7);
  ASSERT_NE(seven, nullptr);
  EXPECT_FLOAT_EQ(seven->decayed, 2.5f);
  EXPECT_EQ(seven->times, 3u);
  EXPECT_EQ(seven->items, 2u);
  EXPECT_EQ(seven->first, 93);
  EXPECT_EQ(seven->last, 110);
  EXPECT_EQ(counts.Find(8), nullptr);
  EXPECT_EQ(counts.Find(KindCounts::kNone), nullptr);
  counts.Reset(1);
  EXPECT_EQ(counts.Find(7), nullptr);
}

TEST(KindCountsTest, ManyKindsAreToldApart) {
  KindCounts counts;
  counts.Reset(500);
  for (uint32_t kind = 0; kind < 500; ++kind)
    counts.Add(kind * 64, Item(kind, {100}), static_cast<float>(kind));
  for (uint32_t kind = 0; kind < 500; ++kind) {
    ASSERT_NE(counts.Find(kind * 64), nullptr) << kind;
    EXPECT_FLOAT_EQ(counts.Find(kind * 64)->decayed, static_cast<float>(kind));
  }
}

}  // namespace
}  // namespace patron::ranking
