// Which products may be shown: listed ones that pass the request's filter, its
// rule among it.
//
// Borrows the reader and the request. Threads: as its reader.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/day.h"
#include "server/catalog/catalog.h"
#include "server/rules/rules.h"
#include "storefront_types.h"

namespace patron::recommend {

// The filter's rule over products. kInvalidArgument with line and column, and
// what was expected, for one that does not compile.
absl::StatusOr<rules::Program> CompileRule(const wire::Filter& filter);

class ProductFilter {
 public:
  // `rule`: of CompileRule; `today` is what its ages look at.
  ProductFilter(const wire::Filter& filter, rules::Program rule,
                const catalog::Catalog::Reader& catalog,
                std::optional<uint32_t> store, Day today);

  bool Passes(uint32_t product) const;

  // Products that may pass, by ordinal: those of the wanted categories, else of
  // the wanted brands, else of the categories or brands that the rule cannot do
  // without, else all.
  std::vector<uint32_t> Scope() const;
  bool narrowed() const {
    return !categories_.empty() || !brands_.empty() || demands_;
  }

  // A note for each category and brand that no product has.
  std::vector<std::string> Notes() const;

 private:
  void ReadDemands();
  bool PassesRule(const catalog::Entry& entry) const;
  bool PassesStock(const catalog::Entry& entry) const;
  bool PassesPrice(const catalog::Entry& entry) const;

  const wire::Filter& filter_;
  const catalog::Catalog::Reader& catalog_;
  const std::optional<uint32_t> store_;
  std::vector<catalog::TermOrdinal> categories_;  // kNoTerm for an unknown name
  std::vector<catalog::TermOrdinal> brands_;
  const rules::Program rule_;
  const Day today_;
  // What the rule demands: at least one of these.
  std::vector<catalog::TermOrdinal> rule_categories_;
  std::vector<catalog::TermOrdinal> rule_brands_;
  bool demands_ = false;
  const bool free_;  // everything listed passes
};

// The store's price, else the list price.
std::optional<int64_t> PriceOf(const catalog::Entry& entry,
                               std::optional<uint32_t> store);

// Told to be none: in the store, or, where that tells nothing, wherever it is
// told.
bool OutOfStock(const catalog::Entry& entry, std::optional<uint32_t> store);

// What the store tells of the product; null if nothing.
const catalog::StoreLevel* LevelOf(const catalog::Entry& entry,
                                   std::optional<uint32_t> store);

}  // namespace patron::recommend
