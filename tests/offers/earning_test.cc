// What purchases earn that were recorded without a quote.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "server/loyalty/account.h"
#include "server/offers/quote.h"
#include "tests/offers/shop.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::offers {
namespace {

using ::patron::testing::kShopNowUs;
using ::patron::testing::kShopToday;
using ::patron::testing::Shop;
using ::testing::ElementsAre;
using ::testing::HasSubstr;

wire::Programme Club() {
  wire::Programme club;
  club.id = "club";
  club.points_name = "beans";
  club.currency = "EUR";
  club.pending_days = 14;
  club.expiry = wire::Expiry::DAYS;
  club.expiry_count = 100;
  return club;
}

wire::Definitions With(wire::Programme programme) {
  wire::Definitions definitions;
  definitions.currency = "EUR";
  definitions.programmes = {std::move(programme)};
  return definitions;
}

PaidLine Paid(const std::string& product, int64_t amount) {
  return {product, amount, amount};
}

TEST(EarningTest, LinesEarnOnWhatWasPaid) {
  Shop shop;
  ASSERT_OK(shop.Define(With(Club())));
  const auto decisions = EarningOf({{"mug", 1000, 750}, {"milk", 129, 129}},
                                   "EUR", kShopNowUs, shop.world());
  ASSERT_EQ(decisions.size(), 1u);
  EXPECT_EQ(decisions[0].earned, 8);
  EXPECT_THAT(decisions[0].earned_by_line, ElementsAre(7, 1));
  EXPECT_EQ(decisions[0].available_day, kShopToday + 14);
  EXPECT_EQ(decisions[0].expiry_day, kShopToday + 100);
}

TEST(EarningTest, NobodyEarnsNothing) {
  Shop shop;
  ASSERT_OK(shop.Define(With(Club())));
  shop.anonymous = true;
  EXPECT_TRUE(
      EarningOf({Paid("mug", 1000)}, "EUR", kShopNowUs, shop.world()).empty());
}

TEST(EarningTest, APurchaseBeforeTheProgrammeStartsEarnsNothing) {
  wire::Programme club = Club();
  club.starts_us = kShopNowUs;
  Shop shop;
  ASSERT_OK(shop.Define(With(club)));
  const auto at = [&](int64_t us) {
    return EarningOf({Paid("mug", 1000)}, "EUR", us, shop.world())[0];
  };
  EXPECT_EQ(at(kShopNowUs).earned, 10);
  EXPECT_EQ(at(kShopNowUs - 1).earned, 0);
  EXPECT_THAT(at(kShopNowUs - 1).reasons,
              ElementsAre(HasSubstr("the programme starts 2026-06-15")));
}

TEST(EarningTest, CreditByPointsIsTheCreditOfTiersByPoints) {
  wire::Programme club = Club();
  club.tier_credit = wire::TierCredit::POINTS;
  club.tiers.resize(1);
  club.tiers[0].id = "gold";
  club.tiers[0].credit = 10;
  Shop shop;
  ASSERT_OK(shop.Define(With(club)));
  const auto decision = EarningOf({Paid("mug", 700), Paid("milk", 300)}, "EUR",
                                  kShopNowUs, shop.world())[0];
  EXPECT_EQ(decision.credit, 10);
  EXPECT_THAT(decision.credit_by_line, ElementsAre(7, 3));
  EXPECT_EQ(decision.tier_after_id, "gold");
}

// Where nothing multiplies by line, the basket earns what the ledger's own
// arithmetic says, and lines add up to it.
TEST(EarningTest, AgreesWithTheLedgersRate) {
  std::mt19937_64 random(patron::testing::TestSeed(7002));
  const wire::Rounding::type roundings[] = {
      wire::Rounding::DOWN, wire::Rounding::NEAREST, wire::Rounding::UP};
  for (int round = 0; round < 3'000; ++round) {
    wire::Programme club = Club();
    club.rounding = roundings[random() % 3];
    club.earn_points = 1 + static_cast<int64_t>(random() % 50);
    club.earn_amount = 1 + static_cast<int64_t>(random() % 500);
    club.tiers.resize(1);
    club.tiers[0].id = "all";
    club.tiers[0].multiplier_bp = 1 + static_cast<int32_t>(random() % 40'000);
    Shop shop;
    ASSERT_OK(shop.Define(With(club)));
    std::vector<PaidLine> lines;
    int64_t sum = 0;
    for (uint64_t i = 0; i <= random() % 5; ++i) {
      lines.push_back(Paid("p", static_cast<int64_t>(random() % 10'000)));
      sum += lines.back().amount;
    }
    const auto decision = EarningOf(lines, "EUR", kShopNowUs, shop.world())[0];
    ASSERT_EQ(decision.earned,
              loyalty::PointsFor(club, sum, club.tiers[0].multiplier_bp));
    int64_t by_line = 0;
    for (const int64_t each : decision.earned_by_line) by_line += each;
    ASSERT_EQ(by_line, decision.earned);
  }
}

TEST(EarningTest, TheLargestAmountsDoNotOverflow) {
  wire::Programme club = Club();
  club.earn_points = 1'000'000'000'000;
  club.earn_amount = 1;
  club.round_by_line = true;
  wire::EarningRule& rule = club.earning_rules.emplace_back();
  rule.id = "most";
  rule.multiplier_bp = std::numeric_limits<int32_t>::max();
  rule.bonus_points = std::numeric_limits<int64_t>::max();
  Shop shop;
  ASSERT_OK(shop.Define(With(club)));
  const auto decision =
      EarningOf(std::vector<PaidLine>(1000, Paid("p", 1'000'000'000'000)),
                "EUR", kShopNowUs, shop.world())[0];
  EXPECT_EQ(decision.earned, 1001 * int64_t{1'000'000'000'000'000});
}

}  // namespace
}  // namespace patron::offers
