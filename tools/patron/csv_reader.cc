#include "tools/patron/csv_reader.h"

#include <algorithm>
#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::cli {

absl::StatusOr<bool> CsvReader::Next(CsvRow& row) {
  PATRON_RETURN_IF_ERROR(SkipByteOrderMark());
  row.problem.clear();
  for (;;) {
    switch (ScanRecord(row.problem)) {
      case Scan::kRecord:
        HandOut(row);
        return true;
      case Scan::kBlank:
        window_.Consume(record_bytes_);
        ++line_;
        break;
      case Scan::kBroken:
        return HandOutBroken(row);
      case Scan::kNeedMore:
        if (window_.at_end()) return false;
        if (window_.size() >= kMaxRecordBytes) {
          row.problem = absl::StrCat("the record is longer than ",
                                     kMaxRecordBytes, " bytes");
          return HandOutBroken(row);
        }
        PATRON_RETURN_IF_ERROR(window_.Fill());
    }
  }
}

absl::Status CsvReader::SkipByteOrderMark() {
  if (started_) return absl::OkStatus();
  started_ = true;
  while (window_.size() < 3 && !window_.at_end())
    PATRON_RETURN_IF_ERROR(window_.Fill());
  if (window_.size() >= 3 && memcmp(window_.begin(), "\xEF\xBB\xBF", 3) == 0)
    window_.Consume(3);
  return absl::OkStatus();
}

CsvReader::Scan CsvReader::ScanRecord(std::string& problem) {
  spans_.clear();
  line_ends_ = 0;
  record_done_ = false;
  if (window_.size() == 0) return Scan::kNeedMore;
  size_t at = 0;
  while (!record_done_) {
    const Scan scan = ScanField(at, problem);
    if (scan != Scan::kRecord) return scan;
  }
  record_bytes_ = at;
  const bool blank = spans_.size() == 1 && spans_[0].begin == 0 &&
                     spans_[0].begin == spans_[0].end;
  return blank ? Scan::kBlank : Scan::kRecord;
}

CsvReader::Scan CsvReader::ScanField(size_t& at, std::string& problem) {
  if (at < window_.size() && window_.begin()[at] == '"')
    return ScanQuoted(at, problem);
  return ScanPlain(at);
}

CsvReader::Scan CsvReader::ScanPlain(size_t& at) {
  const char* const begin = window_.begin();
  const char* const end = window_.end();
  const char* p = begin + at;
  while (p < end && *p != separator_ && *p != '\n') ++p;
  if (p == end && !window_.at_end()) return Scan::kNeedMore;
  const size_t from = at;
  at = p - begin;
  size_t to = at;
  const bool ends_line = p == end || *p == '\n';
  if (ends_line && to > from && begin[to - 1] == '\r') --to;
  return EndField(at, {from, to, false});
}

// From the opening quote; two quotes stand for one.
CsvReader::Scan CsvReader::ScanQuoted(size_t& at, std::string& problem) {
  const char* const begin = window_.begin();
  const char* const end = window_.end();
  Span span = {at + 1, 0, false};
  for (const char* p = begin + at + 1;;) {
    const char* const quote = static_cast<const char*>(memchr(p, '"', end - p));
    if (quote == nullptr || (quote + 1 == end && !window_.at_end())) {
      if (!window_.at_end()) return Scan::kNeedMore;
      problem = "a quote is opened and never closed";
      return Scan::kBroken;
    }
    p = quote + 1;
    if (p < end && *p == '"') {
      span.has_escapes = true;
      ++p;
      continue;
    }
    span.end = quote - begin;
    line_ends_ += std::count(begin + span.begin, quote, '\n');
    at = p - begin;
    break;
  }
  if (at < window_.size() && begin[at] == '\r') {
    if (at + 1 == window_.size() && !window_.at_end()) return Scan::kNeedMore;
    if (at + 1 == window_.size() || begin[at + 1] == '\n') ++at;
  }
  if (at < window_.size() && begin[at] != separator_ && begin[at] != '\n') {
    problem = "text stands behind a closing quote";
    return Scan::kBroken;
  }
  return EndField(at, span);
}

// `at` stands on a separator, a line end or the end of all.
CsvReader::Scan CsvReader::EndField(size_t& at, Span span) {
  spans_.push_back(span);
  if (at == window_.size()) {
    record_done_ = true;
    return Scan::kRecord;
  }
  if (window_.begin()[at] == '\n') {
    ++line_ends_;
    record_done_ = true;
  }
  ++at;
  return Scan::kRecord;
}

void CsvReader::HandOut(CsvRow& row) {
  row.line = line_;
  row.fields.clear();
  for (const Span& span : spans_) row.fields.push_back(Unescaped(span));
  line_ += line_ends_;
  window_.Consume(record_bytes_);
}

absl::string_view CsvReader::Unescaped(const Span& span) {
  char* const from = window_.begin() + span.begin;
  if (!span.has_escapes) return {from, span.end - span.begin};
  char* to = from;
  for (const char* p = from; p < window_.begin() + span.end; ++p) {
    *to++ = *p;
    if (*p == '"') ++p;
  }
  return {from, static_cast<size_t>(to - from)};
}

// Goes on behind the first line end; a line longer than the window is thrown
// away piece by piece.
absl::StatusOr<bool> CsvReader::HandOutBroken(CsvRow& row) {
  row.line = line_;
  row.fields.clear();
  for (;;) {
    const char* const begin = window_.begin();
    const void* const line_end = memchr(begin, '\n', window_.size());
    if (line_end != nullptr) {
      window_.Consume(static_cast<const char*>(line_end) - begin + 1);
      ++line_;
      return true;
    }
    window_.Consume(window_.size());
    if (window_.at_end()) return true;
    PATRON_RETURN_IF_ERROR(window_.Fill());
  }
}

}  // namespace patron::cli
