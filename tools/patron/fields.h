// Reads single fields of a record: absent ones are left alone, broken ones are
// refused with the field's name.
#pragma once

#include <string>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "server/base/validate.h"
#include "tools/patron/record.h"

namespace patron::cli {

// CheckId and CheckText of base, quick where all is plain ASCII.
absl::Status CheckFieldId(absl::string_view field, absl::string_view text);
absl::Status CheckFieldText(absl::string_view field, absl::string_view text,
                            size_t max_bytes = kMaxShortText);

absl::Status RequireId(absl::string_view field, absl::string_view text,
                       std::string& to);
// Without effect for an empty text.
absl::Status TakeOptionalId(absl::string_view field, absl::string_view text,
                            std::string& to);
absl::Status TakeText(absl::string_view field, absl::string_view text,
                      std::string& to);

// Names and values of the entries of a group; each value is text.
absl::Status CheckEntry(absl::string_view prefix, const Entry& entry,
                        size_t max_bytes = kMaxShortText);

}  // namespace patron::cli

// Sets an optional Thrift field from a text where there is one.
#define PATRON_SET_TEXT(object, member, field, text, check) \
  if (!(text).empty()) {                                    \
    PATRON_RETURN_IF_ERROR(check(field, text));             \
    (object).__set_##member(std::string(text));             \
  }
// The same for what `parse` returns.
#define PATRON_SET_PARSED(object, member, text, parse) \
  if (!(text).empty()) {                               \
    PATRON_ASSIGN_OR_RETURN(const auto parsed, parse); \
    (object).__set_##member(parsed);                   \
  }
