// FAISS over our distances: rows that its graphs and its clustering ask.
#pragma once

#include <faiss/IndexFlat.h>

#include <functional>

#include "absl/status/status.h"

namespace patron::index {

class FaissRows final : public faiss::IndexFlatIP {
 public:
  using IndexFlatIP::IndexFlatIP;

  // A graph's distances.
  faiss::FlatCodesDistanceComputer* get_FlatCodesDistanceComputer()
      const override;

  // For each vector of `queries` the one nearest row: what a clustering asks.
  // Throws for another `k`.
  void search(idx_t n, const float* queries, idx_t k, float* scores,
              idx_t* rows,
              const faiss::SearchParameters* parameters) const override;
};

// Runs `call` with FAISS on one thread; what it throws becomes an error.
absl::Status RunFaiss(const std::function<void()>& call);

}  // namespace patron::index
