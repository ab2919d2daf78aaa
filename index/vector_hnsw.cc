#include <faiss/IndexHNSW.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>

#include <algorithm>
#include <utility>

#include "index/faiss_rows.h"
#include "index/vector_ways.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

std::unique_ptr<faiss::IndexHNSWFlat> NewGraph(
    int dimensions, const VectorIndexOptions& options) {
  auto graph = std::make_unique<faiss::IndexHNSWFlat>(
      dimensions, options.links, faiss::METRIC_INNER_PRODUCT);
  delete graph->storage;
  graph->storage = new FaissRows(dimensions);
  graph->hnsw.efConstruction = options.construction_breadth;
  graph->hnsw.efSearch = options.search_breadth;
  return graph;
}

VectorGraph ViewOf(const faiss::HNSW& graph) {
  return {.neighbours = graph.neighbors.data(),
          .offsets = graph.offsets.data(),
          .layer_begin = graph.cum_nneighbor_per_level.data(),
          .entry = graph.entry_point,
          .top_layer = graph.max_level};
}

class Hnsw final : public VectorIndex {
 public:
  Hnsw(VectorRows rows, const VectorIndexOptions& options)
      : VectorIndex(rows.dimensions, std::move(rows.products)),
        most_breadth_(options.most_search_breadth),
        graph_(NewGraph(static_cast<int>(rows.dimensions), options)),
        codes_(rows.value, rows.dimensions) {
    graph_->add(static_cast<faiss::Index::idx_t>(size()), rows.value.data());
    const auto& storage = static_cast<const FaissRows&>(*graph_->storage);
    rows_ = {storage.get_xb(), size() * dimensions()};
  }

  std::string kind() const override { return "hnsw"; }
  std::map<std::string, double> parameters() const override {
    return {{"links", graph_->hnsw.nb_neighbors(1)},
            {"construction_breadth", graph_->hnsw.efConstruction},
            {"search_breadth", graph_->hnsw.efSearch}};
  }

  bool Widen() override {
    if (graph_->hnsw.efSearch * 2 > most_breadth_) return false;
    graph_->hnsw.efSearch *= 2;
    return true;
  }

  absl::StatusOr<std::string> Serialise() const override {
    std::string bytes;
    PATRON_RETURN_IF_ERROR(RunFaiss([&] {
      faiss::VectorIOWriter writer;
      faiss::write_index(graph_.get(), &writer);
      bytes.assign(writer.data.begin(), writer.data.end());
    }));
    return bytes;
  }

 private:
  std::vector<std::vector<Neighbour>> Find(std::span<const float> queries,
                                           size_t k) const override {
    const size_t breadth =
        std::max(k, static_cast<size_t>(graph_->hnsw.efSearch));
    return OneByOne(queries, dimensions(), [&](std::span<const float> query) {
      return BestOf(rows_, query, k,
                    SearchGraph(ViewOf(graph_->hnsw), codes_,
                                codes_.Encode(query), breadth));
    });
  }

  const int most_breadth_;
  const std::unique_ptr<faiss::IndexHNSWFlat> graph_;
  const VectorCodes codes_;
  std::span<const float> rows_;  // of `graph_`
};

}  // namespace

absl::StatusOr<std::unique_ptr<VectorIndex>> NewHnsw(
    VectorRows rows, const VectorIndexOptions& options) {
  std::unique_ptr<VectorIndex> index;
  PATRON_RETURN_IF_ERROR(RunFaiss(
      [&] { index = std::make_unique<Hnsw>(std::move(rows), options); }));
  return index;
}

}  // namespace patron::index
