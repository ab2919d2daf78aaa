// The subjects' own numbers for what a rule may name. schema.cc has the names;
// the numbers stand nowhere on disk.
#pragma once

namespace patron::subjects {

// predicted_purchases looks so far ahead.
inline constexpr int kMostPredictedDays = 3650;

// Of a customer. Those of one group stand together: profile, facts, what is
// predicted, loyalty; those of the last two go by the shop's definitions.
enum CustomerField : int {
  kIdentified,

  kBirthYear,
  kFirstProfileField = kBirthYear,
  kBirthMonth,
  kBirthDay,
  kAge,
  kDaysToBirthday,
  kGender,
  kLocale,
  kTimeZone,
  kHouseholdSize,
  kChildren,
  kYoungestChildAge,
  kOldestChildAge,
  kChildrenUnder,
  kPriorities,
  kServicePreference,
  kPreferredStore,
  kPreferredChannel,
  kAssociate,
  kIsStaff,
  kIsPartner,
  kIsBusiness,
  kCustomerAttribute,
  kConsent,

  kPurchases,
  kFirstFactField = kPurchases,
  kLineCount,
  kReturns,
  kEventCount,
  kSpend,
  kReturned,
  kAverageTicket,
  kDaysSinceFirstPurchase,
  kDaysSinceLastPurchase,
  kUsualGapDays,
  kStores,
  kChannels,
  kPurchasesInStore,
  kPurchasesInChannel,
  kDistinctProducts,
  kBought,
  kFirstSource,
  kFullPriceLines,
  kDiscountedLines,
  kDeepDiscountLines,
  kCouponLines,
  kCouponPurchases,
  kDaysSinceLastCoupon,
  kTopCategoryShare,
  kDueProducts,
  kFeedback,
  kFeedbackSum,
  kFeedbackFirst,
  kFeedbackLast,
  kDaysSinceFirstFeedback,
  kDaysSinceLastFeedback,

  kPredictedChurn,
  kFirstPredictedField = kPredictedChurn,
  kPredictedPurchases,
  kPredictedDaysToPurchase,
  kPredictedTicket,
  kPredictedSpend,

  kMember,
  kFirstLoyaltyField = kMember,
  kTier,
  kTierRank,
  kTierCredit,
  kPoints,
  kPendingPoints,
  kReferred,
};

constexpr bool IsPredicted(int field) {
  return field >= kFirstPredictedField && field < kFirstLoyaltyField;
}
// Whether it says another thing when the shop's definitions change.
constexpr bool ReadsDefinitions(int field) {
  return field >= kFirstPredictedField;
}

enum SourceId : int { kLines, kEvents };

// Of a row of `lines`, then of a row of `events`; what both have is one.
enum RowField : int {
  kDay,
  kDaysAgo,
  kRowProduct,
  kRowCategory,
  kRowBrand,
  kRowSeller,
  kRowPriceTier,
  kRowMotive,
  kRowAttribute,
  kRowStore,
  kRowChannel,

  kAmount,
  kListAmount,
  kDiscount,
  kQuantity,
  kReturnedQuantity,
  kRowCurrency,

  kKind,
  kRowFeedback,
  kEventValue,
  kDwell,
  kQueryText,
  kEventSource,
};

enum ProductField : int {
  kProduct,
  kCategory,
  kBrand,
  kPrice,
  kCurrency,
  kPriceTier,
  kMotive,
  kSeller,
  kVariantOf,
  kProductAttribute,
  kMinimumAge,
  kDiscontinued,
};

}  // namespace patron::subjects
