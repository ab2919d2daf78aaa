// What is known of one customer before an offer is made to her, as numbers that
// a response model reads: her purchases, what she did with discounts, coupons
// and earlier offers, and how the offer's products meet what she buys.
//
// All of it comes from Facts (kept up by Apply), her account and the offer;
// nothing is read from histories. Recency is exp(-days ÷ scale), 0 for never;
// counts are log(1 + count); shares are counts with a little of what is usual
// added, so that few purchases say little. Threads: none of its own.
#pragma once

#include <array>
#include <cstdint>
#include <vector>

#include "absl/strings/string_view.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/facts/facts.h"

namespace patron::targeting {

// Places in Features. Never renumbered: learned models name them.
enum Feature {
  kPurchases,            // receipts of which something was kept
  kSpend,                // in hundreds of minor units, net of returns
  kBasket,               // spend a receipt, likewise
  kRecency,              // of the last purchase; scale 28 days
  kDiscountedShare,      // of lines bought at any discount
  kDeepShare,            // of lines bought at more than 35 % off
  kCouponLines,          // lines with a coupon or an offer
  kCouponLineShare,      // of all lines
  kCouponRecency,        // of the last receipt with a coupon; 56 days
  kCouponRegularity,     // of the fourth last one; 56 days
  kCouponPurchaseShare,  // of receipts
  kIssued,               // personal offers issued to her
  kUses,                 // uses of offers
  kUsedOffers,           // offers used at least once
  kUseRate,              // used of those issued
  kUseRecency,           // of the last use; 56 days
  kScopeProducts,        // products in the offer's scope
  kItems,                // products that she ever bought
  kItemsRecent,          // … in the last 56 days
  kScopeItems,           // … that are in scope
  kScopeTimes,           // receipts times products in scope
  kScopeRecent,          // products in scope bought in the last 56 days
  kScopeShare,           // of her products that are in scope
  kProfile,              // 1 = she has a profile
  kDepth,                // share that the offer takes off, 0 to 1
  kFeatures
};

using Features = std::array<double, kFeatures>;

// "coupon_recency": as a learned model writes it.
absl::string_view FeatureName(int feature);

// What of an offer matters to whether it is used.
struct OfferContext {
  // By ordinal; products beyond it are outside. Null: everything is in scope.
  const std::vector<bool>* covers = nullptr;
  int64_t products = 0;  // in scope
  double depth = 0;

  bool Covers(ProductOrdinal product) const {
    return covers == nullptr ||
           (product.value() < covers->size() && (*covers)[product.value()]);
  }
};

struct Moment {
  Day today = 0;
  int64_t now_us = 0;
};

// `traits` and `account` may be null.
Features FeaturesOf(const facts::CustomerFacts& facts,
                    const facts::Traits* traits,
                    const wire::AccountRow* account, const OfferContext& offer,
                    const Moment& moment);

}  // namespace patron::targeting
