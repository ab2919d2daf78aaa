// The reference of what a rule may name, made from the schemas: for the API,
// the command line and the README. Threads: any.
#pragma once

#include <vector>

#include "segments_types.h"

namespace patron::segments {

// Fields of customers, of their lines and events, and of products, in the order
// of the schemas.
std::vector<wire::RuleField> RuleFields();

}  // namespace patron::segments
