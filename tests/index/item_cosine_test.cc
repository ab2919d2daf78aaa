#include "index/item_cosine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "index/purchases.h"
#include "tests/index/small_shop.h"

namespace patron::index {
namespace {

using ::testing::IsEmpty;

NeighbourTable Learned(const TrainingLog& log, uint32_t min_shared) {
  const LearnProgress silent;
  const std::vector<uint8_t> listed(log.products(), 1);
  return ItemCosine(IncidenceOf(CollectPurchases(log, {}), log.products(), 200),
                    listed, {.length = 60, .min_shared = min_shared},
                    Stage("neighbours", 1, silent));
}

// Customer 0 buys products 0 and 1, customer 1 products 0, 1 and 2; ten
// products.
TrainingLog TwoCustomers() {
  TrainingLog log;
  AddLine(0, 0, 0, 1, log);
  AddLine(0, 1, 0, 1, log);
  AddLine(1, 0, 1, 1, log);
  AddLine(1, 1, 1, 1, log);
  AddLine(1, 2, 1, 1, log);
  log.attributes.resize(10);
  return log;
}

TEST(ItemCosineTest, AgreesWithValuesWorkedOutByHand) {
  const NeighbourTable table = Learned(TwoCustomers(), 1);
  const double few = std::log(10.0) - std::log(3.0);   // weight of customer 0
  const double many = std::log(10.0) - std::log(4.0);  // of customer 1
  ASSERT_EQ(table.Row(0).size(), 2u);
  EXPECT_EQ(table.Row(0)[0].product, 1u);
  EXPECT_NEAR(table.Row(0)[0].score, 1, 1e-6);
  EXPECT_EQ(table.Row(0)[1].product, 2u);
  EXPECT_NEAR(table.Row(0)[1].score, many / std::hypot(few, many), 1e-6);
}

TEST(ItemCosineTest, PairsOfTooFewCustomersAreLeftOut) {
  const NeighbourTable table = Learned(TwoCustomers(), 2);
  ASSERT_EQ(table.Row(0).size(), 1u);
  EXPECT_EQ(table.Row(0)[0].product, 1u);
  EXPECT_THAT(table.Row(2), IsEmpty());
  EXPECT_THAT(table.Row(9), IsEmpty());
  EXPECT_THAT(table.Row(10), IsEmpty());
}

}  // namespace
}  // namespace patron::index
