// Segments to files and files to lists.
#include <algorithm>
#include <optional>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/csv_reader.h"
#include "tools/patron/input.h"
#include "tools/patron/json_out.h"
#include "tools/patron/paged_export.h"
#include "tools/patron/segment_flags.h"

namespace patron::cli {
namespace {

constexpr size_t kIdsPerCall = 10'000;
constexpr Range kRowsPerPage = {1, 100'000};

// Cut at the commas that stand outside quotes: attribute["a,b"] is one.
std::vector<std::string> SplitFields(const std::string& text) {
  std::vector<std::string> fields;
  bool quoted = false;
  for (const char c : text) {
    if (c == '"') quoted = !quoted;
    if (fields.empty() || (c == ',' && !quoted)) fields.emplace_back();
    if (c != ',' || quoted) fields.back() += c;
  }
  return fields;
}

// On one line, as the side file has it.
std::string WhatOf(const wire::ExportRequest& request) {
  std::string what = absl::StrCat("segment ", request.audience.segment_id, " ",
                                  request.audience.rule, " ", request.format);
  for (const std::string& field : request.fields)
    absl::StrAppend(&what, " ", field);
  return absl::StrReplaceAll(what, {{"\n", " "}, {"\r", " "}});
}

// Ids of a file: one a line, or the column of a CSV file with a header.
class IdFile {
 public:
  explicit IdFile(std::string column) : column_(std::move(column)) {}

  absl::Status Read(const std::string& path) {
    PATRON_ASSIGN_OR_RETURN(const auto source, OpenInput(path));
    InputWindow window(*source);
    CsvReader reader(window, ',');
    CsvRow row;
    for (;;) {
      PATRON_ASSIGN_OR_RETURN(const bool more, reader.Next(row));
      if (!more) return absl::OkStatus();
      PATRON_RETURN_IF_ERROR(Take(path, row));
    }
  }

  std::vector<std::string> Ids() && { return std::move(ids_); }

 private:
  absl::Status Take(const std::string& path, const CsvRow& row) {
    if (!row.problem.empty()) return Wrong(path, row, row.problem);
    if (!started_) {
      started_ = true;
      if (FindColumn(row)) return absl::OkStatus();
      if (!column_.empty())
        return Wrong(path, row, absl::StrCat("no column ", Quoted(column_)));
    }
    if (place_ >= row.fields.size())
      return Wrong(path, row, "the row is too short");
    if (!has_header_ && row.fields.size() > 1)
      return Wrong(path, row,
                   "more than an id in the line, and no header that names "
                   "customer_id (--column names another)");
    if (!row.fields[place_].empty()) ids_.emplace_back(row.fields[place_]);
    return absl::OkStatus();
  }

  // Whether the first row is a header with the column.
  bool FindColumn(const CsvRow& row) {
    const std::string name = column_.empty() ? "customer_id" : column_;
    const auto found = std::find(row.fields.begin(), row.fields.end(), name);
    if (found == row.fields.end()) return false;
    has_header_ = true;
    place_ = static_cast<size_t>(found - row.fields.begin());
    return true;
  }

  static absl::Status Wrong(const std::string& path, const CsvRow& row,
                            absl::string_view problem) {
    return absl::InvalidArgumentError(
        absl::StrCat(path, ":", row.line, ": ", problem));
  }

  const std::string column_;
  bool started_ = false;
  bool has_header_ = false;
  size_t place_ = 0;
  std::vector<std::string> ids_;
};

absl::StatusOr<wire::ListChange::type> ChangeOf(const Args& args) {
  if (args.Has("add") && args.Has("remove"))
    return UsageError("give --add or --remove");
  if (args.Has("add")) return wire::ListChange::ADD;
  return args.Has("remove") ? wire::ListChange::REMOVE
                            : wire::ListChange::REPLACE;
}

// One call has the request id as it is; of several, each its own.
std::string RequestId(const Args& args, size_t at, size_t count) {
  const std::string id = args.Get("request-id");
  if (id.empty() || count <= kIdsPerCall) return id;
  return absl::StrCat(id, "/", at / kIdsPerCall + 1);
}

// In calls of at most kIdsPerCall; only the first of a replacement replaces.
absl::StatusOr<wire::UploadReply> Upload(Context& context, const Args& args,
                                         wire::ListChange::type change,
                                         const std::vector<std::string>& ids) {
  Console console(context.err, context.err_is_terminal);
  Connection connection(context.server);
  wire::UploadReply sum;
  size_t at = 0;
  do {
    const size_t end = std::min(ids.size(), at + kIdsPerCall);
    wire::UploadReply reply;
    PATRON_RETURN_IF_ERROR(
        connection.Marketing([&](wire::MarketingClient& client) {
          client.uploadList(reply, RequestId(args, at, ids.size()),
                            args.positional()[0], args.Get("name"), change,
                            {ids.begin() + static_cast<std::ptrdiff_t>(at),
                             ids.begin() + static_cast<std::ptrdiff_t>(end)});
        }));
    sum.customers = reply.customers;
    sum.changed += reply.changed;
    sum.unknown += reply.unknown;
    for (std::string& id : reply.unknown_ids)
      if (sum.unknown_ids.size() < 100)
        sum.unknown_ids.push_back(std::move(id));
    if (change == wire::ListChange::REPLACE) change = wire::ListChange::ADD;
    at = end;
    console.Progress(
        absl::StrCat(FormatCount(static_cast<int64_t>(at)), " ids"));
  } while (at < ids.size());
  console.Done();
  return sum;
}

}  // namespace

absl::StatusOr<int> RunSegmentExport(Context& context, const Args& args) {
  wire::ExportRequest request;
  PATRON_ASSIGN_OR_RETURN(request.audience, AudienceOf(args, 0));
  PATRON_ASSIGN_OR_RETURN(request.format, ExportFormat(args));
  PATRON_ASSIGN_OR_RETURN(const int64_t page,
                          args.Number("page", 100'000, kRowsPerPage));
  request.fields = SplitFields(args.Get("fields"));
  request.limit = static_cast<int32_t>(page);
  PagedExport wanted;
  wanted.what = WhatOf(request);
  wanted.path = args.Get("out", "-");
  wanted.resume = args.Has("resume");
  Connection connection(context.server);
  return WritePages(
      context, wanted, [&](const std::string& cursor, wire::ExportPage& rows) {
        request.cursor = cursor;
        return WithCaret(
            connection.Marketing([&](wire::MarketingClient& client) {
              client.exportSegment(rows, request);
            }),
            request.audience.rule);
      });
}

absl::StatusOr<int> RunSegmentUpload(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const auto change, ChangeOf(args));
  IdFile file(args.Get("column"));
  PATRON_RETURN_IF_ERROR(file.Read(args.positional()[1]));
  const std::vector<std::string> ids = std::move(file).Ids();
  PATRON_ASSIGN_OR_RETURN(const wire::UploadReply reply,
                          Upload(context, args, change, ids));
  if (context.json) {
    context.out << ToLine(ToJson(reply)) << '\n';
  } else {
    context.out << "list " << args.positional()[0] << ": "
                << FormatCount(reply.customers) << " customers, "
                << FormatCount(reply.changed) << " changed\n";
    if (reply.unknown > 0)
      context.out << FormatCount(reply.unknown)
                  << " ids are not known, among them "
                  << Quoted(reply.unknown_ids[0]) << '\n';
  }
  return kExitOk;
}

}  // namespace patron::cli
