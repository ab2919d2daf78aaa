// Next best offer where it is known who needs which discount.
#include "tools/eval/planted.h"

#include <gtest/gtest.h>

#include <iostream>
#include <map>

#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::eval {
namespace {

class PlantedTest : public ::testing::TestWithParam<uint64_t> {
 protected:
  static PlantedReport Report() {
    PlantedOptions options;
    options.seed = GetParam();
    const auto report = RunPlanted(options);
    EXPECT_OK(report);
    std::cout << ToTable(*report);
    return *report;
  }
  static std::map<std::string, PolicyResult> ByName(
      const PlantedReport& report) {
    std::map<std::string, PolicyResult> by_name;
    for (const PolicyResult& policy : report.policies)
      by_name[policy.name] = policy;
    return by_name;
  }
};

TEST_P(PlantedTest, GainPerCostBeatsTheResponseModelAndChance) {
  const auto policy = ByName(Report());
  for (const char* name : {"next best", "next best by counts"}) {
    const PolicyResult& ours = policy.at(name);
    EXPECT_GT(ours.offers, 100) << name;
    EXPECT_GT(ours.gain, 0) << name;
    for (const char* other : {"response model", "chance"}) {
      EXPECT_GT(ours.per_cost(), policy.at(other).per_cost() + 0.15)
          << name << " against " << other;
      EXPECT_GT(ours.gain, policy.at(other).gain) << name << ", " << other;
    }
  }
}

TEST_P(PlantedTest, FewOffersGoToThoseWhoWouldBuyAnyway) {
  const auto policy = ByName(Report());
  const auto needless = [&](const std::string& name) {
    const PolicyResult& one = policy.at(name);
    return static_cast<double>(one.needless) / one.offers;
  };
  EXPECT_LT(needless("next best"), 0.03);
  EXPECT_LT(needless("next best"), needless("response model") / 3);
}

TEST_P(PlantedTest, ThresholdsAreFoundAgain) {
  EXPECT_GT(Report().thresholds_right, 0.8);
}

TEST_P(PlantedTest, NobodyOverspendsTheBudget) {
  const PlantedReport report = Report();
  for (const PolicyResult& policy : report.policies)
    EXPECT_LE(policy.cost, 1.3 * report.budget) << policy.name;
}

INSTANTIATE_TEST_SUITE_P(Seeds, PlantedTest, ::testing::Values(1, 2, 3, 4));

}  // namespace
}  // namespace patron::eval
