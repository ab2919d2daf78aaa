// What rules answer: answers.txt for one customer, and what a program tells of
// itself.
#include <gtest/gtest.h>

#include <fstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/rules/rules.h"
#include "tests/rules/shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::rules {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::Optional;

Program MustCompile(absl::string_view text) {
  absl::StatusOr<Program> program = Compile(text, ShopSchema());
  EXPECT_OK(program);
  return program.ok() ? *std::move(program) : Program();
}

TEST(EvaluationTest, TableOfAnswers) {
  std::ifstream file(absl::StrCat(PATRON_RULES_TEST_DIR, "/answers.txt"));
  const ShopSubject kim = Kim();
  int cases = 0;
  std::string rule;
  std::string line;
  for (int number = 1; std::getline(file, line); ++number) {
    if (line.empty() || absl::StartsWith(line, "--")) continue;
    if (line != "  yes" && line != "  no") {
      rule = line;
      continue;
    }
    ++cases;
    EXPECT_EQ(MustCompile(rule).Holds(kim), line == "  yes")
        << "answers.txt:" << number << ": " << rule;
  }
  EXPECT_GE(cases, 60);
}

TEST(EvaluationTest, TheEmptyRuleHoldsForEverybody) {
  const Program program;
  EXPECT_TRUE(program.empty());
  EXPECT_TRUE(program.Holds(ShopSubject()));
  EXPECT_THAT(program.Explain(ShopSubject()), IsEmpty());
  EXPECT_FALSE(program.ReadsRows());
  EXPECT_FALSE(program.Reads(kCity));
  EXPECT_EQ(program.Demands(kCity), std::nullopt);
}

TEST(EvaluationTest, SumsDoNotDependOnTheOrderOfRows) {
  ShopSubject subject;
  const int64_t huge = std::numeric_limits<int64_t>::max();
  const ShopRow much = Line(int64_t{1}, huge, {}, {});
  const ShopRow less = Line(int64_t{1}, -huge, {}, {});
  subject.rows[kLines] = {much, much, less};
  EXPECT_TRUE(
      MustCompile("sum(lines.amount) = 9223372036854775807").Holds(subject));
  subject.rows[kLines] = {less, much, much};
  EXPECT_TRUE(
      MustCompile("sum(lines.amount) = 9223372036854775807").Holds(subject));
}

TEST(EvaluationTest, AValueOfAnotherTypeIsNotKnown) {
  ShopSubject subject;
  subject.fields[{kPurchases, ""}] = std::string("4");
  EXPECT_FALSE(MustCompile("purchases = 4").Holds(subject));
  EXPECT_FALSE(MustCompile("purchases != 4").Holds(subject));
}

TEST(EvaluationTest, ExplainTellsEveryClauseOfTheOutermostAnd) {
  const Program program = MustCompile(
      "purchases>=9 and (is_member or is_staff) and not (city in (\"Bern\"))");
  const std::vector<Clause> clauses = program.Explain(Kim());
  ASSERT_EQ(clauses.size(), 3u);
  EXPECT_EQ(clauses[0].text, "purchases >= 9");
  EXPECT_FALSE(clauses[0].holds);
  EXPECT_EQ(clauses[1].text, "is_member or is_staff");
  EXPECT_TRUE(clauses[1].holds);
  EXPECT_EQ(clauses[2].text, "not city in (\"Bern\")");
  EXPECT_FALSE(clauses[2].holds);
}

TEST(EvaluationTest, ExplainTellsARuleWithoutAndAsOneClause) {
  const std::vector<Clause> clauses =
      MustCompile("is_staff or is_member").Explain(Kim());
  ASSERT_EQ(clauses.size(), 1u);
  EXPECT_EQ(clauses[0].text, "is_staff or is_member");
  EXPECT_TRUE(clauses[0].holds);
}

TEST(EvaluationTest, AProgramKnowsWhatItReads) {
  const Program program = MustCompile(
      "known(city) and count(lines where lines.amount > spent) > 0");
  EXPECT_TRUE(program.ReadsRows());
  EXPECT_TRUE(program.Reads(kCity));
  EXPECT_TRUE(program.Reads(kSpent));
  EXPECT_FALSE(program.Reads(kPurchases));
  EXPECT_FALSE(program.Reads(kStaff));
  EXPECT_FALSE(MustCompile("city = \"Bern\"").ReadsRows());
}

TEST(EvaluationTest, ARowFieldIsNoFieldOfTheSubject) {
  // kLineAmount is 1, as kSpent is.
  EXPECT_FALSE(MustCompile("sum(lines.amount) > 3").Reads(kSpent));
  EXPECT_FALSE(
      MustCompile("count(lines where lines.amount > 1) > 3").Reads(kSpent));
}

TEST(EvaluationTest, CopiesAnswerWhenTheFirstIsGone) {
  Program copy;
  {
    const Program program = MustCompile("is_member");
    copy = program;
  }
  EXPECT_TRUE(copy.Holds(Kim()));
  EXPECT_EQ(copy.ToString(), "is_member");
}

TEST(DemandsTest, EqualityInAndHasDemandTheirTexts) {
  EXPECT_THAT(MustCompile("city = \"b\"").Demands(kCity),
              Optional(ElementsAre("b")));
  EXPECT_THAT(MustCompile("\"b\" = city").Demands(kCity),
              Optional(ElementsAre("b")));
  EXPECT_THAT(MustCompile("city in (\"b\", \"a\")").Demands(kCity),
              Optional(ElementsAre("a", "b")));
  EXPECT_THAT(MustCompile("tags has \"b\"").Demands(kTags),
              Optional(ElementsAre("b")));
  EXPECT_THAT(MustCompile("tags has any (\"b\", \"a\")").Demands(kTags),
              Optional(ElementsAre("a", "b")));
}

TEST(DemandsTest, OrJoinsAndAndTakesTheShortest) {
  EXPECT_THAT(
      MustCompile("city = \"b\" or city in (\"a\", \"b\")").Demands(kCity),
      Optional(ElementsAre("a", "b")));
  EXPECT_THAT(
      MustCompile("is_staff and city in (\"a\", \"b\") and city = \"c\"")
          .Demands(kCity),
      Optional(ElementsAre("c")));
  EXPECT_THAT(MustCompile("false").Demands(kCity), Optional(IsEmpty()));
  EXPECT_THAT(MustCompile("false or city = \"a\"").Demands(kCity),
              Optional(ElementsAre("a")));
}

TEST(DemandsTest, WhatCannotBeToldIsNotTold) {
  for (const char* rule :
       {"is_staff", "true", "city = \"a\" or is_staff", "not city = \"a\"",
        "city != \"a\"", "city not in (\"a\")", "city > \"a\"",
        "city = favourite", "known(city)", "tags has city",
        "count(lines where city = \"a\") > 0", "favourite = \"a\""})
    EXPECT_EQ(MustCompile(rule).Demands(kCity), std::nullopt) << rule;
  EXPECT_EQ(MustCompile("tier[\"club\"] = \"gold\"").Demands(kTier),
            std::nullopt);
}

}  // namespace
}  // namespace patron::rules
