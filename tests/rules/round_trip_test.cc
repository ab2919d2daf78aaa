// parse(print(rule)) is the rule, as trees, over the whole grammar.
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "server/base/status_macros.h"
#include "server/rules/lexer.h"
#include "server/rules/parser.h"
#include "server/rules/printer.h"
#include "server/rules/resolver.h"
#include "server/rules/rules.h"
#include "tests/rules/rule_fault.h"
#include "tests/rules/shop.h"
#include "tests/testing/rule_generator.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::rules {
namespace {

constexpr int kRules = 8'000;

absl::StatusOr<Expr> TreeOf(absl::string_view text, const Schema& schema) {
  PATRON_ASSIGN_OR_RETURN(const std::vector<Token> tokens, Tokens(text));
  PATRON_ASSIGN_OR_RETURN(Expr rule, Parse(tokens));
  Resolve(rule, schema);
  return rule;
}

bool SameName(const FieldName& a, const FieldName& b) {
  return a.source == b.source && a.field == b.field && a.key == b.key;
}

// All but the place in the text.
bool Same(const Expr& a, const Expr& b) {
  return a.kind == b.kind && a.comparison == b.comparison &&
         a.aggregate == b.aggregate && a.negated == b.negated &&
         a.subtracted == b.subtracted && a.unit == b.unit &&
         a.currency == b.currency && a.number == b.number &&
         a.window_days == b.window_days && a.text == b.text &&
         SameName(a.name, b.name) && a.texts == b.texts &&
         a.numbers == b.numbers &&
         std::equal(a.children.begin(), a.children.end(), b.children.begin(),
                    b.children.end(), Same);
}

testing::RuleVocabulary Words() {
  testing::RuleVocabulary words;
  words.texts = {"a", "b", "q\"\\\n", "ä", ""};
  words.keys_of = {{"consent", {"email/marketing", "e-mail/", "sms/a b"}}};
  words.currencies = {"EUR", "JPY", "KWD"};
  return words;
}

TEST(RoundTripTest, ParsingWhatIsPrintedGivesTheSameTree) {
  const Schema schema = ShopSchema();
  testing::RuleGenerator generator(schema, Words(), testing::TestSeed(20'270));
  std::set<std::string> different;
  for (int i = 0; i < kRules; ++i) {
    const std::string text = generator.Rule(i % 4);
    ASSERT_OK_AND_ASSIGN(const Expr rule, TreeOf(text, schema));
    const std::string printed = Print(rule);
    ASSERT_OK_AND_ASSIGN(const Expr again, TreeOf(printed, schema));
    ASSERT_TRUE(Same(rule, again)) << text << "\n" << printed;
    ASSERT_EQ(Print(again), printed) << text;
    different.insert(printed);
  }
  // Every fourth is a single comparison, and there are not so many of those.
  EXPECT_GT(different.size(), kRules * 7 / 10u) << "too many rules twice";
}

TEST(RoundTripTest, EveryGeneratedRuleCompiles) {
  const Schema schema = ShopSchema();
  const ShopSubject kim = Kim();
  for (const bool sugar : {true, false}) {
    testing::RuleVocabulary words = Words();
    words.sugar = sugar;
    testing::RuleGenerator generator(schema, words, testing::TestSeed(20'271));
    for (int i = 0; i < kRules; ++i) {
      const std::string text = generator.Rule(i % 4);
      ASSERT_OK(Compile(text, schema)) << text;
      ASSERT_EQ(FaultOf(text, schema, kim), "") << text;
    }
  }
}

TEST(RoundTripTest, TheSameSeedGivesTheSameRules) {
  const Schema schema = ShopSchema();
  testing::RuleGenerator one(schema, Words(), 7), other(schema, Words(), 7);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(one.Rule(2), other.Rule(2));
}

}  // namespace
}  // namespace patron::rules
