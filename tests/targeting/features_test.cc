#include "server/targeting/features.h"

#include <gtest/gtest.h>

#include <cmath>
#include <set>

namespace patron::targeting {
namespace {

constexpr Day kToday = 20'000;
constexpr int64_t kNowUs = int64_t{kToday} * 86'400'000'000;

facts::CustomerFacts SomeFacts() {
  facts::CustomerFacts facts;
  facts::PurchaseFacts purchase;
  purchase.day = kToday - 28;
  purchase.channel = "store";
  purchase.lines = 3;
  purchase.discount_bands = {1, 0, 1, 1, 0};
  purchase.coupon_lines = 2;
  purchase.at_us = 1;
  facts::AddPurchase(facts.summary, purchase);
  facts::AddAmount(facts.summary.spend, "EUR", 5000);
  for (const uint32_t product : {3u, 5u, 9u}) {
    facts::ItemFact& item = facts.items.emplace_back();
    item.product = ProductOrdinal(product);
    facts::AddReceipt(item, product == 9 ? kToday - 100 : kToday - 28);
  }
  return facts;
}

Features Of(const facts::CustomerFacts& facts, const OfferContext& offer = {},
            const wire::AccountRow* account = nullptr) {
  return FeaturesOf(facts, nullptr, account, offer, {kToday, kNowUs});
}

TEST(FeaturesTest, EachHasItsOwnName) {
  std::set<absl::string_view> names;
  for (int f = 0; f < kFeatures; ++f) names.insert(FeatureName(f));
  EXPECT_EQ(names.size(), static_cast<size_t>(kFeatures));
  EXPECT_EQ(FeatureName(kCouponRecency), "coupon_recency");
  EXPECT_EQ(FeatureName(kDepth), "depth");
}

TEST(FeaturesTest, NobodyKnownHasFiniteFeatures) {
  for (const double value : Of({})) EXPECT_TRUE(std::isfinite(value));
  EXPECT_EQ(Of({})[kRecency], 0);
  EXPECT_EQ(Of({})[kProfile], 0);
}

TEST(FeaturesTest, PurchasesAndDiscountsAreCountedAsDocumented) {
  const Features f = Of(SomeFacts());
  EXPECT_DOUBLE_EQ(f[kPurchases], std::log1p(1));
  EXPECT_DOUBLE_EQ(f[kSpend], std::log1p(50));
  EXPECT_DOUBLE_EQ(f[kRecency], std::exp(-1));
  EXPECT_DOUBLE_EQ(f[kDiscountedShare], (2 + 5.0) / 13);
  EXPECT_DOUBLE_EQ(f[kDeepShare], (1 + 1.0) / 13);
  EXPECT_DOUBLE_EQ(f[kCouponLines], std::log1p(2));
  EXPECT_DOUBLE_EQ(f[kCouponRecency], std::exp(-0.5));
  EXPECT_EQ(f[kCouponRegularity], 0) << "only one receipt with a coupon";
}

TEST(FeaturesTest, TheScopeMeetsWhatSheBuys) {
  std::vector<bool> covers(6);
  covers[5] = true;
  OfferContext offer;
  offer.covers = &covers;
  offer.products = 1;
  const Features f = Of(SomeFacts(), offer);
  EXPECT_DOUBLE_EQ(f[kItems], std::log1p(3));
  EXPECT_DOUBLE_EQ(f[kItemsRecent], std::log1p(2));
  EXPECT_DOUBLE_EQ(f[kScopeItems], std::log1p(1));
  EXPECT_DOUBLE_EQ(f[kScopeRecent], std::log1p(1));
  EXPECT_DOUBLE_EQ(f[kScopeShare], 1.0 / 3);
}

TEST(FeaturesTest, AnOfferWithoutScopeCoversEverything) {
  const Features f = Of(SomeFacts());
  EXPECT_EQ(f[kScopeItems], f[kItems]);
  EXPECT_EQ(f[kScopeShare], 1);
}

TEST(FeaturesTest, OffersIssuedAndUsedCount) {
  wire::AccountRow account;
  account.issued.resize(4);
  account.offers.resize(2);
  account.offers[0].uses = 3;
  account.offers[0].last_us = kNowUs - 56 * int64_t{86'400'000'000};
  const Features f = Of({}, {}, &account);
  EXPECT_DOUBLE_EQ(f[kIssued], std::log1p(4));
  EXPECT_DOUBLE_EQ(f[kUses], std::log1p(3));
  EXPECT_DOUBLE_EQ(f[kUsedOffers], std::log1p(1)) << "a reserved one is none";
  EXPECT_DOUBLE_EQ(f[kUseRate], (1 + 0.24) / 6);
  EXPECT_DOUBLE_EQ(f[kUseRecency], std::exp(-1));
}

}  // namespace
}  // namespace patron::targeting
