#include "tools/patron/csv_out.h"

#include <tuple>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

std::string ScalarText(const Json& value) {
  return value.is_string() ? value.get<std::string>() : value.dump();
}

absl::StatusOr<std::string> CellText(const Json& value, const FieldSpec& spec) {
  if (!value.is_array()) return ScalarText(value);
  std::string text;
  for (const Json& element : value) {
    const std::string part = ScalarText(element);
    if (absl::StrContains(part, spec.list_separator))
      return absl::InvalidArgumentError(absl::StrCat(
          spec.name, ": ", Quoted(part), " holds \"",
          std::string(1, spec.list_separator),
          "\", which separates elements in CSV: use --format jsonl"));
    if (!text.empty()) text += spec.list_separator;
    text += part;
  }
  return text;
}

// Email and phone have columns of their own.
const Json* FindField(const Json& holder, absl::string_view name) {
  const std::string key(name);
  if (const auto found = holder.find(key); found != holder.end())
    return &*found;
  const auto contacts = holder.find("contacts");
  if (name != "email" && name != "phone") return nullptr;
  if (contacts == holder.end() || !contacts->contains(key)) return nullptr;
  return &(*contacts)[key];
}

bool HasOwnColumn(const GroupSpec& group, const std::string& name) {
  return group.group == Group::kContact && (name == "email" || name == "phone");
}

std::string ConsentName(const Json& consent) {
  return absl::StrCat(consent["channel"].get<std::string>(), ".",
                      consent["purpose"].get<std::string>());
}

std::string FreeText(const Json& holder, const GroupSpec& group,
                     const std::string& name) {
  const auto found = holder.find(group.section);
  if (found == holder.end()) return "";
  if (found->is_object())
    return found->contains(name) ? ScalarText((*found)[name]) : "";
  for (const Json& consent : *found)
    if (ConsentName(consent) == name) return consent["granted"].dump();
  return "";
}

}  // namespace

std::string CsvCell(absl::string_view text) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos)
    return std::string(text);
  std::string cell = "\"";
  for (const char c : text) {
    if (c == '"') cell += '"';
    cell += c;
  }
  return cell + "\"";
}

void CsvWriter::Learn(const Json& element) {
  for (const GroupSpec& group : Groups(kind_)) {
    if (!group.of_line) {
      LearnGroup(element, group);
      continue;
    }
    for (const Json& line : element["lines"]) LearnGroup(line, group);
  }
}

void CsvWriter::LearnGroup(const Json& holder, const GroupSpec& group) {
  const auto found = holder.find(group.section);
  if (found == holder.end()) return;
  if (found->is_array()) {
    for (const Json& consent : *found)
      free_columns_.insert({&group, ConsentName(consent)});
    return;
  }
  for (const auto& [name, value] : found->items())
    if (!HasOwnColumn(group, name)) free_columns_.insert({&group, name});
}

std::string CsvWriter::Header() const {
  std::string header;
  for (const FieldSpec& field : Fields(kind_))
    absl::StrAppend(&header, header.empty() ? "" : ",", field.name);
  for (const FreeColumn& column : free_columns_)
    absl::StrAppend(
        &header, ",",
        CsvCell(absl::StrCat(column.group->prefix, ".", column.name)));
  return header + "\n";
}

absl::StatusOr<std::string> CsvWriter::Rows(const Json& element) const {
  if (!HasLines(kind_)) return Row(element, element);
  std::string rows;
  for (const Json& line : element["lines"]) {
    PATRON_ASSIGN_OR_RETURN(const std::string row, Row(element, line));
    rows += row;
  }
  return rows;
}

absl::StatusOr<std::string> CsvWriter::Row(const Json& element,
                                           const Json& line) const {
  std::string row;
  bool first = true;
  for (const FieldSpec& field : Fields(kind_)) {
    if (!first) row += ',';
    first = false;
    const Json* const value =
        FindField(field.of_line ? line : element, field.name);
    if (value == nullptr) continue;
    PATRON_ASSIGN_OR_RETURN(const std::string text, CellText(*value, field));
    row += CsvCell(text);
  }
  for (const FreeColumn& column : free_columns_) {
    const Json& holder = column.group->of_line ? line : element;
    absl::StrAppend(&row, ",",
                    CsvCell(FreeText(holder, *column.group, column.name)));
  }
  return row + "\n";
}

}  // namespace patron::cli
