// Every case of returns/*.txt.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "tests/checkout/returns_case.h"
#include "tests/testing/temp_dir.h"

namespace patron::testing {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::StartsWith;

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           PATRON_SOURCE_DIR "/tests/checkout/returns"))
    if (entry.path().filename() != "README.txt") files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(ReturnsTableTest, EveryLifeEndsAsExpected) {
  TempDir dir;
  size_t cases = 0;
  for (const std::string& file : Files())
    for (const Life& each : ReadLives(file)) {
      ++cases;
      EXPECT_THAT(Play(each, dir.File(absl::StrCat("store", cases))), IsEmpty())
          << each.place << ": " << each.name;
    }
  EXPECT_GE(cases, 25u);
}

TEST(ReturnsTableTest, AWrongExpectationIsFound) {
  TempDir dir;
  Life wrong;
  wrong.parts = {
      {"do", {"ann buys r1: 1 x mug 10.00", "returns r1: 1 of line 1"}},
      {"expect", {"refund 10.01"}}};
  EXPECT_THAT(Play(wrong, dir.File("one")),
              ElementsAre(StartsWith("missing: refund 10.01")));
  wrong.parts[1].second = {"refund 10.00", "no refund 10.00"};
  EXPECT_THAT(Play(wrong, dir.File("two")),
              ElementsAre(StartsWith("is there: refund 10.00")));
  wrong.parts[0].second.push_back("returns r1: 1 of line 1");
  wrong.parts[1].second = {"refund 10.00"};
  EXPECT_THAT(Play(wrong, dir.File("three")),
              ElementsAre(StartsWith("refused: quantity_milli")));
}

}  // namespace
}  // namespace patron::testing
