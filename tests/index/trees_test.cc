#include "index/trees.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xgboost/c_api.h>

#include <bit>
#include <cmath>
#include <functional>
#include <limits>
#include <nlohmann/json.hpp>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "tests/index/every_target.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::index {
namespace {

using ::patron::testing::StatusIs;
using ::testing::AllOf;
using ::testing::HasSubstr;
using Json = nlohmann::json;

constexpr size_t kFeatures = 7;
constexpr float kMissing = std::numeric_limits<float>::quiet_NaN();

void Check(int code) { ASSERT_EQ(code, 0) << XGBGetLastError(); }

// Rows of numbers of several kinds: continuous, few values, mostly missing,
// never missing, constant.
std::vector<float> RandomRows(size_t rows, std::mt19937_64& random) {
  std::normal_distribution<float> normal;
  std::vector<float> values;
  for (size_t i = 0; i < rows; ++i) {
    values.push_back(normal(random));
    values.push_back(random() % 5 == 0 ? kMissing : normal(random) * 100);
    values.push_back(float(random() % 4));
    values.push_back(random() % 10 < 7 ? kMissing : std::exp(normal(random)));
    values.push_back(random() % 3 == 0 ? -0.0f : float(random() % 3) - 1);
    values.push_back(random() % 2 == 0 ? kMissing : 1.0f);
    values.push_back(float(random() % 100000) * 1e-7f);
  }
  return values;
}

struct Training {
  std::string objective = "binary:logistic";
  int depth = 6;
  int trees = 20;
  size_t rows = 3000;
  std::string base_score = "0.5";
  std::string max_bin = "255";
  std::vector<std::pair<std::string, std::string>> more = {};
  bool named = false;
};

// The library: what it learned, as JSON, and what it makes of rows.
class Library {
 public:
  Library(const Training& training, std::mt19937_64& random) {
    const std::vector<float> rows = RandomRows(training.rows, random);
    DMatrixHandle matrix = Matrix(rows);
    Label(rows, matrix, training, random);
    Check(XGBoosterCreate(&matrix, 1, &booster_));
    Set("objective", training.objective);
    Set("max_depth", std::to_string(training.depth));
    Set("tree_method", "hist");
    Set("max_bin", training.max_bin);
    Set("base_score", training.base_score);
    Set("nthread", "1");
    Set("eta", "0.3");
    Set("seed", std::to_string(random() % 1000));
    for (const auto& [name, value] : training.more) Set(name, value);
    if (training.named) NameFeatures();
    for (int i = 0; i < training.trees; ++i) {
      Check(XGBoosterUpdateOneIter(booster_, i, matrix));
    }
    Check(XGDMatrixFree(matrix));
  }
  ~Library() { XGBoosterFree(booster_); }

  std::string Save() const {
    bst_ulong size = 0;
    const char* bytes = nullptr;
    Check(XGBoosterSaveModelToBuffer(booster_, R"({"format":"json"})", &size,
                                     &bytes));
    return {bytes, size};
  }

  std::vector<float> Margins(const std::vector<float>& rows) const {
    const DMatrixHandle matrix = Matrix(rows);
    bst_ulong size = 0;
    const float* margins = nullptr;
    Check(XGBoosterPredict(booster_, matrix, /*option_mask=*/1, 0, 0, &size,
                           &margins));
    std::vector<float> result(margins, margins + size);
    Check(XGDMatrixFree(matrix));
    return result;
  }

 private:
  static DMatrixHandle Matrix(const std::vector<float>& rows) {
    DMatrixHandle matrix = nullptr;
    Check(XGDMatrixCreateFromMat(rows.data(), rows.size() / kFeatures,
                                 kFeatures, kMissing, &matrix));
    return matrix;
  }

  // Labels that the features tell something of; a group of ten is a query.
  static void Label(const std::vector<float>& rows, DMatrixHandle matrix,
                    const Training& training, std::mt19937_64& random) {
    const size_t count = rows.size() / kFeatures;
    std::vector<float> labels;
    for (size_t i = 0; i < count; ++i) {
      const float* row = &rows[i * kFeatures];
      const float missing = std::isnan(row[3]) ? 0.7f : 0;
      const float sum = row[0] + (row[2] > 1) + missing + row[6] * 50 +
                        float(random() % 100) / 50 - 2;
      labels.push_back(sum > 0 ? 1 : 0);
    }
    Check(XGDMatrixSetFloatInfo(matrix, "label", labels.data(), count));
    if (training.objective != "binary:logistic") {
      const std::vector<unsigned> groups(count / 10, 10);
      Check(
          XGDMatrixSetUIntInfo(matrix, "group", groups.data(), groups.size()));
    }
  }

  void NameFeatures() {
    const char* names[kFeatures] = {"a", "b", "c", "d", "e", "f", "g"};
    Check(
        XGBoosterSetStrFeatureInfo(booster_, "feature_name", names, kFeatures));
  }

  void Set(const std::string& name, const std::string& value) {
    Check(XGBoosterSetParam(booster_, name.c_str(), value.c_str()));
  }

  BoosterHandle booster_ = nullptr;
};

// The thresholds of each feature, as the saved model has them.
std::vector<std::vector<float>> Thresholds(const std::string& json) {
  std::vector<std::set<float>> found(kFeatures);
  const Json model = Json::parse(json);
  for (const Json& tree :
       model["learner"]["gradient_booster"]["model"]["trees"]) {
    for (size_t i = 0; i < tree["left_children"].size(); ++i) {
      if (tree["left_children"][i] == -1) continue;
      found[tree["split_indices"][i]].insert(
          tree["split_conditions"][i].get<float>());
    }
  }
  std::vector<std::vector<float>> thresholds;
  for (const auto& of_feature : found) {
    thresholds.emplace_back(of_feature.begin(), of_feature.end());
  }
  return thresholds;
}

// Rows whose values stand on a threshold, one step beside it, or are missing.
std::vector<float> EdgeRows(const std::string& json, size_t count,
                            std::mt19937_64& random) {
  const auto thresholds = Thresholds(json);
  std::vector<float> rows;
  for (size_t i = 0; i < count; ++i) {
    for (const std::vector<float>& of_feature : thresholds) {
      const float at =
          of_feature.empty() ? 0 : of_feature[random() % of_feature.size()];
      const float values[] = {at,
                              std::nextafterf(at, -INFINITY),
                              std::nextafterf(at, INFINITY),
                              kMissing,
                              std::numeric_limits<float>::lowest(),
                              std::numeric_limits<float>::max()};
      rows.push_back(values[random() % 6]);
    }
  }
  return rows;
}

void ExpectSameBits(const std::vector<float>& ours,
                    const std::vector<float>& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (size_t i = 0; i < ours.size(); ++i) {
    ASSERT_EQ(std::bit_cast<uint32_t>(ours[i]),
              std::bit_cast<uint32_t>(theirs[i]))
        << "row " << i << ": " << ours[i] << ", the library " << theirs[i];
  }
}

std::vector<float> MarginsOf(const Trees& trees,
                             const std::vector<float>& rows) {
  std::vector<float> margins(rows.size() / kFeatures);
  trees.Score(rows, margins);
  return margins;
}

TEST(TreesTest, SumsEqualTheLibrarysToTheLastBit) {
  std::mt19937_64 random(testing::TestSeed(11));
  const Training settings[] = {
      {},
      {.objective = "rank:ndcg"},
      {.objective = "rank:pairwise", .depth = 4},
      {.depth = 1, .trees = 50},
      {.depth = 2, .trees = 1},
      {.depth = 8, .trees = 60, .base_score = "0.137"},
      {.depth = 3, .trees = 100, .max_bin = "16"},
      {.objective = "rank:ndcg", .depth = 8, .base_score = "0.25"},
      {.trees = 10, .more = {{"gamma", "1"}}},
      {.depth = 0,
       .trees = 10,
       .more = {{"grow_policy", "lossguide"}, {"max_leaves", "40"}}},
      {.trees = 5, .more = {{"num_parallel_tree", "3"}, {"subsample", "0.5"}}},
      {.trees = 3, .more = {{"min_child_weight", "1000000"}}},
  };
  for (const Training& training : settings) {
    SCOPED_TRACE(training.objective + ", depth " +
                 std::to_string(training.depth) + ", trees " +
                 std::to_string(training.trees));
    const Library library(training, random);
    const std::string json = library.Save();
    ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(json));
    const std::vector<float> rows = RandomRows(997, random);
    ExpectSameBits(MarginsOf(trees, rows), library.Margins(rows));
    const std::vector<float> edges = EdgeRows(json, 2000, random);
    ExpectSameBits(MarginsOf(trees, edges), library.Margins(edges));
  }
}

TEST(TreesTest, SumsAreTheSameBitsOnEveryTarget) {
  std::mt19937_64 random(testing::TestSeed(16));
  const Library library({.trees = 40}, random);
  const std::string json = library.Save();
  ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(json));
  const std::vector<float> rows = EdgeRows(json, 300, random);
  const std::vector<float> margins = library.Margins(rows);
  OnEveryTarget([&] { ExpectSameBits(MarginsOf(trees, rows), margins); });
}

TEST(TreesTest, TwoStagesGiveTheBitsOfOne) {
  std::mt19937_64 random(testing::TestSeed(17));
  const Library library({.trees = 30}, random);
  ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(library.Save()));
  const std::vector<float> rows = RandomRows(150, random);
  const std::vector<float> whole = MarginsOf(trees, rows);
  for (const size_t first : {0, 1, 7, 29, 30, 31}) {
    std::vector<float> margins(150, 5);
    trees.ScoreFirst(first, rows, margins);
    trees.AddRest(first, rows, margins);
    ExpectSameBits(margins, whole);
  }
  std::vector<float> first(150);
  trees.ScoreFirst(7, rows, first);
  EXPECT_NE(first, whole);
}

TEST(TreesTest, ARowsSumDoesNotDependOnItsPlace) {
  std::mt19937_64 random(testing::TestSeed(12));
  const Library library({}, random);
  ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(library.Save()));
  const std::vector<float> rows = RandomRows(200, random);
  const std::vector<float> whole = MarginsOf(trees, rows);
  for (const size_t count : {0, 1, 2, 31, 32, 63, 64, 65, 127, 128, 129}) {
    const size_t from = 200 - count;
    const std::vector<float> part(rows.begin() + from * kFeatures, rows.end());
    ExpectSameBits(MarginsOf(trees, part), {whole.begin() + from, whole.end()});
  }
}

TEST(TreesTest, TellsWhatTheModelSaysOfItself) {
  std::mt19937_64 random(testing::TestSeed(13));
  const Library library({.trees = 9, .named = true}, random);
  ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(library.Save()));
  EXPECT_EQ(trees.trees(), 9u);
  EXPECT_EQ(trees.features(), kFeatures);
  EXPECT_EQ(trees.objective(), "binary:logistic");
  EXPECT_THAT(trees.feature_names(),
              ::testing::ElementsAre("a", "b", "c", "d", "e", "f", "g"));
  double sum = 0;
  for (const double share : trees.gain_share()) sum += share;
  EXPECT_NEAR(sum, 1, 1e-9);
  EXPECT_GT(trees.gain_share()[0], 0.2) << "it decides most";
  EXPECT_LT(trees.gain_share()[1], 0.2) << "it says nothing";
}

// A model by hand: feature 0 below 1 gives 0.5; else feature 1 below 2, or
// missing, gives −0.25, else 4.
Json SmallModel() {
  return Json::parse(R"({"learner":{
    "feature_names":[],
    "gradient_booster":{"name":"gbtree","model":{
      "gbtree_model_param":{"num_trees":"1"},
      "trees":[{"tree_param":{"num_nodes":"5"},
        "left_children":[1,-1,3,-1,-1],
        "right_children":[2,-1,4,-1,-1],
        "split_indices":[0,0,1,0,0],
        "split_conditions":[1.0,0.5,2.0,-0.25,4.0],
        "default_left":[0,0,1,0,0],
        "split_type":[0,0,0,0,0],
        "loss_changes":[3.0,0.0,1.0,0.0,0.0]}]}},
    "learner_model_param":{"base_score":"5E-1","num_feature":"2"},
    "objective":{"name":"rank:ndcg"}}})");
}

TEST(TreesTest, AModelByHandGivesTheSumsByHand) {
  ASSERT_OK_AND_ASSIGN(const Trees trees, Trees::Parse(SmallModel().dump()));
  const std::vector<float> rows = {0, 5,        1,        1, 1, 2,
                                   1, kMissing, kMissing, 2, 0, kMissing};
  std::vector<float> margins(6);
  trees.Score(rows, margins);
  EXPECT_THAT(margins, ::testing::ElementsAre(1, 0.25, 4.5, 0.25, 4.5, 1));
  EXPECT_THAT(trees.gain_share(), ::testing::ElementsAre(0.75, 0.25));
}

struct Damage {
  std::string name;
  std::function<void(Json& model, Json& tree)> make;
  std::string message;
};

TEST(TreesTest, DamageIsNamed) {
  const Damage damages[] = {
      {"a child beyond the nodes",
       [](Json&, Json& t) { t["left_children"][0] = 5; },
       "tree 0: left_children[0]: 5, wanted -1 to 4"},
      {"a child below -1", [](Json&, Json& t) { t["right_children"][2] = -2; },
       "right_children[2]: -2"},
      {"a child that is no integer",
       [](Json&, Json& t) { t["left_children"][0] = 1.5; },
       "left_children[0]: 1.5, wanted an integer"},
      {"a cycle", [](Json&, Json& t) { t["left_children"][2] = 0; },
       "node 0: reached twice, at last from node 2"},
      {"a shared child", [](Json&, Json& t) { t["left_children"][2] = 4; },
       "node 4: reached twice"},
      {"one child", [](Json&, Json& t) { t["left_children"][2] = -1; },
       "node 2: left_children -1, right_children 4"},
      {"a short array", [](Json&, Json& t) { t["default_left"].erase(4); },
       "default_left: 4 values, wanted 5"},
      {"another count of nodes",
       [](Json&, Json& t) { t["tree_param"]["num_nodes"] = "6"; },
       "left_children: 5 values, wanted 6"},
      {"no nodes", [](Json&, Json& t) { t["tree_param"]["num_nodes"] = "0"; },
       "5 values, wanted 0"},
      {"a threshold that is no number",
       [](Json&, Json& t) { t["split_conditions"][2] = nullptr; },
       "split_conditions[2]: null, wanted a finite number"},
      {"a feature beyond the row",
       [](Json&, Json& t) { t["split_indices"][2] = 2; },
       "split_indices[2]: 2, wanted 0 to 1"},
      {"a split by category", [](Json&, Json& t) { t["split_type"][0] = 1; },
       "split_type[0]"},
      {"a missing array", [](Json&, Json& t) { t.erase("split_indices"); },
       "split_indices: is missing"},
      {"another count of trees",
       [](Json& m, Json&) {
         m["learner"]["gradient_booster"]["model"]["gbtree_model_param"]
          ["num_trees"] = "2";
       },
       "trees: 1 values, wanted 2"},
      {"a base score that is no number",
       [](Json& m, Json&) {
         m["learner"]["learner_model_param"]["base_score"] = "x";
       },
       "base_score: \"x\""},
      {"a base score that is no probability",
       [](Json& m, Json&) {
         m["learner"]["objective"]["name"] = "binary:logistic";
         m["learner"]["learner_model_param"]["base_score"] = "1E0";
       },
       "base_score: 1E0, wanted a probability"},
      {"names for fewer features",
       [](Json& m, Json&) { m["learner"]["feature_names"] = {"a"}; },
       "feature_names: 1 values, wanted 2"},
      {"no learner", [](Json& m, Json&) { m.erase("learner"); },
       "learner: is missing"},
  };
  for (const Damage& damage : damages) {
    SCOPED_TRACE(damage.name);
    Json model = SmallModel();
    damage.make(model,
                model["learner"]["gradient_booster"]["model"]["trees"][0]);
    EXPECT_THAT(
        Trees::Parse(model.dump()),
        StatusIs(absl::StatusCode::kDataLoss,
                 AllOf(HasSubstr("ranker: "), HasSubstr(damage.message))));
  }
}

TEST(TreesTest, TextThatIsNoJsonIsDamaged) {
  std::string nan = SmallModel().dump();
  nan.replace(nan.find("2.0"), 3, "NaN");
  std::string huge = SmallModel().dump();
  huge.replace(huge.find("2.0"), 3, "1e99");
  const std::string cut = SmallModel().dump().substr(0, 200);
  for (const std::string& text : {nan, huge, cut, std::string()}) {
    EXPECT_THAT(Trees::Parse(text), StatusIs(absl::StatusCode::kDataLoss));
  }
}

TEST(TreesTest, TextWithAnyByteChangedIsRefusedOrEvaluated) {
  std::mt19937_64 random(testing::TestSeed(17));
  const std::string whole = SmallModel().dump();
  const std::vector<float> rows = {0.5f, kMissing, 1.5f, 2.0f};
  size_t refused = 0;
  for (int i = 0; i < 5000; ++i) {
    std::string text = whole;
    text[random() % text.size()] = static_cast<char>(' ' + random() % 95);
    const auto trees = Trees::Parse(text);
    refused += !trees.ok();
    if (!trees.ok() || trees->features() != 2) continue;
    std::vector<float> margins(2);
    trees->Score(rows, margins);
  }
  EXPECT_GT(refused, 2500u);
}

TEST(TreesTest, WhatItDoesNotEvaluateIsRefused) {
  Json linear = SmallModel();
  linear["learner"]["gradient_booster"]["name"] = "gblinear";
  EXPECT_THAT(Trees::Parse(linear.dump()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("booster is \"gblinear\"")));
  Json classes = SmallModel();
  classes["learner"]["objective"]["name"] = "multi:softmax";
  EXPECT_THAT(Trees::Parse(classes.dump()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("objective is \"multi:softmax\"")));
  Json wide = SmallModel();
  wide["learner"]["learner_model_param"]["num_feature"] = "257";
  EXPECT_THAT(Trees::Parse(wide.dump()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("features: 257, at most 256")));
}

TEST(TreesTest, MoreThresholdsThanAByteCountsAreRefused) {
  std::mt19937_64 random(testing::TestSeed(14));
  const Library library({.trees = 60, .rows = 20000, .max_bin = "1024"},
                        random);
  EXPECT_THAT(Trees::Parse(library.Save()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       AllOf(HasSubstr("thresholds of feature"),
                             HasSubstr("at most 255"))));
}

TEST(TreesTest, MoreLeavesThanAByteCountsAreRefused) {
  std::mt19937_64 random(testing::TestSeed(15));
  const Library library({.depth = 12,
                         .trees = 1,
                         .rows = 20000,
                         .more = {{"min_child_weight", "0"}}},
                        random);
  EXPECT_THAT(
      Trees::Parse(library.Save()),
      StatusIs(absl::StatusCode::kInvalidArgument,
               AllOf(HasSubstr("leaves of tree 0"), HasSubstr("at most 256"))));
}

}  // namespace
}  // namespace patron::index
