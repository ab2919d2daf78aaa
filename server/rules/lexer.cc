#include "server/rules/lexer.h"

#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/rules/literals.h"

namespace patron::rules {
namespace {

// Signs of two characters first, so that "<=" is not read as "<".
constexpr absl::string_view kSigns[] = {"!=", "<=", ">=", "=", "<",
                                        ">",  "(",  ")",  "[", "]",
                                        ",",  ".",  "+",  "-", "*"};

// What people write who come from other languages.
struct Habit {
  absl::string_view written;
  absl::string_view advice;
};
constexpr Habit kHabits[] = {
    {"==", "write ="},
    {"<>", "write !="},
    {"&&", "write and"},
    {"||", "write or"},
    {"!", "write not"},
    {"'", "texts stand in double quotes"},
    {"/", "there is no division: multiply the other side"},
    {"€", "write the currency behind the amount, as in 500 EUR"},
    {"$", "write the currency behind the amount, as in 500 USD"}};

constexpr uint64_t kMaxMagnitude = uint64_t{1} << 63;
constexpr size_t kDateBytes = 10;

bool StartsName(char c) { return absl::ascii_isalpha(c) || c == '_'; }
bool GoesOnInName(char c) { return absl::ascii_isalnum(c) || c == '_'; }

class Lexer {
 public:
  explicit Lexer(absl::string_view text) : text_(text) {}

  absl::StatusOr<std::vector<Token>> Run() {
    std::vector<Token> tokens;
    do {
      SkipSpace();
      PATRON_ASSIGN_OR_RETURN(Token token, Next());
      tokens.push_back(std::move(token));
    } while (tokens.back().kind != TokenKind::kEnd);
    return tokens;
  }

 private:
  bool AtEnd() const { return next_ == text_.size(); }
  char Peek() const { return AtEnd() ? '\0' : text_[next_]; }

  void Advance(size_t bytes = 1) {
    for (; bytes > 0; --bytes, ++next_) {
      const char c = text_[next_];
      if (c == '\n')
        at_ = {at_.line + 1, 1};
      else if ((c & 0xC0) != 0x80)  // The rest of a character has no column.
        ++at_.column;
    }
  }

  void SkipSpace() {
    while (!AtEnd()) {
      if (Peek() == '#')
        while (!AtEnd() && Peek() != '\n') Advance();
      else if (absl::ascii_isspace(Peek()))
        Advance();
      else
        return;
    }
  }

  absl::StatusOr<Token> Next() {
    Token token;
    token.at = at_;
    const size_t begin = next_;
    PATRON_RETURN_IF_ERROR(Read(token));
    token.source = text_.substr(begin, next_ - begin);
    return token;
  }

  absl::Status Read(Token& token) {
    if (AtEnd()) return absl::OkStatus();
    if (StartsName(Peek())) return ReadName(token);
    if (absl::ascii_isdigit(Peek())) return ReadNumber(token);
    if (Peek() == '"') return ReadText(token);
    return ReadSign(token);
  }

  absl::Status ReadName(Token& token) {
    token.kind = TokenKind::kName;
    while (GoesOnInName(Peek())) Advance();
    return absl::OkStatus();
  }

  absl::Status ReadNumber(Token& token) {
    if (IsDate()) return ReadDate(token);
    const size_t begin = next_;
    const bool fits = ReadDigits(token);
    const absl::string_view written = text_.substr(begin, next_ - begin);
    if (Peek() == '.') return ReadFraction(token, begin);
    const absl::string_view unit = WordFrom(next_);
    if (!fits) return TooLarge(token, written);
    token.kind = TokenKind::kNumber;
    if (unit.empty() || HasFormOfCurrency(unit)) return absl::OkStatus();
    return ReadDuration(token, begin);
  }

  // False for a number of more than 2^63.
  bool ReadDigits(Token& token) {
    bool too_large = false;
    for (; absl::ascii_isdigit(Peek()); Advance()) {
      const uint64_t digit = Peek() - '0';
      too_large |= token.number > (kMaxMagnitude - digit) / 10;
      if (!too_large) token.number = token.number * 10 + digit;
      if (IsSeparator()) Advance();
    }
    return !too_large;
  }

  static absl::Status TooLarge(const Token& token, absl::string_view written) {
    return ErrorAt(token.at, absl::StrCat("expected a number of at most "
                                          "9223372036854775807, found ",
                                          Quoted(written)));
  }

  // The digits behind the point; only the parser sees whether a currency
  // follows, and how many of them it takes.
  absl::Status ReadFraction(Token& token, size_t begin) {
    token.kind = TokenKind::kDecimal;
    const size_t point = next_;
    Advance();
    while (absl::ascii_isdigit(Peek())) Advance();
    const absl::string_view unit = WordFrom(next_);
    if (next_ > point + 1 && (unit.empty() || HasFormOfCurrency(unit)))
      return absl::OkStatus();
    return ErrorAt(
        token.at, absl::StrCat("expected a number, found ",
                               Quoted(absl::StrCat(
                                   text_.substr(begin, next_ - begin), unit))));
  }

  // The letter behind the digits.
  absl::Status ReadDuration(Token& token, size_t begin) {
    const absl::string_view unit = WordFrom(next_);
    const std::optional<int64_t> days = DaysOfLetter(unit);
    if (!days.has_value())
      return ErrorAt(
          token.at,
          absl::StrCat("expected a number, found ", Quoted(WordFrom(begin)),
                       "; a duration ends in d, w, m or y, as in 30d"));
    token.kind = TokenKind::kDuration;
    Advance();
    if (token.number > kMaxMagnitude / static_cast<uint64_t>(*days))
      return TooLarge(token, text_.substr(begin, next_ - begin));
    token.number *= static_cast<uint64_t>(*days);
    return absl::OkStatus();
  }

  bool IsDate() const {
    const absl::string_view rest = text_.substr(next_);
    return HasFormOfDate(rest.substr(0, kDateBytes)) &&
           (rest.size() == kDateBytes || !GoesOnInName(rest[kDateBytes]));
  }

  absl::Status ReadDate(Token& token) {
    token.kind = TokenKind::kDate;
    const absl::string_view written = text_.substr(next_, kDateBytes);
    const std::optional<int64_t> day = DayOfDate(written);
    if (!day.has_value())
      return ErrorAt(token.at, absl::StrCat("expected a day of the calendar, "
                                            "found ",
                                            Quoted(written)));
    token.day = *day;
    Advance(kDateBytes);
    return absl::OkStatus();
  }

  // A single _ between two digits.
  bool IsSeparator() const {
    return next_ + 2 < text_.size() && text_[next_ + 1] == '_' &&
           absl::ascii_isdigit(text_[next_ + 2]);
  }

  absl::string_view WordFrom(size_t begin) const {
    size_t end = begin;
    while (end < text_.size() && GoesOnInName(text_[end])) ++end;
    return text_.substr(begin, end - begin);
  }

  absl::Status ReadText(Token& token) {
    token.kind = TokenKind::kText;
    for (Advance(); Peek() != '"'; Advance()) {
      if (AtEnd() || Peek() == '\n')
        return ErrorAt(token.at,
                       "a text is not closed: expected \" before "
                       "the end of its line");
      if (absl::ascii_iscntrl(Peek()) && Peek() != '\t')
        return ErrorAt(at_, "a text holds a control character");
      if (Peek() == '\\')
        PATRON_RETURN_IF_ERROR(ReadEscape(token));
      else
        token.text.push_back(Peek());
    }
    Advance();
    return absl::OkStatus();
  }

  // Leaves the cursor on the last character of the escape.
  absl::Status ReadEscape(Token& token) {
    const Position at = at_;
    Advance();
    switch (Peek()) {
      case '"':
      case '\\':
        token.text.push_back(Peek());
        return absl::OkStatus();
      case 'n':
        token.text.push_back('\n');
        return absl::OkStatus();
      default:
        return ErrorAt(at, "expected \\\", \\\\ or \\n after a backslash");
    }
  }

  absl::Status ReadSign(Token& token) {
    token.kind = TokenKind::kSign;
    const absl::string_view rest = text_.substr(next_);
    // "!=" is a sign of ours and begins with one that is not.
    if (!absl::StartsWith(rest, "!="))
      for (const Habit& habit : kHabits)
        if (absl::StartsWith(rest, habit.written))
          return ErrorAt(at_, absl::StrCat("found ", Quoted(habit.written),
                                           ": ", habit.advice));
    for (const absl::string_view sign : kSigns) {
      if (!absl::StartsWith(rest, sign)) continue;
      Advance(sign.size());
      return absl::OkStatus();
    }
    return ErrorAt(at_, absl::StrCat("found ", Quoted(FirstCharacter(rest)),
                                     ": no sign of this language"));
  }

  static absl::string_view FirstCharacter(absl::string_view rest) {
    size_t bytes = 1;
    while (bytes < rest.size() && (rest[bytes] & 0xC0) == 0x80) ++bytes;
    return rest.substr(0, bytes);
  }

  const absl::string_view text_;
  size_t next_ = 0;
  Position at_;
};

}  // namespace

absl::StatusOr<std::vector<Token>> Tokens(absl::string_view text) {
  return Lexer(text).Run();
}

}  // namespace patron::rules
