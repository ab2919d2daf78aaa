#include "jobs/purchase_log.h"

#include <string>
#include <vector>

#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::jobs {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::testing::ElementsAre;

constexpr Day kToday = static_cast<Day>(kNoonUs / kDayUs);

TEST(PurchaseLogTest, HasEveryKeptLineByCustomerAndDay) {
  testing::TempDir dir;
  AppliedStore store(dir.File("store"));
  store.Apply(Body(MakeProduct("milk", {"food", "dairy"})));
  store.Apply(Body(MakeProduct("oats", {"food", "cereal"})));
  store.Apply(
      Body(MakePurchase("late", "ann", {{"milk"}, {"oats"}, {"milk"}})));
  store.Apply(Body(MakePurchase("early", "ann", {{"milk"}, {"gift", 0, 0}},
                                kNoonUs - kDayUs)));
  store.Apply(Body(MakePurchase("nobody", "", {{"milk"}})));
  store.Apply(
      Body(MakePurchase("tomorrow", "bob", {{"milk"}}, kNoonUs + kDayUs)));
  store.Apply(Body(MakePurchase("back", "bob", {{"milk"}, {"unlisted"}})));
  store.Apply(Body(MakeReturn("x", "back", {{0, 1000}})));

  ASSERT_OK_AND_ASSIGN(const index::TrainingLog log,
                       ReadPurchaseLog(*store.state().store, kToday));
  EXPECT_OK(index::Validate(log));
  constexpr uint32_t kMilk = 0, kOats = 1, kUnlisted = 3;
  EXPECT_THAT(log.customer, ElementsAre(0, 0, 0, 1, index::kAnonymousCustomer));
  EXPECT_THAT(log.product, ElementsAre(kMilk, kMilk, kOats, kUnlisted, kMilk));
  EXPECT_THAT(log.day, ElementsAre(kToday - 1, kToday, kToday, kToday, kToday));
  EXPECT_EQ(log.receipts, 4u);
  EXPECT_EQ(log.attributes[kMilk].category_path[0],
            log.attributes[kOats].category_path[0]);
  EXPECT_NE(log.attributes[kMilk].category_path[1],
            log.attributes[kOats].category_path[1]);
  EXPECT_FALSE(log.attributes[kMilk].discontinued);
  EXPECT_TRUE(log.attributes[kUnlisted].discontinued);
}

}  // namespace
}  // namespace patron::jobs
