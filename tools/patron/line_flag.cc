#include "tools/patron/line_flag.h"

#include "absl/strings/str_cat.h"
#include "server/base/text.h"
#include "tools/patron/args.h"

namespace patron::cli {

absl::StatusOr<LineFlag> ParseLineFlag(const std::string& text) {
  const size_t second = text.rfind(':');
  const size_t first = second == std::string::npos || second == 0
                           ? std::string::npos
                           : text.rfind(':', second - 1);
  if (first == std::string::npos)
    return UsageError(absl::StrCat("--line: ", Quoted(text),
                                   " is not PRODUCT:QUANTITY:AMOUNT"));
  return LineFlag{text.substr(0, first),
                  text.substr(first + 1, second - first - 1),
                  text.substr(second + 1)};
}

}  // namespace patron::cli
