#include "index/sparse_matrix.h"

namespace patron::index {

SparseMatrix Transpose(const SparseMatrix& matrix) {
  SparseMatrix result;
  result.columns = static_cast<uint32_t>(matrix.rows());
  result.offsets.assign(matrix.columns + 1, 0);
  for (const uint32_t column : matrix.column) ++result.offsets[column + 1];
  for (size_t i = 0; i < matrix.columns; ++i) {
    result.offsets[i + 1] += result.offsets[i];
  }
  result.column.resize(matrix.column.size());
  result.value.resize(matrix.value.size());
  std::vector<uint64_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (size_t row = 0; row < matrix.rows(); ++row) {
    for (uint64_t i = matrix.offsets[row]; i < matrix.offsets[row + 1]; ++i) {
      const uint64_t to = next[matrix.column[i]]++;
      result.column[to] = static_cast<uint32_t>(row);
      if (!matrix.value.empty()) result.value[to] = matrix.value[i];
    }
  }
  return result;
}

}  // namespace patron::index
