#include "index/trees_model.h"

#include <cmath>
#include <exception>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::index {
namespace {

// Numbers are read as floats at once: the library wrote the shortest text that
// gives each float back, which a double between may round once too often.
using Json = nlohmann::basic_json<std::map, std::vector, std::string, bool,
                                  int64_t, uint64_t, float>;

// Thrown within this file alone.
template <typename... Parts>
[[noreturn]] void Damaged(const Parts&... parts) {
  throw std::runtime_error(absl::StrCat(parts...));
}

const Json& Member(const Json& json, const char* name) {
  if (!json.is_object()) Damaged(name, ": not in an object");
  const auto found = json.find(name);
  if (found == json.end()) Damaged(name, ": is missing");
  return *found;
}

std::string Text(const Json& json, const char* name) {
  const Json& value = Member(json, name);
  if (!value.is_string()) Damaged(name, ": ", value.dump(), ", wanted a text");
  return value.get<std::string>();
}

// The library writes its parameters as text.
uint32_t Count(const Json& json, const char* name) {
  const std::string text = Text(json, name);
  uint32_t value = 0;
  if (!absl::SimpleAtoi(text, &value)) {
    Damaged(name, ": ", Quoted(text), ", wanted a count");
  }
  return value;
}

const Json& Array(const Json& json, const char* name, size_t size) {
  const Json& array = Member(json, name);
  if (!array.is_array()) Damaged(name, ": is no array");
  if (array.size() != size) {
    Damaged(name, ": ", array.size(), " values, wanted ", size);
  }
  return array;
}

int64_t IntegerAt(const Json& array, const char* name, size_t at) {
  const Json& value = array[at];
  if (value.is_boolean()) return value.get<bool>();
  if (!value.is_number_integer()) {
    Damaged(name, "[", at, "]: ", value.dump(), ", wanted an integer");
  }
  return value.get<int64_t>();
}

float NumberAt(const Json& array, const char* name, size_t at) {
  const Json& value = array[at];
  if (!value.is_number() || !std::isfinite(value.get<float>())) {
    Damaged(name, "[", at, "]: ", value.dump(), ", wanted a finite number");
  }
  return value.get<float>();
}

// One tree's arrays, a value a node.
class TreeReader {
 public:
  TreeReader(const Json& json, uint32_t features)
      : nodes_(Count(Member(json, "tree_param"), "num_nodes")),
        features_(features),
        left_(Array(json, "left_children", nodes_)),
        right_(Array(json, "right_children", nodes_)),
        feature_(Array(json, "split_indices", nodes_)),
        value_(Array(json, "split_conditions", nodes_)),
        missing_left_(Array(json, "default_left", nodes_)),
        gain_(Array(json, "loss_changes", nodes_)),
        type_(Array(json, "split_type", nodes_)) {}

  // From the root on, so that a node is checked when it is reached.
  TreesModel::Tree Read() const {
    if (nodes_ == 0) Damaged("num_nodes: 0, wanted 1 or more");
    std::vector<bool> reached(nodes_, false);
    std::vector<size_t> order = {0};
    TreesModel::Tree tree;
    reached[0] = true;
    for (size_t at = 0; at < order.size(); ++at) {
      tree.push_back(NodeAt(order[at]));
      TreesModel::Node& node = tree.back();
      if (node.leaf()) continue;
      node.left = Reach(order[at], node.left, reached, order);
      node.right = Reach(order[at], node.right, reached, order);
    }
    return tree;
  }

 private:
  TreesModel::Node NodeAt(size_t at) const {
    TreesModel::Node node;
    node.left = Child(left_, "left_children", at);
    node.right = Child(right_, "right_children", at);
    if ((node.left < 0) != (node.right < 0)) {
      Damaged("node ", at, ": left_children ", node.left, ", right_children ",
              node.right, ", wanted both or neither");
    }
    node.value = NumberAt(value_, "split_conditions", at);
    if (node.leaf()) return node;
    node.feature = Feature(at);
    node.missing_left = IntegerAt(missing_left_, "default_left", at) != 0;
    node.gain = NumberAt(gain_, "loss_changes", at);
    if (IntegerAt(type_, "split_type", at) != 0) {
      Damaged("split_type[", at, "]: wanted 0, a number's");
    }
    return node;
  }

  int32_t Child(const Json& array, const char* name, size_t at) const {
    const int64_t child = IntegerAt(array, name, at);
    if (child < -1 || child >= static_cast<int64_t>(nodes_)) {
      Damaged(name, "[", at, "]: ", child, ", wanted -1 to ", nodes_ - 1);
    }
    return static_cast<int32_t>(child);
  }

  uint32_t Feature(size_t at) const {
    const int64_t feature = IntegerAt(feature_, "split_indices", at);
    if (feature < 0 || feature >= static_cast<int64_t>(features_)) {
      Damaged("split_indices[", at, "]: ", feature, ", wanted 0 to ",
              int64_t{features_} - 1);
    }
    return static_cast<uint32_t>(feature);
  }

  // Appends `child` to `order`; where it stands there.
  static int32_t Reach(size_t parent, int32_t child, std::vector<bool>& reached,
                       std::vector<size_t>& order) {
    const auto at = static_cast<size_t>(child);
    if (reached[at]) {
      Damaged("node ", child, ": reached twice, at last from node ", parent);
    }
    reached[at] = true;
    order.push_back(at);
    return static_cast<int32_t>(order.size() - 1);
  }

  const size_t nodes_;
  const uint32_t features_;
  const Json& left_;
  const Json& right_;
  const Json& feature_;
  const Json& value_;
  const Json& missing_left_;
  const Json& gain_;
  const Json& type_;
};

TreesModel::Tree ReadTree(const Json& json, size_t number, uint32_t features) {
  try {
    return TreeReader(json, features).Read();
  } catch (const std::exception& error) {
    Damaged("tree ", number, ": ", error.what());
  }
}

// base_score is a probability for binary:logistic; sums begin with its logit,
// computed in float as the library does.
float BaseMargin(const std::string& objective, const std::string& text) {
  float score = 0;
  if (!absl::SimpleAtof(text, &score) || !std::isfinite(score)) {
    Damaged("base_score: ", Quoted(text), ", wanted a finite number");
  }
  if (objective != "binary:logistic") return score;
  if (!(score > 0 && score < 1)) {
    Damaged("base_score: ", text, ", wanted a probability above 0 and below 1");
  }
  return -std::log(1.0f / score - 1.0f);
}

std::vector<std::string> FeatureNames(const Json& learner, uint32_t features) {
  const auto found = learner.find("feature_names");
  if (found == learner.end() || found->empty()) return {};
  return Array(learner, "feature_names", features)
      .get<std::vector<std::string>>();
}

TreesModel ReadModel(const Json& json) {
  const Json& learner = Member(json, "learner");
  const Json& parameters = Member(learner, "learner_model_param");
  TreesModel model;
  model.objective = Text(Member(learner, "objective"), "name");
  model.features = Count(parameters, "num_feature");
  model.base_margin =
      BaseMargin(model.objective, Text(parameters, "base_score"));
  model.feature_names = FeatureNames(learner, model.features);
  const Json& booster = Member(Member(learner, "gradient_booster"), "model");
  const uint32_t count =
      Count(Member(booster, "gbtree_model_param"), "num_trees");
  const Json& trees = Array(booster, "trees", count);
  for (size_t i = 0; i < trees.size(); ++i) {
    model.trees.push_back(ReadTree(trees[i], i, model.features));
  }
  return model;
}

// What the library can train and this program does not evaluate.
absl::Status CheckKind(const Json& json) {
  const Json& learner = Member(json, "learner");
  const std::string booster = Text(Member(learner, "gradient_booster"), "name");
  if (booster != "gbtree") {
    return absl::InvalidArgumentError(absl::StrCat(
        "ranker: booster is ", Quoted(booster), ", wanted gbtree"));
  }
  const std::string objective = Text(Member(learner, "objective"), "name");
  for (const char* known :
       {"binary:logistic", "rank:ndcg", "rank:pairwise", "rank:map"}) {
    if (objective == known) return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("ranker: objective is ", Quoted(objective),
                   ", wanted binary:logistic, rank:ndcg, rank:pairwise or "
                   "rank:map"));
}

}  // namespace

absl::StatusOr<TreesModel> ParseTreesModel(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    PATRON_RETURN_IF_ERROR(CheckKind(json));
    return ReadModel(json);
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat("ranker: ", error.what()));
  }
}

}  // namespace patron::index
