#include "index/vector_kernels.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <functional>
#include <numeric>
#include <utility>

#include "index/vector_pools.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/vector_kernels.cc"
#include <hwy/cache_control.h>
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace patron::index {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

constexpr size_t kSums = 16;

float Dot(const float* HWY_RESTRICT a, const float* HWY_RESTRICT b, size_t n) {
  const hn::CappedTag<float, kSums> d;
  constexpr size_t kLanes = hn::MaxLanes(hn::CappedTag<float, kSums>());
  decltype(hn::Zero(d)) sum[kSums / kLanes];
  for (auto& part : sum) part = hn::Zero(d);
  const size_t whole = n / kSums * kSums;
  for (size_t i = 0; i < whole; i += kSums) {
    size_t at = i;
    for (auto& part : sum) {
      const auto term = hn::Mul(hn::LoadU(d, a + at), hn::LoadU(d, b + at));
      part = hn::Add(part, term);
      at += kLanes;
    }
  }
  HWY_ALIGN float sums[kSums];
  for (size_t i = 0; i < kSums / kLanes; ++i) {
    hn::Store(sum[i], d, sums + i * kLanes);
  }
  for (size_t i = whole; i < n; ++i) sums[i - whole] += a[i] * b[i];
  for (size_t half = kSums / 2; half > 0; half /= 2) {
    for (size_t i = 0; i < half; ++i) sums[i] += sums[i + half];
  }
  return sums[0];
}

DotFunction GetDot() { return &Dot; }

HWY_INLINE int32_t DotCodes(const int8_t* HWY_RESTRICT codes,
                            const int16_t* HWY_RESTRICT query, size_t stride) {
  const hn::CappedTag<int16_t, 32> d16;
  const hn::Rebind<int8_t, decltype(d16)> d8;
  const hn::RepartitionToWide<decltype(d16)> d32;
  auto sum0 = hn::Zero(d32);
  auto sum1 = hn::Zero(d32);
  for (size_t i = 0; i < stride; i += hn::Lanes(d16)) {
    const auto row = hn::PromoteTo(d16, hn::LoadU(d8, codes + i));
    sum0 = hn::ReorderWidenMulAccumulate(d32, row, hn::LoadU(d16, query + i),
                                         sum0, sum1);
  }
  return hn::GetLane(hn::SumOfLanes(d32, hn::Add(sum0, sum1)));
}

float ScoreOf(const VectorCodes& codes, const VectorCodes::Query& query,
              size_t row) {
  const int32_t sum =
      DotCodes(codes.Row(row), query.codes.data(), codes.stride());
  return static_cast<float>(sum) * codes.Scale(row);
}

// Sets the nearly-inner products of a block's rows.
HWY_INLINE void ScoreBlock(const CodeBlocks& codes, size_t block,
                           const int16_t* HWY_RESTRICT query,
                           float* HWY_RESTRICT scores) {
  constexpr size_t kRows = CodeBlocks::kRows;
  const int8_t* HWY_RESTRICT pair = codes.Block(block);
#if HWY_TARGET == HWY_SCALAR
  int32_t sums[kRows] = {};
  for (size_t p = 0; p < codes.pairs(); ++p, pair += 2 * kRows) {
    for (size_t i = 0; i < kRows; ++i) {
      sums[i] +=
          pair[2 * i] * query[2 * p] + pair[2 * i + 1] * query[2 * p + 1];
    }
  }
  for (size_t i = 0; i < kRows; ++i) {
    scores[i] = static_cast<float>(sums[i]) * codes.Scales(block)[i];
  }
#else
  const hn::CappedTag<float, kRows> d;
  const hn::RebindToSigned<decltype(d)> d32;
  const hn::RepartitionToNarrow<decltype(d32)> d16;
  const hn::Rebind<int8_t, decltype(d16)> d8;
  constexpr size_t kLanes = hn::MaxLanes(hn::CappedTag<float, kRows>());
  constexpr size_t kParts = kRows / kLanes;
  decltype(hn::Zero(d32)) sum0[kParts];
  decltype(hn::Zero(d32)) sum1[kParts];
  for (size_t i = 0; i < kParts; ++i) sum0[i] = sum1[i] = hn::Zero(d32);
  for (size_t p = 0; p < codes.pairs(); ++p) {
    int32_t both;
    std::memcpy(&both, query + 2 * p, sizeof(both));
    const auto wanted = hn::BitCast(d16, hn::Set(d32, both));
    for (size_t i = 0; i < kParts; ++i, pair += 2 * kLanes) {
      const auto rows = hn::PromoteTo(d16, hn::Load(d8, pair));
      sum0[i] =
          hn::ReorderWidenMulAccumulate(d32, rows, wanted, sum0[i], sum1[i]);
    }
  }
  for (size_t i = 0; i < kParts; ++i) {
    const auto sum = hn::RearrangeToOddPlusEven(sum0[i], sum1[i]);
    const auto scale = hn::LoadU(d, codes.Scales(block) + i * kLanes);
    hn::Store(hn::Mul(hn::ConvertTo(d, sum), scale), d, scores + i * kLanes);
  }
#endif
}

HWY_INLINE bool AnyAbove(const float* scores, float threshold) {
  const hn::CappedTag<float, CodeBlocks::kRows> d;
  const auto wide = hn::Set(d, threshold);
  bool any = false;
  for (size_t i = 0; i < CodeBlocks::kRows; i += hn::Lanes(d)) {
    any |= !hn::AllFalse(d, hn::Gt(hn::Load(d, scores + i), wide));
  }
  return any;
}

void OfferBlocks(const CodeBlocks& codes, BlockRange range,
                 const VectorCodes::Query& query, BestRows& best) {
  HWY_ALIGN float scores[CodeBlocks::kRows];
  for (size_t block = range.begin; block < range.end; ++block) {
    ScoreBlock(codes, block, query.codes.data(), scores);
    if (!AnyAbove(scores, best.threshold())) continue;
    const uint32_t* rows = codes.Rows(block);
    for (size_t i = 0; i < CodeBlocks::kRows; ++i) {
      if (rows[i] != CodeBlocks::kNoRow) best.Offer(rows[i], scores[i]);
    }
  }
}

// The best `k` of those above `floor`.
std::vector<Neighbour> ScanAbove(const CodeBlocks& codes,
                                 const VectorCodes::Query& query, size_t k,
                                 float floor) {
  BestRows best(k, floor);
  OfferBlocks(codes, {0, codes.blocks()}, query, best);
  return best.Take();
}

// A score that about twice `k` rows exceed, from a sample of them: a scan that
// begins with it keeps few that it must drop again.
float EstimateFloor(const CodeBlocks& codes, const VectorCodes::Query& query,
                    size_t k) {
  const VectorCodes& sample = codes.sample();
  const double share = static_cast<double>(k) *
                       static_cast<double>(sample.size()) /
                       static_cast<double>(std::max<size_t>(1, codes.size()));
  // Four standard deviations more than the sample's share of `k`.
  const auto rank = static_cast<size_t>(share + 4 * std::sqrt(share) + 1);
  if (rank >= sample.size()) return kNoFloor;
  std::vector<float> scores(sample.size());
  for (size_t i = 0; i < scores.size(); ++i) {
    scores[i] = ScoreOf(sample, query, i);
  }
  const auto at = scores.begin() + static_cast<ptrdiff_t>(rank);
  std::nth_element(scores.begin(), at, scores.end(), std::greater<>());
  return *at;
}

std::vector<Neighbour> ScanCodes(const CodeBlocks& codes,
                                 const VectorCodes::Query& query, size_t k) {
  const float floor = EstimateFloor(codes, query, k);
  auto best = ScanAbove(codes, query, k, floor);
  if (best.size() == std::min(k, codes.size())) return best;
  return ScanAbove(codes, query, k, kNoFloor);
}

std::vector<Neighbour> ScanRows(std::span<const float> rows,
                                std::span<const float> query, size_t k) {
  const size_t n = query.size();
  BestRows best(k, kNoFloor);
  for (size_t row = 0; (row + 1) * n <= rows.size(); ++row) {
    best.Offer(static_cast<uint32_t>(row),
               Dot(rows.data() + row * n, query.data(), n));
  }
  auto found = best.Take();
  KeepBest(k, found);
  return found;
}

void ScoreRows(std::span<const float> rows, std::span<const float> query,
               std::span<Neighbour> found) {
  constexpr size_t kAhead = 8;
  constexpr size_t kLine = 64 / sizeof(float);
  const size_t n = query.size();
  for (size_t i = 0; i < found.size(); ++i) {
    if (i + kAhead < found.size()) {
      const float* next = rows.data() + found[i + kAhead].product * n;
      for (size_t at = 0; at < n; at += kLine) hwy::Prefetch(next + at);
    }
    found[i].score = Dot(rows.data() + found[i].product * n, query.data(), n);
  }
}

// One search of a graph.
class GraphSearch {
 public:
  GraphSearch(const VectorGraph& graph, const VectorCodes& codes,
              const VectorCodes::Query& query, size_t breadth)
      : graph_(graph),
        codes_(codes),
        query_(query),
        pool_(breadth),
        seen_(breadth * kExpectedPerFollowed) {}

  std::vector<Neighbour> Run() {
    const uint32_t entry = Descend();
    seen_.Add(entry);
    pool_.Add({entry, Score(entry)});
    size_t next = 0;
    while (next < pool_.size()) {
      if (pool_[next].followed) {
        ++next;
        continue;
      }
      pool_[next].followed = true;
      next = std::min(next + 1, Follow(pool_[next].row.product));
    }
    return pool_.Take();
  }

 private:
  static constexpr size_t kExpectedPerFollowed = 48;

  std::span<const int32_t> List(uint32_t row, int layer) const {
    const int32_t* lists = graph_.neighbours + graph_.offsets[row];
    return {lists + graph_.layer_begin[layer],
            lists + graph_.layer_begin[layer + 1]};
  }

  float Score(uint32_t row) const { return ScoreOf(codes_, query_, row); }

  // The best row that steps from better to better lead to, above the lowest
  // layer.
  uint32_t Descend() const {
    Neighbour best = {static_cast<uint32_t>(graph_.entry), 0};
    best.score = Score(best.product);
    for (int layer = graph_.top_layer; layer > 0; --layer) {
      while (Step(layer, best)) {
      }
    }
    return best.product;
  }

  bool Step(int layer, Neighbour& best) const {
    const uint32_t from = best.product;
    for (const int32_t near : List(from, layer)) {
      if (near < 0) break;
      const auto row = static_cast<uint32_t>(near);
      const Neighbour reached = {row, Score(row)};
      if (Better(reached, best)) best = reached;
    }
    return best.product != from;
  }

  // Adds what `row` leads to; the first place in the pool that changed.
  size_t Follow(uint32_t row) {
    fresh_.clear();
    for (const int32_t near : List(row, 0)) {
      if (near < 0) break;
      const auto fresh = static_cast<uint32_t>(near);
      if (!seen_.Add(fresh)) continue;
      hwy::Prefetch(codes_.Row(fresh));
      hwy::Prefetch(codes_.scales() + fresh);
      fresh_.push_back(fresh);
    }
    size_t first = pool_.size();
    for (const uint32_t fresh : fresh_) {
      first = std::min(first, pool_.Add({fresh, Score(fresh)}));
    }
    return first;
  }

  const VectorGraph& graph_;
  const VectorCodes& codes_;
  const VectorCodes::Query& query_;
  Pool pool_;
  SeenRows seen_;
  std::vector<uint32_t> fresh_;  // of the row that is followed
};

std::vector<Neighbour> SearchGraph(const VectorGraph& graph,
                                   const VectorCodes& codes,
                                   const VectorCodes::Query& query,
                                   size_t breadth) {
  return GraphSearch(graph, codes, query, breadth).Run();
}

}  // namespace HWY_NAMESPACE
}  // namespace patron::index
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
#include <hwy/aligned_allocator.h>

namespace patron::index {
namespace {

constexpr size_t kPadding = 32;
constexpr float kLargest = 127;
constexpr size_t kSample = 2048;

size_t RoundUp(size_t n, size_t to) { return (n + to - 1) / to * to; }

AlignedCodes ZeroCodes(size_t bytes) {
  // None at all is not to be had.
  const size_t taken = std::max<size_t>(1, bytes);
  AlignedCodes codes(
      static_cast<int8_t*>(hwy::AllocateAlignedBytes(taken, nullptr, nullptr)));
  std::fill_n(codes.get(), taken, int8_t{0});
  return codes;
}

float LargestOf(std::span<const float> row) {
  float largest = 0;
  for (const float value : row) largest = std::max(largest, std::fabs(value));
  return largest;
}

// Writes codes of `row`; what they are to be multiplied with.
template <typename Code>
float EncodeRow(std::span<const float> row, Code* codes) {
  const float largest = LargestOf(row);
  if (largest == 0) return 0;
  const float by = kLargest / largest;
  // Rows so near zero that `by` has no room are zeros.
  if (!std::isfinite(by)) return 0;
  for (size_t i = 0; i < row.size(); ++i) {
    codes[i] = static_cast<Code>(std::lrint(row[i] * by));
  }
  return largest / kLargest;
}

std::vector<uint32_t> RowsInOrder(size_t rows) {
  std::vector<uint32_t> slots(RoundUp(rows, CodeBlocks::kRows),
                              CodeBlocks::kNoRow);
  std::iota(slots.begin(), slots.begin() + static_cast<ptrdiff_t>(rows), 0u);
  return slots;
}

HWY_EXPORT(GetDot);
HWY_EXPORT(ScanCodes);
HWY_EXPORT(OfferBlocks);
HWY_EXPORT(ScanRows);
HWY_EXPORT(ScoreRows);
HWY_EXPORT(SearchGraph);

}  // namespace

void FreeCodes::operator()(int8_t* codes) const {
  hwy::FreeAlignedBytes(codes, nullptr, nullptr);
}

VectorCodes::VectorCodes(std::span<const float> rows, size_t dimensions)
    : dimensions_(dimensions),
      stride_(RoundUp(dimensions, kPadding)),
      codes_(ZeroCodes(rows.size() / dimensions * stride_)),
      scales_(rows.size() / dimensions) {
  for (size_t i = 0; i < scales_.size(); ++i) {
    scales_[i] = EncodeRow(rows.subspan(i * dimensions, dimensions),
                           codes_.get() + i * stride_);
  }
}

VectorCodes::VectorCodes(const VectorCodes& codes, size_t step, size_t count)
    : dimensions_(codes.dimensions_),
      stride_(codes.stride_),
      codes_(ZeroCodes(count * stride_)),
      scales_(count) {
  for (size_t i = 0; i < count; ++i) {
    std::copy_n(codes.Row(i * step), stride_, codes_.get() + i * stride_);
    scales_[i] = codes.Scale(i * step);
  }
}

CodeBlocks::CodeBlocks(const VectorCodes& codes)
    : CodeBlocks(codes, RowsInOrder(codes.size())) {}

CodeBlocks::CodeBlocks(const VectorCodes& codes, std::vector<uint32_t> slots)
    : size_(codes.size()),
      pairs_(RoundUp(codes.dimensions(), 2) / 2),
      codes_(ZeroCodes(slots.size() * pairs_ * 2)),
      scales_(slots.size()),
      slots_(std::move(slots)) {
  for (size_t slot = 0; slot < slots_.size(); ++slot) {
    if (slots_[slot] == kNoRow) continue;
    const int8_t* from = codes.Row(slots_[slot]);
    scales_[slot] = codes.Scale(slots_[slot]);
    int8_t* to = codes_.get() + slot / kRows * kRows * pairs_ * 2;
    to += slot % kRows * 2;
    for (size_t p = 0; p < pairs_; ++p, to += 2 * kRows) {
      to[0] = from[2 * p];
      to[1] = from[2 * p + 1];
    }
  }
  const size_t step = size_ / kSample;
  if (step > 1) sample_ = VectorCodes(codes, step, kSample);
}

VectorCodes::Query VectorCodes::Encode(std::span<const float> query) const {
  Query encoded;
  encoded.codes.assign(stride_, 0);
  encoded.scale = EncodeRow(query, encoded.codes.data());
  return encoded;
}

DotFunction FastestDot() { return HWY_DYNAMIC_DISPATCH(GetDot)(); }

std::vector<Neighbour> ScanCodes(const CodeBlocks& codes,
                                 const VectorCodes::Query& query, size_t k) {
  if (k == 0) return {};
  return HWY_DYNAMIC_DISPATCH(ScanCodes)(codes, query, k);
}

void ScanBlocks(const CodeBlocks& codes, BlockRange range,
                const VectorCodes::Query& query, BestRows& best) {
  HWY_DYNAMIC_DISPATCH(OfferBlocks)(codes, range, query, best);
}

std::vector<Neighbour> ScanRows(std::span<const float> rows,
                                std::span<const float> query, size_t k) {
  if (k == 0 || query.empty()) return {};
  return HWY_DYNAMIC_DISPATCH(ScanRows)(rows, query, k);
}

void ScoreRows(std::span<const float> rows, std::span<const float> query,
               std::span<Neighbour> found) {
  HWY_DYNAMIC_DISPATCH(ScoreRows)(rows, query, found);
}

std::vector<Neighbour> SearchGraph(const VectorGraph& graph,
                                   const VectorCodes& codes,
                                   const VectorCodes::Query& query,
                                   size_t breadth) {
  if (graph.entry < 0 || breadth == 0) return {};
  return HWY_DYNAMIC_DISPATCH(SearchGraph)(graph, codes, query, breadth);
}

}  // namespace patron::index
#endif  // HWY_ONCE
