// The language as tables: language.txt and sugar.txt hold rules with their
// normal form or their refusal.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/rules/rules.h"
#include "server/rules/syntax.h"
#include "tests/rules/shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::rules {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

struct Case {
  std::string place;  // "language.txt:12"
  std::string rule;
  bool refused = false;
  std::string expected;
};

void AddCases(const std::string& name, std::vector<Case>& cases) {
  std::ifstream file(absl::StrCat(PATRON_RULES_TEST_DIR, "/", name));
  std::string rule;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || absl::StartsWith(line, "--")) continue;
    if (absl::StartsWith(line, "  = ") || absl::StartsWith(line, "  ! ")) {
      cases.push_back({absl::StrCat(name, ":", number), rule, line[2] == '!',
                       line.substr(4)});
      rule.clear();
    } else {
      absl::StrAppend(&rule, rule.empty() ? "" : "\n", line);
    }
  }
}

std::vector<Case> Cases() {
  std::vector<Case> cases;
  AddCases("language.txt", cases);
  AddCases("sugar.txt", cases);
  return cases;
}

std::string Outcome(const absl::StatusOr<Program>& program) {
  return program.ok() ? program->ToString()
                      : std::string(program.status().message());
}

std::string Repeated(const std::string& part, int times) {
  std::string whole;
  for (int i = 0; i < times; ++i) whole += part;
  return whole;
}

TEST(LanguageTest, TableOfNormalFormsAndRefusals) {
  const std::vector<Case> cases = Cases();
  ASSERT_GE(cases.size(), 180u);
  for (const Case& c : cases) {
    const absl::StatusOr<Program> program = Compile(c.rule, ShopSchema());
    EXPECT_EQ(program.ok(), !c.refused) << c.place;
    EXPECT_EQ(Outcome(program), c.expected) << c.place;
    EXPECT_EQ(absl::IsInvalidArgument(program.status()), c.refused);
  }
}

TEST(LanguageTest, NormalFormsStayAsTheyAre) {
  for (const Case& c : Cases()) {
    if (c.refused) continue;
    ASSERT_OK_AND_ASSIGN(const Program program,
                         Compile(c.expected, ShopSchema()));
    EXPECT_EQ(program.ToString(), c.expected) << c.place;
  }
}

TEST(LanguageTest, ARuleOfSpaceAndCommentsIsEmpty) {
  for (const char* text : {"", " \n\t ", "# nobody is left out", "#\n#"}) {
    ASSERT_OK_AND_ASSIGN(const Program program, Compile(text, ShopSchema()));
    EXPECT_TRUE(program.empty());
    EXPECT_EQ(program.ToString(), "");
  }
}

TEST(LanguageTest, SixtyFourLevelsAreAllowedAndNoMore) {
  const std::vector<std::pair<std::string, std::string>> kinds = {
      {"(", ")"}, {"not ", ""}, {"not (", ")"}, {"(1 = 1) = (", ")"}};
  for (const auto& [open, close] : kinds) {
    const int each = open == "not (" ? 2 : 1;
    const int most = kMaxDepth / each;
    EXPECT_OK(Compile(Repeated(open, most) + "is_staff" + Repeated(close, most),
                      ShopSchema()));
    EXPECT_THAT(Compile(Repeated(open, most + 1) + "is_staff" +
                            Repeated(close, most + 1),
                        ShopSchema()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("nested 65 levels deep")));
  }
}

TEST(LanguageTest, DeepTextsAreRefusedWithoutRunningOutOfStack) {
  for (const std::string part : {"(", "not ", "-", "count(lines where ", "((-"})
    EXPECT_THAT(
        Compile(Repeated(part, kMaxRuleBytes / part.size()), ShopSchema()),
        StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST(LanguageTest, LongChainsAreNoDepth) {
  const std::string sum = Repeated("1 + ", 4000) + "1 = 4001";
  ASSERT_OK_AND_ASSIGN(const Program program, Compile(sum, ShopSchema()));
  EXPECT_TRUE(program.Holds(Kim()));
  EXPECT_EQ(program.ToString(), sum);
  EXPECT_OK(Compile("true" + Repeated(" or true", 2000), ShopSchema()));
}

TEST(LanguageTest, SixteenKibibytesAreAllowedAndNoMore) {
  const std::string rule = "is_staff";
  const std::string space(kMaxRuleBytes - rule.size(), ' ');
  EXPECT_OK(Compile(rule + space, ShopSchema()));
  EXPECT_THAT(Compile(rule + space + " ", ShopSchema()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the rule has 16385 bytes")));
}

TEST(LanguageTest, ARuleMustFitItsLimitWhenPrinted) {
  const std::string tight = Repeated("1+", 8000) + "1=1";
  EXPECT_THAT(Compile(tight, ShopSchema()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("the rule with its spaces has 32005 bytes")));
}

TEST(LanguageTest, BrokenTextIsRefused) {
  EXPECT_THAT(Compile("city = \"\xff\"", ShopSchema()),
              StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("UTF-8")));
  EXPECT_THAT(Compile("city = \"\x01\"", ShopSchema()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("control character")));
}

}  // namespace
}  // namespace patron::rules
