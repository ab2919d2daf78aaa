#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/tools/cli_fixtures.h"
#include "tools/patron/csv_out.h"
#include "tools/patron/json_out.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

TEST(JsonLinesTest, AReceiptIsOneObjectWithItsLines) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases,
      R"({"receipt_id":"r1","customer_id":"c1","store_id":7,"currency":"EUR",
          "happened_at":"2026-01-01"})");
  EXPECT_EQ(drained.decoded.problems.size(), 2u);  // not one a line

  const auto sound = DrainText<wire::Purchase>(
      Kind::kPurchases,
      R"({"receipt_id":"r1","store_id":7,"currency":"EUR","happened_at":"2026-01-01T10:00:00Z","lines":[{"product_id":"a","quantity":1.5,"amount":150,"discounts":{"loyalty":20},"third_party_discounts":{"maker":5}},{"product_id":"b","amount":10}]})"
      "\n\n"
      R"({"receipt_id":"r1","store_id":"8","currency":"EUR","happened_at":"2026-01-01T10:00:00Z","lines":[{"product_id":"a","amount":1}]})");
  EXPECT_THAT(sound.Problems(), ElementsAre());
  ASSERT_EQ(sound.decoded.elements.size(), 2u);
  const wire::Purchase& purchase = sound.decoded.elements[0].value;
  EXPECT_EQ(purchase.store_id, "7");
  ASSERT_EQ(purchase.lines.size(), 2u);
  EXPECT_EQ(purchase.lines[0].quantity_milli, 1500);
  EXPECT_EQ(purchase.lines[1].quantity_milli, 1000);
  ASSERT_EQ(purchase.lines[0].discounts.size(), 2u);
  EXPECT_EQ(sound.decoded.elements[1].line, 3);
}

TEST(JsonLinesTest, DiscountsComeInOneOrderWhateverTheColumnsHave) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases,
      "receipt_id,currency,happened_at,product_id,amount,"
      "third_party_discount.a,discount.z,discount.b\n"
      "r1,EUR,2026-01-01,p,1,1,2,3\n");
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  const auto& discounts = drained.decoded.elements[0].value.lines[0].discounts;
  ASSERT_EQ(discounts.size(), 3u);
  EXPECT_EQ(discounts[0].cause, "b");
  EXPECT_EQ(discounts[1].cause, "z");
  EXPECT_EQ(discounts[2].cause, "a");
}

TEST(JsonLinesTest, BrokenObjectsNameLineAndReasonAndTheRestIsRead) {
  const auto drained = DrainText<wire::Product>(
      Kind::kProducts,
      "{\"product_id\":\"p1\",\"name\":\"a\"}\n"
      "{\"product_id\":\n"
      "[1]\n"
      "{\"product_id\":\"p2\",\"name\":{\"x\":1}}\n"
      "{\"product_id\":\"p3\",\"name\":\"\xFF\"}\n"
      "{\"product_id\":\"p4\",\"name\":\"b\",\"attributes\":[1]}\n"
      "{\"name\":\"c\"}\n"
      "{\"product_id\":\"p5\",\"name\":\"d\",\"colour\":1}\n");
  ASSERT_EQ(drained.decoded.problems.size(), 6u);
  EXPECT_THAT(drained.Problems()[0], HasSubstr("2: is not JSON"));
  EXPECT_THAT(drained.Problems()[1], HasSubstr("3: \"[1]\" is not an object"));
  EXPECT_THAT(drained.Problems()[2],
              HasSubstr("4: name: \"{\"x\":1}\" is not a text"));
  EXPECT_THAT(drained.Problems()[3], HasSubstr("5: is not JSON"));
  EXPECT_THAT(drained.Problems()[4],
              HasSubstr("6: attributes: \"[1]\" is not an object"));
  EXPECT_THAT(drained.Problems()[5], HasSubstr("7: product_id: is empty"));
  EXPECT_EQ(drained.decoded.elements.size(), 2u);
  EXPECT_THAT(drained.ignored, ElementsAre("colour"));
}

TEST(JsonLinesTest, ABadLineLeavesOutTheWholeReceipt) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases,
      R"({"receipt_id":"r1","store_id":"s","currency":"EUR","happened_at":"2026-01-01","lines":[{"product_id":"a","amount":1},{"product_id":"b","amount":[]},{"product_id":"c","amount":1}]})"
      "\n"
      R"({"receipt_id":"r2","store_id":"s","currency":"EUR","happened_at":"2026-01-01","lines":[]})"
      "\n"
      R"({"receipt_id":"r3","store_id":"s","currency":"EUR","happened_at":"2026-01-01","lines":[{"product_id":"c","amount":1}]})");
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  EXPECT_EQ(drained.decoded.elements[0].value.receipt_id, "r3");
  EXPECT_THAT(drained.Problems()[0], HasSubstr("1: amount: \"[]\" is not"));
  EXPECT_EQ(drained.Problems().back(), "2: lines: is missing or empty");
  EXPECT_EQ(drained.decoded.elements_left_out, 2);
}

TEST(JsonLinesTest, AMegabyteInATextIsRefusedByItsFieldAlone) {
  const auto drained = DrainText<wire::Product>(
      Kind::kProducts, "{\"product_id\":\"p1\",\"name\":\"" +
                           std::string(1 << 20, 'x') +
                           "\"}\n{\"product_id\":\"p2\",\"name\":\"b\"}\n");
  ASSERT_EQ(drained.decoded.problems.size(), 1u);
  EXPECT_THAT(drained.Problems()[0], HasSubstr("1: name: \"xxx"));
  EXPECT_EQ(drained.decoded.elements.size(), 1u);
}

// What export writes is read back as it was, in both formats.
template <typename T>
void ExpectRoundTrip(Kind kind, const T& value, bool csv = true) {
  const Json json = ToJson(value);
  const auto lines = DrainText<T>(kind, ToLine(json));
  ASSERT_EQ(lines.decoded.elements.size(), 1u)
      << ::testing::PrintToString(lines.Problems());
  EXPECT_EQ(lines.decoded.elements[0].value, value);
  EXPECT_THAT(lines.ignored, ElementsAre());
  if (!csv) return;
  CsvWriter writer(kind);
  writer.Learn(json);
  ASSERT_OK_AND_ASSIGN(const std::string rows, writer.Rows(json));
  const auto cells = DrainText<T>(kind, writer.Header() + rows);
  ASSERT_EQ(cells.decoded.elements.size(), 1u)
      << ::testing::PrintToString(cells.Problems());
  EXPECT_EQ(cells.decoded.elements[0].value, value);
  EXPECT_THAT(cells.ignored, ElementsAre());
}

wire::Customer FullCustomer() {
  wire::Customer customer;
  customer.customer_id = "c,1";
  customer.__set_name("Zoë \"Z\"\nLine");
  customer.contacts = {{"email", "z@x"}, {"fax", "1"}};
  customer.__set_locale("de-AT");
  customer.__set_birth_year(1990);
  customer.__set_birth_month(12);
  customer.__set_birth_day(31);
  customer.__set_gender("f");
  customer.__set_household_size(3);
  customer.children_birth_years = {2010, 2012};
  customer.priorities = {"tea", "wine"};
  customer.__set_service_preference(wire::ServicePreference::SELF);
  customer.__set_preferred_store_id("s1");
  customer.__set_preferred_channel("web");
  customer.__set_time_zone("Europe/Vienna");
  customer.__set_associate("bob");
  customer.__set_is_business(true);
  customer.attributes = {{"a", "1"}, {"b.c", "x;y"}};
  wire::Consent consent;
  consent.channel = "email";
  consent.purpose = "marketing";
  consent.granted = true;
  customer.consents = {consent};
  return customer;
}

TEST(RoundTripTest, Customers) {
  wire::Customer customer = FullCustomer();
  ExpectRoundTrip(Kind::kCustomers, customer);
  customer.consents[0].source = "till";
  customer.consents[0].given_at_us = 1483271606000000;
  ExpectRoundTrip(Kind::kCustomers, customer, /*csv=*/false);
}

TEST(RoundTripTest, Products) {
  wire::Product product;
  product.product_id = "p1";
  product.name = "Milk, 1 l";
  product.category_path = {"Food", "Dairy"};
  product.__set_brand("B");
  product.__set_price_tier(wire::PriceTier::HIGH);
  product.__set_motive(wire::Motive::QUALITY);
  product.__set_price(199);
  product.__set_currency("EUR");
  product.__set_minimum_age(18);
  product.__set_seller("us");
  product.__set_variant_of("p0");
  product.compatible_with = {"p2", "p3"};
  product.limitations = {"Needs a fridge."};
  product.attributes = {{"fat", "3.5 %"}};
  product.__set_discontinued(true);
  ExpectRoundTrip(Kind::kProducts, product);
}

TEST(RoundTripTest, CsvRefusesAListElementThatHoldsTheSeparator) {
  wire::Product product;
  product.product_id = "p1";
  product.limitations = {"one; two"};
  EXPECT_THAT(CsvWriter(Kind::kProducts).Rows(ToJson(product)),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                HasSubstr("limitations: \"one; two\"")));
}

TEST(RoundTripTest, Stock) {
  wire::StockLevel level;
  level.product_id = "p1";
  level.store_id = "s1";
  level.__set_quantity_milli(1234);
  level.__set_price(99);
  level.__set_currency("EUR");
  level.as_of_us = 1483271606123456;
  ExpectRoundTrip(Kind::kStock, level);
}

TEST(RoundTripTest, Purchases) {
  wire::Purchase purchase;
  purchase.receipt_id = "r1";
  purchase.__set_customer_id("c1");
  purchase.store_id = "s1";
  purchase.channel = "web";
  purchase.currency = "EUR";
  purchase.happened_at_us = 1483271606000000;
  purchase.__set_impression_token("token");
  purchase.lines.resize(2);
  purchase.lines[0].product_id = "a";
  purchase.lines[0].__set_quantity_milli(1500);
  purchase.lines[0].amount = 150;
  purchase.lines[0].__set_list_amount(170);
  purchase.lines[0].__set_tax(10);
  wire::Discount discount;
  discount.cause = "coupon:4711";
  discount.amount = 20;
  purchase.lines[0].discounts.push_back(discount);
  discount.third_party = true;
  purchase.lines[0].discounts.push_back(discount);
  purchase.lines[1].product_id = "b";
  purchase.lines[1].__set_quantity_milli(0);
  ExpectRoundTrip(Kind::kPurchases, purchase);
}

TEST(RoundTripTest, ReturnsAndEvents) {
  wire::PurchaseReturn back;
  back.return_id = "x";
  back.receipt_id = "r";
  back.happened_at_us = 1483271606000000;
  back.store_id = "s";
  back.__set_reason("broken");
  back.lines.resize(2);
  back.lines[0].quantity_milli = 500;
  back.lines[1].line = 3;
  back.lines[1].quantity_milli = 1000;
  ExpectRoundTrip(Kind::kReturns, back);

  wire::Event event;
  event.__set_event_id("e1");
  event.kind = wire::EventKind::CART_ADD;
  event.__set_customer_id("c1");
  event.happened_at_us = 1483271606000000;
  event.__set_product_id("p1");
  event.store_id = "s";
  event.channel = "web";
  event.__set_dwell_ms(5);
  event.__set_measure(wire::Measure::CSAT);
  event.__set_text("a, \"b\"\nc");
  event.__set_value(-3);
  event.__set_source("ad");
  event.__set_impression_token("t");
  event.attributes = {{"a", "b"}};
  ExpectRoundTrip(Kind::kEvents, event);
}

}  // namespace
}  // namespace patron::cli
