#include "tools/patron/decode.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "tests/testing/status_matchers.h"
#include "tests/tools/cli_fixtures.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;
using ::testing::UnorderedElementsAre;

// A header, a sound row, and the same row with one cell changed.
struct BadCell {
  std::string column;
  std::string value;
  std::string message;
};

std::string Quote(const std::string& cell) {
  return absl::StrCat("\"", cell, "\"");
}

template <typename T>
void ExpectRefused(Kind kind,
                   std::vector<std::pair<std::string, std::string>> row,
                   const std::vector<BadCell>& bad) {
  for (const BadCell& cell : bad) {
    std::string header, sound, broken;
    for (const auto& [column, value] : row) {
      const char* const comma = header.empty() ? "" : ",";
      absl::StrAppend(&header, comma, column);
      absl::StrAppend(&sound, comma, Quote(value));
      absl::StrAppend(&broken, comma,
                      Quote(column == cell.column ? cell.value : value));
    }
    const auto drained =
        DrainText<T>(kind, header + "\n" + sound + "\n" + broken + "\n");
    ASSERT_OK(drained.status);
    ASSERT_FALSE(drained.decoded.problems.empty()) << cell.column;
    EXPECT_EQ(drained.decoded.problems[0].line, 3) << cell.column;
    EXPECT_THAT(drained.decoded.problems[0].message, HasSubstr(cell.message));
    EXPECT_LT(drained.decoded.problems[0].message.size(), 400u);
  }
}

const std::string kMegabyte(1 << 20, 'x');
const std::string kMegabyteQuoted =
    Quote(std::string(20, 'x')) + "… (1048576 bytes)";

TEST(DecodeTest, BadCustomersNameLineFieldAndValue) {
  ExpectRefused<wire::Customer>(
      Kind::kCustomers,
      {{"customer_id", "c1"},
       {"name", "Ann"},
       {"email", "a@b"},
       {"birth_year", "1990"},
       {"birth_month", "2"},
       {"birth_day", "3"},
       {"household_size", "2"},
       {"children_birth_years", "2010;2012"},
       {"service_preference", "self"},
       {"is_staff", "no"},
       {"attr.a", "x"},
       {"consent.email.marketing", "true"}},
      {{"customer_id", "", "customer_id: is empty"},
       {"customer_id", kMegabyte, "customer_id: " + kMegabyteQuoted},
       {"customer_id", "\xFF", "customer_id: \"\\xff\" is not UTF-8"},
       {"customer_id", "a\nb", "customer_id: \"a\\x0ab\" holds a control"},
       {"name", kMegabyte, "name: " + kMegabyteQuoted},
       {"name", "a\xC3", "name: \"a\\xc3\" is not UTF-8"},
       {"email", "\xFF", "email: \"\\xff\" is not UTF-8"},
       {"birth_year", "90", "birth_year: \"90\" is not between 1880 and 2100"},
       {"birth_year", "old", "birth_year: \"old\" is not a number"},
       {"birth_month", "13", "birth_month: \"13\" is not between 1 and 12"},
       {"birth_day", "32", "birth_day: \"32\" is not between 1 and 31"},
       {"household_size", "-1",
        "household_size: \"-1\" is not between 1 and 100"},
       {"children_birth_years", "2010;x", "children_birth_years: \"x\""},
       {"service_preference", "vip", "service_preference: \"vip\" is not"},
       {"is_staff", "maybe", "is_staff: \"maybe\" is not true"},
       {"attr.a", kMegabyte, "attr.a: " + kMegabyteQuoted},
       {"consent.email.marketing", "ok", "consent.email.marketing: \"ok\""}});
}

TEST(DecodeTest, BadProductsNameLineFieldAndValue) {
  ExpectRefused<wire::Product>(
      Kind::kProducts,
      {{"product_id", "p1"},
       {"name", "Milk"},
       {"category_path", "a>b"},
       {"price_tier", "low"},
       {"motive", "value"},
       {"price", "199"},
       {"currency", "EUR"},
       {"minimum_age", "18"},
       {"variant_of", "p0"},
       {"compatible_with", "p2;p3"},
       {"discontinued", "0"}},
      {{"product_id", "", "product_id: is empty"},
       {"name", "\xC0\xAF", "name: \"\\xc0\\xaf\" is not UTF-8"},
       {"category_path", "a>\xFF", "category_path: \"\\xff\" is not UTF-8"},
       {"price_tier", "luxury", "price_tier: \"luxury\" is not low, middle"},
       {"motive", "fun", "motive: \"fun\" is not quality or value"},
       {"price", "1.99", "price: \"1.99\" is not a whole number"},
       {"price", "-1", "price: \"-1\" is negative"},
       {"currency", "euro", "currency: \"euro\" is not three capital letters"},
       {"currency", "", "currency: is empty beside the price \"199\""},
       {"minimum_age", "200", "minimum_age: \"200\" is not between 0 and 120"},
       {"variant_of", kMegabyte, "variant_of: " + kMegabyteQuoted},
       {"compatible_with", "p2;" + kMegabyte, "compatible_with: "},
       {"discontinued", "2", "discontinued: \"2\" is not true"}});
}

TEST(DecodeTest, BadStockNamesLineFieldAndValue) {
  ExpectRefused<wire::StockLevel>(
      Kind::kStock,
      {{"product_id", "p1"},
       {"store_id", "s1"},
       {"quantity", "1.5"},
       {"price", "199"},
       {"currency", "EUR"},
       {"as_of", "2026-01-01"}},
      {{"product_id", "", "product_id: is empty"},
       {"store_id", "", "store_id: is empty"},
       {"quantity", "-1", "quantity: \"-1\" is negative"},
       {"quantity", "1.2345", "quantity: \"1.2345\" has more than 3"},
       {"price", "x", "price: \"x\" is not a number"},
       {"currency", "", "currency: is empty"},
       {"as_of", "2026-02-30", "as_of: \"2026-02-30\" is a day"},
       {"as_of", "", "as_of: \"\" is not a time"}});
}

TEST(DecodeTest, BadPurchasesNameLineFieldAndValue) {
  // The broken row is a receipt of its own: its id differs.
  for (const BadCell& cell : std::vector<BadCell>{
           {"receipt_id", "", "receipt_id: is empty"},
           {"customer_id", kMegabyte, "customer_id: " + kMegabyteQuoted},
           {"store_id", "\xFF", "store_id: is empty"},
           {"channel", "\xFF", "channel: \"\\xff\" is not UTF-8"},
           {"currency", "US", "currency: \"US\" is not three capital letters"},
           {"happened_at", "2026-02-30", "happened_at: \"2026-02-30\""},
           {"product_id", "", "product_id: is empty"},
           {"quantity", "-2", "quantity: \"-2\" is negative"},
           {"quantity", "two", "quantity: \"two\" is not a number"},
           {"amount", "", "amount: \"\" is not a number"},
           {"amount", "-1", "amount: \"-1\" is negative"},
           {"amount", "1.5", "amount: \"1.5\" is not a whole number"},
           {"list_amount", "x", "list_amount: \"x\" is not a number"},
           {"tax", "x", "tax: \"x\" is not a number"},
           {"discount.loyalty", "-5", "discount.loyalty: \"-5\" is negative"},
           {"third_party_discount.m", "x", "third_party_discount.m: \"x\""}}) {
    ExpectRefused<wire::Purchase>(
        Kind::kPurchases,
        {{"receipt_id", "r1"},
         {"customer_id", "c1"},
         {"store_id", "s1"},
         {"channel", "web"},
         {"currency", "EUR"},
         {"happened_at", "2026-01-01T10:00:00Z"},
         {"product_id", "p1"},
         {"quantity", "1"},
         {"amount", "100"},
         {"list_amount", "120"},
         {"tax", "5"},
         {"discount.loyalty", "20"},
         {"third_party_discount.m", "3"}},
        {cell.column == "customer_id" || cell.column == "store_id" ||
                 cell.column == "channel" || cell.column == "currency" ||
                 cell.column == "happened_at"
             ? BadCell{cell.column, cell.value, cell.column + ": "}
             : cell});
  }
}

TEST(DecodeTest, ABadHeadIsRefusedWithItsOwnReason) {
  const std::pair<const char*, const char*> kBad[] = {
      {"r1,\xFF,EUR,2026-01-01,p,1\n", "2: store_id: \"\\xff\" is not UTF-8"},
      {"r1,s,US,2026-01-01,p,1\n",
       "2: currency: \"US\" is not three capital letters (ISO 4217)"},
      {"r1,s,EUR,2026-02-30,p,1\n",
       "2: happened_at: \"2026-02-30\" is a day or a time that does not "
       "exist"}};
  for (const auto& [row, message] : kBad) {
    const auto drained = DrainText<wire::Purchase>(
        Kind::kPurchases,
        std::string("receipt_id,store_id,currency,happened_at,product_id,"
                    "amount\n") +
            row);
    EXPECT_THAT(
        drained.Problems(),
        ElementsAre(message, "2: receipt \"r1\" with its 1 row was left out"));
  }
}

TEST(DecodeTest, BadReturnsNameLineFieldAndValue) {
  ExpectRefused<wire::PurchaseReturn>(
      Kind::kReturns,
      {{"return_id", "x1"},
       {"receipt_id", "r1"},
       {"happened_at", "2026-01-01"},
       {"line", "0"},
       {"quantity", "1"}},
      {{"return_id", "", "return_id: is empty"},
       {"receipt_id", "", "receipt_id: is empty"},
       {"line", "-1", "line: \"-1\" is negative"},
       {"line", "x", "line: \"x\" is not a number"},
       {"quantity", "-1", "quantity: \"-1\" is negative"}});
}

TEST(DecodeTest, BadEventsNameLineFieldAndValue) {
  ExpectRefused<wire::Event>(
      Kind::kEvents,
      {{"event_id", "e1"},
       {"kind", "view"},
       {"customer_id", "c1"},
       {"happened_at", "2026-01-01"},
       {"product_id", "p1"},
       {"store_id", "s1"},
       {"dwell_ms", "100"},
       {"text", "t"},
       {"value", "5"},
       {"measure", "csat"}},
      {{"kind", "gaze", "kind: \"gaze\" is not one of view, click"},
       {"kind", "", "kind: \"\" is not one of"},
       {"happened_at", "now", "happened_at: \"now\" is not a time"},
       {"customer_id", kMegabyte, "customer_id: " + kMegabyteQuoted},
       {"dwell_ms", "-5", "dwell_ms: \"-5\" is negative"},
       {"text", kMegabyte, "text: " + kMegabyteQuoted},
       {"text", "\xED\xA0\x80", "is not UTF-8"},
       {"value", "4.5", "value: \"4.5\" is not a whole number"},
       {"measure", "mood", "measure: \"mood\" is not one of nps, csat"}});
}

TEST(DecodeTest, CustomersHaveEveryField) {
  const auto drained = DrainText<wire::Customer>(
      Kind::kCustomers,
      "customer_id,name,email,phone,locale,birth_year,birth_month,birth_day,"
      "gender,household_size,children_birth_years,priorities,"
      "service_preference,preferred_store_id,preferred_channel,time_zone,"
      "associate,"
      "is_staff,is_partner,is_business,attr.size,contact.fax,"
      "consent.email.marketing\n"
      "c1,Änn,a@b,123,de-AT,1990,2,28,f,3,2010;2012,wine; tea,assisted,s1,web,"
      "Europe/Vienna,bob,yes,0,TRUE,XL,9,no\n");
  ASSERT_EQ(drained.decoded.elements.size(), 1u) << drained.Problems()[0];
  const wire::Customer& customer = drained.decoded.elements[0].value;
  EXPECT_EQ(customer.name, "Änn");
  EXPECT_THAT(customer.contacts,
              UnorderedElementsAre(Pair("email", "a@b"), Pair("phone", "123"),
                                   Pair("fax", "9")));
  EXPECT_EQ(customer.birth_year, 1990);
  EXPECT_THAT(customer.children_birth_years, ElementsAre(2010, 2012));
  EXPECT_THAT(customer.priorities, ElementsAre("wine", "tea"));
  EXPECT_EQ(customer.service_preference, wire::ServicePreference::ASSISTED);
  EXPECT_EQ(customer.time_zone, "Europe/Vienna");
  EXPECT_TRUE(customer.is_staff);
  EXPECT_FALSE(customer.is_partner);
  EXPECT_TRUE(customer.is_business);
  EXPECT_EQ(customer.attributes.at("size"), "XL");
  ASSERT_EQ(customer.consents.size(), 1u);
  EXPECT_EQ(customer.consents[0].channel, "email");
  EXPECT_EQ(customer.consents[0].purpose, "marketing");
  EXPECT_FALSE(customer.consents[0].granted);
}

TEST(DecodeTest, ProductsHaveTheirCategoryPath) {
  const auto drained = DrainText<wire::Product>(
      Kind::kProducts,
      "product_id,name,category_path,price,currency,compatible_with\n"
      "p1,Milk,Food > Dairy>Milk,199,EUR,p2;p3\n");
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  const wire::Product& product = drained.decoded.elements[0].value;
  EXPECT_THAT(product.category_path, ElementsAre("Food", "Dairy", "Milk"));
  EXPECT_THAT(product.compatible_with, ElementsAre("p2", "p3"));
  EXPECT_EQ(product.price, 199);
}

constexpr char kHead[] =
    "receipt_id,store_id,currency,happened_at,product_id,quantity,amount\n";

TEST(ReceiptsTest, RowsThatFollowEachOtherAreOneReceipt) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases, std::string(kHead) +
                            "r1,s,EUR,2026-01-01,a,1,100\n"
                            "r1,s,EUR,2026-01-01,b,0,0\n"
                            "r2,s,EUR,2026-01-02,a,1.5,150\n");
  EXPECT_THAT(drained.Problems(), ElementsAre());
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  EXPECT_EQ(drained.decoded.elements[0].value.lines.size(), 2u);
  EXPECT_EQ(drained.decoded.elements[0].value.lines[1].quantity_milli, 0);
  EXPECT_EQ(drained.decoded.elements[0].line, 2);
  EXPECT_EQ(drained.decoded.elements[0].rows, 2);
  EXPECT_EQ(drained.decoded.elements[1].value.lines[0].quantity_milli, 1500);
}

TEST(ReceiptsTest, ABadRowLeavesOutItsWholeReceiptAndNoOther) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases, std::string(kHead) +
                            "r1,s,EUR,2026-01-01,a,1,100\n"
                            "r2,s,EUR,2026-01-01,a,1,100\n"
                            "r2,s,EUR,2026-01-01,b,-1,100\n"
                            "r2,s,EUR,2026-01-01,c,1,100\n"
                            "r3,s,EUR,2026-01-01,a,1,100\n");
  EXPECT_THAT(drained.Problems(),
              ElementsAre("4: quantity: \"-1\" is negative",
                          "3: receipt \"r2\" with its 3 rows was left out"));
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  EXPECT_EQ(drained.decoded.elements[0].value.receipt_id, "r1");
  EXPECT_EQ(drained.decoded.elements[1].value.receipt_id, "r3");
  EXPECT_EQ(drained.decoded.rows_left_out, 3);
  EXPECT_EQ(drained.decoded.elements_left_out, 1);
}

TEST(ReceiptsTest, AHeadThatChangesWithinAReceiptIsRefused) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases, std::string(kHead) +
                            "r1,s,EUR,2026-01-01,a,1,100\n"
                            "r1,t,EUR,2026-01-01,b,1,100\n");
  EXPECT_THAT(
      drained.Problems(),
      ElementsAre(
          "3: store_id: \"t\" differs from \"s\" on line 2 of the same receipt",
          "2: receipt \"r1\" with its 2 rows was left out"));
}

TEST(ReceiptsTest, AnUnreadableRowLeavesOutTheReceiptsBesideIt) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases, std::string(kHead) +
                            "r1,s,EUR,2026-01-01,a,1,100\n"
                            "r2,s,EUR,2026-01-01,a,1,100\n"
                            "r2,s,EUR\n"
                            "r3,s,EUR,2026-01-01,a,1,100\n"
                            "r4,s,EUR,2026-01-01,a,1,100\n");
  EXPECT_THAT(drained.Problems(),
              ElementsAre("4: has 3 fields, the header has 7",
                          "3: receipt \"r2\" with its 1 row was left out: the "
                          "unreadable line 4 may belong to it",
                          "5: receipt \"r3\" with its 1 row was left out: the "
                          "unreadable line 4 may belong to it"));
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  EXPECT_EQ(drained.decoded.elements[1].value.receipt_id, "r4");
}

TEST(ReceiptsTest, AnIdThatNeverChangesDoesNotFillTheMemory) {
  std::string text = kHead;
  for (int i = 0; i < 20'001; ++i) text += "r1,s,EUR,2026-01-01,a,1,100\n";
  const auto drained = DrainText<wire::Purchase>(Kind::kPurchases, text);
  EXPECT_THAT(
      drained.Problems(),
      ElementsAre("1002: receipt \"r1\" has more than 1000 rows",
                  "2: receipt \"r1\" with its 20001 rows was left out"));
}

TEST(ReceiptsTest, RowsOfAReturnAreGroupedByReturnAndReceipt) {
  const auto drained = DrainText<wire::PurchaseReturn>(
      Kind::kReturns,
      "return_id,receipt_id,happened_at,line,quantity\n"
      "x,r1,2026-01-01,0,1\nx,r1,2026-01-01,2,1\nx,r2,2026-01-01,0,1\n");
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  EXPECT_EQ(drained.decoded.elements[0].value.lines[1].line, 2);
  EXPECT_EQ(drained.decoded.elements[1].value.receipt_id, "r2");
}

}  // namespace
}  // namespace patron::cli
