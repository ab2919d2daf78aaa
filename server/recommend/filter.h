// Which products may be shown: listed ones that pass the request's filter.
//
// Borrows the reader and the request. Threads: as its reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "server/catalog/catalog.h"
#include "storefront_types.h"

namespace patron::recommend {

class ProductFilter {
 public:
  ProductFilter(const wire::Filter& filter,
                const catalog::Catalog::Reader& catalog,
                std::optional<uint32_t> store);

  bool Passes(uint32_t product) const;

  // Products that may pass, by ordinal: those of the wanted categories, else of
  // the wanted brands, else all.
  std::vector<uint32_t> Scope() const;
  bool narrowed() const { return !categories_.empty() || !brands_.empty(); }

  // A note for each category and brand that no product has.
  std::vector<std::string> Notes() const;

 private:
  bool PassesStock(const catalog::Entry& entry) const;
  bool PassesPrice(const catalog::Entry& entry) const;

  const wire::Filter& filter_;
  const catalog::Catalog::Reader& catalog_;
  const std::optional<uint32_t> store_;
  std::vector<catalog::TermOrdinal> categories_;  // kNoTerm for an unknown name
  std::vector<catalog::TermOrdinal> brands_;
  const bool free_;  // everything listed passes
};

// The store's price, else the list price.
std::optional<int64_t> PriceOf(const catalog::Entry& entry,
                               std::optional<uint32_t> store);

// What the store tells of the product; null if nothing.
const catalog::StoreLevel* LevelOf(const catalog::Entry& entry,
                                   std::optional<uint32_t> store);

}  // namespace patron::recommend
