// Trees as the processor likes them; see trees.h. Written by Trees::Parse, read
// by AddTrees.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace patron::index {

struct TreesLayout {
  // Rows that go through a tree together.
  static constexpr size_t kBlock = 64;
  static constexpr size_t kMaxFeatures = 256;
  // Of a feature; a value's rank among them is a byte.
  static constexpr size_t kMaxThresholds = 255;
  // Of a tree; a leaf's number is a byte.
  static constexpr size_t kMaxLeaves = 256;
  // Thresholds are compared so many at once.
  static constexpr size_t kGroup = 16;

  // A plane holds, for each row of a block, the number of thresholds of one
  // feature that are not above the row's value, less 128: a value goes right of
  // threshold t where its code is above t's rank less 128. A missing value has
  // the lowest code in the feature's left plane and the highest in its right
  // one; nodes read the plane of their default direction.
  struct Feature {
    uint32_t column = 0;       // of a row
    uint32_t first_tree = 0;   // that reads it
    uint16_t left_plane = 0;   // equal to right_plane if only one is read
    uint16_t right_plane = 0;  // then `missing` is that plane's code
    int8_t missing_left = INT8_MIN;
    int8_t missing_right = INT8_MAX;
    // Ascending in groups, filled up with NaN; the last of each group, so that
    // two comparisons find a rank.
    uint32_t groups = 0;
    uint32_t first_group = 0;  // in `thresholds`, of kGroup floats each
    uint32_t first_pivot = 0;  // in `pivots`, kGroup floats
  };

  // A node over two leaves, `leaf` and `leaf` + 1.
  struct Pair {
    uint16_t plane = 0;
    int8_t rank = 0;
    uint8_t leaf = 0;
  };
  // A node over any two rows of leaf numbers: row n < kMaxLeaves says leaf n
  // for all; row kMaxLeaves + i is the result of the tree's i-th node, pairs
  // first.
  struct Join {
    uint16_t plane = 0;
    uint16_t left = 0;
    uint16_t right = 0;
    int8_t rank = 0;
  };
  struct Tree {
    uint32_t first_pair = 0;
    uint32_t first_join = 0;
    uint32_t first_leaf = 0;
    uint16_t pairs = 0;
    uint16_t joins = 0;
    uint16_t root = 0;  // the row with the answer
  };

  std::string objective;
  std::vector<std::string> feature_names;
  std::vector<double> gain_share;
  size_t columns = 0;
  float base_margin = 0;

  size_t planes = 0;              // at most two a feature
  std::vector<Feature> features;  // those that are read
  std::vector<float> thresholds;
  std::vector<float> pivots;
  std::vector<Tree> trees;
  std::vector<Pair> pairs;
  std::vector<Join> joins;
  std::vector<float> leaves;
};

// Adds what trees [first, last) say to margins[0, count) of rows[0, count ×
// layout.columns).
void AddTrees(const TreesLayout& layout, size_t first, size_t last,
              const float* rows, size_t count, float* margins);

}  // namespace patron::index
