#include "server/catalog/catalog.h"

#include <string>

#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::catalog {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kNoonUs;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

class CatalogTest : public ::testing::Test {
 protected:
  void PutStock(std::optional<int64_t> quantity_milli,
                std::optional<int64_t> price, int64_t as_of_us) {
    wire::StockLevel level;
    level.product_id = "milk";
    level.store_id = "s1";
    if (quantity_milli) level.__set_quantity_milli(*quantity_milli);
    if (price) {
      level.__set_price(*price);
      level.__set_currency("EUR");
    }
    level.as_of_us = as_of_us;
    store_.Apply(Body(level));
  }
  StoreLevel Level() {
    const Catalog::Reader reader(store_.state().catalog);
    const StoreLevel* level = reader.Get(0).Level(StoreOrdinal(0));
    return level == nullptr ? StoreLevel() : *level;
  }
  LevelChange Change() {
    const Catalog::Reader reader(store_.state().catalog);
    return reader.Get(0).Change(StoreOrdinal(0));
  }

  testing::TempDir dir_;
  AppliedStore store_{dir_.File("store")};
};

TEST_F(CatalogTest, AProductMovesFromOneCategoryToAnother) {
  store_.Apply(Body(MakeProduct("milk", {"food", "dairy"})));
  store_.Apply(Body(MakeProduct("soap", {"drugstore"})));
  store_.Apply(Body(MakeProduct("milk", {"food", "drinks"})));
  for (int restarted = 0; restarted < 2; ++restarted, store_.Reopen()) {
    const Catalog::Reader reader(store_.state().catalog);
    EXPECT_THAT(reader.InCategory(reader.Category("food")), ElementsAre(0));
    EXPECT_THAT(reader.InCategory(reader.Category("drinks")), ElementsAre(0));
    EXPECT_THAT(reader.InCategory(reader.Category("dairy")), IsEmpty());
    EXPECT_THAT(reader.Listed(), ElementsAre(0, 1));
    EXPECT_EQ(reader.Category("toys"), kNoTerm);
  }
}

TEST_F(CatalogTest, AProductKnownFromAReceiptAloneIsNotShown) {
  store_.Apply(Body(MakePurchase("r1", "ann", {{"mystery"}})));
  const Catalog::Reader reader(store_.state().catalog);
  EXPECT_FALSE(reader.Get(0).showable());
  EXPECT_FALSE(reader.Get(4711).showable());
  EXPECT_THAT(reader.Listed(), IsEmpty());
}

TEST_F(CatalogTest, ProductsAreFoundByWhatTheyName) {
  wire::Product lamp = MakeProduct("lamp", {"light"});
  store_.Apply(Body(lamp));
  wire::Product bulb = MakeProduct("bulb", {"light"});
  bulb.compatible_with = {"lamp"};
  bulb.attributes[kCareForAttribute] = "light, heat";
  store_.Apply(Body(bulb));
  wire::Product red = MakeProduct("lamp-red", {"light"});
  red.__set_variant_of("lamp");
  store_.Apply(Body(red));
  for (int restarted = 0; restarted < 2; ++restarted, store_.Reopen()) {
    const Catalog::Reader reader(store_.state().catalog);
    EXPECT_THAT(reader.Naming("lamp"), ElementsAre(1, 2));
    EXPECT_THAT(reader.CaringFor("light"), ElementsAre(1));
    EXPECT_THAT(reader.CaringFor("heat"), ElementsAre(1));
    EXPECT_THAT(reader.Naming("bulb"), IsEmpty());
  }
  bulb.compatible_with.clear();
  bulb.attributes.clear();
  store_.Apply(Body(bulb));
  const Catalog::Reader reader(store_.state().catalog);
  EXPECT_THAT(reader.Naming("lamp"), ElementsAre(2));
  EXPECT_THAT(reader.CaringFor("light"), IsEmpty());
}

TEST_F(CatalogTest, PriceDropAndBackInStockAreNoticedAndLastARestart) {
  store_.Apply(Body(MakeProduct("milk")));
  PutStock(5000, 199, kNoonUs);
  EXPECT_FALSE(Change().previous_price.has_value());
  EXPECT_FALSE(Change().any());
  PutStock(0, std::nullopt, kNoonUs + 1);
  EXPECT_EQ(Level().price, 199) << "what is not told stays";
  PutStock(3000, 149, kNoonUs + 2);
  store_.Reopen();
  EXPECT_EQ(Level().quantity_milli, 3000);
  EXPECT_EQ(Level().price, 149);
  EXPECT_EQ(Change().previous_price, 199);
  EXPECT_EQ(Change().price_changed_at_us, kNoonUs + 2);
  EXPECT_EQ(Change().restocked_at_us, kNoonUs + 2);
}

TEST(CatalogValidationTest, BadFieldsAreNamedWithTheirValues) {
  const auto with = [](auto change) {
    wire::Product product = MakeProduct("milk");
    change(product);
    return Validate(product);
  };
  const auto refuses = [](const char* message) {
    return StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message));
  };
  EXPECT_OK(with([](auto&) {}));
  EXPECT_THAT(with([](auto& p) { p.product_id = ""; }),
              refuses("product_id: is empty"));
  EXPECT_THAT(with([](auto& p) { p.name = "\xc3"; }),
              refuses("name: \"\\xc3\""));
  EXPECT_THAT(with([](auto& p) { p.__set_price(-1); }), refuses("price: -1"));
  EXPECT_THAT(with([](auto& p) { p.__set_price(1); }),
              refuses("currency: \"\""));
  EXPECT_THAT(with([](auto& p) { p.category_path.assign(9, "x"); }),
              refuses("category_path: 9 elements, at most 8"));
  EXPECT_THAT(with([](auto& p) {
                p.price_tier = static_cast<wire::PriceTier::type>(9);
              }),
              refuses("price_tier: 9"));
  EXPECT_THAT(
      with([](auto& p) { p.attributes["a"] = std::string(1 << 20, 'x'); }),
      refuses("attributes.a"));
  wire::StockLevel level;
  level.product_id = "milk";
  level.store_id = "s1";
  level.as_of_us = kNoonUs;
  EXPECT_THAT(Validate(level), refuses("neither it nor price"));
  level.__set_quantity_milli(-1);
  EXPECT_THAT(Validate(level), refuses("quantity_milli: -1"));
  level.__set_quantity_milli(1);
  level.as_of_us = 0;
  EXPECT_THAT(Validate(level), refuses("as_of_us: is not given"));
}

}  // namespace
}  // namespace patron::catalog
