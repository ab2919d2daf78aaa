// Tokens → syntax tree: the grammar of the rule language.
//
//   rule       = [ or ] ;
//   or         = and { "or" and } ;
//   and        = not { "and" not } ;
//   not        = "not" not | comparison ;
//   comparison = sum [ sign sum
//                    | [ "not" ] "in" list
//                    | "has" ( sum | "any" list ) ] ;
//   sign       = "=" | "!=" | "<" | "<=" | ">" | ">=" ;
//   list       = "(" literal { "," literal } ")" ;
//   literal    = text | [ "-" ] number ;      all of one list of one type
//   sum        = product { ( "+" | "-" ) product } ;
//   product    = unary { "*" unary } ;
//   unary      = "-" unary | primary ;
//   primary    = "(" or ")" | number | text | "true" | "false"
//              | "known" "(" field ")" | aggregate | field ;
//   field      = name [ "." name ] [ "[" text "]" ] ;
//   aggregate  = "count" "(" name rest ")"
//              | ( "sum" | "avg" | "min" | "max" | "first" | "last"
//                  | "distinct" ) "(" field rest ")" ;
//   rest       = [ "where" or ] [ "," "last" number unit ] ;
//   unit       = "day[s]" | "week[s]" (7 days) | "month[s]" (30 days)
//              | "year[s]" (365 days) ;
//   number     = digit { [ "_" ] digit } ;    at most 2^63 - 1 (-2^63 with "-")
//   text       = '"' { character | "\"" | "\\" | "\n" } '"' ;   on one line
//   name       = ( letter | "_" ) { letter | digit | "_" } ;    ASCII
//
// "#" begins a comment to the end of the line; white space is free. `and`,
// `or`, `not`, `in`, `has`, `true` and `false` are no names of fields; the
// other words are names wherever the grammar does not expect them.
//
// Types (checker.h): conditions are truths. = and != compare two truths, two
// numbers or two texts; < <= > >= two numbers or two texts (by bytes); `in`
// asks a number or a text; `has` asks a set of texts; + - * take numbers.
// sum, avg, min, max, first and last take a field of numbers; distinct counts
// the different values of a field of numbers or texts, or the members of sets
// of texts.
//
// Meaning (evaluator.h): a comparison, `in`, `not in` or `has` with something
// that is not known is false; so is a truth field that is not known. `not`
// turns the answer round: `not x = 1` holds where x is not known, `x != 1` does
// not. Arithmetic with something not known is not known. Over no rows count,
// sum and distinct are 0, the others not known; a row whose field is not known
// adds nothing but to count. avg is the sum divided by the number of rows that
// were added, rounded toward zero. first and last are the number of the first
// and last day that has one; of several on that day first is the smallest, last
// the largest, so the order of rows never matters. `last N days` are the rows
// whose day is today or one of the N - 1 days before: later rows, and rows
// without a day, do not count. Without a window every row does.
#pragma once

#include <vector>

#include "absl/status/statusor.h"
#include "server/rules/lexer.h"
#include "server/rules/syntax.h"

namespace patron::rules {

// The tree of one rule that is not empty. `tokens` as Tokens() gives them.
// kInvalidArgument with place, what was found and what was expected.
absl::StatusOr<Expr> Parse(const std::vector<Token>& tokens);

}  // namespace patron::rules
