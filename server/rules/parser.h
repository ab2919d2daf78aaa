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
//   literal    = text | [ "-" ] number ;      all of one list of one type, all
//                                             numbers of one unit
//   sum        = product { ( "+" | "-" ) product } ;
//   product    = unary { "*" unary } ;
//   unary      = "-" unary | primary ;
//   primary    = "(" or ")" | number | text | "true" | "false"
//              | "known" "(" field ")" | aggregate | short | field ;
//   field      = name [ "." name ] [ "[" text "]" ] ;
//   aggregate  = "count" "(" name rest ")"
//              | ( "sum" | "avg" | "min" | "max" | "first" | "last"
//                  | "distinct" ) "(" field rest ")" ;
//   rest       = [ "where" or ] [ "," window ] ;
//   window     = [ "last" ] ( digits unit | digits letter ) ;
//   short      = "spend" "(" window [ "," word ] ")"
//              | "bought" "(" ( or [ "," window ] | window ) ")"
//              | "consent" "(" word [ "," word ] ")" ;
//   word       = name | text ;
//   number     = digits | duration | date | money ;
//   duration   = digits letter | digits unit ;
//   letter     = "d" | "w" | "m" | "y" ;      next to the digits
//   unit       = "day[s]" | "week[s]" (7 days) | "month[s]" (30 days)
//              | "year[s]" (365 days) ;
//   date       = four digits "-" two digits "-" two digits ;
//   money      = digits [ "." digit { digit } ] currency ;
//   currency   = three capital letters ;      ISO 4217
//   digits     = digit { [ "_" ] digit } ;    at most 2^63 - 1 (-2^63 with "-")
//   text       = '"' { character | "\"" | "\\" | "\n" } '"' ;   on one line
//   name       = ( letter | "_" ) { letter | digit | "_" } ;    ASCII
//
// "#" begins a comment to the end of the line; white space is free. `and`,
// `or`, `not`, `in`, `has`, `true` and `false` are no names of fields; the
// other words are names wherever the grammar does not expect them.
//
// Short forms stand for a long one and are printed as it (sugar.h, resolver.h):
//   spend(365d) >= 500 EUR   sum(lines.amount where lines.currency = "EUR",
//                            last 365 days) >= 500 EUR; the currency is that of
//                            the first amount in the comparison, or the one
//                            named: spend(365d, "EUR")
//   bought(c, 90d)           count(lines where c, last 90 days)
//   consent(email, service)  consent["email/service"]; without a purpose it is
//                            "marketing"
//   recency                  days_since_last_purchase: another name of a field
//   tags = "a"               tags has "a", of a set of texts
//   tags in ("a", "b")       tags has any ("a", "b")
//   brand = "a"              in `where` and bought(): lines.brand, where the
//                            rows have such a field. customer.brand is the
//                            subject's own; its name is printed only there
//   tier = "gold"            of a field that allows it: the key is "". tier[""]
//                            is printed as tier
//
// A literal with a unit is a number: whole days, days since 1970-01-01, minor
// units of the currency. It keeps its unit when printed: durations in days
// (2w is 14d), dates as they are, amounts without a point where they are whole
// and else with all digits of the currency (500 EUR, 12.50 EUR). A plain number
// stays plain: `recency < 30` and `recency < 30d` are two texts of one meaning,
// because rules that were written before units keep their texts.
//
// Units (measures.h): days meet days, dates meet dates, amounts meet amounts of
// their currency, and a plain number meets everything. The currency of a field
// is its key, or what `where` asks of the rows; that of lines.amount alone is
// not told, so every amount meets it, as a number of minor units. A date less a
// date is days, a date plus or less days a date.
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
