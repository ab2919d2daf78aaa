#include "index/similar.h"

#include <utility>

#include "server/base/status_macros.h"

namespace patron::index {
namespace {

// Searched at once.
constexpr size_t kChunk = 4096;

// Without the product itself and what points away from it.
void Trim(uint32_t product, size_t length, std::vector<Neighbour>& list) {
  std::erase_if(list, [product](const Neighbour& n) {
    return n.product == product || n.score <= 0;
  });
  KeepBest(length, list);
}

}  // namespace

absl::StatusOr<SimilarLists> SimilarProducts(const DenseMatrix& embeddings,
                                             const std::vector<uint8_t>& listed,
                                             const SimilarOptions& options,
                                             const Stage& stage) {
  const auto dimensions = static_cast<uint32_t>(embeddings.columns);
  PATRON_ASSIGN_OR_RETURN(
      const MeasuredIndex chosen,
      ChooseVectorIndex(
          embeddings.value, dimensions,
          SearchableProducts(embeddings.value, dimensions, listed),
          options.choice));
  const VectorIndex& index = *chosen.index;
  std::vector<std::vector<Neighbour>> lists(embeddings.rows);
  ParallelFor(stage, embeddings.rows, kChunk, [&] {
    return [&](size_t begin, size_t end) {
      auto found =
          index.Search({embeddings.Row(begin), (end - begin) * dimensions},
                       options.length + 1);
      for (size_t i = begin; i < end; ++i) {
        lists[i] = std::move(found[i - begin]);
        Trim(static_cast<uint32_t>(i), options.length, lists[i]);
      }
    };
  });
  return SimilarLists{TableOf(lists),
                      {index.kind(), index.parameters(), chosen.recall}};
}

}  // namespace patron::index
