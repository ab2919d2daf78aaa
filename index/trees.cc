#include "index/trees.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <limits>
#include <utility>

#include "absl/strings/str_cat.h"
#include "index/trees_layout.h"
#include "index/trees_model.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

using Layout = TreesLayout;
using Node = TreesModel::Node;

absl::Status Beyond(absl::string_view what, size_t value, size_t limit) {
  return absl::InvalidArgumentError(
      absl::StrCat("ranker: ", what, ": ", value, ", at most ", limit));
}

std::vector<double> GainShare(const TreesModel& model) {
  std::vector<double> share(model.features, 0.0);
  double total = 0;
  for (const TreesModel::Tree& tree : model.trees) {
    for (const Node& node : tree) {
      if (node.leaf()) continue;
      share[node.feature] += node.gain;
      total += node.gain;
    }
  }
  if (total > 0) {
    for (double& value : share) value /= total;
  }
  return share;
}

// What the nodes say of one feature.
struct Use {
  std::vector<float> thresholds;  // ascending, distinct
  uint32_t first_tree = 0;
  std::array<bool, 2> missing_left = {false, false};  // is there such a node?
  std::array<uint16_t, 2> plane = {0, 0};             // by missing_left
};

std::vector<Use> CollectUses(const TreesModel& model) {
  std::vector<Use> uses(model.features);
  for (uint32_t at = 0; at < model.trees.size(); ++at) {
    for (const Node& node : model.trees[at]) {
      if (node.leaf()) continue;
      Use& use = uses[node.feature];
      if (use.thresholds.empty()) use.first_tree = at;
      use.thresholds.push_back(node.value);
      use.missing_left[node.missing_left] = true;
    }
  }
  for (Use& use : uses) {
    std::sort(use.thresholds.begin(), use.thresholds.end());
    use.thresholds.erase(
        std::unique(use.thresholds.begin(), use.thresholds.end()),
        use.thresholds.end());
  }
  return uses;
}

absl::Status CheckUses(const TreesModel& model, const std::vector<Use>& uses) {
  for (size_t i = 0; i < uses.size(); ++i) {
    if (uses[i].thresholds.size() <= Layout::kMaxThresholds) continue;
    const std::string name =
        i < model.feature_names.size() ? model.feature_names[i] : "";
    return Beyond(absl::StrCat("thresholds of feature ", i, " ", name),
                  uses[i].thresholds.size(), Layout::kMaxThresholds);
  }
  return absl::OkStatus();
}

// Appends the thresholds in whole groups with one place more than they need: a
// value above all has a group to be counted in.
void AddThresholds(const std::vector<float>& thresholds, Layout& layout,
                   Layout::Feature& feature) {
  constexpr float kFill = std::numeric_limits<float>::quiet_NaN();
  feature.groups =
      static_cast<uint32_t>(thresholds.size() / Layout::kGroup + 1);
  feature.first_group =
      static_cast<uint32_t>(layout.thresholds.size() / Layout::kGroup);
  feature.first_pivot = static_cast<uint32_t>(layout.pivots.size());
  layout.thresholds.insert(layout.thresholds.end(), thresholds.begin(),
                           thresholds.end());
  layout.thresholds.resize(
      (size_t{feature.first_group} + feature.groups) * Layout::kGroup, kFill);
  for (size_t i = Layout::kGroup - 1; i < thresholds.size();
       i += Layout::kGroup) {
    layout.pivots.push_back(thresholds[i]);
  }
  layout.pivots.resize(size_t{feature.first_pivot} + Layout::kGroup, kFill);
}

void AddFeature(uint32_t column, Use& use, Layout& layout) {
  if (use.thresholds.empty()) return;
  Layout::Feature feature;
  feature.column = column;
  feature.first_tree = use.first_tree;
  for (const size_t left : {0, 1}) {
    if (!use.missing_left[left]) continue;
    use.plane[left] = static_cast<uint16_t>(layout.planes++);
  }
  // One plane alone stands for both.
  if (!use.missing_left[0]) {
    use.plane[0] = use.plane[1];
    feature.missing_right = feature.missing_left;
  } else if (!use.missing_left[1]) {
    use.plane[1] = use.plane[0];
    feature.missing_left = feature.missing_right;
  }
  feature.left_plane = use.plane[1];
  feature.right_plane = use.plane[0];
  AddThresholds(use.thresholds, layout, feature);
  layout.features.push_back(feature);
}

// Lays out one tree.
class TreeBuilder {
 public:
  TreeBuilder(const TreesModel::Tree& tree, const std::vector<Use>& uses,
              Layout& layout)
      : tree_(tree), uses_(uses), layout_(layout), row_(tree.size(), 0) {}

  void Build() {
    out_.first_pair = static_cast<uint32_t>(layout_.pairs.size());
    out_.first_join = static_cast<uint32_t>(layout_.joins.size());
    out_.first_leaf = static_cast<uint32_t>(layout_.leaves.size());
    NumberLeaves();
    AddPairs();
    AddJoins();
    out_.root = row_[0];
    layout_.trees.push_back(out_);
  }

 private:
  const Node& LeftOf(const Node& node) const { return tree_[node.left]; }
  const Node& RightOf(const Node& node) const { return tree_[node.right]; }
  bool IsPair(const Node& node) const {
    return !node.leaf() && LeftOf(node).leaf() && RightOf(node).leaf();
  }

  // Siblings follow each other, as parents are listed before their children and
  // a left child is listed just before the right one.
  void NumberLeaves() {
    uint16_t leaf = 0;
    for (size_t i = 0; i < tree_.size(); ++i) {
      if (!tree_[i].leaf()) continue;
      row_[i] = leaf++;
      layout_.leaves.push_back(tree_[i].value);
    }
  }

  void AddPairs() {
    for (size_t i = 0; i < tree_.size(); ++i) {
      const Node& node = tree_[i];
      if (!IsPair(node)) continue;
      row_[i] = static_cast<uint16_t>(Layout::kMaxLeaves + out_.pairs++);
      layout_.pairs.push_back(
          {PlaneOf(node), RankOf(node), static_cast<uint8_t>(row_[node.left])});
    }
  }

  // From the back: children come after their parents.
  void AddJoins() {
    for (size_t i = tree_.size(); i-- > 0;) {
      const Node& node = tree_[i];
      if (node.leaf() || IsPair(node)) continue;
      row_[i] =
          static_cast<uint16_t>(Layout::kMaxLeaves + out_.pairs + out_.joins++);
      layout_.joins.push_back(
          {PlaneOf(node), row_[node.left], row_[node.right], RankOf(node)});
    }
  }

  uint16_t PlaneOf(const Node& node) const {
    return uses_[node.feature].plane[node.missing_left];
  }
  int8_t RankOf(const Node& node) const {
    const std::vector<float>& all = uses_[node.feature].thresholds;
    const auto at = std::lower_bound(all.begin(), all.end(), node.value);
    return static_cast<int8_t>(at - all.begin() - 128);
  }

  const TreesModel::Tree& tree_;
  const std::vector<Use>& uses_;
  Layout& layout_;
  Layout::Tree out_;
  std::vector<uint16_t> row_;  // by node: where its answer stands
};

absl::Status CheckSize(const TreesModel& model) {
  if (model.features > Layout::kMaxFeatures) {
    return Beyond("features", model.features, Layout::kMaxFeatures);
  }
  for (size_t i = 0; i < model.trees.size(); ++i) {
    const size_t leaves = (model.trees[i].size() + 1) / 2;
    if (leaves <= Layout::kMaxLeaves) continue;
    return Beyond(absl::StrCat("leaves of tree ", i), leaves,
                  Layout::kMaxLeaves);
  }
  return absl::OkStatus();
}

}  // namespace

Trees::Trees(std::unique_ptr<const TreesLayout> layout)
    : layout_(std::move(layout)) {}
Trees::~Trees() = default;
Trees::Trees(Trees&&) noexcept = default;
Trees& Trees::operator=(Trees&&) noexcept = default;

absl::StatusOr<Trees> Trees::Parse(absl::string_view json) {
  PATRON_ASSIGN_OR_RETURN(TreesModel model, ParseTreesModel(json));
  PATRON_RETURN_IF_ERROR(CheckSize(model));
  std::vector<Use> uses = CollectUses(model);
  PATRON_RETURN_IF_ERROR(CheckUses(model, uses));
  auto layout = std::make_unique<Layout>();
  layout->columns = model.features;
  layout->base_margin = model.base_margin;
  layout->gain_share = GainShare(model);
  for (uint32_t i = 0; i < uses.size(); ++i) AddFeature(i, uses[i], *layout);
  for (const TreesModel::Tree& tree : model.trees) {
    TreeBuilder(tree, uses, *layout).Build();
  }
  layout->objective = std::move(model.objective);
  layout->feature_names = std::move(model.feature_names);
  return Trees(std::move(layout));
}

size_t Trees::features() const { return layout_->columns; }
size_t Trees::trees() const { return layout_->trees.size(); }
const std::string& Trees::objective() const { return layout_->objective; }
const std::vector<std::string>& Trees::feature_names() const {
  return layout_->feature_names;
}
const std::vector<double>& Trees::gain_share() const {
  return layout_->gain_share;
}

void Trees::Score(std::span<const float> rows, std::span<float> margins) const {
  std::fill(margins.begin(), margins.end(), layout_->base_margin);
  Add(0, trees(), rows, margins);
}

void Trees::ScoreFirst(size_t count, std::span<const float> rows,
                       std::span<float> margins) const {
  std::fill(margins.begin(), margins.end(), layout_->base_margin);
  Add(0, std::min(count, trees()), rows, margins);
}

void Trees::AddRest(size_t count, std::span<const float> rows,
                    std::span<float> margins) const {
  Add(std::min(count, trees()), trees(), rows, margins);
}

void Trees::Add(size_t first, size_t last, std::span<const float> rows,
                std::span<float> margins) const {
  PATRON_CHECK(rows.size() == margins.size() * features());
  AddTrees(*layout_, first, last, rows.data(), margins.size(), margins.data());
}

}  // namespace patron::index
