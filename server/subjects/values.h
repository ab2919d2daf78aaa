// Answers of a subject, from fields that may be absent.
#pragma once

#include <map>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "server/rules/rules.h"
#include "types_types.h"

namespace patron::subjects {

inline rules::Value Number(int64_t value) { return value; }
inline rules::Value Truth(bool value) { return value; }
inline rules::Value Unknown() { return std::monostate(); }

inline rules::Value NumberIf(bool known, int64_t value) {
  return known ? Number(value) : Unknown();
}

// An empty text says as little as none.
inline rules::Value TextOrUnknown(absl::string_view text) {
  return text.empty() ? Unknown() : rules::Value(text);
}

inline rules::Value Texts(absl::Span<const std::string> texts) { return texts; }

inline rules::Value Attribute(const std::map<std::string, std::string>& map,
                              absl::string_view key) {
  const auto at = map.find(std::string(key));
  return at == map.end() ? Unknown()
                         : rules::Value(absl::string_view(at->second));
}

}  // namespace patron::subjects
