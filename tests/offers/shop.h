// A small shop for quotes: definitions, products, one customer, what is used.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/offers/quote.h"

namespace patron::testing {

// 2026-06-15T12:00:00Z, a Monday.
inline constexpr int64_t kShopNowUs = 1'781'524'800'000'000;
inline constexpr Day kShopToday = 20619;

class FakeUsage final : public offers::Usage {
 public:
  wire::OfferCountRow Count(uint32_t offer_ordinal) const override;
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view code) const override;

  std::map<uint32_t, wire::OfferCountRow> counts;
  std::map<std::string, wire::CodeRow, std::less<>> codes;
  absl::Status broken;  // what Code answers unless OK
};

// Ordinals are no places: mixing them up fails.
inline uint32_t OfferOrdinal(size_t place) {
  return static_cast<uint32_t>(1000 - 7 * place);
}
inline uint32_t ProgrammeOrdinal(size_t place) {
  return static_cast<uint32_t>(50 - 3 * place);
}

class Shop final : public subjects::Products {
 public:
  // Refuses what cannot be compiled.
  absl::Status Define(wire::Definitions definitions);

  const offers::Compiled& compiled() const { return *compiled_; }
  offers::World world() const;
  absl::StatusOr<wire::Quote> Quote(const wire::QuoteRequest& request) const;

  wire::Product& AddProduct(const std::string& id,
                            std::vector<std::string> categories = {});
  const wire::Product* Find(ProductOrdinal product) const override;

  // Her account in a programme, made where it is absent.
  wire::ProgrammeAccount& AccountIn(const std::string& programme_id);
  uint32_t OrdinalOf(const std::string& offer_id) const;

  bool anonymous = false;
  std::string customer_id = "ann";
  facts::CustomerFacts facts;
  facts::Traits traits;
  wire::AccountRow account;
  FakeUsage usage;
  int64_t now_us = kShopNowUs;
  Day today = kShopToday;

 private:
  std::shared_ptr<const offers::Compiled> compiled_;
  std::vector<wire::Product> products_;
  std::function<ProductOrdinal(absl::string_view)> find_product_ =
      [this](absl::string_view id) { return OrdinalOfProduct(id); };
  ProductOrdinal OrdinalOfProduct(absl::string_view id) const;
};

}  // namespace patron::testing
