// A model of gradient-boosted trees as XGBoost's JSON has it, checked: what
// Trees makes its layout of.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::index {

struct TreesModel {
  struct Node {
    // Both −1 for a leaf.
    int32_t left = -1;
    int32_t right = -1;
    uint32_t feature = 0;
    bool missing_left = false;
    float value = 0;  // left if x < value; of a leaf what it adds
    float gain = 0;

    bool leaf() const { return left < 0; }
  };
  // Parents before children, the root first; what the root does not reach is
  // left out.
  using Tree = std::vector<Node>;

  std::string objective;
  float base_margin = 0;  // what sums begin with
  uint32_t features = 0;
  std::vector<std::string> feature_names;
  std::vector<Tree> trees;
};

// Errors as of Trees::Parse, but for the limits of its layout.
absl::StatusOr<TreesModel> ParseTreesModel(absl::string_view json);

}  // namespace patron::index
