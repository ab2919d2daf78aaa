// The ways of VectorIndex, and what they share. For its own files.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "index/neighbour_table.h"
#include "index/vector_index.h"
#include "index/vector_kernels.h"

namespace patron::index {

// What an index is built over: a row of `dimensions` floats for each product.
struct VectorRows {
  std::vector<float> value;
  uint32_t dimensions = 0;
  std::vector<uint32_t> products;

  size_t size() const { return value.size() / dimensions; }
};

// VectorIndex::Build of each kind.
std::unique_ptr<VectorIndex> NewScan(VectorRows rows);
absl::StatusOr<std::unique_ptr<VectorIndex>> NewIvf(
    VectorRows rows, const VectorIndexOptions& options);
absl::StatusOr<std::unique_ptr<VectorIndex>> NewHnsw(
    VectorRows rows, const VectorIndexOptions& options);

// The rows of `vectors` of `products`, one after the other.
std::vector<float> GatherRows(std::span<const float> vectors,
                              uint32_t dimensions,
                              std::span<const uint32_t> products);

// How many rows are kept by their codes for `k` that are asked for.
inline constexpr size_t kKeptTimes = 4;
inline constexpr size_t kKeptMore = 60;
inline size_t KeptOf(size_t k) { return k * kKeptTimes + kKeptMore; }

// The best `k` of `found` by their floats, best first.
std::vector<Neighbour> BestOf(std::span<const float> rows,
                              std::span<const float> query, size_t k,
                              std::vector<Neighbour> found);

// What `find` answers to each of the vectors in `queries`.
template <typename FindOne>
std::vector<std::vector<Neighbour>> OneByOne(std::span<const float> queries,
                                             size_t dimensions,
                                             const FindOne& find) {
  std::vector<std::vector<Neighbour>> lists;
  lists.reserve(queries.size() / dimensions);
  for (size_t at = 0; at < queries.size(); at += dimensions) {
    lists.push_back(find(queries.subspan(at, dimensions)));
  }
  return lists;
}

}  // namespace patron::index
