// One row, whatever format it came in, and where rows come from.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "tools/patron/csv_reader.h"
#include "tools/patron/input.h"
#include "tools/patron/kinds.h"
#include "tools/patron/mapping.h"

namespace patron::cli {

// A field with a free name. `source` and `given_at` are of a consent in JSON.
struct Entry {
  Group group;
  absl::string_view name;
  absl::string_view value;
  absl::string_view source = {};
  absl::string_view given_at = {};
};

// Views are valid until the next row is read. Empty text = absent.
struct Record {
  int64_t line = 0;
  std::vector<absl::string_view> values;              // by field
  std::vector<std::vector<absl::string_view>> lists;  // by field
  std::vector<Entry> entries;
  bool ends_element = false;  // JSON: the last line of its object

  // What the views point to where no cell holds it as it is.
  std::vector<std::string> composed;  // by field
  std::deque<std::string> scratch;

  explicit Record(Kind kind);
  void Clear();
};

// A row that was refused.
struct RowProblem {
  int64_t line = 0;
  std::string message;
  // It is not known which element the row belongs to: one that is being put
  // together from rows around it cannot be trusted.
  bool may_belong_to_neighbours = false;
};

enum class Pull { kRecord, kProblem, kSkipped, kEnd };

// Threads: one. Errors: a Status ends the file.
class RecordSource {
 public:
  virtual ~RecordSource() = default;
  virtual absl::StatusOr<Pull> Next(Record& record, RowProblem& problem) = 0;
  // Columns or keys that nothing reads, so far.
  virtual std::vector<std::string> Ignored() const = 0;
};

enum class Format { kDetect, kCsv, kJsonl };

// Reads as far as the header of a CSV file. kInvalidArgument naming the columns
// that are required or mapped and not there. Borrows `window`; `kind_mapping`
// is copied.
absl::StatusOr<std::unique_ptr<RecordSource>> OpenRecords(
    Kind kind, const KindMapping& kind_mapping, Format format,
    InputWindow& window);

absl::StatusOr<std::unique_ptr<RecordSource>> OpenCsvRecords(
    Kind kind, const KindMapping& kind_mapping, InputWindow& window);
std::unique_ptr<RecordSource> OpenJsonRecords(Kind kind,
                                              const KindMapping& kind_mapping,
                                              InputWindow& window);

}  // namespace patron::cli
