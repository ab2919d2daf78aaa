#include "index/embedding.h"

#include <algorithm>
#include <cmath>
#include <vector>

#include "index/mix.h"

namespace patron::index {
namespace {

// Small numbers between −0.1 and 0.1, the same everywhere.
DenseMatrix StartingPoints(size_t rows, size_t columns) {
  DenseMatrix matrix(rows, columns);
  for (size_t i = 0; i < matrix.value.size(); ++i) {
    const float unit = static_cast<float>(Mix(i) >> 40) / (1 << 24);
    matrix.value[i] = 0.2f * (unit - 0.5f);
  }
  return matrix;
}

// Solves rows of one side against the fixed other side.
class RowSolver {
 public:
  RowSolver(const SparseMatrix& bought, const DenseMatrix& fixed,
            const DenseMatrix& gram, const EmbeddingOptions& options,
            DenseMatrix& solved)
      : bought_(bought),
        fixed_(fixed),
        gram_(gram),
        options_(options),
        solved_(solved) {
    scaled_.columns = fixed.columns;
  }

  void operator()(size_t begin, size_t end) {
    for (size_t row = begin; row < end; ++row) Solve(row);
  }

 private:
  void Solve(size_t row) {
    const size_t n = bought_.RowSize(row);
    std::span<float> solution(solved_.Row(row), solved_.columns);
    std::fill(solution.begin(), solution.end(), 0.0f);
    if (n == 0) return;
    Gather(row, solution);
    normal_ = gram_;
    for (size_t j = 0; j < normal_.columns; ++j) {
      normal_.Row(j)[j] += options_.regularisation * static_cast<float>(n);
    }
    AddGram(scaled_, n, normal_);
    if (!SolvePositive(normal_, solution)) {
      std::fill(solution.begin(), solution.end(), 0.0f);
    }
  }

  // Rows of the other side scaled by √(confidence − 1); their sum, each times
  // its confidence, is added to `sum`.
  void Gather(size_t row, std::span<float> sum) {
    const auto columns = bought_.Columns(row);
    const auto days = bought_.Values(row);
    scaled_.value.resize(
        std::max(scaled_.value.size(), columns.size() * scaled_.columns));
    for (size_t i = 0; i < columns.size(); ++i) {
      const float extra = options_.confidence * std::log1p(days[i]);
      const float root = std::sqrt(extra);
      const float* from = fixed_.Row(columns[i]);
      float* to = scaled_.Row(i);
      for (size_t j = 0; j < sum.size(); ++j) {
        to[j] = root * from[j];
        sum[j] += (1 + extra) * from[j];
      }
    }
  }

  const SparseMatrix& bought_;
  const DenseMatrix& fixed_;
  const DenseMatrix& gram_;
  const EmbeddingOptions& options_;
  DenseMatrix& solved_;
  DenseMatrix scaled_;
  DenseMatrix normal_;
};

void SolveSide(const SparseMatrix& bought, const DenseMatrix& fixed,
               const EmbeddingOptions& options, const Stage& stage,
               DenseMatrix& solved) {
  DenseMatrix gram(fixed.columns, fixed.columns);
  AddGram(fixed, fixed.rows, gram);
  ParallelFor(stage, solved.rows, 64,
              [&] { return RowSolver(bought, fixed, gram, options, solved); });
}

void Normalise(DenseMatrix& matrix) {
  for (size_t i = 0; i < matrix.rows; ++i) {
    float* row = matrix.Row(i);
    double sum = 0;
    for (size_t j = 0; j < matrix.columns; ++j) sum += double{row[j]} * row[j];
    if (sum == 0) continue;
    const auto scale = static_cast<float>(1 / std::sqrt(sum));
    for (size_t j = 0; j < matrix.columns; ++j) row[j] *= scale;
  }
}

}  // namespace

DenseMatrix EmbedProducts(const SparseMatrix& by_customer,
                          const EmbeddingOptions& options, const Stage& stage) {
  const SparseMatrix by_product = Transpose(by_customer);
  DenseMatrix customers(by_customer.rows(), options.dimensions);
  DenseMatrix products =
      StartingPoints(by_customer.columns, options.dimensions);
  const LearnProgress silent;
  const Stage quiet("", stage.threads(), silent);
  for (int round = 0; round < options.rounds; ++round) {
    stage.Report(round, options.rounds);
    SolveSide(by_customer, products, options, quiet, customers);
    SolveSide(by_product, customers, options, quiet, products);
  }
  stage.Report(options.rounds, options.rounds);
  Normalise(products);
  return products;
}

}  // namespace patron::index
