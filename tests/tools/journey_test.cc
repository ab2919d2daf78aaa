#include "tools/eval/journey.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <zlib.h>

#include <cmath>
#include <filesystem>

#include "server/base/check.h"
#include "server/base/clock.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/eval/baselines.h"
#include "tools/eval/days_report.h"
#include "tools/eval/next_days.h"
#include "tools/patron/text_file.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

constexpr char kProducts[] =
    "product_id,department,brand,product_category,product_type,package_size,"
    "manufacturer_id\n"
    "11,GROCERY,National,BREAD,RYE,1 LB,5\n"
    "12,GROCERY,Private,BREAD,RYE,,6\n"
    "13,FUEL,National,GAS,GAS,,5\n"
    "14,GROCERY,National,COUPONS/MISC,X,,5\n";
constexpr char kHeader[] =
    "household_id,store_id,basket_id,time,week,product_id,quantity,"
    "sales_value_cents,retail_disc_cents,coupon_disc_cents,"
    "coupon_match_disc_cents\n";
constexpr char kRows[] =
    "7,3,100,2017-01-01T11:53:26,1,11,2,150,50,0,0\n"
    "7,3,100,2017-01-01T11:53:26,1,13,9000,2000,0,0,0\n"
    "7,3,100,2017-01-01T11:53:26,1,14,1,10,0,0,0\n"
    "8,4,101,2017-01-02T08:00:00,1,12,0,0,0,0,0\n"
    "8,4,101,2017-01-02T08:00:00,1,99,1,10,0,0,0\n"
    "8,4,102,2017-01-03T08:00:00,1,12,1,80,0,0,0\n";

class JourneyTest : public ::testing::Test {
 protected:
  absl::StatusOr<Sales> Load(const std::string& transactions,
                             const std::string& products = kProducts) {
    const JourneyFiles files = {directory_.File("t.csv"),
                                directory_.File("p.csv")};
    PATRON_CHECK_OK(cli::WriteTextFile(files.transactions, transactions));
    PATRON_CHECK_OK(cli::WriteTextFile(files.products, products));
    return LoadJourney(files);
  }

  const testing::TempDir directory_;
};

TEST_F(JourneyTest, PurchasesAreRowsOfMerchandiseWithAQuantity) {
  ASSERT_OK_AND_ASSIGN(const Sales sales, Load(absl::StrCat(kHeader, kRows)));
  EXPECT_THAT(sales.products, ElementsAre("11", "12"));
  EXPECT_THAT(sales.customers, ElementsAre("7", "8"));
  ASSERT_EQ(sales.sales.size(), 2u);
  EXPECT_EQ(sales.sales[0].product, 0u);
  EXPECT_FLOAT_EQ(sales.sales[0].unit_price, 100);
  EXPECT_EQ(FormatDay(sales.sales[1].day()), "2017-01-03");
  EXPECT_NE(sales.sales[0].receipt, sales.sales[1].receipt);
  // One type under one category, two makers.
  EXPECT_EQ(sales.attributes[0].category_path.size(), 3u);
  EXPECT_EQ(sales.attributes[0].category_path,
            sales.attributes[1].category_path);
  EXPECT_NE(sales.attributes[0].brand, sales.attributes[1].brand);
}

void WriteGzip(const std::string& path, absl::string_view text) {
  const gzFile file = gzopen(path.c_str(), "wb");
  ASSERT_NE(file, nullptr);
  EXPECT_EQ(gzwrite(file, text.data(), static_cast<unsigned>(text.size())),
            static_cast<int>(text.size()));
  EXPECT_EQ(gzclose(file), Z_OK);
}

TEST_F(JourneyTest, GzipAndPlainGiveTheSame) {
  const std::string text = absl::StrCat(kHeader, kRows);
  ASSERT_OK_AND_ASSIGN(const Sales plain, Load(text));
  const JourneyFiles files = {directory_.File("t.csv.gz"),
                              directory_.File("p.csv.gz")};
  WriteGzip(files.transactions, text);
  WriteGzip(files.products, kProducts);
  ASSERT_OK_AND_ASSIGN(const Sales packed, LoadJourney(files));
  EXPECT_EQ(packed.products, plain.products);
  EXPECT_EQ(packed.customers, plain.customers);
  ASSERT_EQ(packed.sales.size(), plain.sales.size());
  for (size_t i = 0; i < plain.sales.size(); ++i) {
    EXPECT_EQ(packed.sales[i].product, plain.sales[i].product);
    EXPECT_EQ(packed.sales[i].at, plain.sales[i].at);
    EXPECT_EQ(packed.sales[i].unit_price, plain.sales[i].unit_price);
  }
}

TEST_F(JourneyTest, WhatDoesNotReadIsToldWithLineColumnAndValue) {
  const auto expect = [&](const std::string& row, const auto& matcher) {
    EXPECT_THAT(Load(absl::StrCat(kHeader, kRows, row)),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         AllOf(HasSubstr("t.csv, line 8"), matcher)));
  };
  expect("8,4,103,2017-01-04T08:00:00,1,12,x,80,0,0,0\n",
         HasSubstr("quantity: \"x\" is not a whole number"));
  expect("8,4,103,2017-01-04T08:00:00,1,12,1,80,,0,0\n",
         HasSubstr("retail_disc_cents: \"\" is not a whole number"));
  expect("8,4,103,yesterday,1,12,1,80,0,0,0\n",
         HasSubstr("time: \"yesterday\" is not a time"));
  expect("8,4,103,2017-01-02T08:00:00,1,12,1,80,0,0,0\n",
         HasSubstr("time: \"2017-01-02T08:00:00\" stands behind "
                   "\"2017-01-03T08:00:00\""));
  expect("8,4,103\n", HasSubstr("3 fields, expected 11"));
}

TEST_F(JourneyTest, AMissingColumnOrFileAndAProductTwiceAreRefused) {
  EXPECT_THAT(Load("household_id,time\n"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("line 1: no column store_id")));
  EXPECT_THAT(
      Load(kHeader, absl::StrCat(kProducts, "11,GROCERY,Private,A,B,,6\n")),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("p.csv, line 6: product_id: \"11\" stands twice")));
  EXPECT_THAT(LoadJourney({directory_.File("none"), directory_.File("none")}),
              StatusIs(absl::StatusCode::kNotFound));
}

// Rows 1 to 5 and 7 of the table in the data's README, to its digits.
TEST(CompleteJourneyTest, BaselinesOfThePublicCutAgreeWithTheDatasReadme) {
  const std::filesystem::path data =
      std::filesystem::path(PATRON_SOURCE_DIR).parent_path() / "shared" /
      "data" / "complete_journey";
  if (!std::filesystem::exists(data))
    GTEST_SKIP() << "skipped: " << data << " is absent";
  ASSERT_OK_AND_ASSIGN(
      const Sales sales,
      LoadJourney({data / "transactions.csv.gz", data / "products.csv.gz"}));
  EXPECT_EQ(sales.sales.size(), 1'441'431u);
  EXPECT_EQ(sales.customers.size(), 2467u);
  const Day cut =
      static_cast<Day>(absl::CivilDay(2017, 11, 6) - absl::CivilDay(1970));
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, cut, 7));
  EXPECT_EQ(task.cases().size(), 1265u);
  EXPECT_EQ(task.fresh_cases(), 1201u);
  EXPECT_EQ(task.candidates(), 62'592u);
  const Baselines baselines(task, BaselineOptions());
  ASSERT_OK_AND_ASSIGN(const DaysReport report,
                       Evaluate("next-days", task, baselines.Methods(nullptr),
                                {10, 20}, SimulatedClock(absl::UnixEpoch())));
  struct Row {
    const char* name;
    double recall_10, recall_20, ndcg_10, hit_10;
  };
  const Row rows[] = {{"popular", .0489, .0691, .0693, .531},
                      {"personal", .1391, .1852, .1754, .735},
                      {"personal+popular", .1406, .1895, .1775, .742},
                      {"decayed", .1421, .1972, .1856, .730},
                      {"decayed+popular", .1444, .1996, .1879, .735},
                      {"item-knn", .0379, .0619, .0533, .470}};
  ASSERT_EQ(report.methods.size(), std::size(rows));
  for (size_t i = 0; i < std::size(rows); ++i) {
    const DaysResult& method = report.methods[i];
    EXPECT_EQ(method.name, rows[i].name);
    EXPECT_NEAR(method.at[0].mean.recall, rows[i].recall_10, 5e-5)
        << method.name;
    EXPECT_NEAR(method.at[1].mean.recall, rows[i].recall_20, 5e-5)
        << method.name;
    EXPECT_NEAR(method.at[0].mean.ndcg, rows[i].ndcg_10, 5e-5) << method.name;
    EXPECT_NEAR(method.at[0].mean.hit, rows[i].hit_10, 5e-4) << method.name;
  }
  EXPECT_NEAR(report.methods[0].fresh[0].mean.recall, .0121, 5e-5);
  EXPECT_NEAR(report.methods[0].fresh[0].mean.ndcg, .0129, 5e-5);
  EXPECT_NEAR(report.methods[5].fresh[0].mean.recall, .0134, 5e-5);
}

}  // namespace
}  // namespace patron::eval
