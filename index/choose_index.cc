#include "index/choose_index.h"

#include <algorithm>
#include <utility>

#include "index/vector_ways.h"
#include "server/base/status_macros.h"

namespace patron::index {

absl::StatusOr<MeasuredIndex> ChooseVectorIndex(
    std::span<const float> vectors, uint32_t dimensions,
    const std::vector<uint32_t>& products, const ChooseOptions& options) {
  const RecallSample sample(vectors, dimensions, products,
                            options.recall_sample);
  const auto measured =
      [&](VectorIndexKind kind) -> absl::StatusOr<MeasuredIndex> {
    PATRON_ASSIGN_OR_RETURN(
        auto index, VectorIndex::Build(vectors, dimensions, products, kind,
                                       options.search));
    double recall = sample.Of(*index);
    while (recall < options.least_recall && index->Widen()) {
      recall = sample.Of(*index);
    }
    return MeasuredIndex{std::move(index), recall};
  };
  if (products.size() < options.scan_below) {
    return measured(VectorIndexKind::kScan);
  }
  PATRON_ASSIGN_OR_RETURN(MeasuredIndex ivf, measured(VectorIndexKind::kIvf));
  if (ivf.recall >= options.least_recall) return ivf;
  PATRON_ASSIGN_OR_RETURN(MeasuredIndex hnsw, measured(VectorIndexKind::kHnsw));
  if (hnsw.recall >= options.least_recall) return hnsw;
  if (products.size() <= options.most_scanned) {
    return measured(VectorIndexKind::kScan);
  }
  return hnsw.recall > ivf.recall ? std::move(hnsw) : std::move(ivf);
}

std::vector<uint32_t> SearchableProducts(std::span<const float> vectors,
                                         uint32_t dimensions,
                                         std::span<const uint8_t> listed) {
  std::vector<uint32_t> products;
  for (uint32_t product = 0; product < listed.size(); ++product) {
    const auto row = vectors.subspan(size_t{product} * dimensions, dimensions);
    const bool placed =
        std::any_of(row.begin(), row.end(), [](float v) { return v != 0; });
    if (listed[product] && placed) products.push_back(product);
  }
  return products;
}

RecallSample::RecallSample(std::span<const float> vectors, uint32_t dimensions,
                           const std::vector<uint32_t>& products,
                           size_t sample) {
  if (products.empty() || sample == 0) return;
  const auto row = [&](uint32_t product) {
    return vectors.subspan(size_t{product} * dimensions, dimensions);
  };
  const auto rows = GatherRows(vectors, dimensions, products);
  const size_t step = std::max<size_t>(1, products.size() / sample);
  for (size_t i = 0; i < products.size(); i += step) {
    const auto best = ScanRows(rows, row(products[i]), kNearest);
    queries_.push_back({row(products[i]), best.back().score, best.size()});
  }
}

double RecallSample::Of(const VectorIndex& index) const {
  double hits = 0;
  double wanted = 0;
  for (const Query& query : queries_) {
    const auto found = index.Search(query.vector, kNearest);
    wanted += static_cast<double>(query.count);
    // By score: of equally near products either is right.
    hits += static_cast<double>(std::count_if(
        found[0].begin(), found[0].end(),
        [&](const Neighbour& n) { return n.score >= query.least; }));
  }
  return wanted == 0 ? 1 : hits / wanted;
}

}  // namespace patron::index
