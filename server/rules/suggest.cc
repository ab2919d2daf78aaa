#include "server/rules/suggest.h"

#include <algorithm>
#include <numeric>

#include "absl/strings/str_cat.h"

namespace patron::rules {

size_t EditDistance(absl::string_view a, absl::string_view b) {
  // rows[i][j]: from the first i bytes of a to the first j of b.
  std::vector<std::vector<size_t>> rows(a.size() + 1,
                                        std::vector<size_t>(b.size() + 1));
  std::iota(rows[0].begin(), rows[0].end(), size_t{0});
  for (size_t i = 1; i <= a.size(); ++i) {
    rows[i][0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      const size_t replaced =
          rows[i - 1][j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      rows[i][j] = std::min({replaced, rows[i - 1][j] + 1, rows[i][j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        rows[i][j] = std::min(rows[i][j], rows[i - 2][j - 2] + 1);
    }
  }
  return rows[a.size()][b.size()];
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
