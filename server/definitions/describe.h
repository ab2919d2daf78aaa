// The keys of the files: every table of definitions.thrift described once, for
// reading, writing and comparing (form.h).
#pragma once

#include "absl/time/time.h"
#include "definitions_types.h"
#include "server/definitions/form.h"

namespace patron::definitions {

// The tables of all files together. While reading, fields that are absent get
// their defaults, and what is wrong goes to the form's faults.
void Describe(Form& form, wire::Definitions& definitions,
              const absl::TimeZone& zone);

}  // namespace patron::definitions
