// Search for the products whose embeddings have the largest inner product with
// a vector: exact for small catalogues, by a graph (HNSW: Malkov, Yashunin
// 2016) for large ones.
//
// Immutable. Threads: every method from any; each works on the caller's thread
// alone. Errors: what the library throws comes back as a Status.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/neighbour_table.h"

namespace patron::index {

struct VectorIndexOptions {
  // From so many vectors on a graph is built; below, search is exact.
  size_t graph_from = 20000;
  int links = 32;  // a node of the graph has at the base twice that
  int construction_breadth = 80;
  int search_breadth = 128;
};

class VectorIndex {
 public:
  // Over the rows of `vectors`, `dimensions` long, that are named in `products`
  // (ascending).
  static absl::StatusOr<std::unique_ptr<const VectorIndex>> Build(
      std::span<const float> vectors, uint32_t dimensions,
      std::vector<uint32_t> products, const VectorIndexOptions& options);

  // What Serialise gave. kDataLoss unless it holds as many vectors of that
  // length as `products`. Compare a digest first: of bytes cut short the
  // library leaks what it had read before it noticed.
  static absl::StatusOr<std::unique_ptr<const VectorIndex>> Deserialise(
      absl::string_view bytes, uint32_t dimensions,
      std::vector<uint32_t> products);

  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  absl::StatusOr<std::string> Serialise() const;

  size_t size() const { return products_.size(); }
  bool is_exact() const;

  // For each of the vectors in `queries` the best `k`, best first.
  absl::StatusOr<std::vector<std::vector<Neighbour>>> Search(
      std::span<const float> queries, size_t k) const;

 private:
  struct Impl;
  VectorIndex(std::unique_ptr<Impl> impl, std::vector<uint32_t> products);

  const std::unique_ptr<const Impl> impl_;
  const std::vector<uint32_t> products_;  // by the index's own numbers
};

// The products that are listed and placed (not zeros).
std::vector<uint32_t> SearchableProducts(std::span<const float> vectors,
                                         uint32_t dimensions,
                                         std::span<const uint8_t> listed);

// Share of the true best ten that `index` finds, over `sample` rows of
// `vectors` spread evenly over its products; 1 for an exact index.
absl::StatusOr<double> MeasureRecall(const VectorIndex& index,
                                     std::span<const float> vectors,
                                     uint32_t dimensions,
                                     const std::vector<uint32_t>& products,
                                     size_t sample);

}  // namespace patron::index
