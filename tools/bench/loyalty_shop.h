// What quotes, reservations and bonuses are measured with: a programme, 200
// offers, products that some of them are for, and baskets of these.
//
// Of the offers 20 may apply to a basket of ten lines: specials of its aisles
// and brands, a multi-buy, discounts of members and tiers, codes, one with a
// budget, points, delivery. The other 180 are as many a shop has beside: other
// aisles and brands, other tiers, codes that nobody gave, rules over what was
// bought, other channels and stores, amounts that are missing.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>

#include "absl/status/status.h"
#include "checkout_types.h"
#include "server/api/client/client.h"
#include "storefront_types.h"
#include "tools/bench/options.h"

namespace patron::bench {

inline constexpr int kOffers = 200;
inline constexpr int kApplicableOffers = 20;
inline constexpr int kLinesOfQuote = 10;
inline constexpr char kProgramme[] = "club";

// Texts by file name, as applyDefinitions takes them.
using Files = std::map<std::string, std::string>;
Files ProgrammeFiles();  // the programme alone
Files OfferFiles();      // the programme and the offers

absl::Status ApplyFiles(const Files& files, client::Connection& server);
// The products of the baskets, and a batch of codes for an offer of OfferFiles.
absl::Status PutProducts(client::Connection& server);
absl::Status PutCodes(client::Connection& server);
// Opens the accounts of the customers first … end - 1 by a bonus, 1,000 a call.
absl::Status GiveBonus(int64_t first, int64_t end, const std::string& bonus_id,
                       client::Connection& server);

// All of it on a fresh copy of a shop: products, definitions, codes, and an
// account for every customer.
absl::Status OpenLoyaltyShop(int64_t customers, int port);

// Baskets of random customers, one product of each aisle. One thread.
class BasketMaker {
 public:
  // At most kLinesOfQuote lines. With more than five, codes are given.
  BasketMaker(const ShopSize& shop, int lines, uint64_t seed);

  // Valid until the next call.
  const wire::QuoteRequest& Next();
  // The same kind of basket as a till records it that knows no offers.
  const wire::Purchase& NextPurchase(const std::string& receipt_id);

 private:
  const ShopSize shop_;
  std::mt19937_64 random_;
  wire::QuoteRequest request_;
  wire::Purchase purchase_;
};

}  // namespace patron::bench
