#include "index/vector_index.h"

#include <algorithm>
#include <utility>

#include "index/vector_ways.h"
#include "server/base/status_macros.h"

namespace patron::index {

absl::StatusOr<std::unique_ptr<VectorIndex>> VectorIndex::Build(
    std::span<const float> vectors, uint32_t dimensions,
    std::vector<uint32_t> products, VectorIndexKind kind,
    const VectorIndexOptions& options) {
  VectorRows rows;
  rows.value = GatherRows(vectors, dimensions, products);
  rows.dimensions = dimensions;
  rows.products = std::move(products);
  switch (kind) {
    case VectorIndexKind::kIvf:
      return NewIvf(std::move(rows), options);
    case VectorIndexKind::kHnsw:
      return NewHnsw(std::move(rows), options);
    case VectorIndexKind::kScan:
      break;
  }
  return NewScan(std::move(rows));
}

absl::StatusOr<std::string> VectorIndex::Serialise() const {
  return absl::UnimplementedError("vector index: only a graph is written");
}

std::vector<std::vector<Neighbour>> VectorIndex::Search(
    std::span<const float> queries, size_t k) const {
  k = std::min(k, size());
  if (k == 0) return {queries.size() / dimensions_, std::vector<Neighbour>()};
  auto lists = Find(queries, k);
  // Products ascend as the rows do: the order stays.
  for (auto& list : lists) {
    for (Neighbour& n : list) n.product = products_[n.product];
  }
  return lists;
}

std::vector<float> GatherRows(std::span<const float> vectors,
                              uint32_t dimensions,
                              std::span<const uint32_t> products) {
  std::vector<float> rows;
  rows.reserve(products.size() * dimensions);
  for (const uint32_t product : products) {
    const auto row = vectors.subspan(size_t{product} * dimensions, dimensions);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

std::vector<Neighbour> BestOf(std::span<const float> rows,
                              std::span<const float> query, size_t k,
                              std::vector<Neighbour> found) {
  ScoreRows(rows, query, found);
  KeepBest(k, found);
  return found;
}

}  // namespace patron::index
