#include "tests/recommend/test_shop.h"

#include <algorithm>
#include <tuple>

#include "absl/strings/str_cat.h"
#include "index/learn.h"
#include "server/base/check.h"
#include "tests/testing/status_matchers.h"

namespace patron::recommend {

namespace {

const absl::Time kNow =
    absl::FromCivil(absl::CivilMinute(2026, 6, 1, 12, 0), absl::UTCTimeZone());

store::StoreOptions Unsynced() {
  store::StoreOptions options;
  options.sync = false;
  return options;
}

}  // namespace

TestShop::TestShop() : clock_(kNow) {
  auto state = commit::State::Open(directory_.File("state"), Unsynced());
  PATRON_CHECK_OK(state.status());
  state_ = *std::move(state);
  auto engine = commit::Engine::Open(*state_, clock_, {});
  PATRON_CHECK_OK(engine.status());
  engine_ = *std::move(engine);
  recommender_ = std::make_unique<Recommender>(
      state_->ordinals, state_->catalog, state_->facts, index_, clock_,
      RecommendOptions());
}

TestShop::~TestShop() { engine_->Stop(); }

wire::CommandReply TestShop::Execute(wire::CommandBody body) {
  auto reply = engine_->Execute(std::move(body), {"", "test"});
  PATRON_CHECK_OK(reply.status());
  return *reply;
}

wire::Product TestShop::Product(const std::string& id,
                                const std::vector<std::string>& path,
                                const std::string& brand, int64_t price) {
  wire::Product product;
  product.product_id = id;
  product.name = absl::StrCat("The ", id);
  product.category_path = path;
  product.__set_brand(brand);
  product.__set_price(price);
  product.__set_currency("EUR");
  return product;
}

void TestShop::Put(const wire::Product& product) {
  wire::CommandBody body;
  body.__set_put_product(product);
  Execute(std::move(body));
}

void TestShop::Put(const wire::Customer& customer) {
  wire::CommandBody body;
  body.__set_put_customer(customer);
  Execute(std::move(body));
}

void TestShop::Buy(const std::string& customer,
                   const std::vector<std::string>& products, int days_ago,
                   const std::string& store) {
  wire::Purchase purchase;
  purchase.receipt_id = absl::StrCat("receipt-", sales_.size());
  purchase.__set_customer_id(customer);
  purchase.store_id = store;
  purchase.channel = "store";
  purchase.currency = "EUR";
  const absl::Time at = clock_.Now() - days_ago * absl::Hours(24);
  purchase.happened_at_us = absl::ToUnixMicros(at);
  for (const std::string& product : products) {
    purchase.lines.emplace_back().product_id = product;
    purchase.lines.back().amount = 100;
  }
  wire::CommandBody body;
  body.__set_record_purchase(purchase);
  Execute(std::move(body));
  sales_.push_back({customer, store, products, DayOf(at, absl::UTCTimeZone())});
}

void TestShop::Do(const std::string& customer, wire::EventKind::type kind,
                  const std::string& product, absl::Duration ago) {
  wire::Event event;
  event.kind = kind;
  event.__set_customer_id(customer);
  event.happened_at_us = absl::ToUnixMicros(clock_.Now() - ago);
  event.__set_product_id(product);
  event.channel = "web";
  wire::CommandBody body;
  body.__set_record_event(event);
  Execute(std::move(body));
}

void TestShop::Stock(const std::string& product, const std::string& store,
                     std::optional<int64_t> quantity_milli,
                     std::optional<int64_t> price, absl::Duration age) {
  wire::StockLevel level;
  level.product_id = product;
  level.store_id = store;
  if (quantity_milli) level.__set_quantity_milli(*quantity_milli);
  if (price) {
    level.__set_price(*price);
    level.__set_currency("EUR");
  }
  level.as_of_us = absl::ToUnixMicros(clock_.Now() - age);
  wire::CommandBody body;
  body.__set_put_stock(level);
  Execute(std::move(body));
}

void TestShop::Show(const std::string& customer,
                    const std::vector<std::string>& products) {
  wire::Impression shown;
  shown.shown_at_us = absl::ToUnixMicros(clock_.Now());
  shown.placement = wire::Placement::HOME;
  shown.customer_id = customer;
  for (const std::string& product : products)
    shown.products.push_back(
        static_cast<int32_t>(*state_->ordinals.products.Find(product)));
  wire::CommandBody body;
  body.record_impressions.impressions = {shown};
  body.__isset.record_impressions = true;
  Execute(std::move(body));
}

index::TrainingLog TestShop::LogOfSales() const {
  const store::Ordinals& ordinals = state_->ordinals;
  std::vector<Sale> sales = sales_;
  const auto key = [&](const Sale& sale) {
    return std::tuple(*ordinals.customers.Find(sale.customer), sale.day);
  };
  std::stable_sort(
      sales.begin(), sales.end(),
      [&](const Sale& a, const Sale& b) { return key(a) < key(b); });
  index::TrainingLog log;
  log.today = DayOf(clock_.Now(), absl::UTCTimeZone());
  log.customers = ordinals.customers.size();
  log.stores = ordinals.stores.size();
  log.attributes.resize(ordinals.products.size());
  const catalog::Catalog::Reader reader(state_->catalog);
  for (uint32_t i = 0; i < log.attributes.size(); ++i) {
    log.attributes[i].category_path = reader.Get(i).categories;
    log.attributes[i].brand = reader.Get(i).brand;
    log.attributes[i].discontinued = reader.Get(i).product.discontinued;
  }
  for (const Sale& sale : sales) {
    for (const std::string& product : sale.products) {
      log.customer.push_back(*ordinals.customers.Find(sale.customer));
      log.product.push_back(*ordinals.products.Find(product));
      log.store.push_back(*ordinals.stores.Find(sale.store));
      log.receipt.push_back(log.receipts);
      log.day.push_back(sale.day);
    }
    ++log.receipts;
  }
  return log;
}

void TestShop::Learn() {
  index::LearnOptions options;
  options.dimensions = 8;
  options.holdout_one_in = 0;
  auto knowledge = index::Learn(LogOfSales(), options, nullptr);
  PATRON_CHECK_OK(knowledge.status());
  index::ArtefactOrigin origin;
  origin.version = "1";
  origin.created_at = clock_.Now();
  origin.store_uuid = state_->store->uuid();
  auto artefact = index::Artefact::FromKnowledge(origin, *std::move(knowledge));
  PATRON_CHECK_OK(artefact.status());
  index_.Swap(*std::move(artefact));
}

void TestShop::OpenWithHabits() {
  const auto put = [&](const std::string& id, const std::string& wide,
                       const std::string& narrow, const std::string& brand,
                       int64_t price) {
    Put(Product(id, {wide, narrow}, brand, price));
  };
  for (const char* kind :
       {"bread", "jam", "coffee", "filters", "tea", "honey", "rice", "beans"})
    for (int i = 1; i <= 3; ++i)
      put(absl::StrCat(kind, "-", i), "food", kind, absl::StrCat("brand-", i),
          100 * i);
  for (int i = 1; i <= 3; ++i) {
    put(absl::StrCat("soap-", i), "home", "soap", "clean", 150 * i);
    put(absl::StrCat("wine-", i), "drinks", "wine", "vine", 500 * i);
  }
  for (int i = 0; i < 20; ++i) {
    const std::string turn = absl::StrCat("-", i % 3 + 1);
    const auto name = [&](const char* group) {
      return absl::StrCat(group, "-", i);
    };
    for (int ago = 14 * 12 + i % 7 + 4; ago > 14; ago -= 14) {
      Buy(name("breakfast"), {"bread" + turn, "jam" + turn}, ago);
      Buy(name("breakfast"), {"coffee" + turn, "filters-1"}, ago - 3);
      Buy(name("dinner"), {"rice" + turn, "beans" + turn}, ago, "south");
    }
    for (int ago = 10 * 12 + i % 5 + 4; ago > 10; ago -= 10)
      Buy(name("tea"), {"tea" + turn, "honey" + turn}, ago);
    Buy(name("tea"), {"soap" + turn}, 40 + i);
    Buy(name("dinner"), {"wine" + turn}, 35 + i, "south");
  }
  Learn();
}

absl::StatusOr<Answer> TestShop::TryAsk(
    const wire::RecommendRequest& request) const {
  return recommender_->Recommend(request);
}

std::vector<wire::RecommendedItem> TestShop::Ask(
    const wire::RecommendRequest& request) const {
  const absl::StatusOr<Answer> answer = TryAsk(request);
  EXPECT_OK(answer);
  return answer.ok() ? answer->reply.items
                     : std::vector<wire::RecommendedItem>();
}

std::vector<std::string> TestShop::AskIds(
    const wire::RecommendRequest& request) const {
  return IdsOf(Ask(request));
}

wire::RecommendRequest Ask(wire::Placement::type placement, int k) {
  wire::RecommendRequest request;
  request.placement = placement;
  request.k = k;
  request.store_id = "north";
  request.channel = "web";
  return request;
}

wire::RecommendRequest Home(const std::string& customer, int k) {
  wire::RecommendRequest request = Ask(wire::Placement::HOME, k);
  request.__set_customer_id(customer);
  return request;
}

wire::RecommendRequest About(wire::Placement::type placement,
                             const std::vector<std::string>& products, int k) {
  wire::RecommendRequest request = Ask(placement, k);
  request.product_ids = products;
  return request;
}

const wire::RecommendedItem* Find(
    const std::vector<wire::RecommendedItem>& items, const std::string& id) {
  const auto at =
      std::find_if(items.begin(), items.end(),
                   [&](const auto& item) { return item.product_id == id; });
  return at == items.end() ? nullptr : &*at;
}

std::vector<std::string> IdsOf(
    const std::vector<wire::RecommendedItem>& items) {
  std::vector<std::string> ids;
  for (const wire::RecommendedItem& item : items)
    ids.push_back(item.product_id);
  return ids;
}

}  // namespace patron::recommend
