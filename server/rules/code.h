// What a rule compiles to: its tree, checked, in one row of nodes. For readers
// that answer a rule in their own way (server/segments scans columns); a rule
// means what parser.h says, whoever answers. Everything is in long form: no
// node tells whether the rule was written with sugar or literals with units.
//
// Nodes stand in the order of the tree, each before its children: the first
// child of node i is i + 1, and the one after a child c is nodes[c].end, until
// nodes[i].end. Node 0 is the root, a truth. Types are checked: the operands of
// kCompareNumbers, kInNumbers, kSum, kProduct and kNegate are numbers (kNumber,
// kField, kRowField, kSum, kProduct, kNegate, kAggregate); those of
// kCompareTexts, kInTexts and the second of kHas texts (kText, kField,
// kRowField); the first of kHas and kHasAny is a field. Every other node is a
// truth, where kField and kRowField may stand too. kRowField stands only below
// a kAggregate and speaks of the row that is asked; another kAggregate never
// does.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "server/rules/syntax.h"

namespace patron::rules {

enum class Op : uint8_t {
  kOr,
  kAnd,
  kNot,
  kCompareTruths,   // two children, `comparison`
  kCompareNumbers,  // likewise
  kCompareTexts,    // likewise
  kInNumbers,       // one child, `numbers`, `negated`
  kInTexts,         // one child, `texts`, `negated`
  kHas,             // the set, the text
  kHasAny,          // the set; `texts`
  kSum,             // children, `subtracted`
  kProduct,
  kNegate,
  kNumber,     // `number`
  kText,       // `text`
  kTruth,      // `number`
  kField,      // of the subject: `field`, `text` is the key
  kRowField,   // of the row: likewise
  kKnown,      // one child: the field
  kAggregate,  // `aggregate`, `source`, `field`, `text`, `day_field`, `number`;
               // one child, a truth, where it has `where`
};

struct Node {
  Op op = Op::kTruth;
  Comparison comparison = Comparison::kEqual;
  Aggregate aggregate = Aggregate::kCount;
  bool negated = false;
  bool subtracted = false;
  bool keyed = false;
  uint32_t end = 0;
  // Of kField the subject's number for it, of kRowField and kAggregate (but not
  // of count) the row's; `text` is the key where `keyed`, "" where it was left
  // out.
  int field = 0;
  // Of kAggregate: Source::id and its Source::day_field.
  int source = 0;
  int day_field = 0;
  int64_t number = 0;  // of kAggregate: days of the window, 0 for all rows
  std::string text;
  std::vector<std::string> texts;  // sorted
  std::vector<int64_t> numbers;    // sorted
};

struct Code {
  std::vector<Node> nodes;
  std::string text;                       // the normal form
  std::vector<std::string> clause_texts;  // one for each of Clauses()
};

// The nodes of the outermost `and`'s parts, or the root alone.
inline std::vector<size_t> Clauses(const Code& code) {
  if (code.nodes[0].op != Op::kAnd) return {0};
  std::vector<size_t> clauses;
  for (size_t i = 1; i < code.nodes[0].end; i = code.nodes[i].end)
    clauses.push_back(i);
  return clauses;
}

}  // namespace patron::rules
