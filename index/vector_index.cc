#include "index/vector_index.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>
#include <omp.h>

#include <algorithm>
#include <exception>
#include <functional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/vector_kernels.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

using Id = faiss::Index::idx_t;

// A scan keeps so many by their codes for each asked for, and so many more.
constexpr size_t kKeptTimes = 4;
constexpr size_t kKeptMore = 60;

// FAISS takes as many threads as OpenMP gives the calling thread: here one.
class OneOpenMpThread {
 public:
  OneOpenMpThread() : before_(omp_get_max_threads()) { omp_set_num_threads(1); }
  ~OneOpenMpThread() { omp_set_num_threads(before_); }
  OneOpenMpThread(const OneOpenMpThread&) = delete;
  OneOpenMpThread& operator=(const OneOpenMpThread&) = delete;

 private:
  const int before_;
};

// Runs `call` on one thread; what it throws becomes an error.
absl::Status Guarded(const std::function<void()>& call) {
  const OneOpenMpThread one_thread;
  try {
    call();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("vector index: ", error.what()));
  }
}

// Inner products by our arithmetic, where FAISS asks for a distance.
class FastDistance final : public faiss::FlatCodesDistanceComputer {
 public:
  explicit FastDistance(const faiss::IndexFlatIP& rows)
      : FlatCodesDistanceComputer(rows.codes.data(), rows.code_size),
        dimensions_(static_cast<size_t>(rows.d)) {}

  void set_query(const float* query) override { query_ = query; }
  float distance_to_code(const uint8_t* code) override {
    return dot_(query_, reinterpret_cast<const float*>(code), dimensions_);
  }
  float symmetric_dis(Id a, Id b) override {
    return dot_(Row(a), Row(b), dimensions_);
  }

 private:
  const float* Row(Id row) const {
    return reinterpret_cast<const float*>(codes) +
           static_cast<size_t>(row) * dimensions_;
  }

  const DotFunction dot_ = FastestDot();
  const size_t dimensions_;
  const float* query_ = nullptr;
};

// What a graph takes its distances from while it is built.
class FastRows final : public faiss::IndexFlatIP {
 public:
  using IndexFlatIP::IndexFlatIP;
  faiss::FlatCodesDistanceComputer* get_FlatCodesDistanceComputer()
      const override {
    return new FastDistance(*this);
  }
};

std::unique_ptr<faiss::IndexHNSWFlat> NewGraph(
    int dimensions, const VectorIndexOptions& options) {
  auto graph = std::make_unique<faiss::IndexHNSWFlat>(
      dimensions, options.links, faiss::METRIC_INNER_PRODUCT);
  auto rows = std::make_unique<FastRows>(dimensions);
  delete graph->storage;
  graph->storage = rows.release();
  graph->hnsw.efConstruction = options.construction_breadth;
  graph->hnsw.efSearch = options.search_breadth;
  return graph;
}

std::unique_ptr<faiss::Index> NewIndex(size_t vectors, uint32_t dimensions,
                                       const VectorIndexOptions& options) {
  const int d = static_cast<int>(dimensions);
  if (vectors < options.graph_from) {
    return std::make_unique<faiss::IndexFlatIP>(d);
  }
  return NewGraph(d, options);
}

std::vector<float> Gather(std::span<const float> vectors, uint32_t dimensions,
                          const std::vector<uint32_t>& products) {
  std::vector<float> rows;
  rows.reserve(products.size() * dimensions);
  for (const uint32_t product : products) {
    const auto row = vectors.subspan(size_t{product} * dimensions, dimensions);
    rows.insert(rows.end(), row.begin(), row.end());
  }
  return rows;
}

VectorGraph ViewOf(const faiss::HNSW& graph) {
  return {.neighbours = graph.neighbors.data(),
          .offsets = graph.offsets.data(),
          .layer_begin = graph.cum_nneighbor_per_level.data(),
          .entry = graph.entry_point,
          .top_layer = graph.max_level};
}

}  // namespace

struct VectorIndex::Impl {
  // Takes `rows` from `index`, of a kind that NewIndex makes.
  void Adopt() {
    graph = dynamic_cast<faiss::IndexHNSWFlat*>(index.get());
    const faiss::Index* storage = graph ? graph->storage : index.get();
    const auto& flat = dynamic_cast<const faiss::IndexFlat&>(*storage);
    rows = {reinterpret_cast<const float*>(flat.codes.data()),
            flat.codes.size() / sizeof(float)};
    codes = VectorCodes(rows, dimensions());
    if (graph == nullptr) {
      blocks = CodeBlocks(codes);
      codes = VectorCodes({}, dimensions());
    }
  }

  size_t dimensions() const { return static_cast<size_t>(index->d); }

  // Ordinals are the index's own.
  std::vector<Neighbour> Search(std::span<const float> query, size_t k) const {
    const size_t kept = k * kKeptTimes + kKeptMore;
    if (graph == nullptr && blocks.size() <= kept) {
      return ScanRows(rows, query, k);
    }
    const VectorCodes::Query encoded = codes.Encode(query);
    auto found = graph == nullptr ? ScanCodes(blocks, encoded, kept)
                                  : SearchGraph(ViewOf(graph->hnsw), codes,
                                                encoded, Breadth(k));
    ScoreRows(rows, query, found);
    KeepBest(k, found);
    return found;
  }

  size_t Breadth(size_t k) const {
    return std::max(k, static_cast<size_t>(graph->hnsw.efSearch));
  }

  std::unique_ptr<faiss::Index> index;
  faiss::IndexHNSWFlat* graph = nullptr;  // `index`, if it is one
  std::span<const float> rows;            // of `index`
  VectorCodes codes;                      // of a graph
  CodeBlocks blocks;                      // of a scan
};

VectorIndex::VectorIndex(std::unique_ptr<Impl> impl,
                         std::vector<uint32_t> products)
    : impl_(std::move(impl)), products_(std::move(products)) {}

VectorIndex::~VectorIndex() = default;

void VectorIndex::set_search_breadth(int breadth) {
  if (impl_->graph != nullptr) impl_->graph->hnsw.efSearch = breadth;
}

bool VectorIndex::is_scan() const { return impl_->graph == nullptr; }

std::string VectorIndex::kind() const { return is_scan() ? "scan" : "hnsw"; }

std::map<std::string, double> VectorIndex::parameters() const {
  if (is_scan()) return {{"kept_times", kKeptTimes}, {"kept_more", kKeptMore}};
  const faiss::HNSW& graph = impl_->graph->hnsw;
  return {{"links", graph.nb_neighbors(1)},
          {"construction_breadth", graph.efConstruction},
          {"search_breadth", graph.efSearch}};
}

absl::StatusOr<std::unique_ptr<VectorIndex>> VectorIndex::Build(
    std::span<const float> vectors, uint32_t dimensions,
    std::vector<uint32_t> products, const VectorIndexOptions& options) {
  auto impl = std::make_unique<Impl>();
  PATRON_RETURN_IF_ERROR(Guarded([&] {
    impl->index = NewIndex(products.size(), dimensions, options);
    const std::vector<float> rows = Gather(vectors, dimensions, products);
    impl->index->add(static_cast<Id>(products.size()), rows.data());
    impl->Adopt();
  }));
  return std::unique_ptr<VectorIndex>(
      new VectorIndex(std::move(impl), std::move(products)));
}

absl::StatusOr<std::string> VectorIndex::Serialise() const {
  std::string bytes;
  PATRON_RETURN_IF_ERROR(Guarded([&] {
    faiss::VectorIOWriter writer;
    faiss::write_index(impl_->index.get(), &writer);
    bytes.assign(writer.data.begin(), writer.data.end());
  }));
  return bytes;
}

absl::StatusOr<std::vector<std::vector<Neighbour>>> VectorIndex::Search(
    std::span<const float> queries, size_t k) const {
  const size_t d = impl_->dimensions();
  k = std::min(k, size());
  std::vector<std::vector<Neighbour>> lists(queries.size() / d);
  if (k == 0) return lists;
  for (size_t i = 0; i < lists.size(); ++i) {
    lists[i] = impl_->Search(queries.subspan(i * d, d), k);
    // Ordinals ascend as the index's own numbers do: the order stays.
    for (Neighbour& n : lists[i]) n.product = products_[n.product];
  }
  return lists;
}

absl::StatusOr<MeasuredIndex> ChooseVectorIndex(
    std::span<const float> vectors, uint32_t dimensions,
    const std::vector<uint32_t>& products, const VectorIndexOptions& options) {
  const RecallSample sample(vectors, dimensions, products,
                            options.recall_sample);
  MeasuredIndex chosen;
  PATRON_ASSIGN_OR_RETURN(
      auto index, VectorIndex::Build(vectors, dimensions, products, options));
  PATRON_ASSIGN_OR_RETURN(chosen.recall, sample.Of(*index));
  for (int breadth = 2 * options.search_breadth;
       !index->is_scan() && chosen.recall < options.least_recall;
       breadth *= 2) {
    if (breadth > options.most_search_breadth) {
      if (products.size() > options.most_scanned) break;
      VectorIndexOptions scan = options;
      scan.graph_from = products.size() + 1;
      PATRON_ASSIGN_OR_RETURN(
          index, VectorIndex::Build(vectors, dimensions, products, scan));
    }
    index->set_search_breadth(breadth);
    PATRON_ASSIGN_OR_RETURN(chosen.recall, sample.Of(*index));
  }
  chosen.index = std::move(index);
  return chosen;
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
  const std::vector<float> rows = Gather(vectors, dimensions, products);
  const size_t step = std::max<size_t>(1, products.size() / sample);
  for (size_t i = 0; i < products.size(); i += step) {
    const auto vector =
        vectors.subspan(size_t{products[i]} * dimensions, dimensions);
    const auto best = ScanRows(rows, vector, kNearest);
    queries_.push_back({vector, best.back().score, best.size()});
  }
}

absl::StatusOr<double> RecallSample::Of(const VectorIndex& index) const {
  double hits = 0;
  double wanted = 0;
  for (const Query& query : queries_) {
    PATRON_ASSIGN_OR_RETURN(const auto found,
                            index.Search(query.vector, kNearest));
    wanted += static_cast<double>(query.count);
    // By score: of equally near products either is right.
    hits += static_cast<double>(std::count_if(
        found[0].begin(), found[0].end(),
        [&](const Neighbour& n) { return n.score >= query.least; }));
  }
  return wanted == 0 ? 1 : hits / wanted;
}

}  // namespace patron::index
