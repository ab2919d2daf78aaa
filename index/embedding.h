// Products as points: near each other if the same customers buy them.
//
// Implicit-feedback factorisation by alternating least squares (Hu, Koren,
// Volinsky 2008): a customer and a product have confidence 1 + α ln(1 + days
// bought) that she wants it, or 1 that she does not, and the regularisation of
// a row grows with its purchases (Zhou, Wilkinson, Schreiber, Pan 2008).
#pragma once

#include <cstdint>

#include "index/dense.h"
#include "index/parallel.h"
#include "index/sparse_matrix.h"

namespace patron::index {

struct EmbeddingOptions {
  uint32_t dimensions = 64;
  // Each solves for all customers, then for all products.
  int rounds = 8;
  float confidence = 40;     // α
  float regularisation = 1;  // of a row, for each of its purchases
};

// A row a product: of length 1, or zeros for a product without purchases.
// Values of the matrix are the days bought.
DenseMatrix EmbedProducts(const SparseMatrix& customers_by_products,
                          const EmbeddingOptions& options, const Stage& stage);

}  // namespace patron::index
