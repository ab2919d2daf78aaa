#include "tools/eval/shop_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <random>

#include "absl/strings/str_cat.h"
#include "server/base/clock.h"
#include "tests/testing/applied_store.h"
#include "tests/testing/commands.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"
#include "tools/eval/placement_report.h"
#include "tools/eval/replay.h"

namespace patron::eval {
namespace {

using ::patron::testing::AppliedStore;
using ::patron::testing::Body;
using ::patron::testing::kDayUs;
using ::patron::testing::kNoonUs;
using ::patron::testing::Line;
using ::patron::testing::MakeProduct;
using ::patron::testing::MakePurchase;
using ::patron::testing::MakeReturn;
using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsSupersetOf;

constexpr Day kToday = static_cast<Day>(kNoonUs / kDayUs);

// Twelve customers, each fond of two of ten products, a visit a week; today is
// the first of the days to foretell.
class ShopLogTest : public ::testing::Test {
 protected:
  ShopLogTest() : store_(directory_.File("store")) {
    for (int p = 0; p < 10; ++p)
      store_.Apply(Body(MakeProduct(absl::StrCat("p", p),
                                    {"all", absl::StrCat("kind", p % 2)})));
    for (int week = -6; week <= 0; ++week)
      for (int c = 0; c < 12; ++c)
        store_.Apply(Body(MakePurchase(
            absl::StrCat("r", week, ".", c), absl::StrCat("c", c),
            {{absl::StrCat("p", c % 8)}, {absl::StrCat("p", c % 8 + 1)}},
            kNoonUs + week * 7 * kDayUs)));
    // First sold three days ago, and again today by somebody else.
    store_.Apply(
        Body(MakePurchase("new", "c0", {{"p9"}}, kNoonUs - 3 * kDayUs)));
    store_.Apply(Body(MakePurchase("new2", "c1", {{"p9"}}, kNoonUs)));
  }

  const testing::TempDir directory_;
  AppliedStore store_;
};

TEST_F(ShopLogTest, SalesAreThoseOfTheStoreWithoutReturns) {
  store_.Apply(Body(MakeReturn("x", "new2", {{0, 1000}})));
  ASSERT_OK_AND_ASSIGN(const Sales sales, ReadShopLog(*store_.state().store));
  EXPECT_EQ(sales.sales.size(), 7u * 12 * 2 + 1);
  EXPECT_EQ(sales.customers.size(), 12u);
  EXPECT_EQ(sales.products[0], "p0");
  EXPECT_TRUE(
      std::is_sorted(sales.sales.begin(), sales.sales.end(),
                     [](const Sale& a, const Sale& b) { return a.at < b.at; }));
  EXPECT_OK(index::Validate(LogBefore(sales, kToday)));
  ASSERT_OK_AND_ASSIGN(const Day cut, LatestCut(sales, 7));
  EXPECT_EQ(cut, kToday - 6);
  EXPECT_THAT(LatestCut(Sales(), 7),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST_F(ShopLogTest, AReplayedShopKnowsNothingOfTheDaysToForetell) {
  ASSERT_OK_AND_ASSIGN(const Sales sales, ReadShopLog(*store_.state().store));
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kToday, 7));
  index::LearnOptions learn;
  learn.dimensions = 4;
  ASSERT_OK_AND_ASSIGN(const auto shop,
                       ReplayedShop::Build(*store_.state().store, task, learn,
                                           "", directory_.File("replay")));
  wire::RecommendRequest request;
  request.placement = wire::Placement::BUY_AGAIN;
  request.__set_customer_id("c1");
  request.channel = "store";
  request.k = 10;
  ASSERT_OK_AND_ASSIGN(const auto again, shop->Ask(request));
  EXPECT_THAT(again, ::testing::Not(::testing::Contains(9u)));
  EXPECT_THAT(again, IsSupersetOf({1u, 2u}));
}

TEST_F(ShopLogTest, PlacementsAreJudgedByWhatWasBought) {
  ASSERT_OK_AND_ASSIGN(const Sales sales, ReadShopLog(*store_.state().store));
  ASSERT_OK_AND_ASSIGN(const NextDays task, NextDays::Make(sales, kToday, 7));
  BaselineOptions options;
  options.fewest_customers = 1;
  const Baselines baselines(task, options);
  // Knows the truth of all but the first place of trending.
  const AskPlacement ask = [](const wire::RecommendRequest& request)
      -> absl::StatusOr<std::vector<uint32_t>> {
    if (request.placement == wire::Placement::NEW_ARRIVALS)
      return std::vector<uint32_t>{9};
    if (request.placement == wire::Placement::BASKET ||
        request.placement == wire::Placement::GOES_WITH)
      return std::vector<uint32_t>{0, 1, 2, 3, 4, 5, 6, 7, 8, 9};
    return std::vector<uint32_t>{};
  };
  ASSERT_OK_AND_ASSIGN(
      const PlacementReport report,
      EvaluatePlacements(task, baselines, {"shop"}, ask, PlacementOptions(),
                         SimulatedClock(absl::UnixEpoch())));
  std::map<std::string, PlacementResult> patron;
  for (const PlacementResult& result : report.results)
    if (result.method == "patron") patron[result.placement] = result;
  EXPECT_EQ(patron["home"].cases, 12u);
  EXPECT_EQ(patron["home"].at_10.recall, 0);
  // c1 alone buys what is new and new to her.
  EXPECT_EQ(patron["new-arrivals"].cases, 1u);
  EXPECT_EQ(patron["new-arrivals"].at_10.hit, 1);
  // Twelve receipts of two products; whichever is left out is shown.
  EXPECT_EQ(patron["basket"].cases, 12u);
  EXPECT_EQ(patron["basket"].at_10.recall, 1);
  EXPECT_EQ(patron["goes-with"].cases, 12u);
  EXPECT_THAT(ToTable(report), HasSubstr("substitute: not judged"));
}

}  // namespace
}  // namespace patron::eval
