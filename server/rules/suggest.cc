#include "server/rules/suggest.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace patron::rules {

size_t EditDistance(absl::string_view a, absl::string_view b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t replaced = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, diagonal + 1, row[j] + 1});
    }
  }
  return row[b.size()];
}

std::string Suggestion(absl::string_view name,
                       const std::vector<std::string>& known) {
  const std::string* nearest = nullptr;
  size_t least = 0;
  for (const std::string& candidate : known) {
    // A name of another length is at least as far as the lengths differ; and a
    // hostile one may be thousands of bytes long.
    const size_t allowed = std::max<size_t>(1, candidate.size() / 3);
    if (name.size() > candidate.size() + allowed) continue;
    const size_t distance = EditDistance(name, candidate);
    if (distance > allowed) continue;
    if (nearest != nullptr && distance >= least) continue;
    nearest = &candidate;
    least = distance;
  }
  if (nearest == nullptr) return "";
  return absl::StrCat("; did you mean \"", *nearest, "\"?");
}

}  // namespace patron::rules
