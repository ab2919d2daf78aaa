// The arithmetic of vector search, compiled for each instruction set; the
// machine's best is chosen when it runs.
//
// Every result is the same on every machine, to the bit. Sums of floats have
// one order whatever the width of a vector: sixteen partial sums, the i-th of
// the terms i, i + 16, …, each term rounded before it is added; then halves are
// added, 8 apart, 4, 2 and 1. Sums of codes are whole numbers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "index/neighbour_table.h"

namespace patron::index {

class BestRows;  // vector_pools.h

using DotFunction = float (*)(const float* a, const float* b, size_t n);
// The inner product of `n` floats, as a pointer: it is called from loops that
// belong to others.
DotFunction FastestDot();

struct FreeCodes {
  void operator()(int8_t* codes) const;
};
// Aligned to lines of the cache.
using AlignedCodes = std::unique_ptr<int8_t[], FreeCodes>;

// Rows as bytes: a row is nearly `codes` times its scale, the largest number
// being 127. Four times smaller than floats, and summed four times as fast.
// Immutable.
class VectorCodes {
 public:
  // A query, its codes widened and padded like a row's.
  struct Query {
    std::vector<int16_t> codes;
    float scale = 0;
  };

  VectorCodes() = default;
  VectorCodes(std::span<const float> rows, size_t dimensions);
  // Every `step`-th of the rows of `codes`, `count` of them.
  VectorCodes(const VectorCodes& codes, size_t step, size_t count);

  size_t size() const { return scales_.size(); }
  size_t dimensions() const { return dimensions_; }
  size_t stride() const { return stride_; }  // bytes from row to row
  const int8_t* Row(size_t row) const { return codes_.get() + row * stride_; }
  float Scale(size_t row) const { return scales_[row]; }
  const float* scales() const { return scales_.data(); }

  Query Encode(std::span<const float> query) const;

 private:
  size_t dimensions_ = 0;
  size_t stride_ = 0;
  AlignedCodes codes_;
  std::vector<float> scales_;
};

// The same codes as a scan reads them: sixteen rows side by side, two numbers
// of the first row, two of the second, and so on, so that each row has a lane
// of its own to be summed in. Immutable.
class CodeBlocks {
 public:
  static constexpr size_t kRows = 16;  // of a block
  static constexpr uint32_t kNoRow = 0xffffffff;

  CodeBlocks() = default;
  // All rows in their order.
  explicit CodeBlocks(const VectorCodes& codes);
  // Rows where `slots` name them, whole blocks of slots; kNoRow leaves one
  // empty.
  CodeBlocks(const VectorCodes& codes, std::vector<uint32_t> slots);

  size_t size() const { return size_; }    // rows
  size_t pairs() const { return pairs_; }  // of numbers in a row
  size_t blocks() const { return scales_.size() / kRows; }
  const int8_t* Block(size_t block) const {
    return codes_.get() + block * pairs_ * 2 * kRows;
  }
  const float* Scales(size_t block) const {
    return scales_.data() + block * kRows;
  }
  const uint32_t* Rows(size_t block) const {
    return slots_.data() + block * kRows;
  }
  // Some rows spread evenly over all; empty where there are few.
  const VectorCodes& sample() const { return sample_; }

 private:
  size_t size_ = 0;
  size_t pairs_ = 0;
  AlignedCodes codes_;
  std::vector<float> scales_;  // zeros where no row is
  std::vector<uint32_t> slots_;
  VectorCodes sample_;
};

// Blocks [begin, end).
struct BlockRange {
  size_t begin = 0;
  size_t end = 0;
};

// The `k` rows of `codes` with the largest nearly-inner products with `query`,
// in no order; of equal ones those in the first slots. `product` is the row,
// the score leaves out the query's scale.
std::vector<Neighbour> ScanCodes(const CodeBlocks& codes,
                                 const VectorCodes::Query& query, size_t k);

// Offers the rows of `range` alone to `best`, by those products.
void ScanBlocks(const CodeBlocks& codes, BlockRange range,
                const VectorCodes::Query& query, BestRows& best);

// The `k` rows of `rows` with the largest inner products with `query`, best
// first.
std::vector<Neighbour> ScanRows(std::span<const float> rows,
                                std::span<const float> query, size_t k);

// Sets the scores of `found` to the inner products of those of `rows` with
// `query`.
void ScoreRows(std::span<const float> rows, std::span<const float> query,
               std::span<Neighbour> found);

// A graph of rows in layers (HNSW): what FAISS keeps of one.
struct VectorGraph {
  const int32_t* neighbours = nullptr;  // −1 ends a list early
  const size_t* offsets = nullptr;      // of a row's first list
  const int* layer_begin = nullptr;     // of a layer's list within a row's
  int32_t entry = -1;
  int top_layer = 0;
};

// As ScanCodes with k = `breadth`, but for what the graph does not lead to.
std::vector<Neighbour> SearchGraph(const VectorGraph& graph,
                                   const VectorCodes& codes,
                                   const VectorCodes::Query& query,
                                   size_t breadth);

}  // namespace patron::index
