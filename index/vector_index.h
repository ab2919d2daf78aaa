// Search for the products whose embeddings have the largest inner product with
// a vector: by a scan of all for catalogues up to some hundred thousand, by a
// graph (HNSW: Malkov, Yashunin 2016) beyond.
//
// Both look at a byte a number first, then at the floats of the best. A scan
// keeps four times as many as are asked for and some, which loses about none of
// them; MeasureRecall tells how many.
//
// Deterministic: the same vectors and options give the same bytes and the same
// answers on every machine (vector_kernels.h says why), whatever the number of
// threads. The graph is FAISS's, built with our distances.
//
// Threads: const methods from any; each works on the caller's thread alone.
// Errors: what the library throws comes back as a Status.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "index/neighbour_table.h"

namespace patron::index {

struct VectorIndexOptions {
  // From so many vectors on a graph is built; below, all are scanned.
  size_t graph_from = 100000;
  int links = 32;  // a node of the graph has at the base twice that
  int construction_breadth = 80;
  int search_breadth = 128;
  // ChooseVectorIndex: a graph is searched with twice the breadth, up to the
  // most, while it finds a smaller share of the true ten best; if it still
  // does, a scan takes its place, unless there are so many vectors that scans
  // for all of them would take longer than anything is worth. How many searches
  // the share is measured with.
  double least_recall = 0.95;
  int most_search_breadth = 256;
  size_t most_scanned = 300000;
  size_t recall_sample = 400;
};

class VectorIndex {
 public:
  // Over the rows of `vectors`, `dimensions` long, that are named in `products`
  // (ascending).
  static absl::StatusOr<std::unique_ptr<VectorIndex>> Build(
      std::span<const float> vectors, uint32_t dimensions,
      std::vector<uint32_t> products, const VectorIndexOptions& options);

  ~VectorIndex();
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  // As FAISS writes an IndexFlatIP or an IndexHNSWFlat.
  absl::StatusOr<std::string> Serialise() const;

  size_t size() const { return products_.size(); }
  // Does it look at all?
  bool is_scan() const;
  // Of a graph; VectorIndexOptions says what it starts with.
  void set_search_breadth(int breadth);
  // "scan" or "hnsw", and what it was built and is searched with.
  std::string kind() const;
  std::map<std::string, double> parameters() const;

  // For each of the vectors in `queries` the best `k`, best first.
  absl::StatusOr<std::vector<std::vector<Neighbour>>> Search(
      std::span<const float> queries, size_t k) const;

 private:
  struct Impl;
  VectorIndex(std::unique_ptr<Impl> impl, std::vector<uint32_t> products);

  const std::unique_ptr<Impl> impl_;
  const std::vector<uint32_t> products_;  // by the index's own numbers
};

// An index and the share of the true ten best that it finds.
struct MeasuredIndex {
  std::unique_ptr<const VectorIndex> index;
  double recall = 0;
};

// What `options` say for as many products; a scan if the graph finds too few
// however wide it is searched and there are not too many.
absl::StatusOr<MeasuredIndex> ChooseVectorIndex(
    std::span<const float> vectors, uint32_t dimensions,
    const std::vector<uint32_t>& products, const VectorIndexOptions& options);

// The products that are listed and placed (not zeros).
std::vector<uint32_t> SearchableProducts(std::span<const float> vectors,
                                         uint32_t dimensions,
                                         std::span<const uint8_t> listed);

// Rows of `vectors`, spread evenly over `products`, and their true best ten by
// floats alone. Borrows `vectors`.
class RecallSample {
 public:
  static constexpr size_t kNearest = 10;

  RecallSample(std::span<const float> vectors, uint32_t dimensions,
               const std::vector<uint32_t>& products, size_t sample);

  // Share of the true best ten that `index`, over the same products, finds; 1
  // where there is nothing to find.
  absl::StatusOr<double> Of(const VectorIndex& index) const;

 private:
  struct Query {
    std::span<const float> vector;
    float least = 0;   // score of the last of the best
    size_t count = 0;  // of them
  };
  std::vector<Query> queries_;
};

}  // namespace patron::index
