#include "tools/eval/next_basket.h"

#include <cmath>
#include <filesystem>
#include <fstream>
#include <iostream>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/eval/report.h"
#include "tools/eval/shop.h"
#include "tools/eval/weights.h"

namespace patron::eval {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

void Write(const std::string& file, const std::string& text) {
  std::ofstream(file) << text;
}

// Three customers over four products.
NextBasketFiles SmallFiles(const testing::TempDir& directory) {
  const NextBasketFiles files = {directory.File("h.csv"),
                                 directory.File("n.csv"),
                                 directory.File("s.csv")};
  Write(files.history,
        "customer_id,basket,product_id\n1,0,a\n1,0,b\n1,1,a\n2,0,c\n2,0,b\n3,0,"
        "b\n");
  Write(files.next, "customer_id,product_id\n1,c\n1,a\n2,d\n3,b\n");
  Write(files.split, "customer_id,role\n1,test\n2,train\n3,validation\n");
  return files;
}

// ---- measures
// ------------------------------------------------------------------------------

TEST(MeasureTest, TwoHitsOfThreeAtPlacesOneAndThree) {
  const Measures m = Measure({7, 1, 9, 2}, {7, 8, 9}, 3);
  EXPECT_DOUBLE_EQ(m.recall, 2.0 / 3);
  const double best = 1 + 1 / std::log2(3.0) + 0.5;
  EXPECT_DOUBLE_EQ(m.ndcg, (1 + 0.5) / best);
  EXPECT_EQ(m.hit, 1);
}

TEST(MeasureTest, WhatStandsAfterKDoesNotCount) {
  const Measures m = Measure({1, 2, 3}, {3}, 2);
  EXPECT_EQ(m.recall, 0);
  EXPECT_EQ(m.ndcg, 0);
  EXPECT_EQ(m.hit, 0);
}

TEST(MeasureTest, TheBestIsTheWholeTruthEvenBeyondK) {
  const Measures m = Measure({1}, {1, 2}, 1);
  EXPECT_DOUBLE_EQ(m.recall, 0.5);
  EXPECT_DOUBLE_EQ(m.ndcg, 1 / (1 + 1 / std::log2(3.0)));
}

// ---- data
// -----------------------------------------------------------------------------------

TEST(NextBasketTest, FilesAreLoadedInOrder) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const NextBasketData data,
                       LoadNextBasket(SmallFiles(directory)));
  EXPECT_THAT(data.products, ElementsAre("a", "b", "c", "d"));
  ASSERT_EQ(data.shoppers.size(), 3u);
  EXPECT_THAT(data.shoppers[0].baskets,
              ElementsAre(ElementsAre(0, 1), ElementsAre(0)));
  EXPECT_THAT(data.shoppers[0].next, ElementsAre(0, 2));
}

TEST(NextBasketTest, BadLinesAreNamed) {
  const testing::TempDir directory;
  NextBasketFiles files = SmallFiles(directory);
  Write(files.history, "customer_id,basket,product_id\n1,0,a\n1,minus,b\n");
  EXPECT_THAT(LoadNextBasket(files),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("line 3"), HasSubstr("\"minus\""))));
  Write(files.history, "customer,basket,product_id\n");
  EXPECT_THAT(
      LoadNextBasket(files),
      StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("header")));
  files.history = directory.File("none.csv");
  EXPECT_THAT(LoadNextBasket(files), StatusIs(absl::StatusCode::kNotFound));
}

TEST(NextBasketTest, BasketsAreSevenDaysApartAndEndSevenDaysBeforeAsking) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const NextBasketData data,
                       LoadNextBasket(SmallFiles(directory)));
  const PurchaseOptions options;
  const auto purchases = PurchasesOf(data, data.shoppers[0], options);
  ASSERT_EQ(purchases.size(), 2u);
  const int64_t day = absl::ToInt64Microseconds(absl::Hours(24));
  const int64_t asked = absl::ToUnixMicros(options.asked_at);
  EXPECT_EQ(purchases[0].happened_at_us, asked - 14 * day);
  EXPECT_EQ(purchases[1].happened_at_us, asked - 7 * day);
}

TEST(NextBasketTest, OnlyNextBasketsOfRoleTrainAreLearnedFrom) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const NextBasketData data,
                       LoadNextBasket(SmallFiles(directory)));
  EXPECT_EQ(PurchasesOf(data, data.shoppers[0], {}).size(), 2u);  // test
  EXPECT_EQ(PurchasesOf(data, data.shoppers[1], {}).size(), 2u);  // train
  EXPECT_EQ(PurchasesOf(data, data.shoppers[2], {}).size(), 1u);  // validation
  PurchaseOptions history_only;
  history_only.learn_from_train = false;
  EXPECT_EQ(PurchasesOf(data, data.shoppers[1], history_only).size(), 1u);
}

// ---- baselines and report
// --------------------------------------------------------------------

TEST(BaselinesTest, PersonalIsByTimesThenPopularity) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const NextBasketData data,
                       LoadNextBasket(SmallFiles(directory)));
  const auto popular = GlobalPopular(data, {});
  EXPECT_THAT(popular, ElementsAre(1, 0, 2, 3));
  EXPECT_THAT(Personal(data.shoppers[0], popular), ElementsAre(0, 1));
  EXPECT_THAT(PersonalPopular(data.shoppers[0], popular),
              ElementsAre(0, 1, 2, 3));
}

TEST(ReportTest, TheWholeWayGivesARowAMethod) {
  const testing::TempDir directory;
  ASSERT_OK_AND_ASSIGN(const NextBasketData data,
                       LoadNextBasket(SmallFiles(directory)));
  ASSERT_OK_AND_ASSIGN(const auto shop,
                       Shop::Build(data, {}, directory.File("shop")));
  ASSERT_OK_AND_ASSIGN(const NextBasketReport report,
                       Compare(data, {}, *shop, Role::kTest, {1, 4}));
  EXPECT_EQ(report.customers, 1u);
  ASSERT_EQ(report.methods.size(), 4u);
  EXPECT_EQ(report.methods[3].name, "patron");
  EXPECT_EQ(report.methods[3].at[1].recall, 1);
  EXPECT_THAT(ToJson(report),
              AllOf(HasSubstr("{\"task\":\"next-basket\",\"customers\":1,"),
                    HasSubstr("\"name\":\"patron\",\"recall@1\":")));
  EXPECT_THAT(ToTable(report), HasSubstr("personal-popular"));
}

TEST(WeightsTest, AWeightIsSetByName) {
  recommend::HomeWeights weights;
  EXPECT_OK(SetWeight("own=2.5", weights));
  EXPECT_EQ(weights.own, 2.5);
  for (const char* bad : {"own", "own=", "own=x", "own=-1", "own=nan", "no=1"})
    EXPECT_THAT(SetWeight(bad, weights),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
}

TEST(WeightsTest, TuningClimbsToABetterPlace) {
  const auto objective =
      [](const recommend::HomeWeights& w) -> absl::StatusOr<double> {
    return -std::abs(w.own - 2 * recommend::HomeWeights().own);
  };
  const auto ignore = [](const std::string&, double, double) {};
  ASSERT_OK_AND_ASSIGN(const auto best, Tune({}, 3, objective, ignore));
  EXPECT_NEAR(best.own, 2 * recommend::HomeWeights().own, 0.2);
}

// Ta-Feng itself, a part of its customers: the figures that the whole gives are
// in the README; here they must beat the personal baseline.
TEST(NextBasketTest, PatronBeatsPersonalPopularOnTaFeng) {
  const std::filesystem::path folder =
      std::filesystem::path(PATRON_SHARED_DATA) / "tafeng";
  if (!std::filesystem::exists(folder / "history.csv"))
    GTEST_SKIP() << "no Ta-Feng data in " << folder.string();
  ASSERT_OK_AND_ASSIGN(NextBasketData data,
                       LoadNextBasket({(folder / "history.csv").string(),
                                       (folder / "next_basket.csv").string(),
                                       (folder / "split.csv").string()}));
  std::vector<Shopper> some;
  for (size_t i = 0; i < data.shoppers.size(); i += 4)
    some.push_back(std::move(data.shoppers[i]));
  data.shoppers = std::move(some);
  const testing::TempDir directory;
  ShopOptions options;
  options.folds = 2;
  options.ranker.objectives = {"binary:logistic"};
  options.ranker.trees = {100};
  ASSERT_OK_AND_ASSIGN(const auto shop,
                       Shop::Build(data, options, directory.File("shop")));
  ASSERT_OK_AND_ASSIGN(const NextBasketReport report,
                       Compare(data, {}, *shop, Role::kValidation, {10}));
  EXPECT_GT(report.customers, 100u);
  EXPECT_GT(report.methods[3].at[0].recall, report.methods[2].at[0].recall);
  EXPECT_GT(report.methods[3].at[0].ndcg, report.methods[2].at[0].ndcg);
}

}  // namespace
}  // namespace patron::eval
