// What is written reads back the same, whatever the definitions.
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/definitions/definitions.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

std::string AllText(const Files& files) {
  std::string all;
  for (const auto& [name, text] : files)
    absl::StrAppend(&all, "---- ", name, "\n", text);
  return all;
}

TEST(RoundTripTest, RandomDefinitionsReadBackTheSame) {
  const uint64_t seed = testing::TestSeed(20261122);
  const absl::TimeZone zones[] = {Zone("Europe/Vienna"), Zone("UTC"),
                                  Zone("America/Santiago")};
  for (uint64_t i = 0; i < 2000; ++i) {
    const wire::Definitions d = RandomDefinitions(seed + i);
    const absl::TimeZone& zone = zones[i % std::size(zones)];
    ASSERT_OK(Validate(d)) << "round " << i;
    const Files files = WriteFiles(d, zone);
    SCOPED_TRACE(absl::StrCat("round ", i, "\n", AllText(files)));
    ASSERT_OK_AND_ASSIGN(const wire::Definitions read, ReadFiles(files, zone));
    ASSERT_TRUE(read == d) << ::testing::PrintToString(
        Differences(d, read, zone));
    ASSERT_EQ(WriteFiles(read, zone), files);
  }
}

// Two that differ have a line that says so.
TEST(RoundTripTest, RandomDefinitionsDifferByALine) {
  const uint64_t seed = testing::TestSeed(7);
  const absl::TimeZone zone = Zone("Europe/Vienna");
  for (uint64_t i = 0; i < 300; ++i) {
    const wire::Definitions a = RandomDefinitions(seed + i);
    const wire::Definitions b = RandomDefinitions(seed + i + 1);
    EXPECT_TRUE(Differences(a, a, zone).empty());
    EXPECT_EQ(Differences(a, b, zone).empty(), a == b);
  }
}

TEST(RoundTripTest, NoDefinitionsAreDefinitionsToo) {
  const absl::TimeZone zone = Zone("UTC");
  const wire::Definitions none;
  EXPECT_OK(Validate(none));
  ASSERT_OK_AND_ASSIGN(const wire::Definitions read,
                       ReadFiles(WriteFiles(none, zone), zone));
  EXPECT_EQ(read, none);
  ASSERT_OK_AND_ASSIGN(const wire::Definitions empty, ReadFiles({}, zone));
  EXPECT_EQ(empty, none);
}

TEST(RoundTripTest, FilesAreAsACarefulPersonWritesThem) {
  wire::Definitions d = SmallShop();
  wire::Offer& o = d.offers[0];
  o.name = "Spring";
  o.scope = "category has \"coffee\"";
  o.eligible = "purchases > 2\nand not is_staff\n";
  o.min_spend = 2000;
  o.limits.budget = 50'000;
  o.limits.period = wire::Period::MONTH;
  o.ends_us = 1'798'153'200'000'000;  // the end of 2026-12-24
  const std::string text =
      WriteFiles(d, Zone("Europe/Vienna")).at("offers.toml");
  EXPECT_NE(text.find(R"(
[[offers]]
id = "spring"
name = "Spring"
benefit = "percent"
percent = "10%"
scope = 'category has "coffee"'
eligible = '''
purchases > 2
and not is_staff
'''
min_spend = "20.00"
ends = 2026-12-24
limits = { budget = "500.00", period = "month" }

[[offers]]
id = "coupon"
benefit = "percent"
percent = "10%"
codes = ["WELCOME5"]
)"),
            std::string::npos)
      << text;
}

}  // namespace
}  // namespace patron::definitions
