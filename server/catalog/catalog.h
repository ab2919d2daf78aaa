// Products, and their stock and price per store, in memory.
//
// What recommendation asks of a candidate is answered without a lookup on disk.
// Threads: a Reader holds the catalogue still for as long as it lives: keep it
// for one request. Load and Publish from the applying thread (or before it
// runs).
#pragma once

#include <atomic>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "records_types.h"
#include "server/base/ids.h"
#include "server/catalog/level.h"
#include "server/store/ordinals.h"
#include "server/store/store.h"
#include "types_types.h"

namespace patron::catalog {

// A category or brand as a dense number, given in memory at load and when first
// seen: good for comparing within one process, never stored.
using TermOrdinal = uint32_t;
inline constexpr TermOrdinal kNoTerm = ~TermOrdinal{0};

// A product of the catalogue. `listed` is false for one that is only known from
// purchases or stock: it is never shown.
struct Entry {
  bool listed = false;
  wire::Product product;                // as it was put
  std::vector<TermOrdinal> categories;  // every level, wide to narrow
  TermOrdinal brand = kNoTerm;
  std::vector<StoreLevel> levels;    // sorted by store
  std::vector<LevelChange> changes;  // sorted by store

  bool showable() const { return listed && !product.discontinued; }
  TermOrdinal narrowest() const {
    return categories.empty() ? kNoTerm : categories.back();
  }
  // Null if the store has told nothing of it.
  const StoreLevel* Level(StoreOrdinal store) const;
  // None at all if nothing changed there.
  LevelChange Change(StoreOrdinal store) const;
};

// All that is known of one product in one store.
struct KnownLevel {
  StoreLevel level;
  LevelChange change;
};

// Attribute of a product that looks after others, such as a cleaner or an
// extended warranty: names of categories, with commas between.
inline constexpr char kCareForAttribute[] = "care_for";

class Catalog {
 public:
  absl::Status Load(const store::Store& store);

  // Grows when products are put: what was worked out of the catalogue stands
  // for as long as it is the same.
  uint64_t version() const { return version_.load(std::memory_order_acquire); }

  // One moment of the catalogue; readers do not wait for each other.
  class ABSL_SCOPED_LOCKABLE Reader {
   public:
    explicit Reader(const Catalog& catalog)
        ABSL_SHARED_LOCK_FUNCTION(catalog.mutex_);
    ~Reader() ABSL_UNLOCK_FUNCTION();
    Reader(const Reader&) = delete;
    Reader& operator=(const Reader&) = delete;

    // Ordinals below this may be asked for; some may not be listed.
    uint32_t size() const;
    const Entry& Get(
        uint32_t product) const;  // an unlisted entry beyond size()
    // The number of a category (any level, by its own name) or brand; kNoTerm
    // if no product has it.
    TermOrdinal Category(absl::string_view name) const;
    TermOrdinal Brand(absl::string_view name) const;
    // Listed products of a category at any level / of a brand, by ordinal.
    const std::vector<uint32_t>& InCategory(TermOrdinal category) const;
    const std::vector<uint32_t>& OfBrand(TermOrdinal brand) const;
    // Listed products, the one put first last: what arrived last comes first.
    const std::vector<uint32_t>& Listed() const;
    absl::string_view CategoryName(TermOrdinal category) const;
    // Listed products that name `product_id` in compatible_with or variant_of,
    // by ordinal.
    const std::vector<uint32_t>& Naming(absl::string_view product_id) const;
    // Listed products whose attribute care_for names the category, by ordinal.
    const std::vector<uint32_t>& CaringFor(absl::string_view category) const;

   private:
    const Catalog& catalog_;
  };

 private:
  friend class CatalogChanges;

  // Names of categories or brands, both ways, and the products under each.
  struct Terms {
    absl::flat_hash_map<std::string, TermOrdinal> by_name;
    std::deque<std::string> names;
    std::deque<std::vector<uint32_t>> products;

    TermOrdinal FindOrAdd(const std::string& name);
  };

  using ByName = absl::flat_hash_map<std::string, std::vector<uint32_t>>;

  // Takes the product out of, or puts it into, what leads from names to it.
  void Relate(uint32_t ordinal, const wire::Product& product, bool in)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void Put(uint32_t ordinal, wire::Product product)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  void PutLevel(uint32_t ordinal, const KnownLevel& known)
      ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);
  Entry& At(uint32_t ordinal) ABSL_EXCLUSIVE_LOCKS_REQUIRED(mutex_);

  std::atomic<uint64_t> version_ = 0;
  mutable absl::Mutex mutex_;
  std::deque<Entry> entries_ ABSL_GUARDED_BY(mutex_);
  std::vector<uint32_t> listed_ ABSL_GUARDED_BY(mutex_);
  Terms categories_ ABSL_GUARDED_BY(mutex_);
  Terms brands_ ABSL_GUARDED_BY(mutex_);
  ByName naming_ ABSL_GUARDED_BY(mutex_);
  ByName caring_for_ ABSL_GUARDED_BY(mutex_);
};

// What the commands of a batch change in the catalogue. The applying thread's
// own.
class CatalogChanges {
 public:
  explicit CatalogChanges(Catalog& catalog) : catalog_(catalog) {}

  // Checks, then writes; a refusal changes nothing.
  absl::Status PutProduct(const wire::Product& product,
                          store::OrdinalChanges& ordinals, store::Batch& batch);
  // `duplicate` true: an equal or newer report was known, nothing changed.
  absl::StatusOr<bool> PutStock(const wire::StockLevel& level,
                                store::OrdinalChanges& ordinals,
                                store::Batch& batch);
  // The product as this batch sees it; null if it is not listed. Valid until
  // the next change.
  const wire::Product* Now(ProductOrdinal product) const
      ABSL_NO_THREAD_SAFETY_ANALYSIS;  // the applying thread alone writes
  void Publish();

 private:
  // The level as this batch sees it; nullopt if none.
  std::optional<KnownLevel> LevelNow(uint32_t product, uint32_t store) const;

  Catalog& catalog_;
  std::vector<std::pair<uint32_t, wire::Product>> products_;
  absl::flat_hash_map<std::pair<uint32_t, uint32_t>, KnownLevel> levels_;
};

// Requests that are wrong whatever State says, found before they enter the log.
absl::Status Validate(const wire::Product& product);
absl::Status Validate(const wire::StockLevel& level);

wire::StockRow ToRow(const KnownLevel& known);
wire::StockLevel ToWire(const StoreLevel& level, absl::string_view product_id,
                        absl::string_view store_id);

}  // namespace patron::catalog
