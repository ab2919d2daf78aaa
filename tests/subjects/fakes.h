// A customer of whom everything is known, and a small shop around her.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "server/subjects/subjects.h"

namespace patron::testing {

// 2026-06-15, a Monday.
inline constexpr Day kToday = 20619;
inline constexpr int64_t kDayInUs = 86'400'000'000;

class FakeNames final : public subjects::Names {
 public:
  absl::string_view StoreId(uint32_t store) const override {
    return stores.at(store);
  }
  absl::string_view ProductId(uint32_t product) const override {
    return products.at(product);
  }
  std::optional<uint32_t> FindStore(absl::string_view id) const override {
    for (uint32_t i = 0; i < stores.size(); ++i)
      if (stores[i] == id) return i;
    return std::nullopt;
  }

  std::vector<std::string> stores;
  std::vector<std::string> products;
};

class FakeProducts final : public subjects::Products {
 public:
  const wire::Product* Find(ProductOrdinal product) const override {
    const auto at = listed.find(product.value());
    return at == listed.end() ? nullptr : &at->second;
  }

  std::map<uint32_t, wire::Product> listed;
};

// Rows as they are put in: newest first is the test's business.
class FakeHistory final : public subjects::History {
 public:
  void Purchases(absl::FunctionRef<bool(int64_t, const wire::PurchaseRow&)>
                     visit) const override {
    for (const auto& [at_us, row] : purchases)
      if (++visited, !visit(at_us, row)) return;
  }
  void Events(absl::FunctionRef<bool(int64_t, const wire::EventRow&)> visit)
      const override {
    for (const auto& [at_us, row] : events)
      if (++visited, !visit(at_us, row)) return;
  }

  std::vector<std::pair<int64_t, wire::PurchaseRow>> purchases;
  std::vector<std::pair<int64_t, wire::EventRow>> events;
  mutable int visited = 0;  // rows that anybody looked at
};

wire::StoredLine MakeLine(uint32_t product, int64_t amount,
                          int64_t quantity_milli = 1000);

// Products 0 "espresso" (food > coffee, Acme), 1 "tea" (food > tea, Leaf),
// 2 "mug", in no category, 3 "ghost", not in the catalogue. Stores 0 "s1",
// 1 "s2".
struct Shop {
  Shop();
  // A purchase `days_ago` at noon in s1 through "store", newest put in first.
  wire::PurchaseRow& Buy(int days_ago,
                         const std::vector<wire::StoredLine>& lines);
  wire::EventRow& Happen(int days_ago, wire::EventKind::type kind,
                         uint32_t product);

  FakeNames names;
  FakeProducts products;
  FakeHistory history;
};

struct Ann : Shop {
  Ann();
  subjects::CustomerParts Parts() const;
  subjects::CustomerSubject Subject() const {
    return subjects::CustomerSubject(Parts());
  }

  facts::CustomerFacts facts;
  facts::Traits traits;
  wire::AccountRow account;
  loyalty::Programmes programmes;
  // That of the CDNOW customers, in weeks as if they were days.
  prediction::Model prediction = {
      {0.243, 4.414, 0.793, 2.426}, {{6.25, 3.74, 1544}}, "EUR"};
};

// A product of which everything is told.
wire::Product FullProduct();

}  // namespace patron::testing
