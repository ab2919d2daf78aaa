#include "tools/eval/csv_columns.h"

#include <algorithm>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/csv_reader.h"

namespace patron::eval {
namespace {

absl::StatusOr<std::vector<size_t>> PlacesOf(
    const std::vector<std::string>& columns, const cli::CsvRow& header,
    const std::string& path) {
  std::vector<size_t> places;
  for (const std::string& column : columns) {
    const auto at =
        std::find(header.fields.begin(), header.fields.end(), column);
    if (at == header.fields.end())
      return absl::InvalidArgumentError(
          absl::StrCat(path, ", line 1: no column ", column));
    places.push_back(static_cast<size_t>(at - header.fields.begin()));
  }
  return places;
}

absl::Status CheckRow(const cli::CsvRow& row, size_t width) {
  if (!row.problem.empty()) return absl::InvalidArgumentError(row.problem);
  if (row.fields.size() == width) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat(row.fields.size(), " fields, expected ", width));
}

absl::Status Refused(absl::string_view column, absl::string_view text,
                     absl::string_view kind) {
  return absl::InvalidArgumentError(
      absl::StrCat(column, ": ", Quoted(text), " is not ", kind));
}

}  // namespace

absl::Status ReadColumns(const std::string& path,
                         const std::vector<std::string>& columns,
                         absl::FunctionRef<absl::Status(const Cells&)> take) {
  PATRON_ASSIGN_OR_RETURN(const auto source, cli::OpenInput(path));
  cli::InputWindow window(*source);
  cli::CsvReader reader(window, ',');
  cli::CsvRow row;
  PATRON_RETURN_IF_ERROR(reader.Next(row).status());
  PATRON_ASSIGN_OR_RETURN(const auto places, PlacesOf(columns, row, path));
  const size_t width = row.fields.size();
  Cells cells(columns.size());
  for (;;) {
    PATRON_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
    if (!more) return absl::OkStatus();
    absl::Status status = CheckRow(row, width);
    if (status.ok()) {
      for (size_t i = 0; i < places.size(); ++i)
        cells[i] = row.fields[places[i]];
      status = take(cells);
    }
    if (!status.ok())
      return absl::Status(status.code(), absl::StrCat(path, ", line ", row.line,
                                                      ": ", status.message()));
  }
}

absl::StatusOr<int64_t> ParseWhole(absl::string_view column,
                                   absl::string_view text) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(text, &number))
    return Refused(column, text, "a whole number");
  return number;
}

absl::StatusOr<absl::CivilSecond> ParseSecond(absl::string_view column,
                                              absl::string_view text) {
  absl::CivilSecond second;
  if (!absl::ParseLenientCivilTime(text, &second))
    return Refused(column, text, "a time");
  return second;
}

absl::StatusOr<absl::CivilDay> ParseDay(absl::string_view column,
                                        absl::string_view text) {
  absl::CivilDay day;
  if (!absl::ParseCivilTime(text, &day)) return Refused(column, text, "a date");
  return day;
}

}  // namespace patron::eval
