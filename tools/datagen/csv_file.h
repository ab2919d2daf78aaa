// One CSV file being written, plain or gzip: buffered, without iostreams,
// because a large shop is gigabytes.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace patron::datagen {

// Cells go from left to right; EndRow ends a row. The first error is kept and
// told by Close, so that rows need no checks.
//
// One thread at a time.
class CsvFile {
 public:
  // Appends ".gz" to `path` if `gzip`. An error shows in status().
  CsvFile(std::string path, bool gzip, absl::string_view header);
  ~CsvFile();
  CsvFile(const CsvFile&) = delete;
  CsvFile& operator=(const CsvFile&) = delete;

  CsvFile& Text(absl::string_view text);  // quoted where RFC 4180 wants it
  CsvFile& Number(int64_t number);
  // A letter and `number` + 1 in at least `digits` digits: "P0000042".
  CsvFile& Id(char letter, int digits, uint64_t number);
  CsvFile& Milli(int64_t milli);   // 1500 as 1.5
  CsvFile& Time(absl::Time time);  // 2026-06-30T09:15:00Z
  CsvFile& Bool(bool value) { return Text(value ? "true" : "false"); }
  CsvFile& Empty() { return Text(""); }
  void EndRow();

  // The cells of this row so far, for rows that begin alike; valid until the
  // next cell.
  absl::string_view RowSoFar() const;
  // Begins a row with cells that RowSoFar gave.
  CsvFile& Begin(absl::string_view cells);

  uint64_t bytes() const { return bytes_ + buffer_.size(); }
  const absl::Status& status() const { return status_; }
  // Writes what is left; the first error of all.
  absl::Status Close();

 private:
  void Separate();
  void Flush();
  void Fail(absl::string_view action);
  void SetDay(int64_t day);

  const std::string path_;
  int fd_ = -1;
  void* gzip_ = nullptr;  // gzFile
  absl::Status status_;
  std::string buffer_;
  size_t row_start_ = 0;
  bool is_row_start_ = true;  // no cell of the row yet, not even an empty one
  uint64_t bytes_ = 0;        // flushed, before compression
  int64_t day_ = INT64_MIN;   // whose text stands in day_text_
  std::string day_text_;
};

}  // namespace patron::datagen
