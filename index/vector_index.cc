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
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

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

// Runs `call` on one thread; what it throws becomes an error of `code`.
absl::Status Guarded(absl::StatusCode code, const std::function<void()>& call) {
  const OneOpenMpThread one_thread;
  try {
    call();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::Status(code, absl::StrCat("vector index: ", error.what()));
  }
}

std::unique_ptr<faiss::Index> NewIndex(size_t vectors, uint32_t dimensions,
                                       const VectorIndexOptions& options) {
  const int d = static_cast<int>(dimensions);
  if (vectors < options.graph_from) {
    return std::make_unique<faiss::IndexFlatIP>(d);
  }
  auto graph = std::make_unique<faiss::IndexHNSWFlat>(
      d, options.links, faiss::METRIC_INNER_PRODUCT);
  graph->hnsw.efConstruction = options.construction_breadth;
  graph->hnsw.efSearch = options.search_breadth;
  return graph;
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

}  // namespace

struct VectorIndex::Impl {
  std::unique_ptr<faiss::Index> index;
};

VectorIndex::VectorIndex(std::unique_ptr<Impl> impl,
                         std::vector<uint32_t> products)
    : impl_(std::move(impl)), products_(std::move(products)) {}

VectorIndex::~VectorIndex() = default;

bool VectorIndex::is_exact() const {
  return dynamic_cast<const faiss::IndexFlat*>(impl_->index.get()) != nullptr;
}

absl::StatusOr<std::unique_ptr<const VectorIndex>> VectorIndex::Build(
    std::span<const float> vectors, uint32_t dimensions,
    std::vector<uint32_t> products, const VectorIndexOptions& options) {
  auto impl = std::make_unique<Impl>();
  PATRON_RETURN_IF_ERROR(Guarded(absl::StatusCode::kInternal, [&] {
    impl->index = NewIndex(products.size(), dimensions, options);
    const std::vector<float> rows = Gather(vectors, dimensions, products);
    impl->index->add(static_cast<faiss::Index::idx_t>(products.size()),
                     rows.data());
  }));
  return std::unique_ptr<const VectorIndex>(
      new VectorIndex(std::move(impl), std::move(products)));
}

absl::StatusOr<std::unique_ptr<const VectorIndex>> VectorIndex::Deserialise(
    absl::string_view bytes, uint32_t dimensions,
    std::vector<uint32_t> products) {
  auto impl = std::make_unique<Impl>();
  PATRON_RETURN_IF_ERROR(Guarded(absl::StatusCode::kDataLoss, [&] {
    faiss::VectorIOReader reader;
    reader.data.assign(bytes.begin(), bytes.end());
    impl->index.reset(faiss::read_index(&reader));
  }));
  const faiss::Index& index = *impl->index;
  if (index.d != static_cast<int>(dimensions) ||
      index.ntotal != static_cast<faiss::Index::idx_t>(products.size()) ||
      index.metric_type != faiss::METRIC_INNER_PRODUCT) {
    return absl::DataLossError(absl::StrCat(
        "vector index: ", index.ntotal, " vectors of length ", index.d,
        ", wanted ", products.size(), " of length ", dimensions));
  }
  return std::unique_ptr<const VectorIndex>(
      new VectorIndex(std::move(impl), std::move(products)));
}

absl::StatusOr<std::string> VectorIndex::Serialise() const {
  std::string bytes;
  PATRON_RETURN_IF_ERROR(Guarded(absl::StatusCode::kInternal, [&] {
    faiss::VectorIOWriter writer;
    faiss::write_index(impl_->index.get(), &writer);
    bytes.assign(writer.data.begin(), writer.data.end());
  }));
  return bytes;
}

absl::StatusOr<std::vector<std::vector<Neighbour>>> VectorIndex::Search(
    std::span<const float> queries, size_t k) const {
  const size_t d = static_cast<size_t>(impl_->index->d);
  const size_t n = queries.size() / d;
  k = std::min(k, size());
  std::vector<std::vector<Neighbour>> lists(n);
  if (k == 0) return lists;
  std::vector<float> scores(n * k);
  std::vector<faiss::Index::idx_t> found(n * k);
  PATRON_RETURN_IF_ERROR(Guarded(absl::StatusCode::kInternal, [&] {
    impl_->index->search(static_cast<faiss::Index::idx_t>(n), queries.data(),
                         static_cast<faiss::Index::idx_t>(k), scores.data(),
                         found.data());
  }));
  for (size_t i = 0; i < n * k; ++i) {
    // A graph may find fewer than asked for.
    if (found[i] < 0) continue;
    lists[i / k].push_back({products_[found[i]], scores[i]});
  }
  for (auto& list : lists) std::sort(list.begin(), list.end(), Better);
  return lists;
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

absl::StatusOr<double> MeasureRecall(const VectorIndex& index,
                                     std::span<const float> vectors,
                                     uint32_t dimensions,
                                     const std::vector<uint32_t>& products,
                                     size_t sample) {
  constexpr size_t kNearest = 10;
  if (index.is_exact() || products.empty()) return 1.0;
  PATRON_ASSIGN_OR_RETURN(
      const auto exact,
      VectorIndex::Build(vectors, dimensions, products,
                         {.graph_from = products.size() + 1}));
  std::vector<uint32_t> asked;
  const size_t step = std::max<size_t>(1, products.size() / sample);
  for (size_t i = 0; i < products.size(); i += step) {
    asked.push_back(products[i]);
  }
  const std::vector<float> queries = Gather(vectors, dimensions, asked);
  PATRON_ASSIGN_OR_RETURN(const auto truth, exact->Search(queries, kNearest));
  PATRON_ASSIGN_OR_RETURN(const auto found, index.Search(queries, kNearest));
  // By score: of equally near products either is right.
  double hits = 0;
  double wanted = 0;
  for (size_t i = 0; i < truth.size(); ++i) {
    wanted += static_cast<double>(truth[i].size());
    const float least = truth[i].back().score - 1e-5f;
    hits += static_cast<double>(
        std::count_if(found[i].begin(), found[i].end(),
                      [&](const Neighbour& n) { return n.score >= least; }));
  }
  return hits / wanted;
}

}  // namespace patron::index
