#include "server/definitions/values.h"

#include <limits>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/base/currency.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/definitions/toml_writer.h"
#include "server/rules/suggest.h"

namespace patron::definitions {
namespace {

constexpr int kBasisPointsAPercent = 100;
constexpr int kBasisPointsAWhole = 10000;

absl::Status Not(const Node& node, absl::string_view expected) {
  return absl::InvalidArgumentError(
      absl::StrCat(Shown(node), " is not ", expected));
}

bool IsTextOrNumber(const Node& node) {
  return node.kind == Node::Kind::kText || node.kind == Node::Kind::kNumber;
}

// The number of a text or number node, times 10^decimals.
absl::StatusOr<int64_t> Decimal(const Node& node, int decimals,
                                absl::string_view expected) {
  if (!IsTextOrNumber(node)) return Not(node, expected);
  const absl::StatusOr<int64_t> value = ParseDecimal(node.text, decimals);
  return value.ok() ? value : Not(node, expected);
}

// "12.5%" → 1250; nullopt where the text ends in no sign.
std::optional<absl::StatusOr<int64_t>> SignedPercent(
    const Node& node, absl::string_view expected) {
  absl::string_view text = node.text;
  if (node.kind != Node::Kind::kText || !absl::ConsumeSuffix(&text, "%"))
    return std::nullopt;
  const absl::StatusOr<int64_t> value =
      ParseDecimal(absl::StripAsciiWhitespace(text), 2);
  return value.ok() ? value : Not(node, expected);
}

// The fewest digits that say it: "15", "12.5".
std::string ShortDecimal(int64_t value, int decimals) {
  std::string text = FormatDecimal(value, decimals);
  if (!absl::StrContains(text, '.')) return text;
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text;
}

std::string Example(absl::string_view currency) {
  return absl::StrCat("an amount such as \"",
                      FormatDecimal(500, ExponentOf(currency)), "\" (",
                      currency, " has ", ExponentOf(currency), " decimals)");
}

constexpr absl::string_view kMomentExpected =
    "a time between 1971 and 2149 such as 2026-12-24 or 2026-12-24T18:00:00";

bool Parses(absl::string_view format, absl::string_view text,
            const absl::TimeZone& zone, absl::Time& time) {
  std::string error;
  return absl::ParseTime(format, text, zone, &time, &error);
}

absl::optional<absl::Time> ParseMoment(absl::string_view text,
                                       const absl::TimeZone& zone,
                                       bool is_end) {
  absl::Time time;
  if (text.empty() || !absl::ascii_isdigit(text[0])) return absl::nullopt;
  if (Parses("%Y-%m-%d", text, absl::UTCTimeZone(), time)) {
    const absl::CivilDay day = absl::ToCivilDay(time, absl::UTCTimeZone());
    return absl::FromCivil(day + (is_end ? 1 : 0), zone);
  }
  std::string dated(text);
  if (dated.size() > 10 && dated[10] == ' ') dated[10] = 'T';
  for (const absl::string_view clock : {"%H:%M:%E*S", "%H:%M"})
    for (const absl::string_view offset : {"", "%Ez"})
      if (Parses(absl::StrCat("%Y-%m-%d%ET", clock, offset), dated, zone, time))
        return time;
  return absl::nullopt;
}

// "09:30" → 570. The last is "23:59".
bool ParseClock(absl::string_view text, int32_t& minutes) {
  int hour = 0, minute = 0;
  if (text.size() != 5 || text[2] != ':' || !absl::ascii_isdigit(text[0]) ||
      !absl::ascii_isdigit(text[3]) ||
      !absl::SimpleAtoi(text.substr(0, 2), &hour) ||
      !absl::SimpleAtoi(text.substr(3), &minute) || hour > 23 || minute > 59)
    return false;
  minutes = hour * 60 + minute;
  return true;
}

absl::Status NotAClockRange(const Node& node) {
  return Not(node, "two times of the day such as \"19:00-09:00\", or \"none\"");
}

absl::StatusOr<Word> WordIn(const Node& node, Words words) {
  if (node.kind != Node::Kind::kText) return Not(node, Choices(words));
  const Word* word = WordNamed(words, node.text);
  if (word != nullptr) return *word;
  std::vector<std::string> names;
  for (const Word& known : words) names.emplace_back(known.word);
  return Not(node,
             absl::StrCat(Choices(words), rules::Suggestion(node.text, names)));
}

}  // namespace

std::string Shown(const Node& node) {
  if (node.kind == Node::Kind::kText) return Quoted(node.text);
  const std::string text = ToInlineToml(node);
  return text.size() <= 80 ? text : std::string(KindName(node.kind));
}

absl::StatusOr<int64_t> ParseDecimal(absl::string_view text, int decimals) {
  const bool negative = absl::ConsumePrefix(&text, "-");
  const size_t point = std::min(text.find('.'), text.size());
  const absl::string_view whole = text.substr(0, point);
  const absl::string_view rest =
      point == text.size() ? "" : text.substr(point + 1);
  if (whole.empty() || (point < text.size() && rest.empty()) ||
      rest.size() > static_cast<size_t>(decimals))
    return absl::InvalidArgumentError("");
  std::string digits = absl::StrCat(negative ? "-" : "", whole, rest);
  for (const char c : absl::string_view(digits).substr(negative ? 1 : 0))
    if (!absl::ascii_isdigit(c)) return absl::InvalidArgumentError("");
  digits.append(decimals - rest.size(), '0');
  int64_t value = 0;
  if (!absl::SimpleAtoi(digits, &value)) return absl::InvalidArgumentError("");
  return value;
}

std::string FormatDecimal(int64_t value, int decimals) {
  const bool negative = value < 0;
  const uint64_t size =
      negative ? -static_cast<uint64_t>(value) : static_cast<uint64_t>(value);
  std::string digits = absl::StrCat(size);
  if (digits.size() <= static_cast<size_t>(decimals))
    digits.insert(0, decimals + 1 - digits.size(), '0');
  const size_t whole = digits.size() - decimals;
  return absl::StrCat(negative ? "-" : "", digits.substr(0, whole),
                      decimals > 0 ? "." : "", digits.substr(whole));
}

absl::StatusOr<std::string> AsText::Read(const Node& node) const {
  if (node.kind != Node::Kind::kText) return Not(node, "a text in quotes");
  return node.text;
}

absl::StatusOr<std::vector<std::string>> AsTexts::Read(const Node& node) const {
  constexpr absl::string_view kExpected = "a list of texts such as [\"a\"]";
  if (node.kind != Node::Kind::kList) return Not(node, kExpected);
  std::vector<std::string> texts;
  for (const Node& item : node.items) {
    if (item.kind != Node::Kind::kText) return Not(node, kExpected);
    texts.push_back(item.text);
  }
  return texts;
}

Node AsTexts::Write(const std::vector<std::string>& value) const {
  std::vector<Node> items;
  for (const std::string& text : value) items.push_back(TextNode(text));
  return ListNode(std::move(items));
}

absl::StatusOr<bool> AsFlag::Read(const Node& node) const {
  if (node.kind != Node::Kind::kTruth) return Not(node, "true or false");
  return node.text == "true";
}

absl::StatusOr<int64_t> AsNumber::Read(const Node& node) const {
  if (node.kind != Node::Kind::kNumber)
    return Not(node, "a whole number without quotes");
  return Decimal(node, 0, "a whole number");
}

Node AsNumber::Write(int64_t value) const {
  return NumberNode(absl::StrCat(value));
}

absl::StatusOr<int64_t> AsAmount::Read(const Node& node) const {
  return Decimal(node, ExponentOf(currency), Example(currency));
}

Node AsAmount::Write(int64_t value) const {
  return TextNode(FormatDecimal(value, ExponentOf(currency)));
}

absl::StatusOr<int64_t> AsPercent::Read(const Node& node) const {
  constexpr absl::string_view kExpected =
      "a percentage such as \"15%\" or \"12.5%\"";
  if (auto value = SignedPercent(node, kExpected)) return *std::move(value);
  PATRON_ASSIGN_OR_RETURN(const int64_t value, Decimal(node, 2, kExpected));
  if (value > 0 && value < kBasisPointsAPercent)
    return absl::InvalidArgumentError(absl::StrCat(
        Shown(node), " may be meant either way; write \"", node.text,
        "%\" or \"", ShortDecimal(value * 100, 2), "%\""));
  return value;
}

Node AsPercent::Write(int64_t value) const {
  return TextNode(absl::StrCat(ShortDecimal(value, 2), "%"));
}

absl::StatusOr<int64_t> AsFactor::Read(const Node& node) const {
  constexpr absl::string_view kExpected = "a factor such as \"150%\" or 1.5";
  if (auto value = SignedPercent(node, kExpected)) return *std::move(value);
  static_assert(kBasisPointsAWhole == 10000);
  return Decimal(node, 4, kExpected);
}

Node AsFactor::Write(int64_t value) const { return AsPercent().Write(value); }

absl::StatusOr<int64_t> AsQuantity::Read(const Node& node) const {
  return Decimal(node, 3, "a quantity such as 2 or \"1.5\"");
}

Node AsQuantity::Write(int64_t value) const {
  const std::string text = ShortDecimal(value, 3);
  return absl::StrContains(text, '.') ? TextNode(text) : NumberNode(text);
}

absl::StatusOr<int64_t> AsMoment::Read(const Node& node) const {
  const bool fits =
      node.kind == Node::Kind::kTime || node.kind == Node::Kind::kText;
  if (!fits) return Not(node, kMomentExpected);
  const absl::optional<absl::Time> time = ParseMoment(node.text, zone, is_end);
  if (!time.has_value()) return Not(node, kMomentExpected);
  const int64_t us = absl::ToUnixMicros(*time);
  if (us == 0 || !CheckTime("", us).ok()) return Not(node, kMomentExpected);
  return us;
}

// The shortest form that says it; a moment that the shop's clock shows twice
// needs its offset.
Node AsMoment::Write(int64_t us) const {
  const absl::Time time = absl::FromUnixMicros(us);
  const absl::CivilDay day = absl::ToCivilDay(time, zone) - (is_end ? 1 : 0);
  Node node;
  node.kind = Node::Kind::kTime;
  for (const std::string& text :
       {absl::FormatCivilTime(day),
        absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*S", time, zone)}) {
    node.text = text;
    const absl::optional<absl::Time> read = ParseMoment(text, zone, is_end);
    if (read.has_value() && *read == time) return node;
  }
  node.text = absl::StrCat(
      absl::FormatTime("%Y-%m-%d%ET%H:%M:%E*S", time, absl::UTCTimeZone()),
      "Z");
  return node;
}

absl::StatusOr<int64_t> AsMillionths::Read(const Node& node) const {
  return Decimal(node, 6, "a number such as \"0.243\"");
}

Node AsMillionths::Write(int64_t value) const {
  return TextNode(ShortDecimal(value, 6));
}

absl::StatusOr<int64_t> AsDay::Read(const Node& node) const {
  absl::CivilDay day;
  if ((node.kind == Node::Kind::kTime || node.kind == Node::Kind::kText) &&
      absl::ParseCivilTime(node.text, &day) && day >= absl::CivilDay())
    return day - absl::CivilDay();
  return Not(node, "a day such as 2026-11-22");
}

Node AsDay::Write(int64_t day) const {
  Node node;
  node.kind = Node::Kind::kTime;
  node.text = absl::FormatCivilTime(absl::CivilDay() + day);
  return node;
}

absl::StatusOr<int64_t> AsFloor::Read(const Node& node) const {
  constexpr absl::string_view kExpected = "a score such as \"0.35\"";
  const absl::StatusOr<int64_t> value = Decimal(node, 3, kExpected);
  return value.ok() && *value < 0 ? Not(node, kExpected) : value;
}

Node AsFloor::Write(int64_t value) const {
  return TextNode(value < 0 ? "none" : ShortDecimal(value, 3));
}

absl::StatusOr<int64_t> AsClock::Read(const Node& node) const {
  int minutes = 0;
  if (node.kind == Node::Kind::kText && ParseClock(node.text, minutes))
    return minutes;
  return Not(node, "a time of the day such as \"19:00\"");
}

Node AsClock::Write(int64_t minutes) const {
  return TextNode(absl::StrFormat("%02d:%02d", minutes / 60, minutes % 60));
}

absl::StatusOr<ClockRange> AsClockRange::Read(const Node& node) const {
  ClockRange range;
  const std::vector<std::string> ends = absl::StrSplit(node.text, '-');
  if (node.kind != Node::Kind::kText) return NotAClockRange(node);
  if (node.text == "none") return range;
  if (ends.size() != 2 || !ParseClock(ends[0], range.from) ||
      !ParseClock(ends[1], range.until) || range.from == range.until)
    return NotAClockRange(node);
  return range;
}

Node AsClockRange::Write(const ClockRange& range) const {
  if (range.from == range.until) return TextNode("none");
  return TextNode(absl::StrCat(AsClock().Write(range.from).text, "-",
                               AsClock().Write(range.until).text));
}

absl::StatusOr<int64_t> AsWord::Read(const Node& node) const {
  PATRON_ASSIGN_OR_RETURN(const Word word, WordIn(node, words));
  return word.value;
}

absl::StatusOr<std::string> AsWordText::Read(const Node& node) const {
  PATRON_ASSIGN_OR_RETURN(const Word word, WordIn(node, words));
  return std::string(word.word);
}

Node AsWord::Write(int64_t value) const {
  const Word* word = WordOf(words, static_cast<int>(value));
  return word != nullptr ? TextNode(word->word)
                         : NumberNode(absl::StrCat(value));
}

}  // namespace patron::definitions
