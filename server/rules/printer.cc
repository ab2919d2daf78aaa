#include "server/rules/printer.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/rules/literals.h"

namespace patron::rules {
namespace {

// How tightly a kind binds: a part that binds less than its place asks stands
// in parentheses.
enum Binding { kOr, kAnd, kNot, kComparison, kSum, kProduct, kUnary };

Binding BindingOf(const Expr& expr) {
  switch (expr.kind) {
    case ExprKind::kOr:
      return kOr;
    case ExprKind::kAnd:
      return kAnd;
    case ExprKind::kNot:
      return kNot;
    case ExprKind::kCompare:
    case ExprKind::kIn:
    case ExprKind::kHas:
    case ExprKind::kHasAny:
      return kComparison;
    case ExprKind::kSum:
      return kSum;
    case ExprKind::kProduct:
      return kProduct;
    default:
      return kUnary;
  }
}

class Printer {
 public:
  void Put(const Expr& expr, Binding place) {
    const bool parentheses = BindingOf(expr) < place;
    if (parentheses) out_.push_back('(');
    PutBare(expr);
    if (parentheses) out_.push_back(')');
  }

  void Put(const FieldName& name) {
    absl::StrAppend(&out_, name.source,
                    name.source.empty() || name.field.empty() ? "" : ".",
                    name.field);
    if (!name.key.has_value()) return;
    out_.push_back('[');
    PutText(*name.key);
    out_.push_back(']');
  }

  std::string Take() { return std::move(out_); }

 private:
  void PutBare(const Expr& expr) {
    switch (expr.kind) {
      case ExprKind::kOr:
        return PutJoined(expr, " or ", kAnd);
      case ExprKind::kAnd:
        return PutJoined(expr, " and ", kNot);
      case ExprKind::kNot:
        absl::StrAppend(&out_, "not ");
        return Put(expr.children[0], kNot);
      case ExprKind::kCompare:
        Put(expr.children[0], kSum);
        absl::StrAppend(&out_, " ", ToText(expr.comparison), " ");
        return Put(expr.children[1], kSum);
      case ExprKind::kIn:
        Put(expr.children[0], kSum);
        absl::StrAppend(&out_, expr.negated ? " not in " : " in ");
        return PutList(expr);
      case ExprKind::kHas:
        return PutJoined(expr, " has ", kSum);
      case ExprKind::kHasAny:
        Put(expr.children[0], kSum);
        absl::StrAppend(&out_, " has any ");
        return PutList(expr);
      case ExprKind::kSum:
        return PutSum(expr);
      case ExprKind::kProduct:
        return PutJoined(expr, " * ", kUnary);
      case ExprKind::kNegate:
        out_.push_back('-');
        return Put(expr.children[0], kUnary);
      case ExprKind::kNumber:
        return absl::StrAppend(
            &out_, PrintNumber(expr.number, expr.unit, expr.currency));
      case ExprKind::kText:
        return PutText(expr.text);
      case ExprKind::kTruth:
        return absl::StrAppend(&out_, expr.number != 0 ? "true" : "false");
      case ExprKind::kField:
        return Put(expr.name);
      case ExprKind::kKnown:
        absl::StrAppend(&out_, "known(");
        Put(expr.name);
        return out_.push_back(')');
      case ExprKind::kAggregate:
        return PutAggregate(expr);
    }
  }

  void PutJoined(const Expr& expr, absl::string_view between, Binding place) {
    for (size_t i = 0; i < expr.children.size(); ++i) {
      if (i > 0) absl::StrAppend(&out_, between);
      Put(expr.children[i], place);
    }
  }

  void PutSum(const Expr& expr) {
    Put(expr.children[0], kProduct);
    for (size_t i = 1; i < expr.children.size(); ++i) {
      absl::StrAppend(&out_, expr.children[i].subtracted ? " - " : " + ");
      Put(expr.children[i], kProduct);
    }
  }

  void PutList(const Expr& expr) {
    absl::string_view before = "(";
    for (const std::string& text : expr.texts) {
      absl::StrAppend(&out_, before);
      PutText(text);
      before = ", ";
    }
    for (const int64_t number : expr.numbers) {
      absl::StrAppend(&out_, before,
                      PrintNumber(number, expr.unit, expr.currency));
      before = ", ";
    }
    out_.push_back(')');
  }

  void PutText(absl::string_view text) {
    out_.push_back('"');
    for (const char c : text) {
      if (c == '"' || c == '\\') out_.push_back('\\');
      if (c == '\n')
        absl::StrAppend(&out_, "\\n");
      else
        out_.push_back(c);
    }
    out_.push_back('"');
  }

  void PutAggregate(const Expr& expr) {
    absl::StrAppend(&out_, ToText(expr.aggregate), "(");
    Put(expr.name);
    if (!expr.children.empty()) {
      absl::StrAppend(&out_, " where ");
      Put(expr.children[0], kOr);
    }
    if (expr.window_days > 0)
      absl::StrAppend(&out_, ", last ", expr.window_days,
                      expr.window_days == 1 ? " day" : " days");
    out_.push_back(')');
  }

  std::string out_;
};

}  // namespace

std::string Print(const Expr& expr) {
  Printer printer;
  printer.Put(expr, kOr);
  return printer.Take();
}

std::string Print(const FieldName& name) {
  Printer printer;
  printer.Put(name);
  return printer.Take();
}

}  // namespace patron::rules
