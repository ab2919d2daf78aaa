// Places for products that purchases tell little or nothing of: among their
// like.
#pragma once

#include <cstdint>
#include <vector>

#include "index/dense.h"
#include "index/training_log.h"

namespace patron::index {

// Draws products of few customers towards their narrowest category: of a
// product with n customers, w = n / (n + strength) of the row stays, the rest
// becomes the direction of the mean of the others there, each weighed by its
// own w. Rows that are not zeros have length 1 afterwards; rows of zeros stay.
void DrawTowardsCategory(const std::vector<ProductAttributes>& attributes,
                         const std::vector<uint32_t>& customers_of,
                         double strength, DenseMatrix& embeddings);

// Each row of zeros becomes the mean of the rows, not zeros before, of the
// products like it: same narrowest category, brand and price tier; failing
// those, category and brand; category and tier; category; then the wider
// categories; at last the brand. A product like no other keeps zeros. The mean
// is left shorter than 1: its inner product with a row of length 1 is the mean
// cosine, so that the new do not crowd out the known.
void EmbedByAttributes(const std::vector<ProductAttributes>& attributes,
                       DenseMatrix& embeddings);

}  // namespace patron::index
