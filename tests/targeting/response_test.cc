#include "server/targeting/response.h"

#include <gtest/gtest.h>

#include <cmath>
#include <random>

#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::targeting {
namespace {

using ::patron::testing::StatusIs;

double Unit(std::mt19937_64& random) {
  return static_cast<double>(random() >> 11) * 0x1p-53;
}

// Outcomes by log odds -1 + 2 · recency - coupon_lines.
std::vector<Example> SomeExamples(int count, uint64_t seed) {
  std::mt19937_64 random(seed);
  std::vector<Example> examples;
  for (int i = 0; i < count; ++i) {
    Example& example = examples.emplace_back();
    for (double& value : example.features) value = Unit(random);
    example.features[kDepth] = 0;
    const double odds =
        -1 + 2 * example.features[kRecency] - example.features[kCouponLines];
    example.used = Unit(random) < 1 / (1 + std::exp(-odds));
  }
  return examples;
}

TEST(ResponseTest, FindsWhatOutcomesCameFrom) {
  const auto examples = SomeExamples(20'000, testing::TestSeed(7));
  LearnOptions options;
  options.penalty = 0.01;
  ASSERT_OK_AND_ASSIGN(const auto model, Learn(examples, options));
  const double deviation = std::sqrt(1.0 / 12);  // of a uniform number
  EXPECT_NEAR(model.weights()[kRecency] / deviation, 2, 0.3);
  EXPECT_NEAR(model.weights()[kCouponLines] / deviation, -1, 0.3);
  EXPECT_NEAR(model.weights()[kItems] / deviation, 0, 0.3);
  EXPECT_EQ(model.weights()[kDepth], 0) << "never varied";
}

// The derivative by the intercept is zero at the best: chances add up to uses.
TEST(ResponseTest, ChancesAddUpToUses) {
  const auto examples = SomeExamples(500, testing::TestSeed(8));
  ASSERT_OK_AND_ASSIGN(const auto model, Learn(examples, {}));
  double chances = 0;
  for (const Example& example : examples)
    chances += model.ChanceOf(example.features);
  EXPECT_NEAR(chances, static_cast<double>(model.used()), 1e-3);
}

// One feature of two values and no penalty: the chances are the shares.
TEST(ResponseTest, OneFeatureOfTwoValuesGivesTheirShares) {
  std::vector<Example> examples(20);
  for (int i = 0; i < 20; ++i) {
    examples[i].features[kProfile] = i < 10;
    examples[i].used = i < 8 || i >= 18;  // 8 of 10, 2 of 10
  }
  LearnOptions options;
  options.penalty = 1e-9;
  ASSERT_OK_AND_ASSIGN(const auto model, Learn(examples, options));
  EXPECT_NEAR(model.ChanceOf(examples[0].features), 0.8, 1e-6);
  EXPECT_NEAR(model.ChanceOf(examples[19].features), 0.2, 1e-6);
}

TEST(ResponseTest, APenaltyKeepsWhatSeparatesFinite) {
  std::vector<Example> examples(10);
  for (int i = 0; i < 10; ++i) {
    examples[i].features[kProfile] = i < 5;
    examples[i].used = i < 5;
  }
  ASSERT_OK_AND_ASSIGN(const auto weak, Learn(examples, {.penalty = 10}));
  ASSERT_OK_AND_ASSIGN(const auto strong, Learn(examples, {.penalty = 1000}));
  EXPECT_GT(weak.weights()[kProfile], strong.weights()[kProfile]);
  EXPECT_GT(strong.weights()[kProfile], 0);
}

TEST(ResponseTest, LearnsTheSameTwice) {
  const auto examples = SomeExamples(300, 9);
  ASSERT_OK_AND_ASSIGN(const auto one, Learn(examples, {}));
  ASSERT_OK_AND_ASSIGN(const auto other, Learn(examples, {}));
  EXPECT_EQ(one.ToJson(), other.ToJson());
}

TEST(ResponseTest, LearningNeedsBothOutcomes) {
  std::vector<Example> examples(3);
  EXPECT_THAT(Learn({}, {}), StatusIs(absl::StatusCode::kFailedPrecondition));
  EXPECT_THAT(Learn(examples, {}),
              StatusIs(absl::StatusCode::kFailedPrecondition));
}

TEST(ResponseTest, IsReadBackAsItWasWritten) {
  ASSERT_OK_AND_ASSIGN(const auto model, Learn(SomeExamples(200, 10), {}));
  ASSERT_OK_AND_ASSIGN(const auto read,
                       ResponseModel::FromJson(model.ToJson()));
  EXPECT_EQ(read, model);
}

TEST(ResponseTest, DamageIsNoticed) {
  ASSERT_OK_AND_ASSIGN(const auto model, Learn(SomeExamples(200, 11), {}));
  const std::string json = model.ToJson();
  std::string changed = json;
  changed[changed.find("\"examples\": 200") + 12] = '3';
  EXPECT_THAT(ResponseModel::FromJson(changed),
              StatusIs(absl::StatusCode::kDataLoss));
  for (size_t length = 0; length + 2 < json.size(); length += 37)
    EXPECT_THAT(ResponseModel::FromJson(json.substr(0, length)),
                StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace patron::targeting
