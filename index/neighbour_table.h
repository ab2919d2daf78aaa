// Lists of scored products, one list a row, in compressed rows.
//
// Plain data. Threads: any may read while none writes. A row beyond the end is
// an empty list, so that products added since are asked for safely.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace patron::index {

struct Neighbour {
  uint32_t product = 0;
  float score = 0;
  friend bool operator==(const Neighbour&, const Neighbour&) = default;
};

// Best first; equal scores by product, so that a list has one order.
inline bool Better(const Neighbour& a, const Neighbour& b) {
  return a.score != b.score ? a.score > b.score : a.product < b.product;
}

struct NeighbourTable {
  // Row r is entries[offsets[r], offsets[r + 1]); one offset more than rows.
  std::vector<uint64_t> offsets = {0};
  std::vector<Neighbour> entries;

  size_t rows() const { return offsets.size() - 1; }
  std::span<const Neighbour> Row(size_t row) const {
    if (row >= rows()) return {};
    return {entries.data() + offsets[row], offsets[row + 1] - offsets[row]};
  }
  void AddRow(std::span<const Neighbour> row) {
    entries.insert(entries.end(), row.begin(), row.end());
    offsets.push_back(entries.size());
  }
};

// Leaves the best `k` of `list`, in order.
void KeepBest(size_t k, std::vector<Neighbour>& list);

// One table of `lists` in their order.
NeighbourTable TableOf(const std::vector<std::vector<Neighbour>>& lists);

}  // namespace patron::index
