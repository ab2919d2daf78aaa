// What makes a set with a product, by compatible_with and variant_of.
#include <algorithm>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "server/recommend/situation.h"

namespace patron::recommend {
namespace {

using catalog::Entry;

constexpr float kDirect = 1;
constexpr float kOverVariants = 0.75f;
constexpr float kVariant = 0.5f;

// The strongest tie with each product met.
class Set {
 public:
  Set(const Situation& situation, uint32_t product)
      : situation_(situation), product_(product) {}

  // What is compatible with the product of `id`, either naming the other.
  void AddCompatible(const std::string& id, const Entry& entry, float score) {
    for (const std::string& other : entry.product.compatible_with)
      AddId(other, score);
    for (const uint32_t other : situation_.catalog.Naming(id)) {
      const auto& names = situation_.catalog.Get(other).product.compatible_with;
      if (std::find(names.begin(), names.end(), id) != names.end())
        Add(other, score);
    }
  }

  // The base product of `id` and its variants, with what is compatible with
  // those.
  void AddFamily(const std::string& base) {
    AddId(base, kVariant);
    if (const auto ordinal = situation_.ordinals.products.Find(base))
      AddCompatible(base, situation_.catalog.Get(*ordinal), kOverVariants);
    for (const uint32_t other : situation_.catalog.Naming(base)) {
      const Entry& entry = situation_.catalog.Get(other);
      if (entry.product.variant_of != base) continue;
      Add(other, kVariant);
      AddCompatible(entry.product.product_id, entry, kOverVariants);
    }
  }

  std::vector<Neighbour> Best() const {
    std::vector<Neighbour> best;
    for (const auto& [product, score] : scores_)
      best.push_back({product, score});
    std::sort(best.begin(), best.end(), index::Better);
    return best;
  }

 private:
  void Add(uint32_t product, float score) {
    if (product == product_) return;
    float& known = scores_[product];
    known = std::max(known, score);
  }
  void AddId(const std::string& id, float score) {
    if (const auto ordinal = situation_.ordinals.products.Find(id))
      Add(*ordinal, score);
  }

  const Situation& situation_;
  const uint32_t product_;
  absl::flat_hash_map<uint32_t, float> scores_;
};

}  // namespace

std::vector<Neighbour> SetOf(const Situation& situation, uint32_t product) {
  const Entry& entry = situation.catalog.Get(product);
  if (!entry.listed) return {};
  const std::string& id = entry.product.product_id;
  Set set(situation, product);
  set.AddCompatible(id, entry, kDirect);
  const std::string& base = entry.product.variant_of;
  set.AddFamily(base.empty() ? id : base);
  return set.Best();
}

}  // namespace patron::recommend
