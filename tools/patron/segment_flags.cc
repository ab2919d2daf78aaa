#include "tools/patron/segment_flags.h"

#include <cstdio>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "tools/patron/table.h"

namespace patron::cli {
namespace {

// The first `characters` of UTF-8.
absl::string_view Prefix(absl::string_view text, int characters) {
  size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool begins = (static_cast<unsigned char>(text[at]) & 0xC0) != 0x80;
    if (begins && characters-- == 0) break;
  }
  return text.substr(0, at);
}

// "  LINE\n  ^" with the caret under `column`, from 1.
std::string Pointing(absl::string_view line, int column) {
  const int cells = DisplayWidth(Prefix(line, column - 1));
  return absl::StrCat("\n  ", Shortened(line, DisplayWidth(line)), "\n  ",
                      std::string(static_cast<size_t>(cells), ' '), "^");
}

}  // namespace

absl::StatusOr<wire::Audience> AudienceOf(const Args& args, size_t place) {
  wire::Audience audience;
  if (args.positional().size() > place)
    audience.segment_id = args.positional()[place];
  audience.rule = args.Get("rule");
  if (audience.segment_id.empty() && !args.Has("rule"))
    return UsageError("no segment and no --rule given");
  return audience;
}

absl::Status WithCaret(const absl::Status& status, const std::string& rule) {
  int line = 0;
  int column = 0;
  const std::string message(status.message());
  if (status.ok() ||
      std::sscanf(message.c_str(), "line %d, column %d:", &line, &column) != 2)
    return status;
  const std::vector<absl::string_view> lines = absl::StrSplit(rule, '\n');
  if (line < 1 || line > static_cast<int>(lines.size()) || column < 1)
    return status;
  return absl::Status(status.code(),
                      absl::StrCat(message, Pointing(lines[line - 1], column)));
}

}  // namespace patron::cli
