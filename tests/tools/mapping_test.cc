#include "tools/patron/mapping.h"

#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/tools/cli_fixtures.h"

namespace patron::cli {
namespace {

using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(MappingTest, WrongMappingsAreToldWithTheirPlace) {
  const std::pair<const char*, const char*> kWrong[] = {
      {"x = [", "shop.toml: is not TOML"},
      {"[sales]", "shop.toml: sales: no such kind; the kinds are customers"},
      {"purchases = 1", "shop.toml: purchases: must be a table"},
      {"[purchases]\nseperator = ';'",
       "shop.toml: purchases.seperator: no such key; the keys are separator"},
      {"[purchases]\nseparator = ';;'",
       "purchases.separator: \";;\" is not one character"},
      {"[purchases]\namounts = 'cents'",
       "purchases.amounts: \"cents\" is neither"},
      {"[purchases]\ntime_zone = 'Vienna'",
       "purchases.time_zone: \"Vienna\" is not a time zone"},
      {"[purchases.columns]\nrecipt_id = 'a'",
       "purchases.columns.recipt_id: no such field of purchases; the fields "
       "are receipt_id"},
      {"[purchases.columns]\nreceipt_id = 5",
       "purchases.columns.receipt_id: must be a string"},
      {"[purchases.columns]\nreceipt_id = []",
       "purchases.columns.receipt_id: is an empty list"},
      {"[purchases.constants]\ncolour = 'red'",
       "purchases.constants.colour: no such field"},
      {"[purchases.attributes]\na = 'b'", "purchases.attributes: no such key"},
      {"[customers.consents]\nemail = 'b'",
       "must be named \"CHANNEL.PURPOSE\""}};
  for (const auto& [text, message] : kWrong)
    EXPECT_THAT(
        ParseMapping(text, "shop.toml"),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr(message)))
        << text;
}

TEST(MappingTest, AMissingFileIsNamed) {
  EXPECT_THAT(
      LoadMapping("/none/shop.toml"),
      StatusIs(absl::StatusCode::kNotFound, HasSubstr("/none/shop.toml")));
}

constexpr char kShop[] = R"(
[purchases]
separator = ";"
time_zone = "Europe/Vienna"
amounts = "major"
empty_values = ["NULL"]
skip_rows_without = ["article"]
[purchases.columns]
receipt_id = ["till", "bon"]
product_id = "article"
happened_at = "at"
amount = "paid"
customer_id = "card"
[purchases.constants]
currency = "EUR"
store_id = "wien-1"
[purchases.discounts]
loyalty = "off"
[purchases.third_party_discounts]
maker = "coupon"
)";

TEST(MappingTest, ColumnsConstantsZonesAndUnitsAreApplied) {
  ASSERT_OK_AND_ASSIGN(const Mapping mapping, ParseMapping(kShop, "shop.toml"));
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases,
      "till;bon;article;at;paid;off;coupon;card;colour\n"
      "1;77;p1;2017-07-01T14:00;1.99;0.10;0;NULL;red\n"
      "1;77;;2017-07-01T14:00;5;0;0;NULL;red\n"
      "1;77;p2;2017-07-01T14:00;3;;0.50;NULL;blue\n",
      mapping.For(Kind::kPurchases));
  EXPECT_THAT(drained.Problems(), ElementsAre());
  EXPECT_EQ(drained.skipped, 1);
  EXPECT_THAT(drained.ignored, ElementsAre("colour"));
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  const wire::Purchase& purchase = drained.decoded.elements[0].value;
  EXPECT_EQ(purchase.receipt_id, "1-77");
  EXPECT_FALSE(purchase.__isset.customer_id);
  EXPECT_EQ(purchase.store_id, "wien-1");
  EXPECT_EQ(purchase.currency, "EUR");
  EXPECT_EQ(purchase.happened_at_us, 1498910400000000);  // 12:00 UTC
  ASSERT_EQ(purchase.lines.size(), 2u);
  EXPECT_EQ(purchase.lines[0].amount, 199);
  ASSERT_EQ(purchase.lines[0].discounts.size(), 1u);
  EXPECT_EQ(purchase.lines[0].discounts[0].cause, "loyalty");
  EXPECT_EQ(purchase.lines[0].discounts[0].amount, 10);
  EXPECT_FALSE(purchase.lines[0].discounts[0].third_party);
  ASSERT_EQ(purchase.lines[1].discounts.size(), 1u);
  EXPECT_TRUE(purchase.lines[1].discounts[0].third_party);
}

TEST(MappingTest, ColumnsThatTheFileLacksAreNamedAllAtOnce) {
  ASSERT_OK_AND_ASSIGN(const Mapping mapping, ParseMapping(kShop, "shop.toml"));
  const auto drained =
      DrainText<wire::Purchase>(Kind::kPurchases, "till;bon;article;at;paid\n",
                                mapping.For(Kind::kPurchases));
  EXPECT_THAT(drained.status,
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("columns card, coupon, off are missing")));
}

TEST(MappingTest, RequiredColumnsAreNamedAllAtOnce) {
  const auto drained =
      DrainText<wire::Purchase>(Kind::kPurchases, "receipt_id,amount\n");
  EXPECT_THAT(
      drained.status,
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("columns currency, happened_at, product_id "
                         "are missing; the file has receipt_id, amount")));
}

TEST(MappingTest, AColumnNamedTwiceIsRefused) {
  EXPECT_THAT(
      DrainText<wire::Product>(Kind::kProducts, "product_id,name,name\n")
          .status,
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("column \"name\" stands there twice")));
}

TEST(MappingTest, AMappedColumnIsNotReadForItsOwnNameToo) {
  ASSERT_OK_AND_ASSIGN(const Mapping mapping,
                       ParseMapping("[customers.attributes]\n"
                                    "size = 'household_size'\n",
                                    "shop.toml"));
  const auto drained = DrainText<wire::Customer>(
      Kind::kCustomers, "customer_id,household_size\nc1,5+\n",
      mapping.For(Kind::kCustomers));
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  const wire::Customer& customer = drained.decoded.elements[0].value;
  EXPECT_FALSE(customer.__isset.household_size);
  EXPECT_EQ(customer.attributes.at("size"), "5+");
}

TEST(MappingTest, FallbacksAreReadWhereAFieldIsEmpty) {
  ASSERT_OK_AND_ASSIGN(
      const Mapping mapping,
      ParseMapping("[products.columns]\nname = ['type', 'size']\n"
                   "[products.fallbacks]\nname = 'department'\n",
                   "shop.toml"));
  for (const char* text : {"product_id,type,size,department\np1,,,FOOD\n",
                           "{\"product_id\":\"p1\",\"department\":\"FOOD\"}"}) {
    const auto drained = DrainText<wire::Product>(Kind::kProducts, text,
                                                  mapping.For(Kind::kProducts));
    ASSERT_EQ(drained.decoded.elements.size(), 1u);
    EXPECT_EQ(drained.decoded.elements[0].value.name, "FOOD");
  }
}

}  // namespace
}  // namespace patron::cli
