// Every case of quotes/*.txt.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "absl/strings/str_join.h"
#include "tests/offers/quote_case.h"

namespace patron::testing {
namespace {

std::vector<std::string> Files() {
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           PATRON_SOURCE_DIR "/tests/offers/quotes"))
    if (entry.path().extension() == ".txt" &&
        entry.path().filename() != "README.txt")
      files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

TEST(QuoteTableTest, EveryCaseIsAnsweredAsExpected) {
  size_t cases = 0;
  for (const std::string& file : Files())
    for (const QuoteCase& each : ReadCases(file)) {
      ++cases;
      const auto answer = Answer(each);
      if (!answer.ok()) {
        ADD_FAILURE() << each.place << ": " << each.name << "\n"
                      << answer.status();
        continue;
      }
      EXPECT_EQ(Compare(each, *answer), "")
          << each.place << ": " << each.name << "\nanswered:\n  "
          << absl::StrJoin(*answer, "\n  ");
    }
  EXPECT_GE(cases, 45u);
}

TEST(QuoteTableTest, AWrongExpectationIsFound) {
  QuoteCase wrong;
  wrong.parts = {{"basket", {"1 x milk 1.00"}}, {"expect", {"total 1.01"}}};
  const auto answer = Answer(wrong);
  ASSERT_TRUE(answer.ok()) << answer.status();
  EXPECT_EQ(Compare(wrong, *answer), "missing: total 1.01");
  wrong.parts[1].second = {"total 1.00", "applied spring"};
  EXPECT_EQ(Compare(wrong, *answer), "missing: applied spring");
}

}  // namespace
}  // namespace patron::testing
