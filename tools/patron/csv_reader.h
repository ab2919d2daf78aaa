// Reads CSV (RFC 4180) record by record, in place: fields may stand in quotes
// and hold separators, doubled quotes and line ends; lines end in LF or CRLF;
// a byte order mark is skipped, and so are empty lines. A quote inside a field
// that does not start with one is an ordinary character.
//
// Ownership: borrows the window.
// Errors:    a record that is broken is handed out with its `problem`, and
//            reading goes on at the line after its first; a Status is for what
//            ends the file (an unreadable file, damaged gzip).
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/patron/input.h"

namespace patron::cli {

// A longer record is refused: a quote that is never closed must not pull the
// whole file into memory.
inline constexpr size_t kMaxRecordBytes = 16 << 20;

struct CsvRow {
  int64_t line = 0;                       // of its first byte, from 1
  std::vector<absl::string_view> fields;  // valid until the next call
  std::string problem;                    // "" = sound
};

class CsvReader {
 public:
  CsvReader(InputWindow& window, char separator)
      : window_(window), separator_(separator) {}

  // False at the end.
  absl::StatusOr<bool> Next(CsvRow& row);

 private:
  enum class Scan { kRecord, kBlank, kNeedMore, kBroken };
  struct Span {
    size_t begin, end;
    bool has_escapes;
  };

  Scan ScanRecord(std::string& problem);
  Scan ScanField(size_t& at, std::string& problem);
  Scan ScanQuoted(size_t& at, std::string& problem);
  Scan ScanPlain(size_t& at);
  Scan EndField(size_t& at, Span span);
  void HandOut(CsvRow& row);
  absl::StatusOr<bool> HandOutBroken(CsvRow& row);
  absl::string_view Unescaped(const Span& span);
  absl::Status SkipByteOrderMark();

  InputWindow& window_;
  const char separator_;
  bool started_ = false;
  int64_t line_ = 1;  // of the first byte of the window

  // Of the record being scanned, as offsets from the start of the window.
  std::vector<Span> spans_;
  size_t record_bytes_ = 0;
  int64_t line_ends_ = 0;
  bool record_done_ = false;
};

}  // namespace patron::cli
