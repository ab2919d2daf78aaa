#include "tests/rules/rule_fault.h"

#include <cstdio>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace patron::rules {
namespace {

size_t CharactersIn(absl::string_view line) {
  size_t characters = 0;
  for (const char c : line) characters += (c & 0xC0) != 0x80;
  return characters;
}

// The end of the rule is one behind the last character.
bool IsInside(absl::string_view text, size_t line, size_t column) {
  const std::vector<absl::string_view> lines = absl::StrSplit(text, '\n');
  return line >= 1 && line <= lines.size() && column >= 1 &&
         column <= CharactersIn(lines[line - 1]) + 1;
}

std::string FaultOfRefusal(absl::string_view text, const absl::Status& status) {
  const std::string message(status.message());
  unsigned line = 0, column = 0;
  if (!absl::IsInvalidArgument(status))
    return absl::StrCat("refused with ", status.ToString());
  if (std::sscanf(message.c_str(), "line %u, column %u: ", &line, &column) != 2)
    return absl::StrCat("refused without a place: ", message);
  if (!IsInside(text, line, column))
    return absl::StrCat("refused outside of the text: ", message);
  return "";
}

}  // namespace

std::string FaultOf(absl::string_view text, const Schema& schema,
                    const Subject& subject) {
  const absl::StatusOr<Program> program = Compile(text, schema);
  if (!program.ok()) return FaultOfRefusal(text, program.status());
  program->Explain(subject);
  const std::string printed = program->ToString();
  const absl::StatusOr<Program> again = Compile(printed, schema);
  if (!again.ok())
    return absl::StrCat("what was printed is refused: ", printed, ": ",
                        again.status().message());
  if (again->ToString() != printed)
    return absl::StrCat("printed as ", printed, ", then as ",
                        again->ToString());
  if (again->Holds(subject) != program->Holds(subject))
    return absl::StrCat("answers otherwise when printed: ", printed);
  return "";
}

}  // namespace patron::rules
