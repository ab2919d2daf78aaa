// How often two products would share a basket by chance alone.
//
// Baskets differ in size and products in popularity, and both push common
// products together without any tie between them. The model of chance keeps
// both: each basket is drawn y times, a draw gives a product of popularity x at
// rate x, hence it is in the basket with probability π = 1 − exp(−xy) (Norros,
// Reittu 2006), where x and y are such that every product is expected in as
// many baskets, and every basket to be as large, as observed. Two products of a
// basket of fixed size are a little less likely together than π·π'; after Hájek
// (1964) by the factor 1 − c(1 − π)(1 − π'), with c such that a basket of k
// products holds k(k − 1) / 2 pairs.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/sparse_matrix.h"

namespace patron::index {

// Immutable after construction; Expected from any thread.
class ChanceModel {
 public:
  // `baskets` are rows of distinct products.
  explicit ChanceModel(const SparseMatrix& baskets);

  // Baskets expected to hold both; above zero.
  double Expected(uint32_t a, uint32_t b) const;

 private:
  // Products that stand in equally many baskets, or baskets of equal size.
  struct Class {
    double degree = 0;   // baskets of a product, or products of a basket
    double number = 0;   // of products, or baskets, in the class
    double fitness = 0;  // x, or y
  };

  static std::vector<Class> ClassesOf(const std::vector<uint32_t>& degrees);
  void Fit();
  std::vector<double> Corrections() const;
  void Tabulate();

  std::vector<Class> products_;
  std::vector<Class> baskets_;
  std::vector<uint32_t> class_of_product_;
  // By product class, a row of two entries a basket class: √N·π, then
  // √(N·c)·π(1 − π), N baskets in the class.
  std::vector<float> table_;
};

// Twice the log-likelihood ratio (Dunning 1993) of a count against the Poisson
// count expected by chance: 2 (k ln(k / e) − (k − e)); 0 unless k > e. By
// Chernoff's bound, chance reaches k with probability at most exp(−value / 2).
double LogLikelihoodRatio(double observed, double expected);

}  // namespace patron::index
