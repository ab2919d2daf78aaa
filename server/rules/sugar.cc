#include "server/rules/sugar.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::rules {
namespace {

// Parts of a number that may hold amounts and spend(): `where` is none of them.
bool IsArithmetic(const Expr& expr) {
  return expr.kind == ExprKind::kSum || expr.kind == ExprKind::kProduct ||
         expr.kind == ExprKind::kNegate;
}

// Of the first amount; empty: none.
std::string CurrencyIn(const Expr& expr) {
  if (expr.unit == Unit::kMoney) return expr.currency;
  if (!IsArithmetic(expr)) return "";
  for (const Expr& child : expr.children)
    if (std::string currency = CurrencyIn(child); !currency.empty())
      return currency;
  return "";
}

absl::Status Settle(Expr& expr, const std::string& currency) {
  if (expr.lacks_currency && currency.empty())
    return ErrorAt(expr.at,
                   absl::StrCat("spend needs a currency: compare it with an "
                                "amount, as in spend(",
                                expr.window_days,
                                "d) >= 500 EUR, or write "
                                "spend(",
                                expr.window_days, "d, \"EUR\")"));
  if (expr.lacks_currency) MakeSpend(expr, currency);
  if (!IsArithmetic(expr)) return absl::OkStatus();
  for (Expr& child : expr.children)
    PATRON_RETURN_IF_ERROR(Settle(child, currency));
  return absl::OkStatus();
}

}  // namespace

void MakeSpend(Expr& expr, const std::string& currency) {
  expr.aggregate = Aggregate::kSum;
  expr.name = {std::string(kLineRows), "amount", std::nullopt};
  expr.lacks_currency = currency.empty();
  Expr field;
  field.kind = ExprKind::kField;
  field.at = expr.at;
  field.name = {std::string(kLineRows), "currency", std::nullopt};
  Expr text;
  text.kind = ExprKind::kText;
  text.at = expr.at;
  text.text = currency;
  Expr condition;
  condition.kind = ExprKind::kCompare;
  condition.at = expr.at;
  condition.children = {std::move(field), std::move(text)};
  expr.children = {std::move(condition)};
}

void MakeConsent(Expr& expr, const std::string& channel,
                 const std::string& purpose) {
  expr.kind = ExprKind::kField;
  expr.name = {"", "consent", absl::StrCat(channel, "/", purpose)};
}

absl::Status SettleCurrency(Expr& comparison) {
  std::string currency = CurrencyIn(comparison);
  for (const Expr& child : comparison.children)
    if (currency.empty()) currency = CurrencyIn(child);
  for (Expr& child : comparison.children)
    PATRON_RETURN_IF_ERROR(Settle(child, currency));
  return absl::OkStatus();
}

}  // namespace patron::rules
