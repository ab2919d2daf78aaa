#include "index/neighbour_table.h"

#include <algorithm>

namespace patron::index {

void KeepBest(size_t k, std::vector<Neighbour>& list) {
  const size_t kept = std::min(k, list.size());
  std::partial_sort(list.begin(), list.begin() + kept, list.end(), Better);
  list.resize(kept);
}

NeighbourTable TableOf(const std::vector<std::vector<Neighbour>>& lists) {
  size_t entries = 0;
  for (const auto& list : lists) entries += list.size();
  NeighbourTable table;
  table.offsets.reserve(lists.size() + 1);
  table.entries.reserve(entries);
  for (const auto& list : lists) table.AddRow(list);
  return table;
}

}  // namespace patron::index
