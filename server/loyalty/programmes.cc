#include "server/loyalty/programmes.h"

namespace patron::loyalty {

const NumberedProgramme* Programmes::ById(absl::string_view id) const {
  for (const NumberedProgramme& numbered : all)
    if (numbered.programme.id == id) return &numbered;
  return nullptr;
}

const NumberedProgramme* Programmes::ByOrdinal(uint32_t ordinal) const {
  for (const NumberedProgramme& numbered : all)
    if (numbered.ordinal == ordinal) return &numbered;
  return nullptr;
}

}  // namespace patron::loyalty
