#include "tools/patron/paged_export.h"

#include <filesystem>
#include <fstream>
#include <system_error>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/console.h"
#include "tools/patron/text_file.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

namespace fs = std::filesystem;

// How far an export got; the text of FILE.resume, a line each, and behind them
// a line with their digest.
struct Progress {
  std::string what;
  std::string cursor;
  int64_t bytes = 0;
  int64_t rows = 0;
};

std::string SidePath(const std::string& path) { return path + ".resume"; }

std::string TextOf(const Progress& progress) {
  const std::string lines =
      absl::StrCat(progress.what, "\n", progress.cursor, "\n", progress.bytes,
                   "\n", progress.rows, "\n");
  return absl::StrCat(lines, DigestOf(lines).ToHex(), "\n");
}

// Written beside and renamed: a cut leaves the one before.
absl::Status WriteProgress(const std::string& path, const Progress& progress) {
  const std::string fresh = SidePath(path) + ".new";
  PATRON_RETURN_IF_ERROR(WriteTextFile(fresh, TextOf(progress)));
  std::error_code error;
  fs::rename(fresh, SidePath(path), error);
  if (!error) return absl::OkStatus();
  return absl::DataLossError(
      absl::StrCat(SidePath(path), ": ", error.message()));
}

absl::StatusOr<Progress> ReadProgress(const std::string& path) {
  std::error_code error;
  if (!fs::exists(SidePath(path), error))
    return UsageError(absl::StrCat("--resume: there is no ", SidePath(path),
                                   ": nothing was cut off"));
  PATRON_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(SidePath(path)));
  const std::vector<std::string> lines = absl::StrSplit(text, '\n');
  Progress progress;
  if (lines.size() == 6 && absl::SimpleAtoi(lines[2], &progress.bytes) &&
      absl::SimpleAtoi(lines[3], &progress.rows)) {
    progress.what = lines[0];
    progress.cursor = lines[1];
    if (text == TextOf(progress)) return progress;
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--resume: ", SidePath(path),
                   " is damaged, its digest does not fit; export anew without "
                   "--resume"));
}

absl::Status RemoveSideFile(const std::string& path) {
  std::error_code error;
  fs::remove(SidePath(path), error);
  if (!error) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--out: ", SidePath(path), " cannot be removed: ", error.message()));
}

// Cuts the file back to what whole pages wrote.
absl::Status CutBack(const std::string& path, int64_t bytes) {
  std::error_code error;
  const auto size = static_cast<int64_t>(fs::file_size(path, error));
  if (!error && size >= bytes)
    fs::resize_file(path, static_cast<uintmax_t>(bytes), error);
  if (error)
    return absl::NotFoundError(absl::StrCat(path, ": ", error.message()));
  if (size >= bytes) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "--resume: ", path, " has ", size, " bytes, ", SidePath(path), " tells ",
      bytes, "; export anew without --resume"));
}

class PagesToFile {
 public:
  PagesToFile(Context& context, const PagedExport& wanted)
      : context_(context),
        wanted_(wanted),
        console_(context.err, context.err_is_terminal),
        started_(context.clock.Now()) {}

  absl::StatusOr<int> Run(const FetchPage& fetch) {
    PATRON_RETURN_IF_ERROR(Open());
    for (bool more = true; more;) {
      PATRON_ASSIGN_OR_RETURN(more, Page(fetch));
    }
    console_.Done();
    return Close();
  }

 private:
  bool to_file() const { return wanted_.path != "-"; }
  // Devices and pipes cannot be cut back: they get no side file.
  bool resumable() const { return resumable_; }
  std::ostream& out() { return to_file() ? file_ : context_.out; }

  absl::Status Open() {
    progress_.what = wanted_.what;
    if (!to_file())
      return wanted_.resume ? UsageError("--resume needs --out")
                            : absl::OkStatus();
    std::error_code error;
    resumable_ = !fs::exists(wanted_.path, error) ||
                 fs::is_regular_file(wanted_.path, error);
    if (wanted_.resume) {
      PATRON_RETURN_IF_ERROR(GoOn());
    } else if (resumable_) {
      PATRON_RETURN_IF_ERROR(RemoveSideFile(wanted_.path));
    }
    file_.open(wanted_.path, wanted_.resume ? std::ios::app | std::ios::binary
                                            : std::ios::out | std::ios::binary);
    if (!file_)
      return absl::InvalidArgumentError(
          absl::StrCat("--out: ", wanted_.path, " cannot be written"));
    return absl::OkStatus();
  }

  absl::Status GoOn() {
    PATRON_ASSIGN_OR_RETURN(Progress before, ReadProgress(wanted_.path));
    if (before.what != wanted_.what)
      return UsageError(absl::StrCat("--resume: ", wanted_.path, " is of ",
                                     Quoted(before.what), ", not of ",
                                     Quoted(wanted_.what)));
    PATRON_RETURN_IF_ERROR(CutBack(wanted_.path, before.bytes));
    progress_ = std::move(before);
    return absl::OkStatus();
  }

  // False behind the last page.
  absl::StatusOr<bool> Page(const FetchPage& fetch) {
    if (const absl::Status status = fetch(progress_.cursor, page_);
        !status.ok())
      return WithHint(status);
    if (!page_.next_cursor.empty() && page_.next_cursor == progress_.cursor)
      return absl::InternalError("the server answers the same page again");
    out().write(page_.rows.data(),
                static_cast<std::streamsize>(page_.rows.size()));
    out().flush();
    if (!out()) return NotAll();
    progress_.cursor = page_.next_cursor;
    progress_.bytes += static_cast<int64_t>(page_.rows.size());
    progress_.rows += page_.count;
    console_.Progress(
        ProgressText(0, 0, progress_.rows, context_.clock.Now() - started_));
    if (page_.next_cursor.empty()) return false;
    if (resumable())
      PATRON_RETURN_IF_ERROR(WriteProgress(wanted_.path, progress_));
    return true;
  }

  absl::Status WithHint(const absl::Status& status) const {
    if (!resumable() || progress_.cursor.empty()) return status;
    return absl::Status(
        status.code(),
        absl::StrCat(status.message(), "; ", FormatCount(progress_.rows), " ",
                     wanted_.rows, " stand in ", wanted_.path,
                     ": go on with --resume"));
  }

  absl::StatusOr<int> Close() {
    if (!to_file()) return kExitOk;
    file_.close();
    if (!file_) return NotAll();
    std::error_code error;
    if (resumable()) fs::remove(SidePath(wanted_.path), error);
    console_.Line(absl::StrCat(FormatCount(progress_.rows), " ", wanted_.rows,
                               " written to ", wanted_.path));
    return kExitOk;
  }

  absl::Status NotAll() const {
    return absl::DataLossError(
        absl::StrCat(to_file() ? wanted_.path : "standard output",
                     ": not all could be written"));
  }

  Context& context_;
  const PagedExport& wanted_;
  Console console_;
  const absl::Time started_;
  std::ofstream file_;
  bool resumable_ = false;
  Progress progress_;
  wire::ExportPage page_;
};

}  // namespace

absl::StatusOr<int> WritePages(Context& context, const PagedExport& wanted,
                               const FetchPage& fetch) {
  return PagesToFile(context, wanted).Run(fetch);
}

absl::StatusOr<std::string> ExportFormat(const Args& args) {
  const std::string format = args.Get("format", "csv");
  if (format == "csv" || format == "jsonl") return format;
  return UsageError(
      absl::StrCat("--format: ", Quoted(format), " is not csv or jsonl"));
}

}  // namespace patron::cli
