#include <utility>

#include "index/vector_ways.h"

namespace patron::index {
namespace {

class Scan final : public VectorIndex {
 public:
  explicit Scan(VectorRows rows)
      : VectorIndex(rows.dimensions, std::move(rows.products)),
        rows_(std::move(rows.value)),
        codes_(rows_, rows.dimensions),
        blocks_(codes_) {
    codes_ = VectorCodes({}, rows.dimensions);  // it still encodes queries
  }

  std::string kind() const override { return "scan"; }
  std::map<std::string, double> parameters() const override {
    return {{"kept_times", kKeptTimes}, {"kept_more", kKeptMore}};
  }
  bool Widen() override { return false; }

 private:
  std::vector<std::vector<Neighbour>> Find(std::span<const float> queries,
                                           size_t k) const override {
    return OneByOne(queries, dimensions(), [&](std::span<const float> query) {
      if (size() <= KeptOf(k)) return ScanRows(rows_, query, k);
      return BestOf(rows_, query, k,
                    ScanCodes(blocks_, codes_.Encode(query), KeptOf(k)));
    });
  }

  const std::vector<float> rows_;
  VectorCodes codes_;
  const CodeBlocks blocks_;
};

}  // namespace

std::unique_ptr<VectorIndex> NewScan(VectorRows rows) {
  return std::make_unique<Scan>(std::move(rows));
}

}  // namespace patron::index
