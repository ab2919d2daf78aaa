// What the parser could not know without the schema: turns names and `=` of a
// rule into their one long form. Other names of a field become its name; in
// `where`, brand becomes lines.brand where lines have it; `=` and `in` between
// a set of texts and texts become `has` and `has any`; tier[""] becomes tier.
#pragma once

#include "server/rules/rules.h"
#include "server/rules/syntax.h"

namespace patron::rules {

// Names that the schema lacks stay as they are: the checker refuses them.
void Resolve(Expr& rule, const Schema& schema);

// Null where there is none. Other names count.
const Field* FindField(const std::vector<Field>& fields,
                       absl::string_view name);
const Source* FindSource(const Schema& schema, absl::string_view name);

}  // namespace patron::rules
