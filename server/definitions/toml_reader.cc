#include "server/definitions/toml_reader.h"

#include <algorithm>
#include <exception>
#include <sstream>
#include <string>
#include <toml.hpp>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "server/base/text.h"

namespace patron::definitions {
namespace {

constexpr size_t kMostBytes = 64 << 20;
constexpr int kMostNested = 32;

absl::Status Wrong(absl::string_view name, size_t line,
                   absl::string_view what) {
  return absl::InvalidArgumentError(
      absl::StrCat(name, " line ", line, ": ", what));
}

size_t CountLines(absl::string_view text) {
  return 1 + std::count(text.begin(), text.end(), '\n');
}

// Steps over a text that begins with the quotes at `at`; its last byte.
size_t SkipQuoted(absl::string_view text, size_t at) {
  const std::string quotes(
      text.substr(at, 3) == std::string(3, text[at]) ? 3 : 1, text[at]);
  const bool escapes = text[at] == '"';
  for (size_t i = at + quotes.size(); i < text.size(); ++i) {
    if (escapes && text[i] == '\\')
      ++i;
    else if (text.substr(i, quotes.size()) == quotes)
      return i + quotes.size() - 1;
    else if (quotes.size() == 1 && text[i] == '\n')
      return i;
  }
  return text.size();
}

// The library calls itself for every bracket and every dot of a key: both are
// counted before it sees the text.
absl::Status CheckNesting(absl::string_view name, absl::string_view text) {
  int depth = 0, dots = 0;
  for (size_t i = 0; i < text.size(); ++i) {
    const char c = text[i];
    if (c == '"' || c == '\'') i = SkipQuoted(text, i);
    if (c == '#') i = std::min(text.find('\n', i), text.size()) - 1;
    if (c == '\n') dots = 0;
    if (c == '.') ++dots;
    if (c == '[' || c == '{') ++depth;
    if (c == ']' || c == '}') depth = std::max(0, depth - 1);
    if (depth > kMostNested || dots > kMostNested)
      return Wrong(name, CountLines(text.substr(0, i)),
                   absl::StrCat("is nested deeper than ", kMostNested));
  }
  return absl::OkStatus();
}

// Turns the library's values into nodes that know their lines.
class Converter {
 public:
  Converter(absl::string_view name, const std::string& text) : name_(name) {
    for (size_t i = 0; i < text.size(); ++i)
      if (text[i] == '\n') line_ends_.push_back(i);
  }

  Node Convert(const toml::value& value) const {
    Node node;
    node.file = name_;
    node.line = LineAt(OffsetOf(value));
    node.kind = KindOf(value);
    if (value.is_table())
      ConvertMembers(value, node);
    else if (value.is_array())
      for (const toml::value& item : value.as_array())
        node.items.push_back(Convert(item));
    else
      node.text = TextOf(value);
    return node;
  }

 private:
  static Node::Kind KindOf(const toml::value& value) {
    if (value.is_table()) return Node::Kind::kTable;
    if (value.is_array()) return Node::Kind::kList;
    if (value.is_string()) return Node::Kind::kText;
    if (value.is_boolean()) return Node::Kind::kTruth;
    if (value.is_integer() || value.is_floating()) return Node::Kind::kNumber;
    return Node::Kind::kTime;
  }

  static const toml::detail::region* RegionOf(const toml::value& value) {
    return dynamic_cast<const toml::detail::region*>(
        toml::detail::get_region(value));
  }

  static size_t OffsetOf(const toml::value& value) {
    const toml::detail::region* region = RegionOf(value);
    return region == nullptr ? 0 : region->first() - region->begin();
  }

  // Numbers and times as they were written: the library rounds fractions and
  // lets large integers overflow.
  static std::string TextOf(const toml::value& value) {
    if (value.is_string()) return value.as_string().str;
    if (value.is_boolean()) return value.as_boolean() ? "true" : "false";
    const toml::detail::region* region = RegionOf(value);
    std::string text = region == nullptr ? "?" : region->str();
    if (KindOf(value) == Node::Kind::kNumber)
      text = absl::StrReplaceAll(text, {{"_", ""}});
    return std::string(absl::StripPrefix(text, "+"));
  }

  void ConvertMembers(const toml::value& value, Node& node) const {
    std::vector<std::pair<size_t, const std::string*>> order;
    for (const auto& [key, member] : value.as_table())
      order.emplace_back(OffsetOf(member), &key);
    std::sort(order.begin(), order.end(), [](const auto& a, const auto& b) {
      return std::tie(a.first, *a.second) < std::tie(b.first, *b.second);
    });
    for (const auto& [offset, key] : order)
      node.members.push_back({*key, Convert(value.as_table().at(*key))});
  }

  int LineAt(size_t offset) const {
    return 1 + static_cast<int>(std::lower_bound(line_ends_.begin(),
                                                 line_ends_.end(), offset) -
                                line_ends_.begin());
  }

  const absl::string_view name_;
  std::vector<size_t> line_ends_;
};

// The library draws its messages over several lines:
//   [error] toml::parse_table: invalid line format
//    --> offers.toml
//      |
//    2 | id = "a" y
//      |          ^--- expected newline
struct Message {
  std::string what;
  size_t line = 1;
  absl::string_view source;  // what stands there
};

void ReadDrawnLine(absl::string_view line, Message& message) {
  const size_t bar = line.find(" | ");
  size_t number = 0;
  if (bar != absl::string_view::npos &&
      absl::SimpleAtoi(line.substr(0, bar), &number)) {
    message.line = number;
    message.source = line.substr(bar + 3);
  }
  const size_t caret = line.find('^');
  if (caret == absl::string_view::npos || number != 0) return;
  const size_t word = line.find_first_not_of("^~- ", caret);
  if (word != absl::string_view::npos)
    absl::StrAppend(&message.what, " (", line.substr(word), ")");
}

Message ReadMessage(absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  absl::string_view first = lines[0];
  absl::ConsumePrefix(&first, "[error] ");
  if (absl::StartsWith(first, "toml::"))
    first.remove_prefix(std::min(first.find(": ") + 2, first.size()));
  Message message{std::string(first), 1, ""};
  for (const absl::string_view line : lines) ReadDrawnLine(line, message);
  return message;
}

// Within a date or time the library counts lines from its start: then the line
// is where the same stands in the file.
size_t LineOf(const Message& message, absl::string_view text) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const size_t at = message.line - 1;
  if (at < lines.size() && absl::StrContains(lines[at], message.source))
    return message.line;
  for (size_t i = 0; i < lines.size(); ++i)
    if (absl::StrContains(lines[i], message.source)) return i + 1;
  return message.line;
}

absl::Status NotToml(absl::string_view name, absl::string_view text,
                     absl::string_view error) {
  const Message message = ReadMessage(error);
  return Wrong(name, LineOf(message, text),
               absl::StrCat("is not TOML: ", message.what));
}

absl::Status CheckSize(absl::string_view name, const std::string& text) {
  if (text.size() > kMostBytes)
    return Wrong(name, 1,
                 absl::StrCat(text.size(), " bytes, at most ", kMostBytes));
  if (IsValidUtf8(text)) return CheckNesting(name, text);
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  const auto bad = std::find_if_not(lines.begin(), lines.end(), IsValidUtf8);
  return Wrong(name, bad - lines.begin() + 1, "is not UTF-8");
}

}  // namespace

absl::StatusOr<Node> ParseToml(absl::string_view name,
                               const std::string& text) {
  if (absl::Status status = CheckSize(name, text); !status.ok()) return status;
  std::istringstream stream(text);
  try {
    const toml::value file = toml::parse(stream, std::string(name));
    return Converter(name, text).Convert(file);
  } catch (const std::exception& error) {
    return NotToml(name, text, error.what());
  }
}

}  // namespace patron::definitions
