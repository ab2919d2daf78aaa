// Small questions about text that comes from outside.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace patron {

// Well-formed UTF-8 by RFC 3629: no surrogates, no overlong forms.
bool IsValidUtf8(absl::string_view text);

// `text` fit for one line of a message: quoted, control and broken bytes as
// \xNN, at most `limit` bytes of it with a word on how long it was.
std::string Quoted(absl::string_view text, size_t limit = 60);

// kInvalidArgument naming `field` and the value unless `id` is 1 to 128 bytes
// of UTF-8 without control characters.
absl::Status CheckId(absl::string_view field, absl::string_view id);

// kInvalidArgument naming `field` unless `text` is UTF-8 of at most
// `max_bytes`.
absl::Status CheckText(absl::string_view field, absl::string_view text,
                       size_t max_bytes);

}  // namespace patron
