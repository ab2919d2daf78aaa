#include "server/segments/fields.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "server/rules/rules.h"
#include "server/subjects/subjects.h"

namespace patron::segments {
namespace {

const char* NameOf(rules::Type type) {
  switch (type) {
    case rules::Type::kTruth:
      return "truth";
    case rules::Type::kNumber:
      return "number";
    case rules::Type::kText:
      return "text";
    case rules::Type::kTexts:
      return "set";
  }
  return "";
}

void Add(const std::vector<rules::Field>& fields, const std::string& of,
         const std::string& prefix, std::vector<wire::RuleField>& all) {
  for (const rules::Field& field : fields) {
    wire::RuleField& one = all.emplace_back();
    one.name = absl::StrCat(prefix, field.name, field.keyed ? "[\"…\"]" : "");
    one.of = of;
    one.type = NameOf(field.type);
    one.help = field.help;
  }
}

}  // namespace

std::vector<wire::RuleField> RuleFields() {
  std::vector<wire::RuleField> all;
  const rules::Schema& customer = subjects::CustomerSchema();
  Add(customer.fields, "customer", "", all);
  for (const rules::Source& source : customer.sources)
    Add(source.fields, source.name, absl::StrCat(source.name, "."), all);
  Add(subjects::ProductSchema().fields, "product", "", all);
  return all;
}

}  // namespace patron::segments
