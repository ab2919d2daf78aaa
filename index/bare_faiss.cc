#include "index/bare_faiss.h"

#include <faiss/IndexFlat.h>
#include <faiss/IndexHNSW.h>
#include <faiss/impl/io.h>
#include <faiss/index_io.h>
#include <omp.h>

#include <exception>
#include <utility>

#include "absl/strings/str_cat.h"

namespace patron::index {

struct BareFaiss::Impl {
  std::unique_ptr<faiss::Index> index;
};

BareFaiss::BareFaiss(std::unique_ptr<const Impl> impl)
    : impl_(std::move(impl)) {}

BareFaiss::~BareFaiss() = default;

absl::StatusOr<std::unique_ptr<BareFaiss>> BareFaiss::Flat(
    std::span<const float> rows, uint32_t dimensions) {
  try {
    auto impl = std::make_unique<Impl>();
    impl->index =
        std::make_unique<faiss::IndexFlatIP>(static_cast<int>(dimensions));
    impl->index->add(static_cast<faiss::Index::idx_t>(rows.size() / dimensions),
                     rows.data());
    return std::unique_ptr<BareFaiss>(new BareFaiss(std::move(impl)));
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("FAISS: ", error.what()));
  }
}

absl::StatusOr<std::unique_ptr<BareFaiss>> BareFaiss::Graph(
    absl::string_view bytes, int breadth) {
  try {
    faiss::VectorIOReader reader;
    reader.data.assign(bytes.begin(), bytes.end());
    auto impl = std::make_unique<Impl>();
    impl->index.reset(faiss::read_index(&reader));
    auto* graph = dynamic_cast<faiss::IndexHNSWFlat*>(impl->index.get());
    if (graph == nullptr) return absl::InvalidArgumentError("FAISS: no graph");
    graph->hnsw.efSearch = breadth;
    return std::unique_ptr<BareFaiss>(new BareFaiss(std::move(impl)));
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat("FAISS: ", error.what()));
  }
}

absl::StatusOr<std::vector<Neighbour>> BareFaiss::Search(
    std::span<const float> query, size_t k) const {
  std::vector<float> scores(k);
  std::vector<faiss::Index::idx_t> found(k);
  try {
    omp_set_num_threads(1);
    impl_->index->search(1, query.data(), static_cast<faiss::Index::idx_t>(k),
                         scores.data(), found.data());
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("FAISS: ", error.what()));
  }
  std::vector<Neighbour> best;
  best.reserve(k);
  for (size_t i = 0; i < k && found[i] >= 0; ++i) {
    best.push_back({static_cast<uint32_t>(found[i]), scores[i]});
  }
  return best;
}

}  // namespace patron::index
