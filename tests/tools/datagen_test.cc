#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "absl/strings/str_split.h"
#include "server/base/digest.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/datagen/csv_files.h"
#include "tools/datagen/shop.h"

namespace patron::datagen {
namespace {

using ::patron::testing::StatusIs;
using ::patron::testing::TempDir;
using ::testing::AllOf;
using ::testing::HasSubstr;

ShopOptions TinyOptions() {
  ShopOptions options;
  options.seed = 42;
  options.customers = 60;
  options.products = 150;
  options.stores = 2;
  options.lines = 3000;
  options.days = 120;
  return options;
}

// Everything that a shop tells, kept.
struct Log : ShopListener {
  struct Basket {
    Receipt receipt;
    std::vector<Line> lines;
  };
  std::vector<Basket> baskets;
  std::vector<Return> returns;
  std::vector<Event> events;

  void OnReceipt(const Receipt& receipt) override {
    baskets.push_back({receipt, {receipt.lines.begin(), receipt.lines.end()}});
  }
  void OnReturn(const Return& back) override { returns.push_back(back); }
  void OnEvent(const Event& event) override { events.push_back(event); }

  int64_t LineCount() const {
    int64_t count = 0;
    for (const Basket& basket : baskets)
      count += static_cast<int64_t>(basket.lines.size());
    return count;
  }
};

// A shop and what happened in it. The small shop is played once for all tests
// that only look.
struct Played {
  std::unique_ptr<Shop> shop;
  Log log;
};

Played PlayShop(const ShopOptions& options) {
  Played played;
  auto shop = Shop::Make(options);
  EXPECT_OK(shop);
  played.shop = *std::move(shop);
  EXPECT_OK(played.shop->Play(played.log));
  return played;
}

const Played& SmallShop() {
  static const Played* const played = new Played(PlayShop(ShopOptions()));
  return *played;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string DigestOfFiles(const ShopOptions& options) {
  const TempDir dir;
  const auto shop = Shop::Make(options);
  EXPECT_OK(shop);
  EXPECT_OK(WriteShop(**shop, dir.path(), WriteOptions()));
  std::set<std::filesystem::path> paths;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path()))
    paths.insert(entry.path());
  EXPECT_EQ(paths.size(), 8u);
  DigestStream digest;
  for (const auto& path : paths) {
    digest.Add(path.filename().string());
    digest.Add(ReadFile(path));
  }
  return digest.Finish().ToHex();
}

std::vector<std::vector<std::string>> ReadRows(const std::string& path) {
  std::vector<std::vector<std::string>> rows;
  std::ifstream in(path);
  std::string line;
  std::getline(in, line);  // header
  while (std::getline(in, line)) rows.push_back(absl::StrSplit(line, ','));
  return rows;
}

// The digest is written out so that every compiler has to give these bytes. It
// changes when the generator is changed on purpose.
TEST(DatagenTest, SameSeedGivesTheSameBytesWithEveryCompiler) {
  EXPECT_EQ(DigestOfFiles(TinyOptions()), DigestOfFiles(TinyOptions()));
  EXPECT_EQ(DigestOfFiles(TinyOptions()), "6cebf12ef0f410a8aa362ac342fc00e8");
}

TEST(DatagenTest, MarketingAddsToAShopAndChangesNothingElse) {
  ShopOptions options = TinyOptions();
  const TempDir plain, more;
  EXPECT_OK(WriteShop(**Shop::Make(options), plain.path(), WriteOptions()));
  options.marketing = true;
  EXPECT_OK(WriteShop(**Shop::Make(options), more.path(), WriteOptions()));
  for (const char* name : {"purchases.csv", "returns.csv", "products.csv"})
    EXPECT_EQ(ReadFile(plain.File(name)), ReadFile(more.File(name)));
  const std::string customers = ReadFile(more.File("customers.csv"));
  EXPECT_THAT(customers, HasSubstr(",time_zone,consent.sms.marketing\n"));
  EXPECT_THAT(customers, HasSubstr(",Europe/Vienna,true\n"));
  EXPECT_THAT(ReadFile(more.File("events.csv")), HasSubstr(",survey,C"));
}

TEST(DatagenTest, AnotherSeedGivesAnotherShop) {
  ShopOptions other = TinyOptions();
  other.seed = 43;
  EXPECT_NE(DigestOfFiles(TinyOptions()), DigestOfFiles(other));
}

TEST(DatagenTest, FilesHoldWhatTheShopTells) {
  const TempDir dir;
  const Played tiny = PlayShop(TinyOptions());
  ASSERT_OK_AND_ASSIGN(const WriteCounts counts,
                       WriteShop(*tiny.shop, dir.path(), WriteOptions()));
  const auto rows = ReadRows(dir.File("purchases.csv"));
  ASSERT_EQ(rows.size(), static_cast<size_t>(tiny.log.LineCount()));
  EXPECT_EQ(counts.lines, rows.size());
  size_t at = 0;
  for (const auto& [receipt, lines] : tiny.log.baskets) {
    for (const Line& line : lines) {
      const auto& row = rows[at++];
      ASSERT_EQ(row.size(), 12u);
      EXPECT_EQ(row[0], ReceiptId(receipt.number));
      EXPECT_EQ(row[1],
                receipt.customer == kNone ? "" : CustomerId(receipt.customer));
      EXPECT_EQ(row[2], StoreId(receipt.store));
      EXPECT_EQ(row[6], ProductId(line.product));
      EXPECT_EQ(row[8], std::to_string(line.amount));
    }
  }
  EXPECT_EQ(ReadRows(dir.File("returns.csv")).size(), tiny.log.returns.size());
  EXPECT_EQ(ReadRows(dir.File("events.csv")).size(), tiny.log.events.size());
  EXPECT_EQ(ReadRows(dir.File("customers.csv")).size(), 60u);
  EXPECT_EQ(ReadRows(dir.File("products.csv")).size(), 150u);
}

TEST(DatagenTest, CompressedFilesAreSmaller) {
  const TempDir dir;
  const auto shop = Shop::Make(TinyOptions());
  ASSERT_OK(shop);
  WriteOptions write;
  write.gzip = true;
  ASSERT_OK_AND_ASSIGN(const WriteCounts counts,
                       WriteShop(**shop, dir.path(), write));
  uint64_t bytes = 0;
  for (const auto& entry : std::filesystem::directory_iterator(dir.path())) {
    EXPECT_EQ(entry.path().extension(), ".gz");
    bytes += entry.file_size();
  }
  EXPECT_LT(bytes, counts.bytes / 2);
}

TEST(DatagenTest, ReceiptsAreNumberedOnceInTimeOrder) {
  const Played& small = SmallShop();
  const absl::Time start =
      absl::FromCivil(small.shop->options().first_day(), absl::UTCTimeZone());
  absl::Time last = start;
  uint64_t number = 0;
  for (const auto& [receipt, lines] : small.log.baskets) {
    EXPECT_EQ(receipt.number, number++);
    EXPECT_GE(receipt.happened_at, last);
    EXPECT_FALSE(lines.empty());
    last = receipt.happened_at;
  }
  EXPECT_LT(last, small.shop->end());
}

TEST(DatagenTest, LinesNameWhatTheStoreSellsAndAmountsAddUp) {
  const Played& small = SmallShop();
  const Catalogue& catalogue = small.shop->catalogue();
  const absl::CivilDay first = small.shop->options().first_day();
  for (const auto& [receipt, lines] : small.log.baskets) {
    ASSERT_LT(receipt.store, catalogue.stores().size());
    const int day = static_cast<int>(
        absl::ToCivilDay(receipt.happened_at, absl::UTCTimeZone()) - first);
    std::set<uint32_t> seen;
    for (const Line& line : lines) {
      ASSERT_LT(line.product, catalogue.products().size());
      EXPECT_TRUE(seen.insert(line.product).second);
      EXPECT_TRUE(catalogue.IsSold(line.product, {receipt.store, day}));
      EXPECT_GT(line.quantity_milli, 0);
      EXPECT_EQ(line.amount, line.list_amount - line.discount);
      EXPECT_GE(line.discount, 0);
      EXPECT_GE(line.amount, line.tax);
      EXPECT_GE(line.tax, 0);
    }
  }
}

TEST(DatagenTest, ReturnsNameALineOnceAndNeverExceedIt) {
  const Played& small = SmallShop();
  std::set<std::pair<uint64_t, int>> seen;
  absl::Time last = absl::InfinitePast();
  for (const Return& back : small.log.returns) {
    ASSERT_LT(back.receipt, small.log.baskets.size());
    const Log::Basket& basket = small.log.baskets[back.receipt];
    ASSERT_LT(back.line, static_cast<int>(basket.lines.size()));
    EXPECT_LE(back.quantity_milli, basket.lines[back.line].quantity_milli);
    EXPECT_GT(back.quantity_milli, 0);
    EXPECT_GT(back.happened_at, basket.receipt.happened_at);
    EXPECT_GE(back.happened_at, last);
    EXPECT_TRUE(seen.insert({back.receipt, back.line}).second);
    last = back.happened_at;
  }
  EXPECT_GT(seen.size(), 500u);
}

TEST(DatagenTest, EventsNameKnownThingsAndCartsComeBeforePurchases) {
  const Played& small = SmallShop();
  std::set<std::tuple<uint32_t, uint32_t, absl::Time>> carts;
  absl::Time last = absl::InfinitePast();
  for (const Event& event : small.log.events) {
    EXPECT_GE(event.happened_at, last);
    last = event.happened_at;
    if (event.product != kNone) {
      ASSERT_LT(event.product, small.shop->catalogue().products().size());
    }
    if (event.kind == EventKind::kCartAdd)
      carts.insert({event.customer, event.product, event.happened_at});
  }
  for (const auto& [receipt, lines] : small.log.baskets) {
    if (receipt.channel == Channel::kStore) continue;
    for (const Line& line : lines) {
      const auto cart =
          carts.lower_bound({receipt.customer, line.product,
                             receipt.happened_at - absl::Hours(5)});
      ASSERT_NE(cart, carts.end());
      EXPECT_EQ(std::get<1>(*cart), line.product);
      EXPECT_LE(std::get<2>(*cart), receipt.happened_at);
    }
  }
}

TEST(DatagenTest, EventsAreLeftOutOnRequest) {
  ShopOptions options = TinyOptions();
  options.events = false;
  EXPECT_TRUE(PlayShop(options).log.events.empty());
}

TEST(DatagenTest, ProductsHaveNamesOfTheirOwn) {
  ShopOptions options;
  options.customers = 1;
  options.products = 60000;
  const auto shop = Shop::Make(options);
  ASSERT_OK(shop);
  std::set<std::string> names;
  for (uint32_t p = 0; p < 60000; ++p)
    EXPECT_TRUE(names.insert((*shop)->catalogue().Name(p)).second)
        << (*shop)->catalogue().Name(p);
}

double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + values.size() / 2,
                   values.end());
  return values[values.size() / 2];
}

// Days between purchases of one staple by one customer.
std::map<uint32_t, std::vector<double>> StapleGaps(const Played& played) {
  std::map<std::pair<uint32_t, uint32_t>, absl::Time> last;
  std::map<uint32_t, std::vector<double>> gaps;
  for (const auto& [receipt, lines] : played.log.baskets) {
    if (receipt.customer == kNone) continue;
    for (const Line& line : lines) {
      if (played.shop->catalogue().products()[line.product].interval_days == 0)
        continue;
      const auto [at, is_new] =
          last.insert({{receipt.customer, line.product}, receipt.happened_at});
      if (is_new) continue;
      gaps[line.product].push_back(
          absl::ToDoubleHours(receipt.happened_at - at->second) / 24);
      at->second = receipt.happened_at;
    }
  }
  return gaps;
}

TEST(DatagenTest, StaplesAreBoughtAgainAfterTheirInterval) {
  const Played& small = SmallShop();
  int known = 0, near = 0;
  for (const auto& [product, gaps] : StapleGaps(small)) {
    if (gaps.size() < 20) continue;
    const double interval =
        small.shop->catalogue().products()[product].interval_days;
    ++known;
    if (std::abs(Median(gaps) / interval - 1) < 0.2) ++near;
  }
  EXPECT_GT(known, 60);
  EXPECT_GE(near, known * 95 / 100);
}

struct Counts {
  std::unordered_map<uint32_t, double> receipts;  // by product
  std::unordered_map<uint32_t, std::set<uint32_t>> buyers;
  std::unordered_map<uint32_t, double> with_complement;  // by source
};

Counts CountProducts(const Played& played) {
  const auto& products = played.shop->catalogue().products();
  Counts counts;
  for (const auto& [receipt, lines] : played.log.baskets) {
    std::set<uint32_t> basket;
    for (const Line& line : lines) basket.insert(line.product);
    for (const uint32_t p : basket) {
      ++counts.receipts[p];
      counts.buyers[p].insert(receipt.customer);
      if (basket.count(products[p].complement)) ++counts.with_complement[p];
    }
  }
  return counts;
}

TEST(DatagenTest, PlantedComplementsAreBoughtTogether) {
  const Played& small = SmallShop();
  const auto& products = small.shop->catalogue().products();
  Counts counts = CountProducts(small);
  const double receipts = static_cast<double>(small.log.baskets.size());
  int planted = 0, lifted = 0, frequent = 0;
  for (uint32_t p = 0; p < products.size(); ++p) {
    const uint32_t complement = products[p].complement;
    if (complement == kNone) continue;
    ++planted;
    EXPECT_EQ(products[complement].complement, kNone);
    const double joint = counts.with_complement[p];
    const double expected =
        counts.receipts[p] * counts.receipts[complement] / receipts;
    if (joint > 3 * expected) ++lifted;
    if (joint >= 5) ++frequent;
  }
  EXPECT_NEAR(planted, 0.2 * static_cast<double>(products.size()),
              0.04 * static_cast<double>(products.size()));
  EXPECT_GE(lifted, planted * 95 / 100);
  EXPECT_GE(frequent, planted * 80 / 100);
}

TEST(DatagenTest, BestsellersArePopularButNotUniversal) {
  const Played& small = SmallShop();
  const Counts counts = CountProducts(small);
  std::vector<std::pair<double, uint32_t>> ranked;
  for (const auto& [product, count] : counts.receipts)
    ranked.push_back({count, product});
  std::sort(ranked.rbegin(), ranked.rend());
  const double typical = ranked[ranked.size() / 2].first;
  const double customers = small.shop->options().customers;
  for (int i = 0; i < 10; ++i) {
    EXPECT_GT(ranked[i].first, 10 * typical);
    EXPECT_LT(static_cast<double>(counts.buyers.at(ranked[i].second).size()),
              0.4 * customers);
  }
}

// The share of a last basket that ten products foretell.
struct Foretold {
  double by_history = 0, by_popularity = 0;
};

Foretold ForetellLastBaskets(const Played& played) {
  std::map<uint32_t, std::vector<const Log::Basket*>> by_customer;
  std::map<uint32_t, int> popularity;
  const auto top = [](const std::map<uint32_t, int>& counts) {
    std::vector<std::pair<int, uint32_t>> ranked;
    for (const auto& [product, count] : counts)
      ranked.push_back({-count, product});
    std::sort(ranked.begin(), ranked.end());
    std::set<uint32_t> best;
    for (size_t i = 0; i < std::min<size_t>(10, ranked.size()); ++i)
      best.insert(ranked[i].second);
    return best;
  };
  for (const Log::Basket& basket : played.log.baskets) {
    for (const Line& line : basket.lines) ++popularity[line.product];
    if (basket.receipt.customer != kNone)
      by_customer[basket.receipt.customer].push_back(&basket);
  }
  const std::set<uint32_t> popular = top(popularity);
  Foretold sum;
  double customers = 0;
  for (const auto& [customer, baskets] : by_customer) {
    std::map<uint32_t, int> history;
    for (size_t i = 0; i + 1 < baskets.size(); ++i)
      for (const Line& line : baskets[i]->lines) ++history[line.product];
    const std::set<uint32_t> usual = top(history);
    const double size = static_cast<double>(baskets.back()->lines.size());
    for (const Line& line : baskets.back()->lines) {
      sum.by_history += static_cast<double>(usual.count(line.product)) / size;
      sum.by_popularity +=
          static_cast<double>(popular.count(line.product)) / size;
    }
    ++customers;
  }
  return {sum.by_history / customers, sum.by_popularity / customers};
}

TEST(DatagenTest, HerHistoryForetellsMoreThanPopularity) {
  const Foretold foretold = ForetellLastBaskets(SmallShop());
  EXPECT_GT(foretold.by_history, 0.3);
  EXPECT_GT(foretold.by_history, 2 * foretold.by_popularity);
  EXPECT_GT(foretold.by_popularity, 0.02);
}

TEST(DatagenTest, IceCreamSellsInSummer) {
  const Played& small = SmallShop();
  int summer = 0, winter = 0;
  for (const auto& [receipt, lines] : small.log.baskets) {
    const int month =
        absl::ToCivilMonth(receipt.happened_at, absl::UTCTimeZone()).month();
    for (const Line& line : lines) {
      if (small.shop->catalogue().CategoryOf(line.product).words->path !=
          "Food>Frozen>Ice cream")
        continue;
      summer += month >= 6 && month <= 8;
      winter += month == 12 || month <= 2;
    }
  }
  EXPECT_GT(summer, 3 * winter);
}

TEST(DatagenTest, LinesComeNearTheTarget) {
  struct Shape {
    int customers, products, stores, days;
    int64_t lines;
  };
  for (const Shape& shape :
       {Shape{500, 400, 3, 365, 20000}, Shape{2000, 1500, 5, 365, 150000},
        Shape{200, 1000, 1, 730, 100000}, Shape{1000, 5000, 12, 90, 60000},
        Shape{5000, 300, 2, 365, 25000}}) {
    ShopOptions options;
    options.customers = shape.customers;
    options.products = shape.products;
    options.stores = shape.stores;
    options.days = shape.days;
    options.lines = shape.lines;
    options.events = false;
    EXPECT_NEAR(static_cast<double>(PlayShop(options).log.LineCount()),
                static_cast<double>(shape.lines),
                0.2 * static_cast<double>(shape.lines))
        << shape.customers << " customers";
  }
}

TEST(DatagenTest, AnErrorOfTheListenerEndsThePlay) {
  struct Stops : ShopListener {
    int days_heard = 0;
    absl::Status OnDayEnd(int done, int) override {
      days_heard = done;
      return done < 3 ? absl::OkStatus() : absl::AbortedError("enough");
    }
  } stops;
  const auto shop = Shop::Make(TinyOptions());
  ASSERT_OK(shop);
  EXPECT_THAT((*shop)->Play(stops), StatusIs(absl::StatusCode::kAborted));
  EXPECT_EQ(stops.days_heard, 3);
}

TEST(DatagenTest, BadOptionsAreRefusedByNameAndValue) {
  const auto refusal = [](auto change) {
    ShopOptions options;
    change(options);
    return Shop::Make(options).status();
  };
  const auto says = [](const char* name, const char* value) {
    return StatusIs(absl::StatusCode::kInvalidArgument,
                    AllOf(HasSubstr(name), HasSubstr(value)));
  };
  using O = ShopOptions;
  EXPECT_THAT(refusal([](O& o) { o.customers = 0; }), says("customers", "0"));
  EXPECT_THAT(refusal([](O& o) { o.products = 99; }), says("products", "99"));
  EXPECT_THAT(refusal([](O& o) { o.stores = 1000; }), says("stores", "1000"));
  EXPECT_THAT(refusal([](O& o) { o.lines = -5; }), says("lines", "-5"));
  EXPECT_THAT(refusal([](O& o) { o.days = 0; }), says("days", "0"));
  EXPECT_THAT(refusal([](O& o) { o.currency = "Euro"; }),
              says("currency", "Euro"));
  EXPECT_THAT(refusal([](O& o) { o.end_day = absl::CivilDay(1950, 1, 2); }),
              says("end_day", "1950-01-02"));
  EXPECT_THAT(SizeOptions("huge").status(), says("size", "huge"));
}

}  // namespace
}  // namespace patron::datagen
