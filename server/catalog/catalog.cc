#include "server/catalog/catalog.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::catalog {
namespace {

using store::Family;

KnownLevel FromRow(const wire::StockRow& row, uint32_t store) {
  KnownLevel known;
  known.level.store = known.change.store = store;
  if (row.__isset.quantity_milli)
    known.level.quantity_milli = row.quantity_milli;
  if (row.__isset.price) known.level.price = row.price;
  known.level.currency = row.currency;
  known.level.as_of_us = row.as_of_us;
  if (row.__isset.previous_price)
    known.change.previous_price = row.previous_price;
  known.change.price_changed_at_us = row.price_changed_at_us;
  known.change.restocked_at_us = row.restocked_at_us;
  return known;
}

// Where a store's entry stands, or would, among entries sorted by store.
template <typename OfStores>
auto PlaceOf(OfStores& sorted, uint32_t store) {
  return std::lower_bound(
      sorted.begin(), sorted.end(), store,
      [](const auto& one, uint32_t wanted) { return one.store < wanted; });
}

// Null if the store has none.
template <typename OfStore>
const OfStore* FindByStore(const std::vector<OfStore>& sorted, uint32_t store) {
  const auto at = PlaceOf(sorted, store);
  return at != sorted.end() && at->store == store ? &*at : nullptr;
}

template <typename OfStore>
void PutByStore(std::vector<OfStore>& sorted, const OfStore& one) {
  const auto at = PlaceOf(sorted, one.store);
  if (at != sorted.end() && at->store == one.store) {
    *at = one;
    return;
  }
  const auto place = at - sorted.begin();
  // Doubling would leave half of them empty.
  if (sorted.size() == sorted.capacity())
    sorted.reserve(sorted.size() + sorted.size() / 8 + 1);
  sorted.insert(sorted.begin() + place, one);
}

// Keeps a sorted vector of ordinals: adds if absent / takes away if there.
void Include(std::vector<uint32_t>& sorted, uint32_t ordinal) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), ordinal);
  if (at == sorted.end() || *at != ordinal) sorted.insert(at, ordinal);
}

void Exclude(std::vector<uint32_t>& sorted, uint32_t ordinal) {
  const auto at = std::lower_bound(sorted.begin(), sorted.end(), ordinal);
  if (at != sorted.end() && *at == ordinal) sorted.erase(at);
}

bool HadNone(const StoreLevel& level) {
  return level.quantity_milli.has_value() && *level.quantity_milli <= 0;
}

bool HasSome(const StoreLevel& level) {
  return level.quantity_milli.value_or(0) > 0;
}

// The new report over what was known: what it does not tell stays, and a change
// of price and a return to stock are noted with their time.
KnownLevel Merge(const std::optional<KnownLevel>& before, uint32_t store,
                 const wire::StockLevel& report) {
  KnownLevel now = before.value_or(KnownLevel());
  now.level.store = now.change.store = store;
  now.level.as_of_us = report.as_of_us;
  if (report.__isset.quantity_milli)
    now.level.quantity_milli = report.quantity_milli;
  if (report.__isset.price) now.level.price = report.price;
  if (report.__isset.currency) now.level.currency = report.currency;
  if (!before) return now;
  if (before->level.price && now.level.price != before->level.price) {
    now.change.previous_price = before->level.price;
    now.change.price_changed_at_us = report.as_of_us;
  }
  if (HadNone(before->level) && HasSome(now.level))
    now.change.restocked_at_us = report.as_of_us;
  return now;
}

}  // namespace

const StoreLevel* Entry::Level(StoreOrdinal store) const {
  return FindByStore(levels, store.value());
}

LevelChange Entry::Change(StoreOrdinal store) const {
  const LevelChange* change = FindByStore(changes, store.value());
  return change == nullptr ? LevelChange{.store = store.value()} : *change;
}

// ---- Catalog
// -------------------------------------------------------------------

TermOrdinal Catalog::Terms::FindOrAdd(const std::string& name) {
  const auto [at, added] =
      by_name.emplace(name, static_cast<TermOrdinal>(names.size()));
  if (added) {
    names.push_back(name);
    products.emplace_back();
  }
  return at->second;
}

Entry& Catalog::At(uint32_t ordinal) {
  if (ordinal >= entries_.size()) entries_.resize(ordinal + 1);
  return entries_[ordinal];
}

void Catalog::Relate(uint32_t ordinal, const wire::Product& product, bool in) {
  const auto change = [&](ByName& map, absl::string_view name) {
    if (name.empty()) return;
    if (in) {
      Include(map[name], ordinal);
    } else if (const auto at = map.find(name); at != map.end()) {
      Exclude(at->second, ordinal);
      if (at->second.empty()) map.erase(at);
    }
  };
  for (const std::string& id : product.compatible_with) change(naming_, id);
  if (product.__isset.variant_of) change(naming_, product.variant_of);
  const auto care = product.attributes.find(kCareForAttribute);
  if (care == product.attributes.end()) return;
  for (const absl::string_view category : absl::StrSplit(care->second, ','))
    change(caring_for_, absl::StripAsciiWhitespace(category));
}

void Catalog::Put(uint32_t ordinal, wire::Product product) {
  Entry& entry = At(ordinal);
  if (entry.listed) Relate(ordinal, entry.product, /*in=*/false);
  Relate(ordinal, product, /*in=*/true);
  for (const TermOrdinal category : entry.categories)
    Exclude(categories_.products[category], ordinal);
  if (entry.brand != kNoTerm) Exclude(brands_.products[entry.brand], ordinal);

  entry.listed = true;
  entry.product = std::move(product);
  entry.categories.clear();
  for (const std::string& name : entry.product.category_path)
    entry.categories.push_back(categories_.FindOrAdd(name));
  entry.brand = entry.product.__isset.brand && !entry.product.brand.empty()
                    ? brands_.FindOrAdd(entry.product.brand)
                    : kNoTerm;

  Include(listed_, ordinal);
  for (const TermOrdinal category : entry.categories)
    Include(categories_.products[category], ordinal);
  if (entry.brand != kNoTerm) Include(brands_.products[entry.brand], ordinal);
}

void Catalog::PutLevel(uint32_t ordinal, const KnownLevel& known) {
  Entry& entry = At(ordinal);
  PutByStore(entry.levels, known.level);
  if (known.change.any()) PutByStore(entry.changes, known.change);
}

absl::Status Catalog::Load(const store::Store& store) {
  const absl::MutexLock lock(&mutex_);
  absl::Status problem;
  const auto put_product = [&](absl::string_view key,
                               absl::string_view value) -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto product, store::DecodeProductKey(key));
    PATRON_ASSIGN_OR_RETURN(
        auto row, store::Decode<wire::Product>(
                      value, absl::StrCat("product ", product.value())));
    mutex_.AssertHeld();
    Put(product.value(), std::move(row));
    return absl::OkStatus();
  };
  const auto put_level = [&](absl::string_view key,
                             absl::string_view value) -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeStockKey(key));
    PATRON_ASSIGN_OR_RETURN(
        const auto row,
        store::Decode<wire::StockRow>(
            value, absl::StrCat("stock of product ", parts.product.value())));
    mutex_.AssertHeld();
    PutLevel(parts.product.value(), FromRow(row, parts.store.value()));
    return absl::OkStatus();
  };
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kProducts, "", "",
                 [&](absl::string_view key, absl::string_view value) {
                   problem = put_product(key, value);
                   return problem.ok();
                 }));
  PATRON_RETURN_IF_ERROR(problem);
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kStock, "", "",
                 [&](absl::string_view key, absl::string_view value) {
                   problem = put_level(key, value);
                   return problem.ok();
                 }));
  return problem;
}

Catalog::Reader::Reader(const Catalog& catalog) : catalog_(catalog) {
  catalog_.mutex_.ReaderLock();
}

Catalog::Reader::~Reader() { catalog_.mutex_.ReaderUnlock(); }

uint32_t Catalog::Reader::size() const {
  catalog_.mutex_.AssertReaderHeld();
  return static_cast<uint32_t>(catalog_.entries_.size());
}

const Entry& Catalog::Reader::Get(uint32_t product) const {
  static const Entry kUnlisted;
  catalog_.mutex_.AssertReaderHeld();
  return product < catalog_.entries_.size() ? catalog_.entries_[product]
                                            : kUnlisted;
}

TermOrdinal Catalog::Reader::Category(absl::string_view name) const {
  catalog_.mutex_.AssertReaderHeld();
  const auto at = catalog_.categories_.by_name.find(name);
  return at == catalog_.categories_.by_name.end() ? kNoTerm : at->second;
}

TermOrdinal Catalog::Reader::Brand(absl::string_view name) const {
  catalog_.mutex_.AssertReaderHeld();
  const auto at = catalog_.brands_.by_name.find(name);
  return at == catalog_.brands_.by_name.end() ? kNoTerm : at->second;
}

const std::vector<uint32_t>& Catalog::Reader::InCategory(
    TermOrdinal category) const {
  static const std::vector<uint32_t> kNone;
  catalog_.mutex_.AssertReaderHeld();
  const auto& products = catalog_.categories_.products;
  return category < products.size() ? products[category] : kNone;
}

const std::vector<uint32_t>& Catalog::Reader::OfBrand(TermOrdinal brand) const {
  static const std::vector<uint32_t> kNone;
  catalog_.mutex_.AssertReaderHeld();
  const auto& products = catalog_.brands_.products;
  return brand < products.size() ? products[brand] : kNone;
}

const std::vector<uint32_t>& Catalog::Reader::Naming(
    absl::string_view product_id) const {
  static const std::vector<uint32_t> kNone;
  catalog_.mutex_.AssertReaderHeld();
  const auto at = catalog_.naming_.find(product_id);
  return at == catalog_.naming_.end() ? kNone : at->second;
}

const std::vector<uint32_t>& Catalog::Reader::CaringFor(
    absl::string_view category) const {
  static const std::vector<uint32_t> kNone;
  catalog_.mutex_.AssertReaderHeld();
  const auto at = catalog_.caring_for_.find(category);
  return at == catalog_.caring_for_.end() ? kNone : at->second;
}

const std::vector<uint32_t>& Catalog::Reader::Listed() const {
  catalog_.mutex_.AssertReaderHeld();
  return catalog_.listed_;
}

absl::string_view Catalog::Reader::CategoryName(TermOrdinal category) const {
  catalog_.mutex_.AssertReaderHeld();
  return category < catalog_.categories_.names.size()
             ? absl::string_view(catalog_.categories_.names[category])
             : absl::string_view();
}

// ---- CatalogChanges
// ------------------------------------------------------------

absl::Status CatalogChanges::PutProduct(const wire::Product& product,
                                        store::OrdinalChanges& ordinals,
                                        store::Batch& batch) {
  const ProductOrdinal ordinal = ordinals.Product(product.product_id, batch);
  batch.PutBlind(Family::kProducts, store::ProductKey(ordinal),
                 store::Encode(product));
  products_.emplace_back(ordinal.value(), product);
  return absl::OkStatus();
}

std::optional<KnownLevel> CatalogChanges::LevelNow(uint32_t product,
                                                   uint32_t store) const {
  if (const auto own = levels_.find({product, store}); own != levels_.end())
    return own->second;
  const Catalog::Reader reader(catalog_);
  const Entry& entry = reader.Get(product);
  const StoreLevel* level = entry.Level(StoreOrdinal(store));
  if (level == nullptr) return std::nullopt;
  return KnownLevel{*level, entry.Change(StoreOrdinal(store))};
}

absl::StatusOr<bool> CatalogChanges::PutStock(const wire::StockLevel& report,
                                              store::OrdinalChanges& ordinals,
                                              store::Batch& batch) {
  const std::optional<ProductOrdinal> product =
      ordinals.FindProduct(report.product_id);
  if (!product)
    return absl::NotFoundError(
        absl::StrCat("product_id: no product \"", report.product_id, "\""));
  if (const auto store = ordinals.FindStore(report.store_id)) {
    const auto before = LevelNow(product->value(), store->value());
    if (before && before->level.as_of_us >= report.as_of_us) return true;
  }
  const StoreOrdinal store = ordinals.Store(report.store_id, batch);
  const KnownLevel now =
      Merge(LevelNow(product->value(), store.value()), store.value(), report);
  batch.PutBlind(Family::kStock, store::StockKey(*product, store),
                 store::Encode(ToRow(now)));
  levels_[{product->value(), store.value()}] = now;
  return false;
}

const wire::Product* CatalogChanges::Now(ProductOrdinal product) const {
  for (auto at = products_.rbegin(); at != products_.rend(); ++at)
    if (at->first == product.value()) return &at->second;
  if (product.value() >= catalog_.entries_.size()) return nullptr;
  const Entry& entry = catalog_.entries_[product.value()];
  return entry.listed ? &entry.product : nullptr;
}

void CatalogChanges::Publish() {
  if (products_.empty() && levels_.empty()) return;
  const absl::MutexLock lock(&catalog_.mutex_);
  for (auto& [ordinal, product] : products_)
    catalog_.Put(ordinal, std::move(product));
  if (!products_.empty())
    catalog_.version_.fetch_add(1, std::memory_order_release);
  for (const auto& [key, level] : levels_) catalog_.PutLevel(key.first, level);
  products_.clear();
  levels_.clear();
}

// ---- rows
// ------------------------------------------------------------------------

wire::StockRow ToRow(const KnownLevel& known) {
  const auto& [level, change] = known;
  wire::StockRow row;
  if (level.quantity_milli) row.__set_quantity_milli(*level.quantity_milli);
  if (level.price) row.__set_price(*level.price);
  row.currency = level.currency.str();
  row.as_of_us = level.as_of_us;
  if (change.previous_price) row.__set_previous_price(*change.previous_price);
  row.price_changed_at_us = change.price_changed_at_us;
  row.restocked_at_us = change.restocked_at_us;
  return row;
}

wire::StockLevel ToWire(const StoreLevel& level, absl::string_view product_id,
                        absl::string_view store_id) {
  wire::StockLevel out;
  out.product_id = std::string(product_id);
  out.store_id = std::string(store_id);
  if (level.quantity_milli) out.__set_quantity_milli(*level.quantity_milli);
  if (level.price) out.__set_price(*level.price);
  if (!level.currency.empty()) out.__set_currency(level.currency.str());
  out.as_of_us = level.as_of_us;
  return out;
}

}  // namespace patron::catalog
