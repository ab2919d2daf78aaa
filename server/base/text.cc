#include "server/base/text.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"

namespace patron {
namespace {

constexpr size_t kMaxIdBytes = 128;

// Length of the well-formed sequence at the start of `s`; 0 if there is none.
size_t SequenceLength(absl::string_view s) {
  const auto byte = [&](size_t at) {
    return static_cast<unsigned char>(s[at]);
  };
  const auto continues = [&](size_t at, unsigned lowest, unsigned highest) {
    return at < s.size() && byte(at) >= lowest && byte(at) <= highest;
  };
  const unsigned lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead >= 0xC2 && lead <= 0xDF) return continues(1, 0x80, 0xBF) ? 2 : 0;
  if (lead >= 0xE0 && lead <= 0xEF) {
    const unsigned lowest = lead == 0xE0 ? 0xA0 : 0x80;
    const unsigned highest = lead == 0xED ? 0x9F : 0xBF;
    return continues(1, lowest, highest) && continues(2, 0x80, 0xBF) ? 3 : 0;
  }
  if (lead >= 0xF0 && lead <= 0xF4) {
    const unsigned lowest = lead == 0xF0 ? 0x90 : 0x80;
    const unsigned highest = lead == 0xF4 ? 0x8F : 0xBF;
    return continues(1, lowest, highest) && continues(2, 0x80, 0xBF) &&
                   continues(3, 0x80, 0xBF)
               ? 4
               : 0;
  }
  return 0;
}

bool IsControl(char c) {
  return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
}

}  // namespace

bool IsValidUtf8(absl::string_view text) {
  while (!text.empty()) {
    const size_t length = SequenceLength(text);
    if (length == 0) return false;
    text.remove_prefix(length);
  }
  return true;
}

std::string Quoted(absl::string_view text, size_t limit) {
  std::string out = "\"";
  absl::string_view rest = text.substr(0, limit);
  while (!rest.empty()) {
    const size_t length = SequenceLength(rest);
    if (length == 0 || IsControl(rest[0])) {
      absl::StrAppendFormat(&out, "\\x%02x",
                            static_cast<unsigned char>(rest[0]));
      rest.remove_prefix(1);
    } else {
      absl::StrAppend(&out, rest.substr(0, length));
      rest.remove_prefix(length);
    }
  }
  absl::StrAppend(&out, "\"");
  if (text.size() > limit) absl::StrAppend(&out, "… (", text.size(), " bytes)");
  return out;
}

absl::Status CheckId(absl::string_view field, absl::string_view id) {
  if (id.empty())
    return absl::InvalidArgumentError(absl::StrCat(field, ": is empty"));
  if (id.size() > kMaxIdBytes)
    return absl::InvalidArgumentError(absl::StrCat(field, ": ", Quoted(id, 20),
                                                   " is longer than ",
                                                   kMaxIdBytes, " bytes"));
  if (!IsValidUtf8(id))
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": ", Quoted(id), " is not UTF-8"));
  if (std::any_of(id.begin(), id.end(), IsControl))
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": ", Quoted(id), " holds a control character"));
  return absl::OkStatus();
}

absl::Status CheckText(absl::string_view field, absl::string_view text,
                       size_t max_bytes) {
  if (text.size() > max_bytes)
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": ", Quoted(text, 20), " is longer than ",
                     max_bytes, " bytes"));
  if (!IsValidUtf8(text))
    return absl::InvalidArgumentError(
        absl::StrCat(field, ": ", Quoted(text), " is not UTF-8"));
  return absl::OkStatus();
}

}  // namespace patron
