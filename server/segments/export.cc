#include "server/segments/export.h"

#include <array>
#include <charconv>
#include <utility>
#include <variant>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/rules/code.h"
#include "server/subjects/subjects.h"

namespace patron::segments {
namespace {

void AppendNumber(int64_t number, std::string& out) {
  std::array<char, 20> digits;
  const auto end =
      std::to_chars(digits.data(), digits.data() + digits.size(), number);
  out.append(digits.data(), static_cast<size_t>(end.ptr - digits.data()));
}

void AppendTruth(bool truth, std::string& out) {
  out.append(truth ? "true" : "false");
}

void AppendEscape(unsigned char byte, std::string& out) {
  constexpr char kHex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      out.append("\\\"");
      return;
    case '\\':
      out.append("\\\\");
      return;
    case '\n':
      out.append("\\n");
      return;
    default:
      out.append("\\u00");
      out.push_back(kHex[byte >> 4]);
      out.push_back(kHex[byte & 15]);
  }
}

// A set is one cell: its members with ';' between.
void AppendCsvSet(absl::Span<const std::string> texts, std::string& out) {
  std::string joined;
  for (const std::string& text : texts)
    absl::StrAppend(&joined, joined.empty() ? "" : ";", text);
  AppendCsvText(joined, out);
}

void AppendJsonSet(absl::Span<const std::string> texts, std::string& out) {
  out.push_back('[');
  for (const std::string& text : texts) {
    if (&text != &texts.front()) out.push_back(',');
    AppendJsonText(text, out);
  }
  out.push_back(']');
}

struct CsvCell {
  std::string& out;
  void operator()(std::monostate) const {}
  void operator()(bool truth) const { AppendTruth(truth, out); }
  void operator()(int64_t number) const { AppendNumber(number, out); }
  void operator()(absl::string_view text) const { AppendCsvText(text, out); }
  void operator()(absl::Span<const std::string> texts) const {
    AppendCsvSet(texts, out);
  }
};

struct JsonCell {
  std::string& out;
  void operator()(std::monostate) const { out.append("null"); }
  void operator()(bool truth) const { AppendTruth(truth, out); }
  void operator()(int64_t number) const { AppendNumber(number, out); }
  void operator()(absl::string_view text) const { AppendJsonText(text, out); }
  void operator()(absl::Span<const std::string> texts) const {
    AppendJsonSet(texts, out);
  }
};

// "line 1, column 7: no field …" without its place, which is ours.
absl::string_view WithoutPlace(absl::string_view message) {
  const size_t colon = message.find(": ");
  return colon == absl::string_view::npos ? message : message.substr(colon + 2);
}

}  // namespace

void AppendCsvText(absl::string_view text, std::string& out) {
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos) {
    out.append(text.data(), text.size());
    return;
  }
  out.push_back('"');
  for (const char byte : text) {
    if (byte == '"') out.push_back('"');
    out.push_back(byte);
  }
  out.push_back('"');
}

void AppendJsonText(absl::string_view text, std::string& out) {
  out.push_back('"');
  size_t plain = 0;
  for (size_t at = 0; at < text.size(); ++at) {
    const auto byte = static_cast<unsigned char>(text[at]);
    if (byte >= 0x20 && byte != '"' && byte != '\\') continue;
    out.append(text.data() + plain, at - plain);
    AppendEscape(byte, out);
    plain = at + 1;
  }
  out.append(text.data() + plain, text.size() - plain);
  out.push_back('"');
}

// Has the rule language read it: `known(…)` takes exactly a field.
absl::StatusOr<RowWriter::Column> RowWriter::ParseField(
    const std::string& text) {
  const auto program = rules::Compile(absl::StrCat("known(", text, "\n)"),
                                      subjects::CustomerSchema());
  if (!program.ok())
    return absl::InvalidArgumentError(
        absl::StrCat("fields: ", Quoted(text), ": ",
                     WithoutPlace(program.status().message())));
  const auto& nodes = program->code()->nodes;
  if (nodes.size() != 2 || nodes[0].op != rules::Op::kKnown ||
      nodes[1].op != rules::Op::kField)
    return absl::InvalidArgumentError(
        absl::StrCat("fields: ", Quoted(text), " is not one customer field"));
  Column column;
  column.title = text;
  AppendJsonText(text, column.member);
  column.member = absl::StrCat(",", column.member, ":");
  column.field = nodes[1].field;
  column.key = nodes[1].text;
  return column;
}

absl::StatusOr<RowWriter> RowWriter::Create(
    const std::string& format, const std::vector<std::string>& fields) {
  if (format != "csv" && format != "jsonl")
    return absl::InvalidArgumentError(
        absl::StrCat("format: ", Quoted(format), " is not csv or jsonl"));
  PATRON_RETURN_IF_ERROR(CheckCount("fields", fields.size(), kMaxExportFields));
  std::vector<Column> columns;
  for (const std::string& field : fields) {
    PATRON_ASSIGN_OR_RETURN(Column column, ParseField(field));
    columns.push_back(std::move(column));
  }
  return RowWriter(format == "csv", std::move(columns));
}

void RowWriter::Header(std::string& out) const {
  if (!csv_) return;
  out.append("customer_id");
  for (const Column& column : columns_) {
    out.push_back(',');
    AppendCsvText(column.title, out);
  }
  out.append("\r\n");
}

void RowWriter::Row(absl::string_view customer_id, std::string& out) const {
  if (csv_) {
    AppendCsvText(customer_id, out);
    out.append("\r\n");
    return;
  }
  out.append("{\"customer_id\":");
  AppendJsonText(customer_id, out);
  out.append("}\n");
}

void RowWriter::Row(absl::string_view customer_id,
                    const rules::Subject& customer, std::string& out) const {
  if (csv_) {
    AppendCsvText(customer_id, out);
    for (const Column& column : columns_) {
      out.push_back(',');
      std::visit(CsvCell{out}, customer.Get(column.field, column.key));
    }
    out.append("\r\n");
    return;
  }
  out.append("{\"customer_id\":");
  AppendJsonText(customer_id, out);
  for (const Column& column : columns_) {
    out.append(column.member);
    std::visit(JsonCell{out}, customer.Get(column.field, column.key));
  }
  out.append("}\n");
}

}  // namespace patron::segments
