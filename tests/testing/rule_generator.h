// Random rules over the whole grammar: texts that compile against a schema,
// with sugar, comments and parentheses that nobody needs. The same seed gives
// the same rules on every machine.
//
//   RuleGenerator generator(SchemaOfATest(), vocabulary, TestSeed(1));
//   const std::string rule = generator.Rule(3);
//
// Texts and keys come from a small vocabulary, so that rules and data meet.
// Borrows the schema. Threads: one.
#pragma once

#include <cstdint>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "server/rules/rules.h"

namespace patron::testing {

struct RuleVocabulary {
  // By the name of the field, "lines.brand" before "brand": what it may be
  // compared with. Fields without an entry meet `texts`.
  std::map<std::string, std::vector<std::string>> texts_of = {};
  std::vector<std::string> texts = {"a", "b"};
  // By the name of the field, as above. Fields of money without an entry have
  // `currencies`, others `texts`.
  std::map<std::string, std::vector<std::string>> keys_of = {};
  std::vector<std::string> currencies = {"EUR", "USD"};
  // Numbers, durations and amounts come from 0 to this, dates from as many days
  // before `today`.
  int64_t largest_number = 20;
  int64_t today = 20'000;
  int64_t longest_window = 40;  // days
  // Short forms: spend, bought and consent where the schema has what they stand
  // for, names in `where` without their rows, units behind numbers.
  bool sugar = true;
};

class RuleGenerator {
 public:
  // `schema` has a field of numbers, one of texts and one of truths.
  RuleGenerator(const rules::Schema& schema, RuleVocabulary vocabulary,
                uint64_t seed);

  // A condition of at most `depth` operators inside one another; up to 3 it
  // keeps far from the limits of the language.
  std::string Rule(int depth);

  // 0 to bound - 1.
  uint64_t Below(uint64_t bound) { return random_() % bound; }

 private:
  // A number, with what it may meet.
  struct Number {
    std::string text;
    rules::Unit unit = rules::Unit::kNone;
    std::string currency = {};
    bool opaque =
        false;  // meets plain numbers only: `where` may tell a currency
  };
  // A field as a rule writes it.
  struct Named {
    const rules::Field* field = nullptr;
    std::string text;
    std::string name;      // of the vocabulary: "lines.brand"
    std::string key = {};  // with its brackets; empty: none
    std::string currency = {};
  };

  std::string Condition(int depth);
  std::string Joined(int depth, const char* word);
  std::string Comparison(int depth);
  std::string CompareNumbers(int depth);
  std::string CompareTexts();
  std::string CompareTruths(int depth);
  std::string AskList(int depth);
  std::string AskSet();
  std::string Truth();
  std::string KnownField();
  std::string Spend();
  std::string Bought(int depth);

  Number SomeNumber(int depth);
  Number Arithmetic(int depth);
  Number Difference(Number part, int depth);
  Number Aggregated(int depth);
  // With its unit or without.
  std::string Literal(rules::Unit unit, const std::string& currency);
  std::string Bare(rules::Unit unit);
  std::string WithUnit(rules::Unit unit, const std::string& currency);
  std::string SomeList(const Number& asked);
  std::string Window();
  std::string Where(int depth, const rules::Source& source);

  bool Has(rules::Type type) const;
  bool HasLines() const;
  // A field of the row that is asked, or of the subject.
  Named SomeField(rules::Type type);
  Named Write(const rules::Field& field, const rules::Source* source);
  std::string KeyOf(const rules::Field& field, const std::string& name);
  std::string TextFor(const Named& named);
  std::string TextList(const Named& named);
  const std::string& OneOf(const std::vector<std::string>& texts);
  std::string Space();
  std::string Sign();

  const rules::Schema& schema_;
  const RuleVocabulary vocabulary_;
  std::mt19937_64 random_;
  const rules::Source* source_ = nullptr;  // whose rows `where` asks
};

// `text` in double quotes, as the language writes it.
std::string QuotedText(const std::string& text);

}  // namespace patron::testing
