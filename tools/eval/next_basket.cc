#include "tools/eval/next_basket.h"

#include <algorithm>
#include <cmath>
#include <fstream>
#include <functional>
#include <optional>
#include <unordered_map>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::eval {
namespace {

using Fields = std::vector<absl::string_view>;

// Gives each id a number in order of first appearance.
class Numbers {
 public:
  uint32_t Of(absl::string_view id) {
    const auto [at, added] = numbers_.try_emplace(std::string(id), ids_.size());
    if (added) ids_.emplace_back(id);
    return at->second;
  }
  std::optional<uint32_t> Find(absl::string_view id) const {
    const auto at = numbers_.find(id);
    if (at == numbers_.end()) return std::nullopt;
    return at->second;
  }
  std::vector<std::string> Ids() const { return ids_; }

 private:
  absl::flat_hash_map<std::string, uint32_t> numbers_;
  std::vector<std::string> ids_;
};

absl::Status Bad(const std::string& file, size_t line, absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(file, ": line ", line, ": ", what));
}

// Calls `row` with the fields of each line after the header, which is
// `columns`.
absl::Status ReadCsv(const std::string& file,
                     const std::vector<std::string>& columns,
                     const std::function<absl::Status(const Fields&)>& row) {
  std::ifstream in(file);
  if (!in) return absl::NotFoundError(absl::StrCat(file, ": does not open"));
  std::string text;
  for (size_t line = 1; std::getline(in, text); ++line) {
    const absl::string_view bare = absl::StripSuffix(text, "\r");
    const Fields fields = absl::StrSplit(bare, ',');
    if (line == 1 && fields != Fields(columns.begin(), columns.end()))
      return Bad(file, line,
                 absl::StrCat("header ", Quoted(bare), ", expected ",
                              absl::StrJoin(columns, ",")));
    if (line == 1) continue;
    if (fields.size() != columns.size())
      return Bad(
          file, line,
          absl::StrCat(fields.size(), " fields, expected ", columns.size()));
    if (const absl::Status status = row(fields); !status.ok())
      return Bad(file, line, status.message());
  }
  return absl::OkStatus();
}

// Collects the three files into NextBasketData.
class Loader {
 public:
  absl::Status Load(const NextBasketFiles& files) {
    PATRON_RETURN_IF_ERROR(
        ReadCsv(files.split, {"customer_id", "role"},
                [this](const Fields& f) { return AddRole(f); }));
    PATRON_RETURN_IF_ERROR(
        ReadCsv(files.history, {"customer_id", "basket", "product_id"},
                [this](const Fields& f) { return AddHistory(f); }));
    PATRON_RETURN_IF_ERROR(
        ReadCsv(files.next, {"customer_id", "product_id"},
                [this](const Fields& f) { return AddNext(f); }));
    for (Shopper& shopper : data_.shoppers) Distinct(shopper.next);
    data_.products = products_.Ids();
    return absl::OkStatus();
  }
  NextBasketData Take() { return std::move(data_); }

 private:
  absl::Status AddRole(const Fields& fields) {
    PATRON_ASSIGN_OR_RETURN(const Role role, ParseRole(fields[1]));
    if (customers_.Find(fields[0]))
      return absl::InvalidArgumentError(absl::StrCat(
          "customer_id: ", Quoted(fields[0]), " has a role already"));
    customers_.Of(fields[0]);
    Shopper shopper;
    shopper.id = std::string(fields[0]);
    shopper.role = role;
    data_.shoppers.push_back(std::move(shopper));
    return absl::OkStatus();
  }

  absl::Status AddHistory(const Fields& fields) {
    uint32_t basket = 0;
    if (!absl::SimpleAtoi(fields[1], &basket) || basket > 100000)
      return absl::InvalidArgumentError(absl::StrCat(
          "basket: ", Quoted(fields[1]), " is not a number of a basket"));
    const auto customer = customers_.Find(fields[0]);
    const uint32_t product = products_.Of(fields[2]);
    if (!customer) return absl::OkStatus();
    auto& baskets = data_.shoppers[*customer].baskets;
    if (basket >= baskets.size()) baskets.resize(basket + 1);
    baskets[basket].push_back(product);
    return absl::OkStatus();
  }

  absl::Status AddNext(const Fields& fields) {
    const auto customer = customers_.Find(fields[0]);
    const uint32_t product = products_.Of(fields[1]);
    if (customer) data_.shoppers[*customer].next.push_back(product);
    return absl::OkStatus();
  }

  static void Distinct(std::vector<uint32_t>& products) {
    std::sort(products.begin(), products.end());
    products.erase(std::unique(products.begin(), products.end()),
                   products.end());
  }

  Numbers customers_;
  Numbers products_;
  NextBasketData data_;
};

wire::Purchase Receipt(const NextBasketData& data, const Shopper& shopper,
                       const std::vector<uint32_t>& products, size_t number,
                       absl::Time happened_at) {
  wire::Purchase purchase;
  purchase.receipt_id = absl::StrCat(shopper.id, "-", number);
  purchase.__set_customer_id(shopper.id);
  purchase.store_id = "shop";
  purchase.channel = "store";
  purchase.currency = "TWD";
  purchase.happened_at_us = absl::ToUnixMicros(happened_at);
  for (const uint32_t product : products) {
    wire::PurchaseLine line;
    line.product_id = data.products[product];
    line.amount = 100;
    purchase.lines.push_back(std::move(line));
  }
  return purchase;
}

}  // namespace

absl::StatusOr<Role> ParseRole(absl::string_view name) {
  if (name == "train") return Role::kTrain;
  if (name == "validation") return Role::kValidation;
  if (name == "test") return Role::kTest;
  return absl::InvalidArgumentError(absl::StrCat(
      "role: ", Quoted(name), ", expected train, validation or test"));
}

absl::StatusOr<NextBasketData> LoadNextBasket(const NextBasketFiles& files) {
  Loader loader;
  PATRON_RETURN_IF_ERROR(loader.Load(files));
  return loader.Take();
}

std::vector<wire::Product> ProductsOf(const NextBasketData& data) {
  std::vector<wire::Product> products;
  for (const std::string& id : data.products) {
    products.emplace_back().product_id = id;
    products.back().name = id;
  }
  return products;
}

bool LearnsFromNext(const Shopper& shopper, const PurchaseOptions& options) {
  return options.learn_from_train && shopper.role == Role::kTrain &&
         !shopper.next.empty();
}

std::vector<wire::Purchase> PurchasesOf(const NextBasketData& data,
                                        const Shopper& shopper,
                                        const PurchaseOptions& options) {
  std::vector<wire::Purchase> purchases;
  const size_t n = shopper.baskets.size();
  for (size_t i = 0; i < n; ++i) {
    if (shopper.baskets[i].empty()) continue;
    const absl::Duration before =
        7 * static_cast<int64_t>(n - i) * absl::Hours(24);
    purchases.push_back(Receipt(data, shopper, shopper.baskets[i], i,
                                options.asked_at - before));
  }
  if (LearnsFromNext(shopper, options))
    purchases.push_back(
        Receipt(data, shopper, shopper.next, n, options.asked_at));
  return purchases;
}

Measures Measure(const std::vector<uint32_t>& list,
                 const std::vector<uint32_t>& truth, size_t k) {
  double hits = 0;
  double gain = 0;
  double best = 0;
  for (size_t i = 0; i < std::min(k, list.size()); ++i) {
    if (std::find(truth.begin(), truth.end(), list[i]) == truth.end()) continue;
    ++hits;
    gain += 1 / std::log2(static_cast<double>(i) + 2);
  }
  for (size_t i = 0; i < truth.size(); ++i)
    best += 1 / std::log2(static_cast<double>(i) + 2);
  return {hits / static_cast<double>(truth.size()), gain / best,
          hits > 0 ? 1.0 : 0.0};
}

std::vector<uint32_t> GlobalPopular(const NextBasketData& data,
                                    const PurchaseOptions& options) {
  std::vector<uint32_t> times(data.products.size());
  const auto count = [&](const std::vector<uint32_t>& basket) {
    for (const uint32_t product : basket) ++times[product];
  };
  for (const Shopper& shopper : data.shoppers) {
    for (const auto& basket : shopper.baskets) count(basket);
    if (LearnsFromNext(shopper, options)) count(shopper.next);
  }
  std::vector<uint32_t> order(times.size());
  for (uint32_t i = 0; i < order.size(); ++i) order[i] = i;
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return times[a] > times[b]; });
  return order;
}

std::vector<uint32_t> Personal(const Shopper& shopper,
                               const std::vector<uint32_t>& popular) {
  absl::flat_hash_map<uint32_t, uint32_t> times;
  for (const auto& basket : shopper.baskets)
    for (const uint32_t product : basket) ++times[product];
  std::vector<uint32_t> order;
  for (const uint32_t product : popular)
    if (times.contains(product)) order.push_back(product);
  std::stable_sort(order.begin(), order.end(),
                   [&](uint32_t a, uint32_t b) { return times[a] > times[b]; });
  return order;
}

std::vector<uint32_t> PersonalPopular(const Shopper& shopper,
                                      const std::vector<uint32_t>& popular) {
  std::vector<uint32_t> order = Personal(shopper, popular);
  std::vector<uint32_t> own = order;
  std::sort(own.begin(), own.end());
  for (const uint32_t product : popular)
    if (!std::binary_search(own.begin(), own.end(), product))
      order.push_back(product);
  return order;
}

}  // namespace patron::eval
