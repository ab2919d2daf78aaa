#include "index/faiss_rows.h"

#include <omp.h>

#include <exception>
#include <stdexcept>

#include "absl/strings/str_cat.h"
#include "index/vector_kernels.h"
#include "index/vector_ways.h"

namespace patron::index {
namespace {

using Id = faiss::Index::idx_t;

// A search for the nearest row looks at the floats of so many.
constexpr size_t kByCodes = 4;

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

class Distance final : public faiss::FlatCodesDistanceComputer {
 public:
  explicit Distance(const faiss::IndexFlatIP& rows)
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

}  // namespace

faiss::FlatCodesDistanceComputer* FaissRows::get_FlatCodesDistanceComputer()
    const {
  return new Distance(*this);
}

void FaissRows::search(idx_t n, const float* queries, idx_t k, float* scores,
                       idx_t* rows,
                       const faiss::SearchParameters* /*parameters*/) const {
  if (k != 1) throw std::invalid_argument(absl::StrCat("k is ", k, ", not 1"));
  const auto dimensions = static_cast<size_t>(d);
  const std::span<const float> all = {get_xb(),
                                      static_cast<size_t>(ntotal) * dimensions};
  const VectorCodes codes(all, dimensions);
  const CodeBlocks blocks(codes);
  for (idx_t i = 0; i < n; ++i) {
    const std::span<const float> query = {
        queries + static_cast<size_t>(i) * dimensions, dimensions};
    const auto best =
        BestOf(all, query, 1, ScanCodes(blocks, codes.Encode(query), kByCodes));
    scores[i] = best[0].score;
    rows[i] = best[0].product;
  }
}

absl::Status RunFaiss(const std::function<void()>& call) {
  const OneOpenMpThread one_thread;
  try {
    call();
    return absl::OkStatus();
  } catch (const std::exception& error) {
    return absl::InternalError(absl::StrCat("vector index: ", error.what()));
  }
}

}  // namespace patron::index
