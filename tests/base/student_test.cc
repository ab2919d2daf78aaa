#include "server/base/student.h"

#include <gtest/gtest.h>

#include <utility>
#include <vector>

namespace patron {
namespace {

TEST(StudentTest, QuantilesAreThoseOfTheTables) {
  const std::vector<std::pair<double, double>> table = {
      {1, 12.70620474},   {2, 4.30265273},   {5, 2.57058184},
      {10, 2.22813885},   {30, 2.04227246},  {100, 1.98397152},
      {1000, 1.96233908}, {1e6, 1.95996636}, {2.5, 3.57465484}};
  for (const auto& [freedom, quantile] : table)
    EXPECT_NEAR(StudentQuantile(0.975, freedom), quantile, 2e-5 * quantile)
        << freedom;
  EXPECT_NEAR(StudentQuantile(0.95, 10), 1.81246112, 1e-7);
}

}  // namespace
}  // namespace patron
