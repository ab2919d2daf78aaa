#include <map>
#include <memory>
#include <random>
#include <string>

#include "server/facts/table.h"
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

TEST(FactsTableTest, ACustomerOfWhomNothingIsKnownHasEmptyFacts) {
  FactsTable table;
  CustomerFacts facts;
  facts.items.resize(3);
  EXPECT_FALSE(table.Read(CustomerOrdinal(5), facts));
  EXPECT_TRUE(facts.items.empty());
  EXPECT_FALSE(table.Read(kAnonymous, facts));
}

}  // namespace
}  // namespace patron::facts
