#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/subjects/subjects.h"

namespace patron::subjects {
namespace {

const char* TypeOf(const rules::Field& field) {
  switch (field.type) {
    case rules::Type::kTruth:
      return "truth";
    case rules::Type::kText:
      return "text";
    case rules::Type::kTexts:
      return "set";
    case rules::Type::kNumber:
      break;
  }
  switch (field.unit) {
    case rules::Unit::kNone:
      return "number";
    case rules::Unit::kDays:
      return "duration";
    case rules::Unit::kDate:
      return "date";
    case rules::Unit::kMoney:
      return "money";
  }
  return "";
}

std::string HelpOf(const rules::Field& field) {
  std::string help = field.help;
  if (field.key_optional)
    absl::StrAppend(&help, "; without a key of the shop's first programme");
  if (!field.aliases.empty())
    absl::StrAppend(&help, "; also written ",
                    absl::StrJoin(field.aliases, ", "));
  return help;
}

void Add(const std::vector<rules::Field>& fields, const std::string& of,
         const std::string& prefix, std::vector<FieldLine>& lines) {
  for (const rules::Field& field : fields)
    lines.push_back(
        {absl::StrCat(prefix, field.name, field.keyed ? "[\"…\"]" : ""), of,
         TypeOf(field), HelpOf(field)});
}

}  // namespace

std::vector<FieldLine> Reference() {
  std::vector<FieldLine> lines;
  for (const rules::Schema* schema : {&CustomerSchema(), &ProductSchema()}) {
    Add(schema->fields, schema->subject, "", lines);
    for (const rules::Source& source : schema->sources)
      Add(source.fields, source.name, absl::StrCat(source.name, "."), lines);
  }
  return lines;
}

}  // namespace patron::subjects
