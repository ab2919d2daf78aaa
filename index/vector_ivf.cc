#include <faiss/Clustering.h>

#include <algorithm>
#include <utility>

#include "index/faiss_rows.h"
#include "index/vector_pools.h"
#include "index/vector_ways.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

using Id = faiss::Index::idx_t;

constexpr int kRounds = 10;       // of k-means
constexpr int kRowsACentre = 64;  // that the centres are found from
constexpr size_t kAtOnce = 6;     // cells that a query looks at before others

// The centres of `cells` cells: spherical k-means (Dhillon, Modha 2001).
std::vector<float> FindCentres(const VectorRows& rows, size_t cells) {
  faiss::ClusteringParameters parameters;
  parameters.niter = kRounds;
  parameters.spherical = true;
  parameters.min_points_per_centroid = 1;
  parameters.max_points_per_centroid = kRowsACentre;
  const int dimensions = static_cast<int>(rows.dimensions);
  faiss::Clustering clustering(dimensions, static_cast<int>(cells), parameters);
  FaissRows centres(dimensions);
  clustering.train(static_cast<Id>(rows.size()), rows.value.data(), centres);
  return std::move(clustering.centroids);
}

// The cell of each row: that of the nearest centre.
std::vector<Id> CellsOf(const VectorRows& rows,
                        const std::vector<float>& centres) {
  FaissRows nearest(static_cast<int>(rows.dimensions));
  nearest.add(static_cast<Id>(centres.size() / rows.dimensions),
              centres.data());
  std::vector<float> scores(rows.size());
  std::vector<Id> cells(rows.size());
  nearest.search(static_cast<Id>(rows.size()), rows.value.data(), 1,
                 scores.data(), cells.data(), nullptr);
  return cells;
}

class Ivf final : public VectorIndex {
 public:
  Ivf(VectorRows rows, const VectorIndexOptions& options)
      : VectorIndex(rows.dimensions, std::move(rows.products)),
        most_probes_(static_cast<size_t>(options.most_probes)),
        probes_(static_cast<size_t>(options.probes)) {
    if (size() == 0) return;
    const size_t cells = std::max<size_t>(1, rows.size() / options.rows_a_cell);
    const std::vector<float> centres = FindCentres(rows, cells);
    centre_codes_ = VectorCodes(centres, rows.dimensions);
    centre_blocks_ = CodeBlocks(centre_codes_);
    Deal(CellsOf(rows, centres), cells,
         VectorCodes(rows.value, rows.dimensions));
    rows_ = std::move(rows.value);
  }

  std::string kind() const override { return "ivf"; }
  std::map<std::string, double> parameters() const override {
    return {{"cells", static_cast<double>(cells_.size())},
            {"probes", static_cast<double>(probes_)}};
  }

  bool Widen() override {
    if (probes_ * 2 > most_probes_ || probes_ >= cells_.size()) return false;
    probes_ *= 2;
    return true;
  }

 private:
  // Places rows cell by cell, each from a block of its own on.
  void Deal(const std::vector<Id>& cell_of, size_t cells,
            const VectorCodes& codes) {
    std::vector<std::vector<uint32_t>> members(cells);
    for (uint32_t row = 0; row < cell_of.size(); ++row) {
      members[static_cast<size_t>(cell_of[row])].push_back(row);
    }
    std::vector<uint32_t> slots;
    for (const std::vector<uint32_t>& rows : members) {
      const size_t begin = slots.size() / CodeBlocks::kRows;
      slots.insert(slots.end(), rows.begin(), rows.end());
      while (slots.size() % CodeBlocks::kRows != 0) {
        slots.push_back(CodeBlocks::kNoRow);
      }
      cells_.push_back({begin, slots.size() / CodeBlocks::kRows});
    }
    blocks_ = CodeBlocks(codes, std::move(slots));
  }

  // A query and the best that it has found so far.
  struct Asked {
    std::span<const float> vector;
    VectorCodes::Query query;
    BestRows best;
  };

  // Cell by cell, so that the codes of one are in the cache for all that look
  // at it; but first for each query its nearest, which leaves little to keep of
  // the others.
  std::vector<std::vector<Neighbour>> Find(std::span<const float> queries,
                                           size_t k) const override {
    std::vector<Asked> asked;
    asked.reserve(queries.size() / dimensions());
    for (size_t at = 0; at < queries.size(); at += dimensions()) {
      const auto vector = queries.subspan(at, dimensions());
      asked.push_back({vector, centre_codes_.Encode(vector),
                       BestRows(KeptOf(k), kNoFloor)});
    }
    const auto askers = ScanNearest(asked);
    for (size_t cell = 0; cell < askers.size(); ++cell) {
      for (const uint32_t i : askers[cell]) Scan(cell, asked[i]);
    }
    std::vector<std::vector<Neighbour>> lists;
    lists.reserve(asked.size());
    for (Asked& one : asked) {
      lists.push_back(BestOf(rows_, one.vector, k, one.best.Take()));
    }
    return lists;
  }

  // Scans the first cells of each; for every cell, who is yet to look at it.
  std::vector<std::vector<uint32_t>> ScanNearest(
      std::vector<Asked>& asked) const {
    std::vector<std::vector<uint32_t>> askers(cells_.size());
    for (uint32_t i = 0; i < asked.size(); ++i) {
      auto nearest = ScanCodes(centre_blocks_, asked[i].query, probes_);
      KeepBest(probes_, nearest);
      const size_t first = std::min(kAtOnce, nearest.size());
      for (size_t at = 0; at < first; ++at) Scan(nearest[at].product, asked[i]);
      for (size_t at = first; at < nearest.size(); ++at) {
        askers[nearest[at].product].push_back(i);
      }
    }
    return askers;
  }

  void Scan(size_t cell, Asked& asked) const {
    ScanBlocks(blocks_, cells_[cell], asked.query, asked.best);
  }

  const size_t most_probes_;
  size_t probes_;
  VectorCodes centre_codes_;
  CodeBlocks centre_blocks_;
  std::vector<BlockRange> cells_;
  CodeBlocks blocks_;
  std::vector<float> rows_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<VectorIndex>> NewIvf(
    VectorRows rows, const VectorIndexOptions& options) {
  std::unique_ptr<VectorIndex> index;
  PATRON_RETURN_IF_ERROR(RunFaiss(
      [&] { index = std::make_unique<Ivf>(std::move(rows), options); }));
  return index;
}

}  // namespace patron::index
