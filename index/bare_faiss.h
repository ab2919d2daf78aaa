// FAISS as it comes, over the bytes of a VectorIndex: what ours is measured and
// tested against.
//
// Immutable. Threads: Search from one at a time; it works on the caller's
// thread alone. Errors: what the library throws comes back as a Status.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/neighbour_table.h"

namespace patron::index {

class BareFaiss {
 public:
  // An IndexFlatIP over `rows`.
  static absl::StatusOr<std::unique_ptr<BareFaiss>> Flat(
      std::span<const float> rows, uint32_t dimensions);

  // Of VectorIndex::Serialise: the same graph with the library's own storage
  // and search, a pool of `breadth` rows.
  static absl::StatusOr<std::unique_ptr<BareFaiss>> Graph(
      absl::string_view bytes, int breadth);

  ~BareFaiss();
  BareFaiss(const BareFaiss&) = delete;
  BareFaiss& operator=(const BareFaiss&) = delete;

  // The best `k`, best first, by the index's own numbers.
  absl::StatusOr<std::vector<Neighbour>> Search(std::span<const float> query,
                                                size_t k) const;

 private:
  struct Impl;
  explicit BareFaiss(std::unique_ptr<const Impl> impl);

  const std::unique_ptr<const Impl> impl_;
};

}  // namespace patron::index
