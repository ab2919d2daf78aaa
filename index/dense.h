// The few operations on dense matrices that learning needs, by BLAS and LAPACK.
// Threads: UseOneBlasThread first, then any.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace patron::index {

// Rows of floats.
struct DenseMatrix {
  size_t rows = 0;
  size_t columns = 0;
  std::vector<float> value;

  DenseMatrix() = default;
  DenseMatrix(size_t r, size_t c) : rows(r), columns(c), value(r * c) {}
  float* Row(size_t row) { return value.data() + row * columns; }
  const float* Row(size_t row) const { return value.data() + row * columns; }
};

// BLAS on the caller's thread alone: sums in one order, whatever the machine's
// number of cores, and no threads beside ours. Holds for the process.
void UseOneBlasThread();

// Adds AᵀA to the upper triangle of `gram`, for the first `rows` rows of A.
void AddGram(const DenseMatrix& a, size_t rows, DenseMatrix& gram);

// Solves M x = b for a symmetric positive definite M given by its upper
// triangle; M is used up, x replaces b. False if M is not positive definite.
bool SolvePositive(DenseMatrix& m, std::span<float> b);

}  // namespace patron::index
