#include "index/item_cosine.h"

#include <cmath>

namespace patron::index {
namespace {

void WeighByTfIdf(SparseMatrix& matrix) {
  const float log_products = std::log(static_cast<float>(matrix.columns));
  for (size_t row = 0; row < matrix.rows(); ++row) {
    const float idf =
        log_products - std::log1p(static_cast<float>(matrix.RowSize(row)));
    for (uint64_t i = matrix.offsets[row]; i < matrix.offsets[row + 1]; ++i) {
      matrix.value[i] = std::sqrt(matrix.value[i]) * std::max(idf, 0.0f);
    }
  }
}

// Rows of `matrix` get length 1.
void Normalise(SparseMatrix& matrix) {
  for (size_t row = 0; row < matrix.rows(); ++row) {
    double sum = 0;
    for (const float v : matrix.Values(row)) sum += double{v} * v;
    if (sum == 0) continue;
    const float scale = static_cast<float>(1 / std::sqrt(sum));
    for (uint64_t i = matrix.offsets[row]; i < matrix.offsets[row + 1]; ++i) {
      matrix.value[i] *= scale;
    }
  }
}

// Sums the cosines of one product with all that share a customer with it.
class CosineWorker {
 public:
  CosineWorker(const SparseMatrix& by_product, const SparseMatrix& by_customer,
               const std::vector<uint8_t>& listed,
               const ItemCosineOptions& options,
               std::vector<std::vector<Neighbour>>& lists)
      : by_product_(by_product),
        by_customer_(by_customer),
        listed_(listed),
        options_(options),
        lists_(lists),
        sums_(by_product.rows()) {}

  void operator()(size_t begin, size_t end) {
    for (size_t product = begin; product < end; ++product) {
      Sum(product);
      Collect(static_cast<uint32_t>(product));
    }
  }

 private:
  struct Shared {
    float cosine = 0;
    uint32_t customers = 0;
  };

  void Sum(size_t product) {
    const auto customers = by_product_.Columns(product);
    const auto weights = by_product_.Values(product);
    for (size_t i = 0; i < customers.size(); ++i) {
      const auto others = by_customer_.Columns(customers[i]);
      const auto values = by_customer_.Values(customers[i]);
      for (size_t j = 0; j < others.size(); ++j) {
        Shared& shared = sums_[others[j]];
        if (shared.customers++ == 0) touched_.push_back(others[j]);
        shared.cosine += weights[i] * values[j];
      }
    }
  }

  void Collect(uint32_t product) {
    std::vector<Neighbour>& list = lists_[product];
    for (const uint32_t other : touched_) {
      const Shared shared = std::exchange(sums_[other], {});
      if (other != product && listed_[other] && shared.cosine > 0 &&
          shared.customers >= options_.min_shared) {
        list.push_back({other, shared.cosine});
      }
    }
    touched_.clear();
    KeepBest(options_.length, list);
    list.shrink_to_fit();
  }

  const SparseMatrix& by_product_;
  const SparseMatrix& by_customer_;
  const std::vector<uint8_t>& listed_;
  const ItemCosineOptions& options_;
  std::vector<std::vector<Neighbour>>& lists_;
  std::vector<Shared> sums_;
  std::vector<uint32_t> touched_;
};

// Products × rows of `matrix`, weighed, each of length 1.
SparseMatrix WeighedByProduct(SparseMatrix matrix) {
  if (matrix.value.empty()) matrix.value.assign(matrix.column.size(), 1.0f);
  WeighByTfIdf(matrix);
  SparseMatrix by_product = Transpose(matrix);
  Normalise(by_product);
  return by_product;
}

NeighbourTable Lists(const SparseMatrix& by_product,
                     const SparseMatrix& by_customer,
                     const std::vector<uint8_t>& listed,
                     const ItemCosineOptions& options, const Stage& stage) {
  std::vector<std::vector<Neighbour>> lists(by_product.rows());
  ParallelFor(stage, lists.size(), 64, [&] {
    return CosineWorker(by_product, by_customer, listed, options, lists);
  });
  return TableOf(lists);
}

}  // namespace

NeighbourTable ItemCosine(const SparseMatrix& customers_by_products,
                          const std::vector<uint8_t>& listed,
                          const ItemCosineOptions& options,
                          const Stage& stage) {
  const SparseMatrix by_product = WeighedByProduct(customers_by_products);
  return Lists(by_product, Transpose(by_product), listed, options, stage);
}

NeighbourTable DirectedCosine(const SparseMatrix& from, const SparseMatrix& to,
                              const std::vector<uint8_t>& listed,
                              const ItemCosineOptions& options,
                              const Stage& stage) {
  return Lists(WeighedByProduct(from), Transpose(WeighedByProduct(to)), listed,
               options, stage);
}

}  // namespace patron::index
