// Compiled once for each instruction set; the machine's best is chosen when it
// runs. Nothing but comparisons depends on the width of a vector.
#include <algorithm>
#include <cmath>
#include <cstring>

#include "index/trees_layout.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "index/trees_kernel.cc"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

HWY_BEFORE_NAMESPACE();
namespace patron::index {
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;
using Layout = TreesLayout;
constexpr size_t kBlock = Layout::kBlock;

// What a block of rows needs beside the layout.
struct Scratch {
  HWY_ALIGN_MAX int8_t codes[2 * Layout::kMaxFeatures][kBlock];
  HWY_ALIGN_MAX int8_t rows[2 * Layout::kMaxLeaves][kBlock];
};

// How many of kGroup floats at `group` are not above `value`.
HWY_INLINE size_t CountNotAbove(const float* group, float value) {
  const hn::CappedTag<float, Layout::kGroup> d;
  const auto wide = hn::Set(d, value);
  size_t count = 0;
  for (size_t i = 0; i < Layout::kGroup; i += hn::Lanes(d)) {
    count += hn::CountTrue(d, hn::Le(hn::LoadU(d, group + i), wide));
  }
  return count;
}

// How many of the feature's thresholds are not above `value`, less 128.
HWY_INLINE int8_t CodeOf(const float* pivots, const float* thresholds,
                         bool grouped, float value) {
  const size_t group = grouped ? CountNotAbove(pivots, value) : 0;
  const size_t first = group * Layout::kGroup;
  const size_t rank = first + CountNotAbove(thresholds + first, value);
  return static_cast<int8_t>(static_cast<int>(rank) - 128);
}

// What the loop reads is held in locals, as a store of a byte might change
// anything else.
void FillFeature(const Layout& layout, const Layout::Feature& feature,
                 const float* rows, size_t count, Scratch& scratch) {
  const size_t columns = layout.columns;
  const float* const pivots = layout.pivots.data() + feature.first_pivot;
  const float* const thresholds =
      layout.thresholds.data() + feature.first_group * Layout::kGroup;
  const bool grouped = feature.groups > 1;
  const int8_t missing_left = feature.missing_left;
  const int8_t missing_right = feature.missing_right;
  int8_t* HWY_RESTRICT const left = scratch.codes[feature.left_plane];
  const float* value = rows + feature.column;
  for (size_t row = 0; row < count; ++row, value += columns) {
    const int8_t code = CodeOf(pivots, thresholds, grouped, *value);
    left[row] = std::isnan(*value) ? missing_left : code;
  }
  if (feature.left_plane == feature.right_plane) return;
  int8_t* HWY_RESTRICT const right = scratch.codes[feature.right_plane];
  value = rows + feature.column;
  for (size_t row = 0; row < count; ++row, value += columns)
    right[row] = std::isnan(*value) ? missing_right : left[row];
}

// Of the features that trees below `last` read.
void FillCodes(const Layout& layout, size_t last, const float* rows,
               size_t count, Scratch& scratch) {
  for (const Layout::Feature& feature : layout.features)
    if (feature.first_tree < last)
      FillFeature(layout, feature, rows, count, scratch);
}

HWY_INLINE void EvaluatePairs(const Layout& layout, const Layout::Tree& tree,
                              Scratch& scratch) {
  const hn::CappedTag<int8_t, kBlock> d;
  int8_t* HWY_RESTRICT out = scratch.rows[Layout::kMaxLeaves];
  const Layout::Pair* pair = layout.pairs.data() + tree.first_pair;
  for (size_t n = tree.pairs; n > 0; --n, ++pair, out += kBlock) {
    const int8_t* HWY_RESTRICT codes = scratch.codes[pair->plane];
    const auto rank = hn::Set(d, pair->rank);
    const auto leaf = hn::Set(d, static_cast<int8_t>(pair->leaf));
    for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
      const auto right = hn::Gt(hn::Load(d, codes + i), rank);
      // True is −1.
      hn::Store(hn::Sub(leaf, hn::VecFromMask(d, right)), d, out + i);
    }
  }
}

HWY_INLINE void EvaluateJoins(const Layout& layout, const Layout::Tree& tree,
                              Scratch& scratch) {
  const hn::CappedTag<int8_t, kBlock> d;
  int8_t* out = scratch.rows[Layout::kMaxLeaves + tree.pairs];
  const Layout::Join* join = layout.joins.data() + tree.first_join;
  for (size_t n = tree.joins; n > 0; --n, ++join, out += kBlock) {
    const int8_t* codes = scratch.codes[join->plane];
    const int8_t* left = scratch.rows[join->left];
    const int8_t* right = scratch.rows[join->right];
    const auto rank = hn::Set(d, join->rank);
    for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
      const auto goes_right = hn::Gt(hn::Load(d, codes + i), rank);
      hn::Store(hn::IfThenElse(goes_right, hn::Load(d, right + i),
                               hn::Load(d, left + i)),
                d, out + i);
    }
  }
}

// Adds to each row what its leaf says.
HWY_INLINE void AddLeaves(const uint8_t* leaf, const float* leaves,
                          float* sums) {
  const hn::CappedTag<float, 16> d;
  const hn::RebindToSigned<decltype(d)> di;
  const hn::Rebind<uint8_t, decltype(d)> d8;
  for (size_t i = 0; i < kBlock; i += hn::Lanes(d)) {
    const auto at = hn::PromoteTo(di, hn::Load(d8, leaf + i));
    hn::Store(hn::Add(hn::Load(d, sums + i), hn::GatherIndex(d, leaves, at)), d,
              sums + i);
  }
}

void AddToBlock(const Layout& layout, size_t first, size_t last,
                const float* rows, size_t count, Scratch& scratch,
                float* margins) {
  FillCodes(layout, last, rows, count, scratch);
  HWY_ALIGN_MAX float sums[kBlock] = {};
  std::copy_n(margins, count, sums);
  for (size_t at = first; at < last; ++at) {
    const Layout::Tree& tree = layout.trees[at];
    EvaluatePairs(layout, tree, scratch);
    EvaluateJoins(layout, tree, scratch);
    const int8_t* leaf = scratch.rows[tree.root];
    const float* leaves = layout.leaves.data() + tree.first_leaf;
    AddLeaves(reinterpret_cast<const uint8_t*>(leaf), leaves, sums);
  }
  std::copy_n(sums, count, margins);
}

void Add(const Layout& layout, size_t first, size_t last, const float* rows,
         size_t count, float* margins) {
  Scratch scratch;
  // Rows beyond the last go through the trees too.
  std::memset(scratch.codes, 0, layout.planes * kBlock);
  for (size_t leaf = 0; leaf < Layout::kMaxLeaves; ++leaf) {
    std::memset(scratch.rows[leaf], static_cast<int>(leaf), kBlock);
  }
  for (size_t done = 0; done < count; done += kBlock) {
    AddToBlock(layout, first, last, rows + done * layout.columns,
               std::min(kBlock, count - done), scratch, margins + done);
  }
}

}  // namespace HWY_NAMESPACE
}  // namespace patron::index
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace patron::index {

HWY_EXPORT(Add);

void AddTrees(const TreesLayout& layout, size_t first, size_t last,
              const float* rows, size_t count, float* margins) {
  HWY_DYNAMIC_DISPATCH(Add)(layout, first, last, rows, count, margins);
}

}  // namespace patron::index
#endif  // HWY_ONCE
