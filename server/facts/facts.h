// What is known of one customer at a glance: counts, sums, first and last
// times, and her item history. Kept up by Apply, read without a scan.
//
// Nothing here depends on the order in which purchases, returns and events were
// heard of: the same ones give the same facts; but for what was shown, where a
// purchase takes away the showings heard of before it. Sums and counts are net
// of returns. Per-category numbers are not stored: they follow from the items
// and today's catalogue (a product may move to another category).
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "server/base/day.h"
#include "server/base/ids.h"
#include "server/facts/feedback.h"
#include "types_types.h"

namespace patron::facts {

// A customer's profile without what names her: name and contacts are empty.
// Read by rules; stands in memory, made from her `people` row.
using Traits = wire::Customer;
std::shared_ptr<const Traits> MakeTraits(const wire::Customer& customer);

// Latest purchase days kept of an item.
inline constexpr int kDaysKept = 4;

// One product that the customer bought and kept. 16 bytes.
struct ItemFact {
  ProductOrdinal product;
  uint16_t times = 0;  // receipts that hold it; at 65535 it stays
  uint16_t first_day = 0;
  // A day for each of the latest receipts with it, newest first; 0 = none.
  std::array<uint16_t, kDaysKept> days{};

  Day last_day() const { return days[0]; }
  // Median of the gaps between the kept purchase days, in days (0 between two
  // receipts of one day does not count); with fewer than two such gaps, the
  // mean over the whole history; nullopt for a product bought on one day only.
  std::optional<int> UsualIntervalDays() const;

  friend bool operator==(const ItemFact&, const ItemFact&) = default;
};

// What she did with a product lately, other than buying it.
struct Interaction {
  int64_t at_us = 0;
  ProductOrdinal product;
  uint8_t kind = 0;  // wire::EventKind

  friend auto operator<=>(const Interaction&, const Interaction&) = default;
};

// Interactions kept, newest first.
inline constexpr size_t kRecentKept = 16;

// A product that recommendations showed her, and that she has neither bought
// nor looked at since.
struct Showing {
  ProductOrdinal product;
  uint16_t day = 0;   // of the latest showing
  uint8_t times = 0;  // answers that showed it; at 255 it stays

  friend bool operator==(const Showing&, const Showing&) = default;
};

// Products kept of those that were shown, and places of an answer that count
// as shown: what stands further down was hardly seen.
inline constexpr size_t kShownKept = 32;
inline constexpr size_t kPlacesSeen = 20;

// Products kept of the newest purchase.
inline constexpr size_t kLatestKept = 8;

// How deep the shop's own discount on a line went: none, to 15 %, to 35 %, to
// 55 %, deeper. What somebody else paid to the shop is not depth.
inline constexpr size_t kDiscountBands = 5;
size_t DiscountBandOf(int64_t list_amount, int64_t amount);

// Everything but the items.
struct Summary {
  int32_t purchases = 0;  // receipts of which something was kept
  int32_t lines = 0;      // lines not wholly returned
  int32_t returns = 0;
  int32_t events = 0;
  Day first_day = 0;  // of a purchase; 0 = never
  Day last_day = 0;
  std::vector<std::pair<std::string, int64_t>> spend;     // by currency, sorted
  std::vector<std::pair<std::string, int64_t>> returned;  // by currency, sorted
  std::vector<std::pair<uint32_t, int32_t>>
      stores;  // ordinal, purchases; sorted
  std::vector<std::pair<std::string, int32_t>> channels;  // purchases; sorted
  std::optional<std::string>
      first_source;  // of the earliest event that has one
  int64_t first_source_at_us = 0;
  std::vector<Interaction> recent;  // newest first, at most kRecentKept

  // The newest purchase of which something was kept: its time, the digest of
  // its receipt (of two at one moment the larger counts), its first products in
  // the receipt's order.
  int64_t latest_at_us = 0;
  uint64_t latest_digest = 0;
  std::vector<ProductOrdinal> latest;

  // Lines kept by discount band; all of them together are `lines`.
  std::array<int32_t, kDiscountBands> discount_bands{};
  // Lines kept with a coupon or an offer, receipts with such a line, and a day
  // for each of the latest of those, newest first; 0 = none.
  int32_t coupon_lines = 0;
  int32_t coupon_purchases = 0;
  std::array<uint16_t, kDaysKept> coupon_days{};

  Day last_coupon_day() const { return coupon_days[0]; }

  // Categories of her profile that outrank derived tastes; they name nobody.
  std::vector<std::string> priorities;

  std::vector<Feedback> feedback;  // by kind, those of which something was told

  friend bool operator==(const Summary&, const Summary&) = default;
};

struct CustomerFacts {
  Summary summary;
  std::vector<ItemFact> items;  // sorted by product
  std::vector<Showing> shown;   // latest first, at most kShownKept

  friend bool operator==(const CustomerFacts&, const CustomerFacts&) = default;
};

// One kept purchase as facts see it, `products` distinct, sorted.
struct PurchaseFacts {
  Day day = 0;
  StoreOrdinal store = kNoStore;
  std::string channel;
  int32_t lines = 0;
  std::vector<ProductOrdinal> products;
  int64_t at_us = 0;
  uint64_t receipt_digest = 0;
  std::vector<ProductOrdinal> first_products;  // in the receipt's order
  std::array<int32_t, kDiscountBands> discount_bands{};
  int32_t coupon_lines = 0;
};

// Adds a receipt to an item / to the summary's counts (not to money).
void AddReceipt(ItemFact& item, Day day);
void AddPurchase(Summary& summary, const PurchaseFacts& purchase);
void AddInteraction(Summary& summary, const Interaction& interaction);
// Counts one more showing and puts the product first; the one that was shown
// longest ago falls off.
void AddShowing(std::vector<Showing>& shown, const Showing& showing);
void AddAmount(std::vector<std::pair<std::string, int64_t>>& amounts,
               const std::string& currency, int64_t amount);

}  // namespace patron::facts
