#include <map>
#include <memory>
#include <random>
#include <string>

#include "server/facts/table.h"
#include "server/store/codec.h"
#include "server/store/keys.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::facts {
namespace {

// Random additions, takings away and replacements against a plain map, in
// batches of random size, reopened as it goes.
TEST(FactsTableModelTest, HoldsWhatAPlainMapHolds) {
  const uint64_t seed = testing::TestSeed(20261121);
  std::mt19937_64 random(seed);
  const auto below = [&random](uint64_t bound) { return random() % bound; };
  testing::TempDir dir;
  ASSERT_OK_AND_ASSIGN(const auto store,
                       store::Store::Open(dir.File("store"), {}));
  auto table = std::make_unique<FactsTable>();
  std::map<uint32_t, std::map<uint32_t, ItemFact>> model;
  std::map<uint32_t, int32_t> lines;

  const auto check = [&] {
    for (const auto& [customer, items] : model) {
      CustomerFacts facts;
      ASSERT_TRUE(table->Read(CustomerOrdinal(customer), facts));
      ASSERT_EQ(facts.summary.lines, lines[customer]);
      ASSERT_EQ(facts.items.size(), items.size()) << "customer " << customer;
      size_t at = 0;
      for (const auto& [product, item] : items)
        ASSERT_EQ(facts.items[at++], item);
    }
  };

  for (int round = 0; round < 120; ++round) {
    FactsChanges changes(*table);
    store::Batch batch(*store);
    const uint64_t commands = 1 + below(30);
    for (uint64_t c = 0; c < commands; ++c) {
      const uint32_t customer = static_cast<uint32_t>(below(300));
      auto& items = model[customer];
      ++lines[customer];
      ++changes.MutableSummary(CustomerOrdinal(customer)).lines;
      if (below(15) == 0) {  // all replaced: some gone, some changed, some new
        std::map<uint32_t, ItemFact> kept;
        for (const auto& [product, item] : items)
          if (below(2) == 0) kept.emplace(product, item);
        ItemFact fresh{ProductOrdinal(static_cast<uint32_t>(below(60)))};
        AddReceipt(fresh, 5);
        kept[fresh.product.value()] = fresh;
        items = kept;
        std::vector<ItemFact> sorted;
        for (const auto& [product, item] : items) sorted.push_back(item);
        changes.ReplaceItems(CustomerOrdinal(customer), sorted);
      } else {
        for (uint64_t i = 0; i < 1 + below(12); ++i) {
          const auto product = static_cast<uint32_t>(below(60));
          const Day day = static_cast<Day>(1 + below(1000));
          ItemFact& item = items[product];
          item.product = ProductOrdinal(product);
          AddReceipt(item, day);
          AddReceipt(
              changes.MutableItem(CustomerOrdinal(customer), item.product),
              day);
        }
      }
      changes.EndCommand(CustomerOrdinal(customer), batch);
    }
    changes.Flush(batch);
    ASSERT_OK(store->Write(batch));
    changes.Publish();
    if (round % 10 == 9) {
      table = std::make_unique<FactsTable>();
      ASSERT_OK(table->Load(*store));
    }
    check();
    if (HasFatalFailure()) return;
  }
}

class FactsTableTest : public ::testing::Test {
 protected:
  void SetUp() override {
    auto store = store::Store::Open(dir_.File("store"), {});
    ASSERT_OK(store);
    store_ = *std::move(store);
  }
  // Ends the running batch.
  void Write(FactsChanges& changes) {
    store::Batch batch(*store_);
    changes.EndCommand(kAnn, batch);
    changes.Flush(batch);
    ASSERT_OK(store_->Write(batch));
    changes.Publish();
  }
  static std::shared_ptr<const Traits> Born(int year) {
    wire::Customer customer;
    customer.__set_birth_year(year);
    return MakeTraits(customer);
  }
  static ItemFact Bought(uint32_t product, Day day) {
    ItemFact item{ProductOrdinal(product)};
    AddReceipt(item, day);
    return item;
  }

  static constexpr CustomerOrdinal kAnn{5};
  testing::TempDir dir_;
  std::unique_ptr<store::Store> store_;
  FactsTable table_;
};

TEST_F(FactsTableTest, TraitsAreSeenInTheBatchAtOnceAndByOthersAfterIt) {
  FactsChanges changes(table_);
  EXPECT_EQ(changes.TraitsNow(kAnn), nullptr);
  changes.SetTraits(kAnn, Born(1980));
  ASSERT_NE(changes.TraitsNow(kAnn), nullptr);
  EXPECT_EQ(table_.ReadTraits(kAnn), nullptr);
  Write(changes);
  ASSERT_NE(table_.ReadTraits(kAnn), nullptr);
  EXPECT_EQ(table_.ReadTraits(kAnn)->birth_year, 1980);
  // A batch that does not name them leaves them.
  ++changes.MutableSummary(kAnn).events;
  EXPECT_EQ(changes.TraitsNow(kAnn)->birth_year, 1980);
  Write(changes);
  EXPECT_EQ(table_.ReadTraits(kAnn)->birth_year, 1980);
  changes.SetTraits(kAnn, nullptr);
  EXPECT_EQ(changes.TraitsNow(kAnn), nullptr);
  Write(changes);
  EXPECT_EQ(table_.ReadTraits(kAnn), nullptr);
  EXPECT_EQ(table_.ReadTraits(kAnonymous), nullptr);
}

TEST_F(FactsTableTest, TraitsComeBackFromPeopleRows) {
  wire::Customer customer;
  customer.customer_id = "ann";
  customer.__set_name("Ann Example");
  customer.__set_gender("f");
  store::Batch batch(*store_);
  batch.Put(store::Family::kPeople, store::CustomerKey(kAnn),
            store::Encode(customer));
  ASSERT_OK(store_->Write(batch));
  ASSERT_OK(table_.Load(*store_));
  ASSERT_NE(table_.ReadTraits(kAnn), nullptr);
  EXPECT_EQ(table_.ReadTraits(kAnn)->gender, "f");
  EXPECT_EQ(table_.ReadTraits(kAnn)->name, "");
}

TEST_F(FactsTableTest, ReadNowSeesTheBatchAndTouchesNothing) {
  FactsChanges changes(table_);
  CustomerFacts now;
  now.items.resize(3);
  changes.ReadNow(kAnn, now);
  EXPECT_EQ(now, CustomerFacts());
  for (const uint32_t product : {1, 2, 3})
    changes.MutableItem(kAnn, ProductOrdinal(product)) = Bought(product, 10);
  changes.MutableSummary(kAnn).lines = 3;
  Write(changes);
  changes.ReadNow(kAnn, now);
  EXPECT_EQ(now.items.size(), 3u);
  store::Batch batch(*store_);
  changes.Flush(batch);
  EXPECT_EQ(batch.changes(), 0u);

  changes.MutableItem(kAnn, ProductOrdinal(2)).times = 0;
  changes.MutableItem(kAnn, ProductOrdinal(7)) = Bought(7, 11);
  changes.MutableSummary(kAnn).lines = 4;
  changes.ReadNow(kAnn, now);
  EXPECT_EQ(now.summary.lines, 4);
  EXPECT_EQ(now.items, (std::vector<ItemFact>{Bought(1, 10), Bought(3, 10),
                                              Bought(7, 11)}));
}

TEST_F(FactsTableTest, AClearedCustomerIsUnknownAlsoAfterARestart) {
  FactsChanges changes(table_);
  for (uint32_t product = 0; product < 60; ++product) {
    changes.MutableItem(kAnn, ProductOrdinal(product)) = Bought(product, 10);
    if (product % 20 == 19) Write(changes);
  }
  changes.MutableSummary(kAnn).lines = 60;
  changes.SetTraits(kAnn, Born(1980));
  changes.MutableItem(kAnn, ProductOrdinal(99)) = Bought(99, 11);
  changes.Clear(kAnn);
  CustomerFacts facts;
  changes.ReadNow(kAnn, facts);
  EXPECT_EQ(facts, CustomerFacts());
  EXPECT_EQ(changes.TraitsNow(kAnn), nullptr);
  Write(changes);
  FactsTable reloaded;
  ASSERT_OK(reloaded.Load(*store_));
  for (const FactsTable* table : {&table_, &reloaded}) {
    table->Read(kAnn, facts);
    EXPECT_EQ(facts, CustomerFacts());
    EXPECT_EQ(table->ReadTraits(kAnn), nullptr);
  }
}

TEST_F(FactsTableTest, ACustomerOfWhomNothingIsKnownHasEmptyFacts) {
  CustomerFacts facts;
  facts.items.resize(3);
  EXPECT_FALSE(table_.Read(kAnn, facts));
  EXPECT_TRUE(facts.items.empty());
  EXPECT_FALSE(table_.Read(kAnonymous, facts));
}

}  // namespace
}  // namespace patron::facts
