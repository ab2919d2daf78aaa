#include "index/following.h"

#include <algorithm>

#include "index/item_cosine.h"

namespace patron::index {
namespace {

// Rows of `from` and `to`: a visit and the one after it.
struct Steps {
  SparseMatrix from;
  SparseMatrix to;
};

void AddRow(const std::vector<uint32_t>& products, SparseMatrix& matrix) {
  matrix.column.insert(matrix.column.end(), products.begin(), products.end());
  matrix.offsets.push_back(matrix.column.size());
}

Steps CollectSteps(const TrainingLog& log, const std::vector<HeldOut>& held_out,
                   size_t limit) {
  Steps steps;
  steps.from.columns = steps.to.columns = log.products();
  auto skip = held_out.begin();
  std::vector<uint32_t> before, visit;
  uint32_t customer = kAnonymousCustomer;
  for (size_t begin = 0, end = 0; begin < log.lines(); begin = end) {
    if (log.customer[begin] == kAnonymousCustomer) break;
    while (skip != held_out.end() && skip->end <= begin) ++skip;
    visit.clear();
    for (end = begin;
         end < log.lines() && log.customer[end] == log.customer[begin] &&
         log.day[end] == log.day[begin];
         ++end) {
      const bool left_out = skip != held_out.end() && skip->begin <= end;
      if (!left_out && visit.size() < limit) visit.push_back(log.product[end]);
    }
    std::sort(visit.begin(), visit.end());
    visit.erase(std::unique(visit.begin(), visit.end()), visit.end());
    if (log.customer[begin] == customer && !visit.empty()) {
      AddRow(before, steps.from);
      AddRow(visit, steps.to);
    }
    customer = log.customer[begin];
    before.swap(visit);
  }
  return steps;
}

}  // namespace

NeighbourTable Following(const TrainingLog& log,
                         const std::vector<HeldOut>& held_out,
                         const std::vector<uint8_t>& listed,
                         const LearnOptions& options, const Stage& stage) {
  const Steps steps = CollectSteps(log, held_out, options.basket_limit);
  return DirectedCosine(
      steps.from, steps.to, listed,
      {.length = options.following, .min_shared = options.min_shared_baskets},
      stage);
}

}  // namespace patron::index
