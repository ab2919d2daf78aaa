// The next-basket task: data, requests to the server, baselines and measures.
//
// Files are CSV with a header line: history (customer_id, basket, product_id;
// basket counts from 0, oldest first), next (customer_id, product_id: the
// basket after the history), split (customer_id, role). There are no times:
// basket i of n is taken as 7·(n − i) days before the moment of asking, and the
// next basket, where it may be learned from, as that moment. Threads: plain
// data and functions.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "types_types.h"

namespace patron::eval {

enum class Role { kTrain, kValidation, kTest };

// kInvalidArgument unless `name` is train, validation or test.
absl::StatusOr<Role> ParseRole(absl::string_view name);

// Products are numbers: places in NextBasketData::products.
struct Shopper {
  std::string id;
  Role role = Role::kTrain;
  std::vector<std::vector<uint32_t>> baskets;  // oldest first
  std::vector<uint32_t> next;                  // distinct, ascending
};

struct NextBasketData {
  std::vector<std::string> products;  // ids, in order of first appearance
  std::vector<Shopper> shoppers;      // in order of first appearance
};

struct NextBasketFiles {
  std::string history;
  std::string next;
  std::string split;
};

// kNotFound for a file that does not open; kInvalidArgument naming file, line
// and field for one that does not read as above. A customer without a role is
// left out.
absl::StatusOr<NextBasketData> LoadNextBasket(const NextBasketFiles& files);

// ---- as the server takes it
// ------------------------------------------------------

struct PurchaseOptions {
  // The moment of asking.
  absl::Time asked_at =
      absl::FromUnixSeconds(1767268800);  // 2026-01-01 12:00 UTC
  // Next baskets of role train are purchases of that moment.
  bool learn_from_train = true;
};

// Every product listed, under its id as name.
std::vector<wire::Product> ProductsOf(const NextBasketData& data);
// Whether her next basket is a purchase too, and no secret.
bool LearnsFromNext(const Shopper& shopper, const PurchaseOptions& options);
// A receipt a basket, in the shop "shop".
std::vector<wire::Purchase> PurchasesOf(const NextBasketData& data,
                                        const Shopper& shopper,
                                        const PurchaseOptions& options);

// ---- measures
// ----------------------------------------------------------------------

// Of a list against the truth (distinct, not empty), by its first k.
struct Measures {
  double recall = 0;  // hits / truth
  double ndcg = 0;  // Σ hit_i / log2(i + 1) over the best possible, whole truth
  double hit = 0;   // 1 if any
};
Measures Measure(const std::vector<uint32_t>& list,
                 const std::vector<uint32_t>& truth, size_t k);

// ---- baselines
// ---------------------------------------------------------------------

// Times bought in all purchases that may be learned from, most first; ties by
// product number.
std::vector<uint32_t> GlobalPopular(const NextBasketData& data,
                                    const PurchaseOptions& options);
// Own products by times bought, then by popularity.
std::vector<uint32_t> Personal(const Shopper& shopper,
                               const std::vector<uint32_t>& popular);
// The same, then the popular ones that are not her own.
std::vector<uint32_t> PersonalPopular(const Shopper& shopper,
                                      const std::vector<uint32_t>& popular);

}  // namespace patron::eval
