#include "tools/patron/mapping.h"

#include <algorithm>
#include <exception>
#include <fstream>
#include <functional>
#include <sstream>
#include <toml.hpp>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

absl::Status Wrong(absl::string_view where, absl::string_view what) {
  return absl::InvalidArgumentError(absl::StrCat(where, ": ", what));
}

absl::StatusOr<std::string> Text(const std::string& where,
                                 const toml::value& value) {
  if (!value.is_string()) return Wrong(where, "must be a string");
  return value.as_string().str;
}

// A string, or several.
absl::StatusOr<std::vector<std::string>> Texts(const std::string& where,
                                               const toml::value& value) {
  std::vector<std::string> texts;
  if (!value.is_array()) {
    PATRON_ASSIGN_OR_RETURN(std::string text, Text(where, value));
    texts.push_back(std::move(text));
    return texts;
  }
  for (const toml::value& element : value.as_array()) {
    PATRON_ASSIGN_OR_RETURN(std::string text, Text(where, element));
    texts.push_back(std::move(text));
  }
  if (texts.empty()) return Wrong(where, "is an empty list");
  return texts;
}

std::string FieldNames(Kind kind) {
  return absl::StrJoin(Fields(kind), ", ",
                       [](std::string* out, const FieldSpec& field) {
                         absl::StrAppend(out, field.name);
                       });
}

absl::StatusOr<int> FieldOf(Kind kind, const std::string& where,
                            const std::string& key) {
  const int field = FieldNamed(kind, key);
  if (field >= 0) return field;
  return Wrong(where, absl::StrCat("no such field of ", KindName(kind),
                                   "; the fields are ", FieldNames(kind)));
}

// Reads the table of one kind.
class KindParser {
 public:
  KindParser(Kind kind, std::string where)
      : kind_(kind), where_(std::move(where)) {}

  absl::StatusOr<KindMapping> Parse(const toml::value& value) {
    if (!value.is_table()) return Wrong(where_, "must be a table");
    for (const auto& [key, part] : value.as_table())
      PATRON_RETURN_IF_ERROR(ParseKey(key, part));
    return std::move(mapping_);
  }

 private:
  absl::Status ParseKey(const std::string& key, const toml::value& value) {
    const std::string where = absl::StrCat(where_, ".", key);
    if (key == "separator") return ParseSeparator(where, value);
    if (key == "time_zone") return ParseTimeZone(where, value);
    if (key == "amounts") return ParseAmounts(where, value);
    if (key == "empty_values")
      return Store(Texts(where, value), mapping_.empty_values);
    if (key == "skip_rows_without")
      return Store(Texts(where, value), mapping_.skip_rows_without);
    if (key == "columns") return ParseColumns(where, value, mapping_.columns);
    if (key == "fallbacks")
      return ParseColumns(where, value, mapping_.fallbacks);
    if (key == "constants") return ParseConstants(where, value);
    for (const GroupSpec& group : Groups(kind_))
      if (key == group.section) return ParseGroup(group, where, value);
    return Wrong(where, "no such key; the keys are " + KeyNames());
  }

  std::string KeyNames() const {
    std::string names =
        "separator, time_zone, amounts, empty_values, skip_rows_without, "
        "columns, fallbacks, constants";
    for (const GroupSpec& group : Groups(kind_))
      absl::StrAppend(&names, ", ", group.section);
    return names;
  }

  template <typename T>
  static absl::Status Store(absl::StatusOr<T> value, T& to) {
    if (value.ok()) to = *std::move(value);
    return value.status();
  }

  absl::Status ParseSeparator(const std::string& where,
                              const toml::value& value) {
    PATRON_ASSIGN_OR_RETURN(const std::string text, Text(where, value));
    if (text.size() != 1 || text == "\"" || text == "\n" || text == "\r")
      return Wrong(where, absl::StrCat(Quoted(text), " is not one character"));
    mapping_.separator = text[0];
    return absl::OkStatus();
  }

  absl::Status ParseTimeZone(const std::string& where,
                             const toml::value& value) {
    PATRON_ASSIGN_OR_RETURN(const std::string text, Text(where, value));
    if (!absl::LoadTimeZone(text, &mapping_.time_zone))
      return Wrong(where, absl::StrCat(Quoted(text),
                                       " is not a time zone such as "
                                       "\"Europe/Vienna\" or \"UTC\""));
    return absl::OkStatus();
  }

  absl::Status ParseAmounts(const std::string& where,
                            const toml::value& value) {
    PATRON_ASSIGN_OR_RETURN(const std::string text, Text(where, value));
    if (text != "minor" && text != "major")
      return Wrong(where, absl::StrCat(Quoted(text),
                                       " is neither \"minor\" nor \"major\""));
    mapping_.amounts =
        text == "major" ? AmountUnit::kMajor : AmountUnit::kMinor;
    return absl::OkStatus();
  }

  using EachKey = std::function<absl::Status(
      const std::string& where, const std::string& key, const toml::value&)>;
  static absl::Status ForEach(const std::string& where,
                              const toml::value& value, const EachKey& each) {
    if (!value.is_table()) return Wrong(where, "must be a table");
    for (const auto& [key, part] : value.as_table())
      PATRON_RETURN_IF_ERROR(each(absl::StrCat(where, ".", key), key, part));
    return absl::OkStatus();
  }

  absl::Status ParseColumns(const std::string& where, const toml::value& value,
                            std::map<int, std::vector<std::string>>& columns) {
    return ForEach(where, value, [&](auto& at, auto& key, auto& part) {
      const absl::StatusOr<int> field = FieldOf(kind_, at, key);
      if (!field.ok()) return field.status();
      return Store(Texts(at, part), columns[*field]);
    });
  }

  absl::Status ParseConstants(const std::string& where,
                              const toml::value& value) {
    return ForEach(where, value, [this](auto& at, auto& key, auto& part) {
      const absl::StatusOr<int> field = FieldOf(kind_, at, key);
      if (!field.ok()) return field.status();
      if (mapping_.columns.contains(*field))
        return Wrong(at, "stands under columns too");
      return Store(Text(at, part), mapping_.constants[*field]);
    });
  }

  absl::Status ParseGroup(const GroupSpec& group, const std::string& where,
                          const toml::value& value) {
    mapping_.groups.emplace_back(&group, std::map<std::string, std::string>());
    auto& names = mapping_.groups.back().second;
    return ForEach(where, value, [&](auto& at, auto& key, auto& part) {
      if (group.group == Group::kConsent && !absl::StrContains(key, '.'))
        return Wrong(at, "must be named \"CHANNEL.PURPOSE\"");
      return Store(Text(at, part), names[key]);
    });
  }

  const Kind kind_;
  const std::string where_;
  KindMapping mapping_;
};

std::string KindNames() {
  return absl::StrJoin(AllKinds(), ", ", [](std::string* out, Kind kind) {
    absl::StrAppend(out, KindName(kind));
  });
}

absl::StatusOr<toml::value> ParseToml(const std::string& text,
                                      const std::string& name) {
  std::istringstream stream(text);
  try {
    return toml::parse(stream, name);
  } catch (const std::exception& error) {
    return Wrong(name, absl::StrCat("is not TOML: ", error.what()));
  }
}

}  // namespace

bool KindMapping::Uses(absl::string_view column) const {
  for (const auto& [field, names] : columns)
    if (std::count(names.begin(), names.end(), column) > 0) return true;
  for (const auto& [group, names] : groups)
    for (const auto& [name, from] : names)
      if (from == column) return true;
  return false;
}

KindMapping Mapping::For(Kind kind) const {
  const auto found = kinds.find(kind);
  return found == kinds.end() ? KindMapping() : found->second;
}

absl::StatusOr<Mapping> ParseMapping(const std::string& text,
                                     const std::string& name) {
  PATRON_ASSIGN_OR_RETURN(const toml::value file, ParseToml(text, name));
  Mapping mapping;
  for (const auto& [key, value] : file.as_table()) {
    const std::string where = absl::StrCat(name, ": ", key);
    const std::optional<Kind> kind = KindNamed(key);
    if (!kind.has_value())
      return Wrong(where, "no such kind; the kinds are " + KindNames());
    PATRON_ASSIGN_OR_RETURN(mapping.kinds[*kind],
                            KindParser(*kind, where).Parse(value));
  }
  return mapping;
}

absl::StatusOr<Mapping> LoadMapping(const std::string& path) {
  std::ifstream file(path);
  if (!file)
    return absl::NotFoundError(absl::StrCat(path, ": cannot be opened"));
  std::ostringstream text;
  text << file.rdbuf();
  return ParseMapping(text.str(), path);
}

}  // namespace patron::cli
