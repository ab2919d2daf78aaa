#include "server/rules/cursor.h"

#include <algorithm>
#include <iterator>
#include <limits>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/currency.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/literals.h"

namespace patron::rules {
namespace {

constexpr uint64_t kMost = std::numeric_limits<int64_t>::max();

constexpr absl::string_view kReserved[] = {"and", "or",   "not",  "in",
                                           "has", "true", "false"};

// 2^63 and above wrap to where they belong.
int64_t Negative(uint64_t magnitude) {
  return static_cast<int64_t>(~magnitude + 1);
}

// Behind a number: meant as a currency, though it has not the form of one.
bool LooksLikeCurrency(absl::string_view word) {
  const auto is_letter = [](char c) { return absl::ascii_isalpha(c); };
  const auto is_capital = [](char c) { return absl::ascii_isupper(c); };
  if (IsReserved(absl::AsciiStrToLower(word)) || word == "any") return false;
  if (std::all_of(word.begin(), word.end(), is_capital)) return true;
  return (word.size() == 3 &&
          std::all_of(word.begin(), word.end(), is_letter)) ||
         absl::AsciiStrToLower(word) == "euro";
}

size_t DigitsBehindPoint(absl::string_view written) {
  const size_t point = written.find('.');
  return point == absl::string_view::npos ? 0 : written.size() - point - 1;
}

}  // namespace

bool IsReserved(absl::string_view name) {
  return std::find(std::begin(kReserved), std::end(kReserved), name) !=
         std::end(kReserved);
}

const Token& Cursor::Peek(size_t ahead) const {
  return tokens_[std::min(next_ + ahead, tokens_.size() - 1)];
}

const Token& Cursor::Take() {
  const Token& token = Peek();
  if (token.kind != TokenKind::kEnd) ++next_;
  return token;
}

bool Cursor::IsWord(absl::string_view word, size_t ahead) const {
  return Peek(ahead).kind == TokenKind::kName && Peek(ahead).source == word;
}

bool Cursor::IsSign(absl::string_view sign, size_t ahead) const {
  return Peek(ahead).kind == TokenKind::kSign && Peek(ahead).source == sign;
}

bool Cursor::TakeWord(absl::string_view word) {
  return IsWord(word) && (++next_, true);
}

bool Cursor::TakeSign(absl::string_view sign) {
  return IsSign(sign) && (++next_, true);
}

bool Cursor::IsNumber() const {
  const TokenKind kind = Peek().kind;
  return kind == TokenKind::kNumber || kind == TokenKind::kDecimal ||
         kind == TokenKind::kDuration || kind == TokenKind::kDate;
}

bool Cursor::IsWindow() const {
  const size_t first = IsWord("last") ? 1 : 0;
  const TokenKind kind = Peek(first).kind;
  if (kind != TokenKind::kNumber && kind != TokenKind::kDuration) return false;
  const size_t length = kind == TokenKind::kNumber ? 2 : 1;
  return first == 1 || IsSign(")", length);
}

std::string Cursor::Found(const Token& token) {
  if (token.kind == TokenKind::kEnd) return "the end of the rule";
  if (token.kind == TokenKind::kText)
    return absl::StrCat("the text ", Quoted(token.text));
  return Quoted(token.source);
}

absl::Status Cursor::Expected(absl::string_view what) const {
  return ErrorAt(Peek().at,
                 absl::StrCat("expected ", what, ", found ", Found(Peek())));
}

absl::Status Cursor::TakeExpectedSign(absl::string_view sign) {
  if (TakeSign(sign)) return absl::OkStatus();
  return Expected(Quoted(sign));
}

absl::Status Cursor::TakeField(FieldName& name) {
  if (Peek().kind != TokenKind::kName || IsReserved(Peek().source))
    return Expected("a field");
  name.field = std::string(Take().source);
  if (TakeSign(".")) {
    if (Peek().kind != TokenKind::kName)
      return Expected(absl::StrCat("a field of ", name.field));
    name.source = std::move(name.field);
    name.field = std::string(Take().source);
  }
  if (!TakeSign("[")) return absl::OkStatus();
  if (Peek().kind != TokenKind::kText)
    return Expected("a key in double quotes");
  name.key = Take().text;
  return TakeExpectedSign("]");
}

absl::StatusOr<std::string> Cursor::TakeWordOrText(absl::string_view expected) {
  if (Peek().kind == TokenKind::kText) return Take().text;
  if (Peek().kind == TokenKind::kName) return std::string(Take().source);
  return Expected(expected);
}

absl::Status Cursor::TakeNumber(bool negative, Expr& expr) {
  const Token& token = Peek();
  if (!IsNumber()) return Expected("a number");
  if (token.kind == TokenKind::kDate) {
    if (negative) return Expected("a number after the minus");
    expr.unit = Unit::kDate;
    expr.number = Take().day;
    return absl::OkStatus();
  }
  PATRON_ASSIGN_OR_RETURN(Magnitude magnitude, TakeMagnitude());
  if (!negative && magnitude.number > kMost)
    return ErrorAt(token.at, absl::StrCat("expected a number of at most ",
                                          kMost, ", found ", magnitude.number));
  expr.number = negative ? Negative(magnitude.number)
                         : static_cast<int64_t>(magnitude.number);
  expr.unit = magnitude.unit;
  expr.currency = std::move(magnitude.currency);
  return absl::OkStatus();
}

absl::StatusOr<Cursor::Magnitude> Cursor::TakeMagnitude() {
  if (Peek().kind == TokenKind::kDuration)
    return Magnitude{Take().number, Unit::kDays};
  if (Peek(1).kind == TokenKind::kName && HasFormOfCurrency(Peek(1).source) &&
      !IsReserved(absl::AsciiStrToLower(Peek(1).source)))
    return TakeMoney();
  return TakePlain();
}

absl::StatusOr<Cursor::Magnitude> Cursor::TakeMoney() {
  const Token& amount = Take();
  const std::string currency(Take().source);
  const size_t digits = ExponentOf(currency);
  if (DigitsBehindPoint(amount.source) > digits)
    return ErrorAt(amount.at,
                   absl::StrCat("expected at most ", digits,
                                " digits behind the point of an amount in ",
                                currency, ", found ", Quoted(amount.source)));
  const std::optional<uint64_t> units = MinorUnits(amount.source, currency);
  if (!units.has_value())
    return ErrorAt(amount.at,
                   absl::StrCat("expected an amount of at most ", kMost,
                                " minor units, found ", Quoted(amount.source)));
  return Magnitude{*units, Unit::kMoney, currency};
}

absl::StatusOr<Cursor::Magnitude> Cursor::TakePlain() {
  const Token& token = Take();
  PATRON_RETURN_IF_ERROR(CheckNoCurrency());
  if (token.kind == TokenKind::kDecimal)
    return ErrorAt(
        token.at,
        absl::StrCat("expected a whole number, found ", Quoted(token.source),
                     " (amounts are in minor units, or have a "
                     "currency, as in 12.50 EUR)"));
  const std::optional<int64_t> days = Peek().kind == TokenKind::kName
                                          ? DaysOfWord(Peek().source)
                                          : std::nullopt;
  if (!days.has_value()) return Magnitude{token.number};
  Take();
  if (token.number > kMost / static_cast<uint64_t>(*days))
    return ErrorAt(token.at,
                   absl::StrCat("expected at most ", kMost, " days, found ",
                                token.number, " times ", *days));
  return Magnitude{token.number * static_cast<uint64_t>(*days), Unit::kDays};
}

absl::Status Cursor::CheckNoCurrency() const {
  if (Peek().kind != TokenKind::kName || !LooksLikeCurrency(Peek().source) ||
      DaysOfWord(Peek().source).has_value())
    return absl::OkStatus();
  return Expected("the currency as three capital letters, as in 500 EUR");
}

absl::StatusOr<int64_t> Cursor::TakeWindow() {
  const bool with_last = TakeWord("last");
  const Token& token = Peek();
  if (token.kind != TokenKind::kNumber && token.kind != TokenKind::kDuration)
    return Expected(with_last ? "a number of days"
                              : "a window, as in last 30 days or 30d");
  const bool has_unit =
      token.kind == TokenKind::kDuration ||
      (Peek(1).kind == TokenKind::kName && DaysOfWord(Peek(1).source));
  if (!has_unit) {
    Take();
    return Expected("days, weeks, months or years");
  }
  PATRON_ASSIGN_OR_RETURN(const Magnitude window, TakeMagnitude());
  if (window.number == 0 ||
      window.number > static_cast<uint64_t>(kMaxWindowDays))
    return ErrorAt(token.at,
                   absl::StrCat("expected a window of 1 to ", kMaxWindowDays,
                                " days, found ", window.number));
  return static_cast<int64_t>(window.number);
}

}  // namespace patron::rules
