// Learning finds what the generator planted, and nothing where it was shuffled
// away.

#include <algorithm>
#include <memory>
#include <random>
#include <set>
#include <vector>

#include "index/learn.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"
#include "tools/datagen/shop.h"

namespace patron {
namespace {

// Keeps the log as learning wants it.
class LogListener : public datagen::ShopListener {
 public:
  void OnReceipt(const datagen::Receipt& receipt) override {
    const Day day = DayOf(receipt.happened_at, absl::UTCTimeZone());
    std::set<uint32_t> products;
    for (const datagen::Line& line : receipt.lines)
      products.insert(line.product);
    const uint32_t customer = receipt.customer == datagen::kNone
                                  ? index::kAnonymousCustomer
                                  : receipt.customer;
    for (const uint32_t product : products)
      rows.push_back({customer, day, static_cast<uint32_t>(receipt.number),
                      product, receipt.store});
  }

  struct Row {
    uint32_t customer;
    Day day;
    uint32_t receipt, product, store;
    friend auto operator<=>(const Row&, const Row&) = default;
  };
  std::vector<Row> rows;
};

class GeneratedShopTest : public ::testing::Test {
 protected:
  void SetUp() override {
    datagen::ShopOptions options;
    options.seed = testing::TestSeed(7);
    ASSERT_OK_AND_ASSIGN(shop_, datagen::Shop::Make(options));
    LogListener listener;
    ASSERT_OK(shop_->Play(listener));
    rows_ = std::move(listener.rows);
  }

  index::TrainingLog Log() const {
    std::vector<LogListener::Row> rows = rows_;
    std::sort(rows.begin(), rows.end());
    index::TrainingLog log;
    for (const LogListener::Row& row : rows) {
      log.customer.push_back(row.customer);
      log.day.push_back(row.day);
      log.receipt.push_back(row.receipt);
      log.product.push_back(row.product);
      log.store.push_back(row.store);
      log.receipts = std::max(log.receipts, row.receipt + 1);
      log.today = std::max(log.today, row.day);
    }
    log.customers = static_cast<uint32_t>(shop_->options().customers);
    log.stores = static_cast<uint32_t>(shop_->catalogue().stores().size());
    for (const datagen::Product& product : shop_->catalogue().products()) {
      index::ProductAttributes attributes;
      attributes.category_path = {product.category};
      attributes.brand = product.brand;
      attributes.price_tier = static_cast<uint8_t>(product.tier);
      log.attributes.push_back(attributes);
    }
    return log;
  }

  // Among the products with a planted complement: in how many lists it stands
  // in the first five, and how many there are.
  std::pair<int, int> Planted(const index::Knowledge& knowledge) const {
    int found = 0, planted = 0;
    const auto& products = shop_->catalogue().products();
    for (uint32_t p = 0; p < products.size(); ++p) {
      if (products[p].complement == datagen::kNone) continue;
      ++planted;
      const auto list = knowledge.goes_with.Row(p);
      for (size_t at = 0; at < std::min<size_t>(5, list.size()); ++at)
        found += list[at].product == products[p].complement;
    }
    return {found, planted};
  }

  std::unique_ptr<datagen::Shop> shop_;
  std::vector<LogListener::Row> rows_;
};

TEST_F(GeneratedShopTest, PlantedComplementsStandInTheFirstFiveOfGoesWith) {
  ASSERT_OK_AND_ASSIGN(const auto knowledge, index::Learn(Log(), {}, nullptr));
  const auto [found, planted] = Planted(knowledge);
  std::cout << found << " of " << planted << " planted complements found\n";
  EXPECT_GT(planted, 100);
  EXPECT_GE(found, planted * 8 / 10);

  // The ten bestsellers do not flood the lists of the others.
  std::vector<uint32_t> by_sales(shop_->catalogue().products().size());
  for (uint32_t p = 0; p < by_sales.size(); ++p) by_sales[p] = p;
  std::vector<int> sales(by_sales.size());
  for (const LogListener::Row& row : rows_) ++sales[row.product];
  std::sort(by_sales.begin(), by_sales.end(),
            [&](uint32_t a, uint32_t b) { return sales[a] > sales[b]; });
  const std::set<uint32_t> bestsellers(by_sales.begin(), by_sales.begin() + 10);
  int lists = 0, filled = 0, flooded = 0;
  for (uint32_t p = 0; p < by_sales.size(); ++p) {
    if (bestsellers.contains(p)) continue;
    ++lists;
    filled += !knowledge.goes_with.Row(p).empty();
    const auto list = knowledge.goes_with.Row(p);
    flooded +=
        std::any_of(list.begin(), list.end(), [&](const index::Neighbour& n) {
          return bestsellers.contains(n.product);
        });
  }
  std::cout << flooded << " of " << lists << " lists, " << filled
            << " of them not empty, hold a bestseller\n";
  EXPECT_LE(flooded * 20, lists);
}

TEST_F(GeneratedShopTest,
       AfterTheBasketsAreShuffledNoPlantedComplementIsFound) {
  // Products change places between baskets: sizes and sales stay, pairs go.
  std::mt19937_64 random(testing::TestSeed(8));
  for (size_t i = rows_.size() - 1; i > 0; --i)
    std::swap(rows_[i].product, rows_[random() % (i + 1)].product);
  ASSERT_OK_AND_ASSIGN(const auto knowledge, index::Learn(Log(), {}, nullptr));
  EXPECT_EQ(Planted(knowledge).first, 0);
}

}  // namespace
}  // namespace patron
