// Rows of an export, rendered straight into one text: nothing is allocated for
// a row but what the text grows by.
//
//   PATRON_ASSIGN_OR_RETURN(const RowWriter writer, RowWriter::Create("csv",
//   {"spend[\"EUR\"]"}));
//   writer.Header(out);
//   writer.Row("c1", subject, out);
//
// CSV is RFC 4180 (rows end with CR LF, a text with a comma, a quote or a line
// break is quoted); what is not known is empty, sets are joined with ';'. JSON
// lines: one object a line; what is not known is null, sets are arrays. Money
// is in minor units, as rules have it.
// Threads: const methods from any. Errors: kInvalidArgument naming the format
// or the field.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/rules/rules.h"

namespace patron::segments {

inline constexpr size_t kMaxExportFields = 50;

class RowWriter {
 public:
  // `fields`: customer fields as a rule writes them.
  static absl::StatusOr<RowWriter> Create(
      const std::string& format, const std::vector<std::string>& fields);

  // Nothing for JSON lines.
  void Header(std::string& out) const;
  void Row(absl::string_view customer_id, const rules::Subject& customer,
           std::string& out) const;
  // The same for a writer without fields.
  void Row(absl::string_view customer_id, std::string& out) const;
  bool has_fields() const { return !columns_.empty(); }

 private:
  struct Column {
    std::string title;   // as it was asked for
    std::string member;  // ,"title": of a JSON line
    int field = 0;
    std::string key;
  };

  RowWriter(bool csv, std::vector<Column> columns)
      : csv_(csv), columns_(std::move(columns)) {}
  static absl::StatusOr<Column> ParseField(const std::string& text);

  bool csv_;
  std::vector<Column> columns_;
};

void AppendCsvText(absl::string_view text, std::string& out);
void AppendJsonText(absl::string_view text, std::string& out);

}  // namespace patron::segments
