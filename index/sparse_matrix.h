// Compressed rows of (column, value): who bought what, and the other way round.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace patron::index {

struct SparseMatrix {
  uint32_t columns = 0;
  std::vector<uint64_t> offsets = {0};
  std::vector<uint32_t> column;
  std::vector<float> value;  // empty where only presence counts

  size_t rows() const { return offsets.size() - 1; }
  size_t RowSize(size_t row) const { return offsets[row + 1] - offsets[row]; }
  std::span<const uint32_t> Columns(size_t row) const {
    return {column.data() + offsets[row], RowSize(row)};
  }
  std::span<const float> Values(size_t row) const {
    return {value.data() + offsets[row], RowSize(row)};
  }
};

// Rows become columns; within a row the columns ascend.
SparseMatrix Transpose(const SparseMatrix& matrix);

}  // namespace patron::index
