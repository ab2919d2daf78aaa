#include "tools/patron/record.h"

#include "absl/strings/ascii.h"
#include "server/base/status_macros.h"

namespace patron::cli {
namespace {

// The first byte that is neither white space nor a byte order mark; 0 at the
// end.
absl::StatusOr<char> FirstByte(InputWindow& window) {
  for (size_t at = 0;; ++at) {
    while (at >= window.size()) {
      if (window.at_end()) return '\0';
      PATRON_RETURN_IF_ERROR(window.Fill());
    }
    const char c = window.begin()[at];
    const bool is_mark = c == '\xEF' || c == '\xBB' || c == '\xBF';
    if (!absl::ascii_isspace(c) && !is_mark) return c;
  }
}

}  // namespace

Record::Record(Kind kind)
    : values(Fields(kind).size()),
      lists(Fields(kind).size()),
      composed(Fields(kind).size()) {}

void Record::Clear() {
  for (absl::string_view& value : values) value = {};
  for (auto& list : lists) list.clear();
  entries.clear();
  if (!scratch.empty()) scratch.clear();
  ends_element = false;
}

absl::StatusOr<std::unique_ptr<RecordSource>> OpenRecords(
    Kind kind, const KindMapping& kind_mapping, Format format,
    InputWindow& window) {
  if (format == Format::kDetect) {
    PATRON_ASSIGN_OR_RETURN(const char first, FirstByte(window));
    format = first == '{' ? Format::kJsonl : Format::kCsv;
  }
  if (format == Format::kCsv) return OpenCsvRecords(kind, kind_mapping, window);
  return OpenJsonRecords(kind, kind_mapping, window);
}

}  // namespace patron::cli
