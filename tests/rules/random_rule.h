// Random rules, each with a naive evaluator of its own: a closure that asks the
// subject's maps, built beside the text without the parser's help.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "tests/rules/shop.h"

namespace patron::rules {

// `row` is null outside `where`.
template <typename T>
using Naive = std::function<std::optional<T>(const ShopSubject& subject,
                                             const ShopRow* row)>;

// A part of a rule: its text, how tightly it binds (0 `or` … 6 unary, 7
// primary), its answer.
template <typename T>
struct Part {
  std::string text;
  int binding = 7;
  Naive<T> answer;
};

class RandomRule {
 public:
  explicit RandomRule(uint64_t seed) : random_(seed) {}

  // A condition `depth` operators deep at most.
  Part<bool> Condition(int depth);
  // Fields and rows from the small worlds that conditions ask about; many
  // things are not known.
  ShopSubject Subject();

  uint64_t Below(uint64_t bound) { return random_() % bound; }

 private:
  Part<bool> Joined(int depth, bool all);
  Part<bool> Not(int depth);
  Part<bool> Comparison(int depth);
  Part<bool> CompareNumbers(int depth);
  Part<bool> CompareTexts();
  Part<bool> CompareTruths(int depth);
  Part<bool> InTexts();
  Part<bool> InNumbers(int depth);
  Part<bool> Has();
  Part<bool> Known();
  Part<bool> Truth();
  Part<int64_t> Number(int depth);
  Part<int64_t> NumberLeaf();
  Part<int64_t> Sum(int depth);
  Part<int64_t> Product(int depth);
  Part<int64_t> Aggregated(int depth);
  Part<std::string> Text();
  Part<std::vector<std::string>> Set();

  // `part` fit for a place that asks for `binding`; sometimes in parentheses
  // that it does not need.
  template <typename T>
  std::string In(const Part<T>& part, int binding);
  std::string Space();
  std::string Word();
  std::vector<std::string> Words();
  std::string OfLine(const std::string& field);
  int64_t SomeNumber();
  ShopRow SomeLine(int64_t today);
  // Sets the field, or leaves it not known.
  void Maybe(Fields& fields, int field, const std::string& key, Stored value);

  std::mt19937_64 random_;
  bool in_rows_ = false;
};

}  // namespace patron::rules
