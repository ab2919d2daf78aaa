#include "server/definitions/toml_writer.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"

namespace patron::definitions {
namespace {

constexpr size_t kLineWidth = 80;

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

bool IsControlButNewline(char c) { return IsControl(c) && c != '\n'; }

bool HasAny(absl::string_view text, bool (*what)(char)) {
  return std::any_of(text.begin(), text.end(), what);
}

std::string Escaped(absl::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\')
      absl::StrAppend(&out, "\\", std::string(1, c));
    else if (c == '\n')
      absl::StrAppend(&out, "\\n");
    else if (IsControl(c))
      absl::StrAppendFormat(&out, "\\u%04X", static_cast<unsigned char>(c));
    else
      out.push_back(c);
  }
  return out + "\"";
}

// Keys that are names of a file's own may be any text.
std::string KeyToml(absl::string_view key) {
  const auto bare = [](char c) {
    return absl::ascii_isalnum(c) || c == '_' || c == '-';
  };
  return !key.empty() && std::all_of(key.begin(), key.end(), bare)
             ? std::string(key)
             : Escaped(key);
}

// Rules hold double quotes: single ones around them save the escapes.
std::string TextToml(absl::string_view text) {
  const bool lines = absl::StrContains(text, '\n');
  if (lines && !HasAny(text, IsControlButNewline) &&
      !absl::StrContains(text, "''") && !absl::EndsWith(text, "'"))
    return absl::StrCat("'''\n", text, "'''");
  const bool quotes =
      absl::StrContains(text, '"') || absl::StrContains(text, '\\');
  if (quotes && !HasAny(text, IsControl) && !absl::StrContains(text, '\''))
    return absl::StrCat("'", text, "'");
  return Escaped(text);
}

std::string InlineTable(const Node& table) {
  if (table.members.empty()) return "{}";
  return absl::StrCat("{ ",
                      absl::StrJoin(table.members, ", ",
                                    [](std::string* out, const Member& member) {
                                      absl::StrAppend(
                                          out, KeyToml(member.key), " = ",
                                          ToInlineToml(member.value));
                                    }),
                      " }");
}

std::string InlineList(const Node& list) {
  return absl::StrCat("[",
                      absl::StrJoin(list.items, ", ",
                                    [](std::string* out, const Node& item) {
                                      out->append(ToInlineToml(item));
                                    }),
                      "]");
}

void PrintKey(const Member& member, std::string& out) {
  const std::string line = absl::StrCat(KeyToml(member.key), " = ",
                                        ToInlineToml(member.value), "\n");
  if (member.value.kind != Node::Kind::kList || line.size() <= kLineWidth) {
    out += line;
    return;
  }
  absl::StrAppend(&out, member.key, " = [\n");
  for (const Node& item : member.value.items)
    absl::StrAppend(&out, "  ", ToInlineToml(item), ",\n");
  out += "]\n";
}

void PrintTable(const Node& table, const std::string& path, std::string& out);

void PrintSection(const Member& member, const std::string& path,
                  std::string& out) {
  const std::string name =
      path.empty() ? member.key : absl::StrCat(path, ".", member.key);
  if (member.value.kind == Node::Kind::kTable) {
    absl::StrAppend(&out, "\n[", name, "]\n");
    PrintTable(member.value, name, out);
    return;
  }
  for (const Node& item : member.value.items) {
    absl::StrAppend(&out, "\n[[", name, "]]\n");
    PrintTable(item, name, out);
  }
}

void PrintTable(const Node& table, const std::string& path, std::string& out) {
  for (const Member& member : table.members)
    if (!member.value.section) PrintKey(member, out);
  for (const Member& member : table.members)
    if (member.value.section) PrintSection(member, path, out);
}

}  // namespace

std::string ToToml(const Node& top) {
  std::string out;
  PrintTable(top, "", out);
  return out;
}

std::string ToInlineToml(const Node& value) {
  switch (value.kind) {
    case Node::Kind::kText:
      return TextToml(value.text);
    case Node::Kind::kList:
      return InlineList(value);
    case Node::Kind::kTable:
      return InlineTable(value);
    default:
      return value.text;
  }
}

}  // namespace patron::definitions
