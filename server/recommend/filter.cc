#include "server/recommend/filter.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "server/subjects/fields.h"
#include "server/subjects/subjects.h"

namespace patron::recommend {
namespace {

using catalog::Entry;
using catalog::kNoTerm;
using catalog::TermOrdinal;

bool Contains(const std::vector<TermOrdinal>& terms, TermOrdinal term) {
  return term != kNoTerm &&
         std::find(terms.begin(), terms.end(), term) != terms.end();
}

bool ContainsAny(const std::vector<TermOrdinal>& wanted,
                 const std::vector<TermOrdinal>& terms) {
  return std::any_of(terms.begin(), terms.end(),
                     [&](TermOrdinal term) { return Contains(wanted, term); });
}

bool IsFree(const wire::Filter& filter) {
  return !filter.in_stock_only && filter.categories.empty() &&
         filter.brands.empty() && !filter.__isset.min_price &&
         !filter.__isset.max_price && filter.price_tiers.empty() &&
         filter.rule.empty();
}

}  // namespace

absl::StatusOr<rules::Program> CompileRule(const wire::Filter& filter) {
  auto rule = rules::Compile(filter.rule, subjects::ProductSchema());
  if (rule.ok()) return rule;
  return absl::Status(rule.status().code(),
                      absl::StrCat("filter.rule: ", rule.status().message()));
}

ProductFilter::ProductFilter(const wire::Filter& filter, rules::Program rule,
                             const catalog::Catalog::Reader& catalog,
                             std::optional<uint32_t> store, Day today)
    : filter_(filter),
      catalog_(catalog),
      store_(store),
      rule_(std::move(rule)),
      today_(today),
      free_(IsFree(filter)) {
  for (const std::string& name : filter.categories)
    categories_.push_back(catalog.Category(name));
  for (const std::string& name : filter.brands)
    brands_.push_back(catalog.Brand(name));
  ReadDemands();
}

void ProductFilter::ReadDemands() {
  if (rule_.empty()) return;
  if (const auto names = rule_.Demands(subjects::kCategory)) {
    demands_ = true;
    for (const std::string& name : *names)
      rule_categories_.push_back(catalog_.Category(name));
  } else if (const auto brands = rule_.Demands(subjects::kBrand)) {
    demands_ = true;
    for (const std::string& name : *brands)
      rule_brands_.push_back(catalog_.Brand(name));
  }
}

// The rule last: it costs the most.
bool ProductFilter::Passes(uint32_t product) const {
  const Entry& entry = catalog_.Get(product);
  if (!entry.showable()) return false;
  if (free_) return true;
  const auto& tiers = filter_.price_tiers;
  return (categories_.empty() || ContainsAny(categories_, entry.categories)) &&
         (brands_.empty() || Contains(brands_, entry.brand)) &&
         (tiers.empty() ||
          std::find(tiers.begin(), tiers.end(), entry.product.price_tier) !=
              tiers.end()) &&
         PassesPrice(entry) && PassesStock(entry) && PassesRule(entry);
}

bool ProductFilter::PassesRule(const Entry& entry) const {
  return rule_.empty() ||
         rule_.Holds(subjects::ProductSubject(entry.product.product_id,
                                              &entry.product, today_));
}

bool ProductFilter::PassesStock(const Entry& entry) const {
  if (!filter_.in_stock_only) return true;
  const catalog::StoreLevel* level = LevelOf(entry, store_);
  return level != nullptr && level->quantity_milli.value_or(0) > 0;
}

bool ProductFilter::PassesPrice(const Entry& entry) const {
  if (!filter_.__isset.min_price && !filter_.__isset.max_price) return true;
  const std::optional<int64_t> price = PriceOf(entry, store_);
  return price && (!filter_.__isset.min_price || *price >= filter_.min_price) &&
         (!filter_.__isset.max_price || *price <= filter_.max_price);
}

std::vector<uint32_t> ProductFilter::Scope() const {
  if (!narrowed()) return catalog_.Listed();
  const bool asked = !categories_.empty() || !brands_.empty();
  const auto& categories = asked ? categories_ : rule_categories_;
  const auto& brands = asked ? brands_ : rule_brands_;
  std::vector<uint32_t> scope;
  const auto add = [&](const std::vector<uint32_t>& products) {
    scope.insert(scope.end(), products.begin(), products.end());
  };
  for (const TermOrdinal category : categories)
    add(catalog_.InCategory(category));
  if (categories.empty())
    for (const TermOrdinal brand : brands) add(catalog_.OfBrand(brand));
  std::sort(scope.begin(), scope.end());
  scope.erase(std::unique(scope.begin(), scope.end()), scope.end());
  return scope;
}

std::vector<std::string> ProductFilter::Notes() const {
  std::vector<std::string> notes;
  const auto note = [&](absl::string_view field, const std::string& name) {
    notes.push_back(absl::StrCat(field, ": no product has ", Quoted(name)));
  };
  for (size_t i = 0; i < categories_.size(); ++i)
    if (categories_[i] == kNoTerm)
      note("filter.categories", filter_.categories[i]);
  for (size_t i = 0; i < brands_.size(); ++i)
    if (brands_[i] == kNoTerm) note("filter.brands", filter_.brands[i]);
  return notes;
}

bool OutOfStock(const Entry& entry, std::optional<uint32_t> store) {
  const catalog::StoreLevel* level = LevelOf(entry, store);
  if (level != nullptr && level->quantity_milli)
    return *level->quantity_milli <= 0;
  bool told = false;
  for (const catalog::StoreLevel& one : entry.levels) {
    if (one.quantity_milli.value_or(0) > 0) return false;
    told |= one.quantity_milli.has_value();
  }
  return told;
}

const catalog::StoreLevel* LevelOf(const Entry& entry,
                                   std::optional<uint32_t> store) {
  return store ? entry.Level(StoreOrdinal(*store)) : nullptr;
}

std::optional<int64_t> PriceOf(const Entry& entry,
                               std::optional<uint32_t> store) {
  const catalog::StoreLevel* level = LevelOf(entry, store);
  if (level != nullptr && level->price) return level->price;
  if (entry.product.__isset.price) return entry.product.price;
  return std::nullopt;
}

}  // namespace patron::recommend
