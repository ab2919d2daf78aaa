// The programmes that stand, found by id and by ordinal. A value; never changes
// once made.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "definitions_types.h"

namespace patron::loyalty {

struct NumberedProgramme {
  uint32_t ordinal = 0;
  wire::Programme programme;
};

struct Programmes {
  std::vector<NumberedProgramme> all;  // in the order of the definitions

  // Null where there is none (any more).
  const NumberedProgramme* ById(absl::string_view id) const;
  const NumberedProgramme* ByOrdinal(uint32_t ordinal) const;
};

}  // namespace patron::loyalty
