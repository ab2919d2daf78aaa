// Node → TOML text as a careful person writes it: plain keys first, then the
// tables with a header of their own; texts with quotes in them unescaped.
#pragma once

#include <string>

#include "server/definitions/node.h"

namespace patron::definitions {

// A file's text from its top table, a blank line before every header.
std::string ToToml(const Node& top);

// A value on one line (a text with line breaks over several).
std::string ToInlineToml(const Node& value);

}  // namespace patron::definitions
