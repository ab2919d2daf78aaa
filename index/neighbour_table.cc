#include "index/neighbour_table.h"

#include <algorithm>

namespace patron::index {

void KeepBest(size_t k, std::vector<Neighbour>& list) {
  if (k < list.size()) {
    const auto end = list.begin() + static_cast<ptrdiff_t>(k);
    std::nth_element(list.begin(), end, list.end(), Better);
    list.erase(end, list.end());
  }
  std::sort(list.begin(), list.end(), Better);
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
