// Search for the products whose embeddings have the largest inner product with
// a vector, in one of three ways:
//
//   scan   looks at all;
//   ivf    looks at the rows of some cells, those whose centres are nearest
//          (inverted lists: Sivic, Zisserman 2003; Jégou, Douze, Schmid 2011);
//   hnsw   follows a graph (Malkov, Yashunin 2016).
//
// Each looks at a byte a number first, then at the floats of the best. A scan
// keeps four times as many as are asked for and some, which loses about none of
// them; RecallSample tells how many.
//
// Deterministic: the same vectors and options give the same bytes and the same
// answers on every machine (vector_kernels.h says why), whatever the number of
// threads. Centres and graph are FAISS's work, over our distances.
//
// Threads: const methods from any; each works on the caller's thread alone.
// Errors: what the library throws comes back as a Status.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "index/neighbour_table.h"

namespace patron::index {

enum class VectorIndexKind { kScan, kIvf, kHnsw };

struct VectorIndexOptions {
  // ivf: rows of a cell, about; cells that a search looks at, at first and when
  // it has been widened.
  size_t rows_a_cell = 256;
  int probes = 64;
  int most_probes = 512;
  // hnsw: a node has at the base twice as many links; rows that a search keeps,
  // at first and when it has been widened.
  int links = 32;
  int construction_breadth = 80;
  int search_breadth = 128;
  int most_search_breadth = 256;
};

class VectorIndex {
 public:
  // Over the rows of `vectors`, `dimensions` long, that are named in `products`
  // (ascending).
  static absl::StatusOr<std::unique_ptr<VectorIndex>> Build(
      std::span<const float> vectors, uint32_t dimensions,
      std::vector<uint32_t> products, VectorIndexKind kind,
      const VectorIndexOptions& options);

  virtual ~VectorIndex() = default;
  VectorIndex(const VectorIndex&) = delete;
  VectorIndex& operator=(const VectorIndex&) = delete;

  size_t size() const { return products_.size(); }

  // "scan", "ivf" or "hnsw", and what it was built and is searched with.
  virtual std::string kind() const = 0;
  virtual std::map<std::string, double> parameters() const = 0;

  // Makes searches look at twice as much; false if the options let them look
  // at no more.
  virtual bool Widen() = 0;

  // Of hnsw alone: as FAISS writes an IndexHNSWFlat.
  virtual absl::StatusOr<std::string> Serialise() const;

  // For each of the vectors in `queries` the best `k`, best first. Cells answer
  // thousands at once several times as fast as one by one.
  std::vector<std::vector<Neighbour>> Search(std::span<const float> queries,
                                             size_t k) const;

 protected:
  VectorIndex(uint32_t dimensions, std::vector<uint32_t> products)
      : dimensions_(dimensions), products_(std::move(products)) {}

  uint32_t dimensions() const { return dimensions_; }

 private:
  // For each of the vectors the best `k`, 1 to size(), of the rows that it was
  // built over, by their numbers there.
  virtual std::vector<std::vector<Neighbour>> Find(
      std::span<const float> queries, size_t k) const = 0;

  const uint32_t dimensions_;
  const std::vector<uint32_t> products_;  // by the rows' numbers
};

}  // namespace patron::index
