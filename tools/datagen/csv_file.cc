#include "tools/datagen/csv_file.h"

#include <fcntl.h>
#include <unistd.h>
#include <zlib.h>

#include <cerrno>
#include <charconv>
#include <cstring>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/civil_time.h"

namespace patron::datagen {
namespace {

constexpr size_t kFlushBytes = 1 << 16;
constexpr int64_t kSecondsADay = 24 * 3600;

void AppendNumber(std::string& out, int64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  out.append(digits, end);
}

void AppendPadded(std::string& out, int width, uint64_t number) {
  char digits[24];
  const auto end = std::to_chars(digits, digits + sizeof digits, number).ptr;
  const int length = static_cast<int>(end - digits);
  if (length < width) out.append(static_cast<size_t>(width - length), '0');
  out.append(digits, end);
}

void AppendQuoted(std::string& out, absl::string_view text) {
  out.push_back('"');
  for (const char c : text) {
    if (c == '"') out.push_back('"');
    out.push_back(c);
  }
  out.push_back('"');
}

bool WriteAll(int fd, absl::string_view bytes) {
  while (!bytes.empty()) {
    const ssize_t written = write(fd, bytes.data(), bytes.size());
    if (written < 0 && errno == EINTR) continue;
    if (written <= 0) return false;
    bytes.remove_prefix(static_cast<size_t>(written));
  }
  return true;
}

}  // namespace

CsvFile::CsvFile(std::string path, bool gzip, absl::string_view header)
    : path_(gzip ? path + ".gz" : std::move(path)) {
  fd_ = open(path_.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd_ < 0) Fail("cannot be created");
  // Level 1: the files are to be read soon, not to be kept.
  if (gzip && fd_ >= 0) gzip_ = gzdopen(fd_, "wb1");
  buffer_.reserve(2 * kFlushBytes);
  absl::StrAppend(&buffer_, header, "\n");
  row_start_ = buffer_.size();
}

CsvFile::~CsvFile() { Close().IgnoreError(); }

void CsvFile::Separate() {
  if (!is_row_start_) buffer_.push_back(',');
  is_row_start_ = false;
}

CsvFile& CsvFile::Text(absl::string_view text) {
  Separate();
  if (text.find_first_of(",\"\r\n") == absl::string_view::npos)
    buffer_.append(text.data(), text.size());
  else
    AppendQuoted(buffer_, text);
  return *this;
}

CsvFile& CsvFile::Number(int64_t number) {
  Separate();
  AppendNumber(buffer_, number);
  return *this;
}

CsvFile& CsvFile::Id(char letter, int digits, uint64_t number) {
  Separate();
  buffer_.push_back(letter);
  AppendPadded(buffer_, digits, number + 1);
  return *this;
}

CsvFile& CsvFile::Milli(int64_t milli) {
  Separate();
  AppendNumber(buffer_, milli / 1000);
  if (milli % 1000 == 0) return *this;
  buffer_.push_back('.');
  AppendPadded(buffer_, 3, static_cast<uint64_t>(milli % 1000));
  while (buffer_.back() == '0') buffer_.pop_back();
  return *this;
}

void CsvFile::SetDay(int64_t day) {
  if (day == day_) return;
  day_ = day;
  day_text_ = absl::FormatCivilTime(absl::CivilDay(1970) + day);
}

CsvFile& CsvFile::Time(absl::Time time) {
  Separate();
  const int64_t seconds = absl::ToUnixSeconds(time);
  SetDay(seconds / kSecondsADay);
  const int64_t second = seconds % kSecondsADay;
  buffer_.append(day_text_);
  const int64_t parts[] = {second / 3600, second / 60 % 60, second % 60};
  for (int i = 0; i < 3; ++i) {
    buffer_.push_back(i == 0 ? 'T' : ':');
    AppendPadded(buffer_, 2, static_cast<uint64_t>(parts[i]));
  }
  buffer_.push_back('Z');
  return *this;
}

absl::string_view CsvFile::RowSoFar() const {
  return absl::string_view(buffer_).substr(row_start_);
}

CsvFile& CsvFile::Begin(absl::string_view cells) {
  buffer_.append(cells.data(), cells.size());
  is_row_start_ = false;
  return *this;
}

void CsvFile::EndRow() {
  buffer_.push_back('\n');
  if (buffer_.size() >= kFlushBytes) Flush();
  row_start_ = buffer_.size();
  is_row_start_ = true;
}

void CsvFile::Fail(absl::string_view action) {
  if (!status_.ok()) return;
  status_ = absl::ErrnoToStatus(errno, absl::StrCat(path_, ": ", action));
}

void CsvFile::Flush() {
  if (status_.ok() && !buffer_.empty()) {
    const bool done = gzip_
                          ? gzwrite(static_cast<gzFile>(gzip_), buffer_.data(),
                                    static_cast<unsigned>(buffer_.size())) > 0
                          : WriteAll(fd_, buffer_);
    if (!done) Fail("cannot be written");
  }
  bytes_ += buffer_.size();
  buffer_.clear();
}

absl::Status CsvFile::Close() {
  if (fd_ < 0) return status_;
  Flush();
  const bool closed =
      gzip_ ? gzclose(static_cast<gzFile>(gzip_)) == Z_OK : close(fd_) == 0;
  if (!closed) Fail("cannot be closed");
  fd_ = -1;
  gzip_ = nullptr;
  return status_;
}

}  // namespace patron::datagen
