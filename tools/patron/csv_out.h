// What `export` writes as CSV, in the columns that `import` reads: made from
// the JSON of an element, by the one table of kinds.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/patron/json_out.h"
#include "tools/patron/kinds.h"

namespace patron::cli {

class CsvWriter {
 public:
  explicit CsvWriter(Kind kind) : kind_(kind) {}

  // First over all elements: which free names (attr.NAME, …) need a column.
  void Learn(const Json& element);
  std::string Header() const;
  // The rows of an element. kInvalidArgument where an element of a list holds
  // the separator of lists: JSON lines can carry it.
  absl::StatusOr<std::string> Rows(const Json& element) const;

 private:
  struct FreeColumn {
    const GroupSpec* group;
    std::string name;
    friend bool operator<(const FreeColumn& a, const FreeColumn& b) {
      return std::tie(a.group, a.name) < std::tie(b.group, b.name);
    }
  };

  void LearnGroup(const Json& holder, const GroupSpec& group);
  absl::StatusOr<std::string> Row(const Json& element, const Json& line) const;

  const Kind kind_;
  std::set<FreeColumn> free_columns_;
};

// In quotes where it must be.
std::string CsvCell(absl::string_view text);

}  // namespace patron::cli
