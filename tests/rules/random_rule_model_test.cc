// Random rules against closures that were built beside them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>
#include <vector>

#include "server/rules/rules.h"
#include "tests/rules/random_rule.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::rules {
namespace {

constexpr int kRules = 25'000;
constexpr int kSubjectsEach = 3;

bool AllHold(const std::vector<Clause>& clauses) {
  return std::all_of(clauses.begin(), clauses.end(),
                     [](const Clause& clause) { return clause.holds; });
}

TEST(RandomRuleModelTest, RulesAnswerAsTheirNaiveTwins) {
  RandomRule random(testing::TestSeed(20'261));
  const Schema schema = ShopSchema();
  int held = 0;
  for (int i = 0; i < kRules; ++i) {
    const Part<bool> rule = random.Condition(static_cast<int>(i % 5));
    const absl::StatusOr<Program> program = Compile(rule.text, schema);
    ASSERT_OK(program) << rule.text;
    const absl::StatusOr<Program> again = Compile(program->ToString(), schema);
    ASSERT_OK(again) << program->ToString();
    ASSERT_EQ(again->ToString(), program->ToString()) << rule.text;
    for (int j = 0; j < kSubjectsEach; ++j) {
      const ShopSubject subject = random.Subject();
      const bool expected = rule.answer(subject, nullptr).value_or(false);
      ASSERT_EQ(program->Holds(subject), expected) << rule.text;
      ASSERT_EQ(again->Holds(subject), expected) << again->ToString();
      ASSERT_EQ(AllHold(program->Explain(subject)), expected) << rule.text;
      held += expected ? 1 : 0;
    }
  }
  EXPECT_GT(held, kRules * kSubjectsEach / 5) << "too few rules hold";
  EXPECT_LT(held, kRules * kSubjectsEach * 4 / 5) << "too many rules hold";
}

bool Shows(const ShopSubject& subject, int field,
           const std::vector<std::string>& demanded) {
  const auto is_demanded = [&](absl::string_view text) {
    return std::find(demanded.begin(), demanded.end(), text) != demanded.end();
  };
  const Value value = subject.Get(field, "");
  if (const auto* text = std::get_if<absl::string_view>(&value))
    return is_demanded(*text);
  if (const auto* texts = std::get_if<absl::Span<const std::string>>(&value))
    return std::any_of(texts->begin(), texts->end(), is_demanded);
  return false;
}

TEST(RandomRuleModelTest, ARuleHoldsOnlyWhereItsDemandsAreMet) {
  RandomRule random(testing::TestSeed(20'262));
  const Schema schema = ShopSchema();
  int compared = 0;
  for (int i = 0; i < kRules; ++i) {
    const Part<bool> rule = random.Condition(static_cast<int>(i % 3));
    ASSERT_OK_AND_ASSIGN(const Program program, Compile(rule.text, schema));
    for (const int field : {kCity, kFavourite, kTags, kBadges}) {
      const auto demanded = program.Demands(field);
      if (!demanded.has_value()) continue;
      for (int j = 0; j < 10; ++j) {
        const ShopSubject subject = random.Subject();
        if (!program.Holds(subject)) continue;
        ++compared;
        ASSERT_TRUE(Shows(subject, field, *demanded)) << rule.text;
      }
    }
  }
  EXPECT_GT(compared, 5'000) << "too few rules with demands held";
}

}  // namespace
}  // namespace patron::rules
