// All customers' facts in memory, and what the commands of a batch change in
// them; beside them their traits, which stand in `people` rows and are only
// read from there.
//
// Threads: Read… and ShareSummary from any; Load and Publish from the applying
// thread (or before it runs). A reader copies one customer's facts out under a
// lock of her shard; a summary, once published, never changes and may be held.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/btree_map.h"
#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "server/facts/facts.h"
#include "server/store/codec.h"
#include "server/store/store.h"

namespace patron::facts {

class FactsTable {
 public:
  FactsTable();

  // Reads every row of the store. kDataLoss for a row that does not decode.
  absl::Status Load(const store::Store& store);

  // Copies the facts of `customer` into `out` (its vectors are reused); false,
  // and empty facts, for a customer of whom nothing is known.
  bool Read(CustomerOrdinal customer, CustomerFacts& out) const;

  // Null for a customer of whom nothing is known.
  std::shared_ptr<const Summary> ShareSummary(CustomerOrdinal customer) const;

  // Null for a customer without a profile.
  std::shared_ptr<const Traits> ReadTraits(CustomerOrdinal customer) const;

 private:
  friend class FactsChanges;

  // A customer as kept here. `changed` holds once more, in the order of their
  // first change, the items changed since the last sealed chunk: they stand in
  // her FactsRow, all others in chunks. Times 0 = taken away.
  struct Entry {
    std::shared_ptr<const Summary> summary;  // null: none was published
    std::vector<ItemFact> items;             // sorted by product
    std::vector<ItemFact> changed;
    std::vector<Showing> shown;
    uint32_t chunks = 0;
    std::shared_ptr<const Traits> traits;
  };
  static constexpr size_t kShards = 256;
  struct Shard {
    mutable absl::Mutex mutex;
    std::vector<std::unique_ptr<Entry>> entries;  // by ordinal / kShards
  };

  const Entry* Find(CustomerOrdinal customer) const;
  static void CopyOut(const Entry& entry, CustomerFacts& out);
  Shard& ShardOf(CustomerOrdinal customer) {
    return (*shards_)[customer.value() % kShards];
  }
  Entry& FindOrMake(CustomerOrdinal customer);
  absl::Status LoadChunk(absl::string_view key, absl::string_view value);
  absl::Status LoadRow(absl::string_view key, absl::string_view value);
  absl::Status LoadShown(absl::string_view key, absl::string_view value);
  absl::Status LoadTraits(absl::string_view key, absl::string_view value);

  std::unique_ptr<std::array<Shard, kShards>> shards_;
};

// The facts as the running batch sees them. The applying thread's own.
//
// Writing a purchase must not cost the length of the history: a customer's row
// carries her summary and the items changed since the last sealed chunk; when
// they are kChunkItems or more, they are sealed into a chunk of `items` that is
// never rewritten. Loading reads chunks in order, later ones win.
class FactsChanges {
 public:
  static constexpr size_t kChunkItems = 24;

  explicit FactsChanges(FactsTable& table) : table_(table) {}

  // Her summary, to be changed in place.
  Summary& MutableSummary(CustomerOrdinal customer);
  // Her fact of `product`, to be changed in place; times 0 = takes it away.
  ItemFact& MutableItem(CustomerOrdinal customer, ProductOrdinal product);
  // Replaces all of her items (a return: recounted from the history).
  void ReplaceItems(CustomerOrdinal customer,
                    const std::vector<ItemFact>& items);
  // What was shown to her, to be changed in place. A row of its own, which
  // Flush writes: a showing must not cost the writing of her facts, nor move
  // columns.
  std::vector<Showing>& MutableShown(CustomerOrdinal customer);
  // She bought the product or looked at it: its showings were not ignored.
  void ForgetShowings(CustomerOrdinal customer, ProductOrdinal product);
  // Null takes them away. Her `people` row is the caller's to write.
  void SetTraits(CustomerOrdinal customer,
                 std::shared_ptr<const Traits> traits);
  // Leaves nothing known of her: empty facts, no items, nothing shown, no
  // traits.
  void Clear(CustomerOrdinal customer);

  // As the running batch sees them; reading changes nothing.
  std::shared_ptr<const Traits> TraitsNow(CustomerOrdinal customer) const;
  void ReadNow(CustomerOrdinal customer, CustomerFacts& out) const;

  // Must follow each command that changed a customer: seals a full chunk.
  void EndCommand(CustomerOrdinal customer, store::Batch& batch);

  // Visits what the batch leaves of each customer that it touched, in the order
  // of first touch, before it is published. No traits: they are not changed.
  using VisitChange = absl::FunctionRef<void(
      CustomerOrdinal customer, std::shared_ptr<const Summary> summary,
      const std::optional<std::shared_ptr<const Traits>>& traits)>;
  void ForEachChanged(VisitChange visit) const;

  // Before the write: one row for every customer that the batch touched.
  void Flush(store::Batch& batch);
  // After the synced write: into the table; starts afresh.
  void Publish();

 private:
  struct Pending {
    std::shared_ptr<Summary> summary;  // never null; shared once published
    std::vector<ItemFact> touched;  // sorted by product; times 0 = taken away
    std::vector<ItemFact>
        changed;  // as in FactsTable::Entry, but for `touched`
    uint32_t chunks = 0;
    std::optional<std::shared_ptr<const Traits>> traits;  // none: not changed
  };

  Pending& Find(CustomerOrdinal customer);
  std::unique_ptr<Pending> TakeFree();
  static std::string PackChanged(const Pending& pending);
  const std::vector<Showing>& ShownNow(CustomerOrdinal customer) const;
  ItemFact ItemNow(CustomerOrdinal customer, const Pending& pending,
                   uint32_t product) const;

  FactsTable& table_;
  absl::flat_hash_map<CustomerOrdinal, std::unique_ptr<Pending>> pending_;
  std::vector<CustomerOrdinal> order_;  // of first touch: rows go out in it
  // What was shown, of those whom the batch's showings touch; sorted.
  absl::btree_map<CustomerOrdinal, std::vector<Showing>> shown_;
  // What past batches used: their memory serves the next ones.
  std::vector<std::unique_ptr<Pending>> free_;
  store::Encoder encoder_;
};

}  // namespace patron::facts
