#include "server/rules/parser.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/cursor.h"
#include "server/rules/literals.h"
#include "server/rules/sugar.h"
#include "server/rules/suggest.h"

namespace patron::rules {
namespace {

// On the heap, so that a frame of the recursion stays small.
using ExprPtr = std::unique_ptr<Expr>;
using StatusOrExpr = absl::StatusOr<ExprPtr>;

std::optional<Comparison> ComparisonOf(absl::string_view sign) {
  for (const Comparison comparison :
       {Comparison::kEqual, Comparison::kNotEqual, Comparison::kLess,
        Comparison::kLessOrEqual, Comparison::kGreater,
        Comparison::kGreaterOrEqual})
    if (sign == ToText(comparison)) return comparison;
  return std::nullopt;
}

constexpr absl::string_view kKnown = "known";
constexpr absl::string_view kSpend = "spend";
constexpr absl::string_view kBought = "bought";
constexpr absl::string_view kConsent = "consent";

ExprPtr Make(ExprKind kind, Position at) {
  auto expr = std::make_unique<Expr>();
  expr->kind = kind;
  expr->at = at;
  return expr;
}

void Adopt(Expr& parent, ExprPtr child) {
  parent.children.push_back(std::move(*child));
}

ExprPtr Over(ExprKind kind, ExprPtr first) {
  ExprPtr expr = Make(kind, first->at);
  Adopt(*expr, std::move(first));
  return expr;
}

template <typename T>
void SortOnce(std::vector<T>& values) {
  std::sort(values.begin(), values.end());
  values.erase(std::unique(values.begin(), values.end()), values.end());
}

// Adds `part` to the `and` or `or` that `whole` is; parts of its own kind,
// which stood in parentheses, dissolve in it.
void Join(Expr& whole, ExprPtr part) {
  if (part->kind != whole.kind) return Adopt(whole, std::move(part));
  for (Expr& child : part->children) whole.children.push_back(std::move(child));
}

class Parser : private Cursor {
 public:
  explicit Parser(const std::vector<Token>& tokens) : Cursor(tokens) {}

  StatusOrExpr Run() {
    PATRON_ASSIGN_OR_RETURN(ExprPtr rule, ParseOr());
    if (Peek().kind != TokenKind::kEnd) return Leftover();
    return rule;
  }

 private:
  // One level of nesting for as long as it lives.
  class Level {
   public:
    explicit Level(int& depth) : depth_(depth) { ++depth_; }
    ~Level() { --depth_; }

   private:
    int& depth_;
  };

  absl::Status CheckDepth(Position at) const {
    if (depth_ <= kMaxDepth) return absl::OkStatus();
    return ErrorAt(at, absl::StrCat("nested ", depth_, " levels deep, at most ",
                                    kMaxDepth, " are allowed"));
  }

  // Why the rule cannot go on with the next token.
  absl::Status Leftover() const {
    const Token& token = Peek();
    const std::string small = absl::AsciiStrToLower(token.source);
    if (token.kind == TokenKind::kName && small != token.source &&
        IsReserved(small))
      return ErrorAt(token.at,
                     absl::StrCat("found ", Found(token),
                                  ": this word is written small, ", small));
    if (ComparisonOf(token.source).has_value())
      return ErrorAt(token.at,
                     absl::StrCat("found ", Found(token),
                                  " after a comparison: comparisons are joined "
                                  "by and, as in 1 < x and x < 5"));
    return Expected("and, or, a comparison or the end of the condition");
  }

  StatusOrExpr ParseOr() {
    return ParseJoined(ExprKind::kOr, "or", &Parser::ParseAnd);
  }
  StatusOrExpr ParseAnd() {
    return ParseJoined(ExprKind::kAnd, "and", &Parser::ParseNot);
  }

  StatusOrExpr ParseJoined(ExprKind kind, absl::string_view word,
                           StatusOrExpr (Parser::*parse_part)()) {
    PATRON_ASSIGN_OR_RETURN(ExprPtr first, (this->*parse_part)());
    if (!IsWord(word)) return first;
    ExprPtr whole = Make(kind, first->at);
    Join(*whole, std::move(first));
    while (TakeWord(word)) {
      PATRON_ASSIGN_OR_RETURN(ExprPtr part, (this->*parse_part)());
      Join(*whole, std::move(part));
    }
    return whole;
  }

  StatusOrExpr ParseNot() {
    if (!IsWord("not")) return ParseComparison();
    const Level level(depth_);
    ExprPtr expr = Make(ExprKind::kNot, Take().at);
    PATRON_RETURN_IF_ERROR(CheckDepth(expr->at));
    PATRON_ASSIGN_OR_RETURN(ExprPtr inner, ParseNot());
    Adopt(*expr, std::move(inner));
    return expr;
  }

  StatusOrExpr ParseComparison() {
    PATRON_ASSIGN_OR_RETURN(ExprPtr left, ParseSum());
    if (TakeWord("has")) return ParseHas(std::move(left));
    if (TakeWord("in")) return ParseIn(std::move(left), /*negated=*/false);
    if (TakeWord("not")) {
      if (!TakeWord("in")) return Expected("in after not");
      return ParseIn(std::move(left), /*negated=*/true);
    }
    if (Peek().kind != TokenKind::kSign) return left;
    const std::optional<Comparison> comparison = ComparisonOf(Peek().source);
    if (!comparison.has_value()) return left;
    Take();
    ExprPtr expr = Over(ExprKind::kCompare, std::move(left));
    expr->comparison = *comparison;
    PATRON_ASSIGN_OR_RETURN(ExprPtr right, ParseSum());
    Adopt(*expr, std::move(right));
    PATRON_RETURN_IF_ERROR(SettleCurrency(*expr));
    return expr;
  }

  StatusOrExpr ParseHas(ExprPtr set) {
    if (IsWord("any") && IsSign("(", 1)) {
      ExprPtr expr = Over(ExprKind::kHasAny, std::move(set));
      Take();
      PATRON_RETURN_IF_ERROR(ParseList(*expr));
      if (!expr->numbers.empty())
        return ErrorAt(expr->at,
                       "expected a list of texts after has any, found "
                       "numbers");
      return expr;
    }
    ExprPtr expr = Over(ExprKind::kHas, std::move(set));
    PATRON_ASSIGN_OR_RETURN(ExprPtr member, ParseSum());
    Adopt(*expr, std::move(member));
    return expr;
  }

  StatusOrExpr ParseIn(ExprPtr left, bool negated) {
    ExprPtr expr = Over(ExprKind::kIn, std::move(left));
    expr->negated = negated;
    PATRON_RETURN_IF_ERROR(ParseList(*expr));
    PATRON_RETURN_IF_ERROR(SettleCurrency(*expr));
    return expr;
  }

  absl::Status ParseList(Expr& expr) {
    PATRON_RETURN_IF_ERROR(TakeExpectedSign("("));
    do {
      PATRON_RETURN_IF_ERROR(ParseLiteral(expr));
    } while (TakeSign(","));
    if (!IsSign(")"))
      return Expected("\",\" or \")\" after a part of the list");
    Take();
    SortOnce(expr.texts);
    SortOnce(expr.numbers);
    return absl::OkStatus();
  }

  absl::Status ParseLiteral(Expr& list) {
    const Position at = Peek().at;
    if (Peek().kind == TokenKind::kText) {
      list.texts.push_back(Take().text);
    } else if (IsNumber() || IsSign("-")) {
      PATRON_RETURN_IF_ERROR(ParseListNumber(list));
    } else {
      return Expected("a number or a text in double quotes");
    }
    if (list.texts.empty() || list.numbers.empty()) return absl::OkStatus();
    return ErrorAt(at, "a list holds numbers or texts, this one both");
  }

  // The first number tells the unit of all.
  absl::Status ParseListNumber(Expr& list) {
    const Position at = Peek().at;
    const bool negative = TakeSign("-");
    PATRON_ASSIGN_OR_RETURN(const ExprPtr number, ParseNumber(negative));
    if (list.numbers.empty()) {
      list.unit = number->unit;
      list.currency = number->currency;
    } else if (number->unit != list.unit || number->currency != list.currency) {
      return ErrorAt(
          at, absl::StrCat(
                  "a list holds numbers of one unit, found ",
                  PrintNumber(number->number, number->unit, number->currency),
                  " after ",
                  PrintNumber(list.numbers[0], list.unit, list.currency)));
    }
    list.numbers.push_back(number->number);
    return absl::OkStatus();
  }

  StatusOrExpr ParseNumber(bool negative) {
    ExprPtr expr = Make(ExprKind::kNumber, Peek().at);
    PATRON_RETURN_IF_ERROR(TakeNumber(negative, *expr));
    return expr;
  }

  StatusOrExpr ParseSum() {
    PATRON_ASSIGN_OR_RETURN(ExprPtr first, ParseProduct());
    if (!IsSign("+") && !IsSign("-")) return first;
    ExprPtr sum = std::move(first);
    // (a + b) + c is a + b + c; a + (b + c) may saturate elsewhere and stays.
    if (sum->kind != ExprKind::kSum) sum = Over(ExprKind::kSum, std::move(sum));
    while (IsSign("+") || IsSign("-")) {
      const bool subtracted = Take().source == "-";
      PATRON_ASSIGN_OR_RETURN(ExprPtr part, ParseProduct());
      part->subtracted = subtracted;
      Adopt(*sum, std::move(part));
    }
    return sum;
  }

  StatusOrExpr ParseProduct() {
    PATRON_ASSIGN_OR_RETURN(ExprPtr first, ParseUnary());
    if (!IsSign("*")) return first;
    ExprPtr product = std::move(first);
    if (product->kind != ExprKind::kProduct)
      product = Over(ExprKind::kProduct, std::move(product));
    while (TakeSign("*")) {
      PATRON_ASSIGN_OR_RETURN(ExprPtr part, ParseUnary());
      Adopt(*product, std::move(part));
    }
    return product;
  }

  StatusOrExpr ParseUnary() {
    if (!IsSign("-")) return ParsePrimary();
    const Level level(depth_);
    const Position at = Take().at;
    PATRON_RETURN_IF_ERROR(CheckDepth(at));
    if (IsNumber()) return ParseNumber(/*negative=*/true);
    PATRON_ASSIGN_OR_RETURN(ExprPtr inner, ParseUnary());
    if (inner->kind == ExprKind::kNumber && inner->unit != Unit::kDate)
      return Negated(std::move(inner));
    ExprPtr expr = Make(ExprKind::kNegate, at);
    Adopt(*expr, std::move(inner));
    return expr;
  }

  static ExprPtr Negated(ExprPtr number) {
    const bool lowest = number->number == std::numeric_limits<int64_t>::min();
    number->number =
        lowest ? std::numeric_limits<int64_t>::max() : -number->number;
    return number;
  }

  StatusOrExpr ParsePrimary() {
    const Token& token = Peek();
    if (IsNumber()) return ParseNumber(/*negative=*/false);
    if (token.kind == TokenKind::kText) return ParseText();
    if (IsSign("(")) return ParseParentheses();
    if (token.kind != TokenKind::kName || IsReservedHere())
      return Expected("a field, a number, a text or \"(\"");
    if (IsSign("(", 1)) return ParseCall();
    if (IsWord("true") || IsWord("false")) return ParseTruth();
    ExprPtr expr = Make(ExprKind::kField, token.at);
    PATRON_RETURN_IF_ERROR(TakeField(expr->name));
    return expr;
  }

  bool IsReservedHere() const {
    return IsReserved(Peek().source) && !IsWord("true") && !IsWord("false");
  }

  StatusOrExpr ParseText() {
    ExprPtr expr = Make(ExprKind::kText, Peek().at);
    expr->text = Take().text;
    return expr;
  }

  StatusOrExpr ParseTruth() {
    ExprPtr expr = Make(ExprKind::kTruth, Peek().at);
    expr->number = Take().source == "true" ? 1 : 0;
    return expr;
  }

  StatusOrExpr ParseParentheses() {
    const Level level(depth_);
    PATRON_RETURN_IF_ERROR(CheckDepth(Take().at));
    PATRON_ASSIGN_OR_RETURN(ExprPtr inner, ParseOr());
    if (!IsSign(")")) return NotClosed();
    Take();
    return inner;
  }

  absl::Status NotClosed() const {
    if (Peek().kind == TokenKind::kEnd) return Expected("\")\"");
    return Leftover();
  }

  StatusOrExpr ParseCall() {
    const Token& token = Peek();
    const std::optional<Aggregate> aggregate = AggregateOf(token.source);
    if (aggregate.has_value()) return ParseAggregate(*aggregate);
    if (token.source == kSpend) return ParseSpend();
    if (token.source == kBought) return ParseBought();
    if (token.source == kConsent) return ParseConsent();
    if (token.source != kKnown) return UnknownFunction();
    ExprPtr expr = Make(ExprKind::kKnown, Take().at);
    Take();
    PATRON_RETURN_IF_ERROR(TakeField(expr->name));
    PATRON_RETURN_IF_ERROR(TakeExpectedSign(")"));
    return expr;
  }

  absl::Status UnknownFunction() const {
    std::vector<std::string> known;
    for (const absl::string_view name : {kBought, kConsent, kKnown, kSpend})
      known.emplace_back(name);
    for (const Aggregate aggregate : kAggregates)
      known.emplace_back(ToText(aggregate));
    std::sort(known.begin(), known.end());
    return ErrorAt(Peek().at,
                   absl::StrCat("found ", Found(Peek()), ", expected ",
                                absl::StrJoin(known, ", "), " before \"(\"",
                                Suggestion(Peek().source, known)));
  }

  // spend(365d) or spend(365d, "EUR").
  StatusOrExpr ParseSpend() {
    const Level level(depth_);
    ExprPtr expr = Make(ExprKind::kAggregate, Take().at);
    PATRON_RETURN_IF_ERROR(CheckDepth(expr->at));
    Take();
    PATRON_ASSIGN_OR_RETURN(expr->window_days, TakeWindow());
    std::string currency;
    if (TakeSign(",")) {
      const Token& token = Peek();
      PATRON_ASSIGN_OR_RETURN(currency, TakeWordOrText("a currency"));
      if (!HasFormOfCurrency(currency))
        return ErrorAt(token.at,
                       absl::StrCat("expected a currency of three capital "
                                    "letters, found ",
                                    Quoted(currency)));
    }
    if (!IsSign(")")) return Expected("\",\" and a currency, or \")\"");
    Take();
    MakeSpend(*expr, currency);
    return expr;
  }

  // bought(condition, 90d), bought(condition) or bought(90d).
  StatusOrExpr ParseBought() {
    const Level level(depth_);
    ExprPtr expr = Make(ExprKind::kAggregate, Take().at);
    PATRON_RETURN_IF_ERROR(CheckDepth(expr->at));
    Take();
    expr->name.source = std::string(kLineRows);
    if (IsSign(")")) return Expected("a condition on lines, or a window");
    const bool only_window = IsWindow();
    if (!only_window) {
      PATRON_ASSIGN_OR_RETURN(ExprPtr condition, ParseOr());
      Adopt(*expr, std::move(condition));
    }
    if (only_window || TakeSign(",")) {
      PATRON_ASSIGN_OR_RETURN(expr->window_days, TakeWindow());
    }
    return CloseAggregate(std::move(expr));
  }

  // consent(email) or consent(email, service).
  StatusOrExpr ParseConsent() {
    ExprPtr expr = Make(ExprKind::kField, Take().at);
    Take();
    PATRON_ASSIGN_OR_RETURN(const std::string channel,
                            TakeWordOrText("a channel, as in consent(email)"));
    std::string purpose = "marketing";
    if (TakeSign(",")) {
      PATRON_ASSIGN_OR_RETURN(
          purpose, TakeWordOrText("a purpose, as in consent(email, service)"));
    }
    if (!IsSign(")")) return Expected("\",\" and a purpose, or \")\"");
    Take();
    MakeConsent(*expr, channel, purpose);
    return expr;
  }

  StatusOrExpr ParseAggregate(Aggregate aggregate) {
    const Level level(depth_);
    ExprPtr expr = Make(ExprKind::kAggregate, Take().at);
    PATRON_RETURN_IF_ERROR(CheckDepth(expr->at));
    expr->aggregate = aggregate;
    Take();
    PATRON_RETURN_IF_ERROR(ParseRowsAsked(*expr));
    if (TakeWord("where")) {
      PATRON_ASSIGN_OR_RETURN(ExprPtr condition, ParseOr());
      Adopt(*expr, std::move(condition));
    }
    if (TakeSign(",")) {
      PATRON_ASSIGN_OR_RETURN(expr->window_days, TakeWindow());
    }
    return CloseAggregate(std::move(expr));
  }

  StatusOrExpr CloseAggregate(ExprPtr expr) {
    if (TakeSign(")")) return expr;
    return Expected(expr->window_days > 0    ? "\")\" after the window"
                    : expr->children.empty() ? "where, \", last\" or \")\""
                                             : "and, or, \", last\" or \")\"");
  }

  // The source of count, the field of the others.
  absl::Status ParseRowsAsked(Expr& expr) {
    const Token& token = Peek();
    PATRON_RETURN_IF_ERROR(TakeField(expr.name));
    FieldName& name = expr.name;
    if (expr.aggregate == Aggregate::kCount) {
      if (!name.source.empty() || name.key.has_value())
        return ErrorAt(token.at, absl::StrCat("count takes rows, as in count(",
                                              Rows(name), ")"));
      std::swap(name.source, name.field);
    } else if (name.source.empty()) {
      return ErrorAt(
          token.at,
          absl::StrCat(ToText(expr.aggregate), " takes a field of rows, as in ",
                       ToText(expr.aggregate), "(lines.amount), found ",
                       Quoted(name.field)));
    }
    return absl::OkStatus();
  }

  static const std::string& Rows(const FieldName& name) {
    return name.source.empty() ? name.field : name.source;
  }

  int depth_ = 0;
};

}  // namespace

absl::StatusOr<Expr> Parse(const std::vector<Token>& tokens) {
  PATRON_ASSIGN_OR_RETURN(const ExprPtr rule, Parser(tokens).Run());
  return std::move(*rule);
}

}  // namespace patron::rules
