#include "tools/patron/console.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "tools/patron/values.h"

namespace patron::cli {
namespace {

constexpr int kBarWidth = 30;

}  // namespace

void Console::Clear() {
  if (drawn_) out_ << "\r\033[K";
  drawn_ = false;
}

void Console::Line(absl::string_view text) {
  const absl::MutexLock lock(&mutex_);
  Clear();
  out_ << text << '\n' << std::flush;
}

void Console::Progress(absl::string_view text) {
  if (!is_terminal_) return;
  const absl::MutexLock lock(&mutex_);
  Clear();
  out_ << text << std::flush;
  drawn_ = true;
}

void Console::Done() {
  const absl::MutexLock lock(&mutex_);
  Clear();
  out_ << std::flush;
}

std::string ProgressText(int64_t bytes, int64_t bytes_in_all, int64_t rows,
                         absl::Duration elapsed) {
  std::string text;
  if (bytes_in_all > 0) {
    const double part =
        std::min(1.0, static_cast<double>(bytes) / bytes_in_all);
    const int filled = static_cast<int>(part * kBarWidth);
    absl::StrAppendFormat(&text, "%3d %% [", static_cast<int>(part * 100));
    for (int i = 0; i < kBarWidth; ++i)
      absl::StrAppend(&text, i < filled ? "█" : " ");
    absl::StrAppend(&text, "]  ");
  }
  const double seconds = absl::ToDoubleSeconds(elapsed);
  absl::StrAppend(&text, FormatCount(rows), " rows");
  if (seconds > 0)
    absl::StrAppend(&text, "  ",
                    FormatCount(static_cast<int64_t>(rows / seconds)),
                    " rows/s");
  return text;
}

}  // namespace patron::cli
