#include "server/definitions/holdout.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace patron::definitions {
namespace {

using ::testing::ElementsAre;

constexpr int kCustomers = 100'000;

std::string Customer(int i) { return absl::StrCat("customer-", i); }

// Sum of (seen - expected)^2 / expected (Pearson 1900).
double ChiSquare(const std::vector<int>& seen,
                 const std::vector<double>& expected) {
  double sum = 0;
  for (size_t i = 0; i < seen.size(); ++i)
    sum += (seen[i] - expected[i]) * (seen[i] - expected[i]) / expected[i];
  return sum;
}

int CountIn(int32_t share_bp, const std::string& salt) {
  int in = 0;
  for (int i = 0; i < kCustomers; ++i)
    in += InControl(share_bp, salt, Customer(i));
  return in;
}

// Who stays out, stays out: changing one of these values moves people between
// the groups of campaigns that run.
TEST(HoldoutTest, AnswersAreTheSameForEver) {
  std::vector<int> in, variants;
  for (int i = 0; in.size() < 5; ++i)
    if (InControl(500, "2026", Customer(i))) in.push_back(i);
  for (int i = 0; i < 12; ++i)
    variants.push_back(ShareOut(Customer(i), "letter", {2, 1, 1}));
  EXPECT_THAT(in, ElementsAre(2, 10, 18, 21, 32));
  EXPECT_THAT(variants, ElementsAre(0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 2, 0));
}

// 99.9 % of fair draws stay below 10.83 (one degree of freedom).
TEST(HoldoutTest, AShareIsAsLargeAsItSays) {
  for (const int32_t share_bp : {100, 500, 1000, 5000})
    for (const char* salt : {"", "a", "2026"}) {
      const int in = CountIn(share_bp, salt);
      const double expected = kCustomers * (share_bp / 10'000.0);
      EXPECT_LT(
          ChiSquare({in, kCustomers - in}, {expected, kCustomers - expected}),
          10.83)
          << share_bp << " " << salt << " " << in;
    }
}

TEST(HoldoutTest, NobodyAndEverybodyAreExact) {
  EXPECT_EQ(CountIn(0, "a"), 0);
  EXPECT_EQ(CountIn(-5, "a"), 0);
  EXPECT_EQ(CountIn(10'000, "a"), kCustomers);
}

TEST(HoldoutTest, ALargerShareKeepsWhoWasIn) {
  for (int i = 0; i < kCustomers; ++i)
    for (int32_t share_bp = 100; share_bp < 1000; share_bp += 100)
      ASSERT_LE(InControl(share_bp, "a", Customer(i)),
                InControl(share_bp + 100, "a", Customer(i)))
          << i;
}

// Each of two salts draws without regard to the other: a fourth is in both of
// two halves. 99.9 % of fair draws stay below 16.27 (three degrees).
TEST(HoldoutTest, SaltsDrawIndependently) {
  std::vector<int> seen(4);
  for (int i = 0; i < kCustomers; ++i)
    ++seen[2 * InControl(5000, "a", Customer(i)) +
           InControl(5000, "b", Customer(i))];
  EXPECT_LT(ChiSquare(seen, std::vector<double>(4, kCustomers / 4.0)), 16.27);
}

TEST(HoldoutTest, VariantsAreIndependentOfTheHoldoutOfTheSameSalt) {
  std::vector<int> seen(4);
  for (int i = 0; i < kCustomers; ++i)
    ++seen[2 * InControl(5000, "a", Customer(i)) +
           ShareOut(Customer(i), "a", {1, 1})];
  EXPECT_LT(ChiSquare(seen, std::vector<double>(4, kCustomers / 4.0)), 16.27);
}

TEST(HoldoutTest, VariantsAreSharedOutByWeight) {
  std::vector<int> seen(4);
  for (int i = 0; i < kCustomers; ++i)
    ++seen[ShareOut(Customer(i), "letter", {3, 1, 0, 6})];
  EXPECT_EQ(seen[2], 0);
  seen.erase(seen.begin() + 2);
  // 99.9 % of fair draws stay below 13.82 (two degrees).
  EXPECT_LT(
      ChiSquare(seen, {kCustomers * 0.3, kCustomers * 0.1, kCustomers * 0.6}),
      13.82);
}

TEST(HoldoutTest, WithoutAPositiveWeightTheFirstIsTheAnswer) {
  EXPECT_EQ(ShareOut("x", "a", {}), 0u);
  EXPECT_EQ(ShareOut("x", "a", {0, 0}), 0u);
  EXPECT_EQ(ShareOut("x", "a", {-5, 1}), 1u);
}

TEST(HoldoutTest, TheShopsHoldoutIsItsShareAndSalt) {
  wire::Holdout holdout;
  EXPECT_FALSE(InHoldout(holdout, Customer(1)));
  holdout.share_bp = 700;
  holdout.salt = "2026";
  for (int i = 0; i < 1000; ++i)
    ASSERT_EQ(InHoldout(holdout, Customer(i)),
              InControl(700, "2026", Customer(i)));
}

}  // namespace
}  // namespace patron::definitions
