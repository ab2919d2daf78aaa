// Which way of VectorIndex a catalogue is searched in, by its size and by how
// much of what is nearest each way finds.
#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "index/vector_index.h"

namespace patron::index {

struct ChooseOptions {
  // Fewer vectors are scanned.
  size_t scan_below = 100000;
  // Share of the true ten best that an index must find, and how many searches
  // it is measured with.
  double least_recall = 0.95;
  size_t recall_sample = 400;
  // Of more vectors, scans for all would take longer than anything is worth.
  size_t most_scanned = 300000;
  VectorIndexOptions search;
};

// An index and the share of the true ten best that it finds.
struct MeasuredIndex {
  std::unique_ptr<const VectorIndex> index;
  double recall = 0;
};

// Cells, each time searched more widely; if they find too few however widely,
// the graph; if that does too, a scan. Where there are too many to scan, the
// better of the first two.
absl::StatusOr<MeasuredIndex> ChooseVectorIndex(
    std::span<const float> vectors, uint32_t dimensions,
    const std::vector<uint32_t>& products, const ChooseOptions& options);

// The products that are listed and placed (not zeros).
std::vector<uint32_t> SearchableProducts(std::span<const float> vectors,
                                         uint32_t dimensions,
                                         std::span<const uint8_t> listed);

// Rows of `vectors`, spread evenly over `products`, and their true best ten by
// floats alone. Borrows `vectors`.
class RecallSample {
 public:
  static constexpr size_t kNearest = 10;

  RecallSample(std::span<const float> vectors, uint32_t dimensions,
               const std::vector<uint32_t>& products, size_t sample);

  // Share of the true best ten that `index`, over the same products, finds; 1
  // where there is nothing to find.
  double Of(const VectorIndex& index) const;

 private:
  struct Query {
    std::span<const float> vector;
    float least = 0;   // score of the last of the best
    size_t count = 0;  // of them
  };
  std::vector<Query> queries_;
};

}  // namespace patron::index
