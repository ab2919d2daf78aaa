// The mapping of The Complete Journey: on rows of its shape always, on the
// whole of it where it lies beside the source tree.
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <iostream>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/tools/cli_fixtures.h"
#include "tools/patron/mapping.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;

const std::string kSource = PATRON_SOURCE_DIR;
const std::string kData = kSource + "/../shared/data/complete_journey/";

KindMapping MappingFor(Kind kind) {
  const auto mapping = LoadMapping(kSource + "/tools/complete_journey.toml");
  EXPECT_OK(mapping);
  return mapping.ok() ? mapping->For(kind) : KindMapping();
}

TEST(CompleteJourneyTest, TransactionsArePurchases) {
  const auto drained = DrainText<wire::Purchase>(
      Kind::kPurchases,
      "household_id,store_id,basket_id,time,week,product_id,quantity,"
      "sales_value_cents,retail_disc_cents,coupon_disc_cents,"
      "coupon_match_disc_cents\n"
      "900,330,31198570044,2017-01-01T11:53:26,1,1095275,1,50,0,0,0\n"
      "900,330,31198570044,2017-01-01T11:53:26,1,9878513,0,0,10,55,45\n"
      "1228,406,31198655051,2017-01-01T12:26:30,1,1041453,1,143,15,0,0\n",
      MappingFor(Kind::kPurchases));
  EXPECT_THAT(drained.Problems(), ElementsAre());
  EXPECT_THAT(drained.ignored, ElementsAre("week"));
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  const wire::Purchase& purchase = drained.decoded.elements[0].value;
  EXPECT_EQ(purchase.receipt_id, "31198570044");
  EXPECT_EQ(purchase.customer_id, "900");
  EXPECT_EQ(purchase.store_id, "330");
  EXPECT_EQ(purchase.currency, "USD");
  EXPECT_EQ(purchase.channel, "store");
  EXPECT_EQ(purchase.happened_at_us, 1483271606000000);
  ASSERT_EQ(purchase.lines.size(), 2u);
  const wire::PurchaseLine& line = purchase.lines[1];
  EXPECT_EQ(line.quantity_milli, 0);
  EXPECT_FALSE(line.__isset.list_amount);
  int64_t own = 0;
  int64_t third_party = 0;
  for (const wire::Discount& discount : line.discounts)
    (discount.third_party ? third_party : own) += discount.amount;
  EXPECT_EQ(own, 55);
  EXPECT_EQ(third_party, 55);
}

TEST(CompleteJourneyTest, ProductsHaveNamesAndCategories) {
  const auto drained = DrainText<wire::Product>(
      Kind::kProducts,
      "product_id,department,brand,product_category,product_type,"
      "package_size,manufacturer_id\n"
      "25671,GROCERY,National,FRZN ICE,ICE - CRUSHED/CUBED,22 LB,2\n"
      "26081,MISCELLANEOUS,National,,,,2\n",
      MappingFor(Kind::kProducts));
  EXPECT_THAT(drained.Problems(), ElementsAre());
  ASSERT_EQ(drained.decoded.elements.size(), 2u);
  const wire::Product& ice = drained.decoded.elements[0].value;
  EXPECT_EQ(ice.name, "ICE - CRUSHED/CUBED 22 LB");
  EXPECT_THAT(ice.category_path,
              ElementsAre("GROCERY", "FRZN ICE", "ICE - CRUSHED/CUBED"));
  EXPECT_EQ(ice.brand, "National");
  EXPECT_EQ(ice.attributes.at("manufacturer"), "2");
  EXPECT_EQ(drained.decoded.elements[1].value.name, "MISCELLANEOUS");
}

TEST(CompleteJourneyTest, DemographicsAreCustomersWithAttributes) {
  const auto drained = DrainText<wire::Customer>(
      Kind::kCustomers,
      "household_id,age,income,home_ownership,marital_status,household_size,"
      "household_comp,kids_count\n"
      "8,25-34,25-34K,,,5+,2 Adults Kids,3+\n",
      MappingFor(Kind::kCustomers));
  EXPECT_THAT(drained.Problems(), ElementsAre());
  ASSERT_EQ(drained.decoded.elements.size(), 1u);
  const wire::Customer& customer = drained.decoded.elements[0].value;
  EXPECT_EQ(customer.customer_id, "8");
  EXPECT_EQ(customer.attributes.at("household_size"), "5+");
  EXPECT_FALSE(customer.attributes.contains("home_ownership"));
}

// The eighth column, summed without any of our parsers.
void SumByHand(ByteSource& source, int64_t& lines, int64_t& cents) {
  std::string chunk(1 << 20, '\0');
  int column = 0;
  int64_t value = 0;
  bool header = true;
  for (;;) {
    const size_t got = *source.Read(chunk.data(), chunk.size());
    if (got == 0) return;
    for (size_t i = 0; i < got; ++i) {
      const char c = chunk[i];
      if (c == '\n') {
        if (!header) ++lines;
        header = false;
        column = 0;
      } else if (c == ',') {
        if (column++ == 7 && !header) cents += value;
        value = 0;
      } else if (column == 7) {
        value = value * 10 + (c - '0');
      }
    }
  }
}

template <typename T>
int64_t DecodeFile(Kind kind, const std::string& file) {
  const auto input = OpenInput(kData + file);
  EXPECT_OK(input);
  InputWindow window(**input);
  const auto source =
      OpenRecords(kind, MappingFor(kind), Format::kDetect, window);
  EXPECT_OK(source);
  Drained<T> drained;
  Drain(**source, kind, {}, drained);
  EXPECT_OK(drained.status);
  EXPECT_THAT(drained.Problems(), ElementsAre());
  return static_cast<int64_t>(drained.decoded.elements.size());
}

class WholeCompleteJourneyTest : public ::testing::Test {
 protected:
  void SetUp() override {
    if (!std::filesystem::exists(kData + "transactions.csv.gz"))
      GTEST_SKIP() << "The Complete Journey does not lie beside the source "
                      "tree, under ../shared/data/complete_journey";
  }
};

TEST_F(WholeCompleteJourneyTest, EveryLineAndCentIsDecoded) {
  int64_t lines = 0;
  int64_t cents = 0;
  const auto plain = OpenInput(kData + "transactions.csv.gz");
  ASSERT_OK(plain);
  SumByHand(**plain, lines, cents);
  ASSERT_EQ(lines, 1'469'307);

  const auto input = OpenInput(kData + "transactions.csv.gz");
  InputWindow window(**input);
  const auto source = OpenRecords(
      Kind::kPurchases, MappingFor(Kind::kPurchases), Format::kDetect, window);
  ASSERT_OK(source);
  const auto decoder = MakeDecoder<wire::Purchase>({});
  Decoded<wire::Purchase> decoded;
  Record record(Kind::kPurchases);
  RowProblem problem;
  int64_t receipts = 0;
  int64_t decoded_lines = 0;
  int64_t decoded_cents = 0;
  const auto start = std::chrono::steady_clock::now();
  const auto count = [&] {
    for (const auto& element : decoded.elements) {
      ++receipts;
      decoded_lines += static_cast<int64_t>(element.value.lines.size());
      for (const auto& line : element.value.lines) decoded_cents += line.amount;
    }
    decoded.elements.clear();
  };
  for (;;) {
    ASSERT_OK_AND_ASSIGN(const Pull pull, (*source)->Next(record, problem));
    if (pull == Pull::kEnd) break;
    ASSERT_EQ(pull, Pull::kRecord) << problem.message;
    decoder->Add(record, decoded);
    if (decoded.elements.size() >= 500) count();
  }
  decoder->Finish(decoded);
  count();
  const std::chrono::duration<double> took =
      std::chrono::steady_clock::now() - start;
  EXPECT_TRUE(decoded.problems.empty());
  EXPECT_EQ(decoded_lines, lines);
  EXPECT_EQ(decoded_cents, cents);
  EXPECT_EQ(receipts, 155'848);
  std::cout << "decoded " << lines << " lines in " << took.count() << " s, "
            << static_cast<int64_t>(lines / took.count()) << " lines/s\n";
}

TEST_F(WholeCompleteJourneyTest, EveryProductAndHouseholdIsDecoded) {
  EXPECT_EQ(DecodeFile<wire::Product>(Kind::kProducts, "products.csv.gz"),
            92'331);
  EXPECT_EQ(DecodeFile<wire::Customer>(Kind::kCustomers, "demographics.csv"),
            801);
}

}  // namespace
}  // namespace patron::cli
