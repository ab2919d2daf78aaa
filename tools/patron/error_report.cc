#include "tools/patron/error_report.h"

#include "absl/strings/str_cat.h"
#include "tools/patron/values.h"

namespace patron::cli {

absl::Status ErrorReport::WriteTo(const std::string& path) {
  const absl::MutexLock lock(&mutex_);
  path_ = path;
  all_.open(path);
  if (all_) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("--errors: ", path, " cannot be written"));
}

void ErrorReport::Add(int64_t line, absl::string_view message) {
  const absl::MutexLock lock(&mutex_);
  const std::string text = absl::StrCat(file_, ":", line, ": ", message);
  if (++count_ <= shown_) console_.Line(text);
  if (all_.is_open()) all_ << text << '\n';
}

int64_t ErrorReport::count() const {
  const absl::MutexLock lock(&mutex_);
  return count_;
}

void ErrorReport::Finish() {
  const absl::MutexLock lock(&mutex_);
  if (count_ > shown_)
    console_.Line(
        absl::StrCat("… and ", FormatCount(count_ - shown_), " more problems",
                     path_.empty() ? " (--errors FILE writes all)"
                                   : absl::StrCat("; all are in ", path_)));
  if (!all_.is_open()) return;
  all_.close();
  if (!all_) console_.Line(absl::StrCat(path_, ": not all could be written"));
}

}  // namespace patron::cli
