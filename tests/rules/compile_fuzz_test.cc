// Text that nobody meant as a rule is refused or compiles; it never crashes,
// and what compiles prints as itself.
#include <gtest/gtest.h>

#include <random>
#include <string>

#include "server/rules/rules.h"
#include "tests/rules/random_rule.h"
#include "tests/rules/rule_fault.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::rules {
namespace {

class CompileFuzzTest : public ::testing::Test {
 protected:
  void Try(const std::string& text) {
    ASSERT_EQ(FaultOf(text, schema_, kim_), "");
    compiled_ += Compile(text, schema_).ok() ? 1 : 0;
  }

  const Schema schema_ = ShopSchema();
  const ShopSubject kim_ = Kim();
  int compiled_ = 0;
};

TEST_F(CompileFuzzTest, RandomBytes) {
  std::mt19937_64 random(testing::TestSeed(20'263));
  for (int i = 0; i < 20'000; ++i) {
    std::string text(random() % 40, ' ');
    for (char& c : text) c = static_cast<char>(random());
    ASSERT_NO_FATAL_FAILURE(Try(text));
  }
}

TEST_F(CompileFuzzTest, RandomWords) {
  static const char* const kWords[] = {
      "and",      "or",     "not",       "in",
      "has",      "any",    "known",     "true",
      "false",    "count",  "sum",       "min",
      "where",    "last",   "days",      "lines",
      ".",        "amount", "day",       "events",
      "kind",     "tags",   "purchases", "city",
      "tier",     "[",      "]",         "\"a\"",
      "(",        ")",      ",",         "=",
      "!=",       "<",      ">=",        "+",
      "-",        "*",      "1",         "30",
      "is_staff", "#",      "\n",        "9223372036854775808",
      "spend",    "bought", "consent",   "recency",
      "30d",      "EUR",    "12.50",     "2026-05-01",
      "avg",      "last",   "joined",    "customer",
      "rank",     "brand",  "attribute", "category"};
  std::mt19937_64 random(testing::TestSeed(20'264));
  for (int i = 0; i < 100'000; ++i) {
    std::string text;
    for (uint64_t j = 0, words = 1 + random() % 9; j < words; ++j)
      text.append(kWords[random() % std::size(kWords)]).append(" ");
    ASSERT_NO_FATAL_FAILURE(Try(text));
  }
  EXPECT_GT(compiled_, 100);
}

TEST_F(CompileFuzzTest, RulesWithBytesChangedAddedAndTaken) {
  RandomRule random(testing::TestSeed(20'265));
  for (int i = 0; i < 50'000; ++i) {
    std::string text = random.Condition(i % 4).text;
    for (uint64_t j = random.Below(3); j < 3 && !text.empty(); ++j) {
      const size_t place = random.Below(text.size());
      const size_t length = random.Below(5);
      switch (random.Below(4)) {
        case 0:
          text[place] = static_cast<char>(random.Below(256));
          break;
        case 1:
          text.erase(place, length);
          break;
        case 2:
          text.insert(place, text.substr(random.Below(text.size()), length));
          break;
        default:
          text[place] = text[random.Below(text.size())];
      }
    }
    ASSERT_NO_FATAL_FAILURE(Try(text));
  }
  EXPECT_GT(compiled_, 2'000);
}

}  // namespace
}  // namespace patron::rules
