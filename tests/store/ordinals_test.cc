#include "server/store/ordinals.h"

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::store {
namespace {

class OrdinalsTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_OK_AND_ASSIGN(store_, Store::Open(dir_.File("store"), {}));
  }

  testing::TempDir dir_;
  std::unique_ptr<Store> store_;
};

TEST_F(OrdinalsTest, NewIdsGetDenseNumbersThatOnlyTheBatchKnowsUntilPublished) {
  Ordinals ordinals;
  OrdinalChanges changes(ordinals);
  Batch batch(*store_);
  EXPECT_EQ(changes.Customer("a", batch), CustomerOrdinal(0));
  EXPECT_EQ(changes.Customer("b", batch), CustomerOrdinal(1));
  EXPECT_EQ(changes.Customer("a", batch), CustomerOrdinal(0));
  EXPECT_EQ(changes.Product("a", batch), ProductOrdinal(0));
  EXPECT_EQ(changes.FindCustomer("b"), CustomerOrdinal(1));
  EXPECT_EQ(ordinals.customers.Find("a"), std::nullopt);
  ASSERT_OK(store_->Write(batch));
  changes.Publish();
  EXPECT_EQ(ordinals.customers.Find("b"), 1u);
  EXPECT_EQ(ordinals.customers.IdOf(1), "b");
}

TEST_F(OrdinalsTest, ARestartKnowsTheSameNumbers) {
  {
    Ordinals ordinals;
    OrdinalChanges changes(ordinals);
    Batch batch(*store_);
    for (int i = 0; i < 300; ++i)
      changes.Customer(
          absl::StrCat(std::string(1, static_cast<char>('a' + i % 26)), i),
          batch);
    changes.Store("s", batch);
    ASSERT_OK(store_->Write(batch));
  }
  Ordinals loaded;
  ASSERT_OK(loaded.Load(*store_));
  EXPECT_EQ(loaded.customers.size(), 300u);
  EXPECT_EQ(loaded.customers.Find("z25"), 25u);
  EXPECT_EQ(loaded.customers.IdOf(299), "n299");
  EXPECT_EQ(loaded.stores.Find("s"), 0u);
}

}  // namespace
}  // namespace patron::store
