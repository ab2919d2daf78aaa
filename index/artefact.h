// Knowledge on disk: immutable, versioned, verified when opened.
//
// An artefact is a directory `<root>/<version>/`. It is written under a
// temporary name, synced, then renamed: under its own name it is never seen
// half-written. The files, numbers little-endian:
//
//   manifest.json    what Manifest says, and for each other file its size and
//                    digest; `manifest_digest` covers the manifest's rest
//   products.bin     popularity f32[P], typical_interval_days f32[P],
//                    repeat_rate f32[P], customers_of u32[P], listed u8[P]
//   embeddings.bin   f32[P × D]
//   kinds.bin        u64 groups, u64 categories, category u32[P], wider u32[P],
//                    department u32[P], brand u32[P], price_tier u8[P],
//                    first_sold i32[P], sold f32[P × 4], category_interval_days
//                    f32[C], category_repeat_rate f32[C], category_popularity
//                    f32[C], group_centres f32[groups × D], mean_basket f32
//   ranker.json      the learned order's trees, as XGBoost writes them; absent
//                    where none was learned
//   similar.bin, goes_with.bin, neighbours.bin, together.bin, following.bin,
//   popular.bin, trending.bin, popular_in_group.bin, popular_in_category.bin
//                    u64 rows, u64 entries, u64 offsets[rows + 1],
//                    {u32 product, f32 score}[entries]
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "index/knowledge.h"
#include "index/manifest.h"
#include "index/trees.h"

namespace patron::index {

// What the caller knows of an artefact; the rest is counted from the Knowledge.
struct ArtefactOrigin {
  std::string version;  // 1 to 64 of [0-9A-Za-z._-], not starting with a dot
  absl::Time created_at;
  std::string store_uuid;
  uint64_t log_position = 0;
};

// Writes `<root>/<version>/`, creating `root` where it is missing, and returns
// the manifest written. Leftovers of writers that were stopped are removed.
// One writer a root at a time. kAlreadyExists if the version is there;
// kInvalidArgument for a version name out of its alphabet or Knowledge that
// Open would refuse; kInternal for the disk's refusals.
absl::StatusOr<Manifest> WriteArtefact(const std::filesystem::path& root,
                                       const ArtefactOrigin& origin,
                                       const Knowledge& knowledge);

// Names of the artefacts under `root`, oldest first; none for a missing root.
absl::StatusOr<std::vector<std::string>> ListVersions(
    const std::filesystem::path& root);

// A loaded artefact. Immutable; every method from any thread, on the caller's
// thread alone. Products and stores with ordinals beyond those learned get
// empty lists and zeros.
class Artefact {
 public:
  // Reads and verifies sizes, digests, format, uuid, and that every ordinal and
  // offset is in range. kDataLoss for what is damaged or missing;
  // kFailedPrecondition for another store's artefact or a newer format;
  // kNotFound if there is no such directory.
  static absl::StatusOr<std::shared_ptr<const Artefact>> Open(
      const std::filesystem::path& directory,
      const std::string& expected_store_uuid);

  // The same from memory, as if written and opened: for tests and evaluation.
  static absl::StatusOr<std::shared_ptr<const Artefact>> FromKnowledge(
      const ArtefactOrigin& origin, Knowledge knowledge);

  Artefact(const Artefact&) = delete;
  Artefact& operator=(const Artefact&) = delete;

  const Manifest& manifest() const { return manifest_; }
  size_t products() const { return knowledge_.products; }
  size_t stores() const { return knowledge_.stores; }
  size_t dimensions() const { return knowledge_.dimensions; }

  // Lists of products, best first; what the scores are stands in Knowledge.
  std::span<const Neighbour> Similar(uint32_t product) const {
    return knowledge_.similar.Row(product);
  }
  std::span<const Neighbour> GoesWith(uint32_t product) const {
    return knowledge_.goes_with.Row(product);
  }
  std::span<const Neighbour> Neighbours(uint32_t product) const {
    return knowledge_.neighbours.Row(product);
  }
  // Of one store, or of the whole shop.
  std::span<const Neighbour> Popular(std::optional<uint32_t> store) const {
    return knowledge_.popular.Row(StoreRow(store));
  }
  std::span<const Neighbour> Trending(std::optional<uint32_t> store) const {
    return knowledge_.trending.Row(StoreRow(store));
  }

  float Popularity(uint32_t product) const {
    return At(knowledge_.popularity, product);
  }
  float TypicalIntervalDays(uint32_t product) const {
    return At(knowledge_.typical_interval_days, product);
  }
  float RepeatRate(uint32_t product) const {
    return At(knowledge_.repeat_rate, product);
  }
  uint32_t CustomersOf(uint32_t product) const {
    return At(knowledge_.customers_of, product);
  }
  // Empty beyond the products learned.
  std::span<const float> Embedding(uint32_t product) const {
    if (product >= products()) return {};
    return {knowledge_.embeddings.data() + product * dimensions(),
            dimensions()};
  }

  // The learned order; null where none was learned.
  const Trees* ranker() const { return ranker_ ? &*ranker_ : nullptr; }

  const Knowledge& knowledge() const { return knowledge_; }

 private:
  Artefact(Manifest manifest, Knowledge knowledge, std::optional<Trees> ranker);

  template <typename T>
  static T At(const std::vector<T>& values, uint32_t product) {
    return product < values.size() ? values[product] : T{};
  }
  size_t StoreRow(std::optional<uint32_t> store) const {
    if (!store.has_value()) return knowledge_.stores;
    return *store < knowledge_.stores ? *store : knowledge_.popular.rows();
  }

  const Manifest manifest_;
  const Knowledge knowledge_;
  const std::optional<Trees> ranker_;
};

}  // namespace patron::index
