// Rows of a CSV file, bound to fields by its header and the mapping.
#include <algorithm>
#include <map>
#include <set>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/strip.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/record.h"

namespace patron::cli {
namespace {

struct FieldBinding {
  int field;
  Shape shape;
  char list_separator;
  std::vector<int> columns;
  std::vector<int> fallbacks;
};

struct EntryBinding {
  Group group;
  std::string name;
  int column;
};

// What to read from which column.
struct Bindings {
  std::vector<FieldBinding> fields;
  std::vector<EntryBinding> entries;
  std::vector<int> required_columns;  // skip_rows_without
  std::vector<std::string> ignored;
};

// Finds columns by name and remembers which were asked for and which lack.
class Header {
 public:
  absl::Status Read(const std::vector<absl::string_view>& fields) {
    for (size_t i = 0; i < fields.size(); ++i) {
      const std::string name(absl::StripAsciiWhitespace(fields[i]));
      if (!IsValidUtf8(name))
        return absl::InvalidArgumentError(absl::StrCat(
            "header: column ", i + 1, ": ", Quoted(name), " is not UTF-8"));
      if (!columns_.emplace(name, static_cast<int>(i)).second)
        return absl::InvalidArgumentError(absl::StrCat(
            "header: column ", Quoted(name), " stands there twice"));
      names_.push_back(name);
    }
    used_.resize(names_.size());
    return absl::OkStatus();
  }

  // -1, and remembered as missing, where there is none.
  int Need(const std::string& name) {
    const int column = Find(name);
    if (column < 0) missing_.insert(name);
    return column;
  }
  int Find(const std::string& name) {
    const auto found = columns_.find(name);
    if (found == columns_.end()) return -1;
    used_[found->second] = true;
    return found->second;
  }

  const std::vector<std::string>& names() const { return names_; }
  const std::set<std::string>& missing() const { return missing_; }
  bool used(size_t column) const { return used_[column]; }
  void Lack(const std::string& name) { missing_.insert(name); }

  std::vector<std::string> Unused() const {
    std::vector<std::string> unused;
    for (size_t i = 0; i < names_.size(); ++i)
      if (!used_[i]) unused.push_back(names_[i]);
    return unused;
  }

 private:
  std::vector<std::string> names_;
  std::map<std::string, int> columns_;
  std::vector<bool> used_;
  std::set<std::string> missing_;
};

class Binder {
 public:
  Binder(Kind kind, const KindMapping& mapping, Header& header)
      : kind_(kind), mapping_(mapping), header_(header) {}

  absl::StatusOr<Bindings> Bind() {
    BindMappedGroups();
    for (size_t i = 0; i < Fields(kind_).size(); ++i) BindField(i);
    BindPrefixedColumns();
    for (const std::string& column : mapping_.skip_rows_without)
      bindings_.required_columns.push_back(header_.Need(column));
    if (!header_.missing().empty()) return Missing();
    bindings_.ignored = header_.Unused();
    return std::move(bindings_);
  }

 private:
  void BindMappedGroups() {
    for (const auto& [group, names] : mapping_.groups)
      for (const auto& [name, column] : names)
        bindings_.entries.push_back({group->group, name, header_.Need(column)});
  }

  void BindField(int field) {
    const FieldSpec& spec = Fields(kind_)[field];
    FieldBinding binding = {field, spec.shape, spec.list_separator, {}, {}};
    const auto mapped = mapping_.columns.find(field);
    if (mapped != mapping_.columns.end()) {
      for (const std::string& column : mapped->second)
        binding.columns.push_back(header_.Need(column));
    } else if (mapping_.constants.contains(field)) {
      return;
    } else {
      const int column =
          mapping_.Uses(spec.name) ? -1 : header_.Find(spec.name);
      if (column < 0 && spec.required) header_.Lack(spec.name);
      if (column < 0) return;
      binding.columns.push_back(column);
    }
    const auto fallback = mapping_.fallbacks.find(field);
    if (fallback != mapping_.fallbacks.end())
      for (const std::string& column : fallback->second)
        binding.fallbacks.push_back(header_.Need(column));
    bindings_.fields.push_back(std::move(binding));
  }

  // attr.NAME and its like.
  void BindPrefixedColumns() {
    for (const std::string& column : header_.names()) {
      if (mapping_.Uses(column)) continue;
      for (const GroupSpec& group : Groups(kind_)) {
        absl::string_view name = column;
        if (absl::ConsumePrefix(&name, absl::StrCat(group.prefix, ".")) &&
            !name.empty())
          bindings_.entries.push_back(
              {group.group, std::string(name), header_.Find(column)});
      }
    }
  }

  absl::Status Missing() const {
    return absl::InvalidArgumentError(absl::StrCat(
        "header: ", header_.missing().size() == 1 ? "column " : "columns ",
        absl::StrJoin(header_.missing(), ", "),
        header_.missing().size() == 1 ? " is" : " are",
        " missing; the file has ", absl::StrJoin(header_.names(), ", "),
        " (a mapping file can give other names)"));
  }

  const Kind kind_;
  const KindMapping& mapping_;
  Header& header_;
  Bindings bindings_;
};

class CsvRecords final : public RecordSource {
 public:
  CsvRecords(Kind kind, const KindMapping& mapping, InputWindow& window)
      : kind_(kind), mapping_(mapping), reader_(window, mapping.separator) {}

  absl::Status ReadHeader() {
    PATRON_ASSIGN_OR_RETURN(const bool any, reader_.Next(row_));
    if (!any)
      return absl::InvalidArgumentError("the file is empty: no header line");
    if (!row_.problem.empty())
      return absl::InvalidArgumentError(absl::StrCat("header: ", row_.problem));
    Header header;
    PATRON_RETURN_IF_ERROR(header.Read(row_.fields));
    columns_ = row_.fields.size();
    PATRON_ASSIGN_OR_RETURN(bindings_, Binder(kind_, mapping_, header).Bind());
    return absl::OkStatus();
  }

  absl::StatusOr<Pull> Next(Record& record, RowProblem& problem) override {
    PATRON_ASSIGN_OR_RETURN(const bool any, reader_.Next(row_));
    if (!any) return Pull::kEnd;
    if (row_.problem.empty() && row_.fields.size() != columns_)
      row_.problem = absl::StrCat("has ", row_.fields.size(),
                                  " fields, the header has ", columns_);
    if (!row_.problem.empty()) {
      problem = {row_.line, row_.problem, true};
      return Pull::kProblem;
    }
    if (IsSkipped()) return Pull::kSkipped;
    FillIn(record);
    return Pull::kRecord;
  }

  std::vector<std::string> Ignored() const override {
    return bindings_.ignored;
  }

 private:
  bool IsSkipped() const {
    return std::any_of(bindings_.required_columns.begin(),
                       bindings_.required_columns.end(),
                       [this](int column) { return Cell(column).empty(); });
  }

  absl::string_view Cell(int column) const {
    const absl::string_view cell = row_.fields[column];
    for (const std::string& empty : mapping_.empty_values)
      if (cell == empty) return {};
    return cell;
  }

  void FillIn(Record& record) {
    record.Clear();
    record.line = row_.line;
    for (const auto& [field, value] : mapping_.constants)
      SetConstant(field, value, record);
    for (const FieldBinding& binding : bindings_.fields)
      SetField(binding, record);
    for (const EntryBinding& binding : bindings_.entries) {
      const absl::string_view cell = Cell(binding.column);
      if (!cell.empty())
        record.entries.push_back({binding.group, binding.name, cell});
    }
  }

  void SetConstant(int field, absl::string_view value, Record& record) {
    const FieldSpec& spec = Fields(kind_)[field];
    if (spec.shape == Shape::kList)
      AddElements(value, spec.list_separator, record.lists[field]);
    else
      record.values[field] = value;
  }

  void SetField(const FieldBinding& binding, Record& record) {
    if (binding.shape == Shape::kList) {
      SetList(binding, binding.columns, record.lists[binding.field]);
      if (record.lists[binding.field].empty())
        SetList(binding, binding.fallbacks, record.lists[binding.field]);
      return;
    }
    SetText(binding, binding.columns, record);
    if (record.values[binding.field].empty() && !binding.fallbacks.empty())
      SetText(binding, binding.fallbacks, record);
  }

  void SetText(const FieldBinding& binding, const std::vector<int>& columns,
               Record& record) {
    if (columns.size() == 1)
      record.values[binding.field] = Cell(columns[0]);
    else
      Compose(binding, columns, record);
  }

  // Several columns are the elements; one column is cut at its separator.
  void SetList(const FieldBinding& binding, const std::vector<int>& columns,
               std::vector<absl::string_view>& list) {
    if (columns.size() == 1)
      return AddElements(Cell(columns[0]), binding.list_separator, list);
    for (const int column : columns) {
      const absl::string_view cell = absl::StripAsciiWhitespace(Cell(column));
      if (!cell.empty()) list.push_back(cell);
    }
  }

  static void AddElements(absl::string_view cell, char separator,
                          std::vector<absl::string_view>& list) {
    while (!cell.empty()) {
      const size_t end = std::min(cell.find(separator), cell.size());
      const absl::string_view element =
          absl::StripAsciiWhitespace(cell.substr(0, end));
      if (!element.empty()) list.push_back(element);
      cell.remove_prefix(std::min(end + 1, cell.size()));
    }
  }

  void Compose(const FieldBinding& binding, const std::vector<int>& columns,
               Record& record) {
    std::string& text = record.composed[binding.field];
    text.clear();
    for (const int column : columns) {
      const absl::string_view cell = Cell(column);
      if (cell.empty()) continue;
      if (!text.empty()) text += binding.shape == Shape::kId ? '-' : ' ';
      absl::StrAppend(&text, cell);
    }
    record.values[binding.field] = text;
  }

  const Kind kind_;
  const KindMapping mapping_;
  CsvReader reader_;
  CsvRow row_;
  size_t columns_ = 0;
  Bindings bindings_;
};

}  // namespace

absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsvRecords(
    Kind kind, const KindMapping& kind_mapping, InputWindow& window) {
  auto records = std::make_unique<CsvRecords>(kind, kind_mapping, window);
  PATRON_RETURN_IF_ERROR(records->ReadHeader());
  return records;
}

}  // namespace patron::cli
