// The dense numbers of customers, products and stores, both ways, in memory.
//
// Ordinals are given by Apply in log order and never reused. New ones are first
// known to the batch alone (OrdinalChanges) and to everybody after the synced
// write. Threads: Publish from the applying thread; everything else from any.
#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/synchronization/mutex.h"
#include "server/store/keys.h"
#include "server/store/store.h"

namespace patron::store {

// The ids of one kind.
class OrdinalTable {
 public:
  explicit OrdinalTable(IdKind kind) : kind_(kind) {}

  std::optional<uint32_t> Find(absl::string_view id) const;
  // The id of an ordinal below size(); valid as long as the table.
  absl::string_view IdOf(uint32_t ordinal) const;
  uint32_t size() const;
  IdKind kind() const { return kind_; }

  // Adds ids under the next ordinals, in order.
  void Publish(const std::vector<std::string>& ids);
  // Another id that leads to `ordinal` from here on, also where it led
  // elsewhere (a merge). IdOf is not changed.
  void Link(const std::string& id, uint32_t ordinal);

 private:
  const IdKind kind_;
  mutable absl::Mutex mutex_;
  // A deque keeps its strings in place: the map's keys are views of them.
  std::deque<std::string> ids_ ABSL_GUARDED_BY(mutex_);
  absl::flat_hash_map<absl::string_view, uint32_t> by_id_
      ABSL_GUARDED_BY(mutex_);
  std::deque<std::string> aliases_ ABSL_GUARDED_BY(mutex_);
};

// All kinds, as they stand in the store.
struct Ordinals {
  OrdinalTable customers{IdKind::kCustomer};
  OrdinalTable products{IdKind::kProduct};
  OrdinalTable stores{IdKind::kStore};
  OrdinalTable programmes{IdKind::kProgramme};
  OrdinalTable offers{IdKind::kOffer};

  absl::Status Load(const Store& store);
};

// Ordinals that the commands of one batch gave. The applying thread's own.
class OrdinalChanges {
 public:
  explicit OrdinalChanges(Ordinals& ordinals) : ordinals_(ordinals) {}

  std::optional<CustomerOrdinal> FindCustomer(absl::string_view id) const;
  std::optional<ProductOrdinal> FindProduct(absl::string_view id) const;
  std::optional<StoreOrdinal> FindStore(absl::string_view id) const;
  // Ordinals of customers that were given: all below it.
  uint32_t customers() const;

  // The ordinal of `id`, a new one (added to `batch`) if it has none yet.
  CustomerOrdinal Customer(absl::string_view id, Batch& batch);
  ProductOrdinal Product(absl::string_view id, Batch& batch);
  StoreOrdinal Store(absl::string_view id, Batch& batch);
  uint32_t Programme(absl::string_view id, Batch& batch);
  uint32_t Offer(absl::string_view id, Batch& batch);
  std::optional<uint32_t> FindProgramme(absl::string_view id) const;
  std::optional<uint32_t> FindOffer(absl::string_view id) const;

  // Another id of a customer, or one that a merge leads elsewhere.
  void LinkCustomer(absl::string_view id, CustomerOrdinal customer,
                    Batch& batch);
  // The id under which the customer was first seen; also of one of this batch.
  std::string CustomerId(CustomerOrdinal customer) const;
  std::string OfferId(uint32_t offer) const;
  std::string ProgrammeId(uint32_t programme) const;
  // Valid until the next id is given an ordinal.
  absl::string_view StoreId(StoreOrdinal store) const;
  absl::string_view ProductId(ProductOrdinal product) const;

  // After the synced write: makes the new ones known and starts afresh.
  void Publish();

 private:
  struct Fresh {
    std::vector<std::string> ids;
    absl::flat_hash_map<std::string, uint32_t> by_id;
  };

  static std::optional<uint32_t> Find(const OrdinalTable& table,
                                      const Fresh& fresh, absl::string_view id);
  static uint32_t FindOrAdd(const OrdinalTable& table, Fresh& fresh,
                            absl::string_view id, Batch& batch);
  static absl::string_view IdOf(const OrdinalTable& table, const Fresh& fresh,
                                uint32_t ordinal);

  Ordinals& ordinals_;
  Fresh customers_;
  Fresh products_;
  Fresh stores_;
  Fresh programmes_;
  Fresh offers_;
  absl::flat_hash_map<std::string, uint32_t> links_;  // of customers
};

}  // namespace patron::store
