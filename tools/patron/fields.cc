#include "tools/patron/fields.h"

#include <cstring>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

constexpr size_t kMaxIdBytes = 128;

// Neither a control character nor a byte of a longer sequence.
bool IsPrintableAscii(absl::string_view text) {
  bool fine = true;
  for (const char c : text) fine &= c >= 0x20 && c < 0x7F;
  return fine;
}

bool IsAscii(absl::string_view text) {
  const char* p = text.data();
  size_t rest = text.size();
  uint64_t bits = 0;
  for (; rest >= 8; p += 8, rest -= 8) {
    uint64_t word;
    memcpy(&word, p, 8);
    bits |= word;
  }
  for (; rest > 0; ++p, --rest) bits |= static_cast<unsigned char>(*p);
  return (bits & 0x8080808080808080u) == 0;
}

}  // namespace

absl::Status CheckFieldId(absl::string_view field, absl::string_view text) {
  if (!text.empty() && text.size() <= kMaxIdBytes && IsPrintableAscii(text))
    return absl::OkStatus();
  return CheckId(field, text);
}

absl::Status CheckFieldText(absl::string_view field, absl::string_view text,
                            size_t max_bytes) {
  if (text.size() <= max_bytes && IsAscii(text)) return absl::OkStatus();
  return CheckText(field, text, max_bytes);
}

absl::Status RequireId(absl::string_view field, absl::string_view text,
                       std::string& to) {
  PATRON_RETURN_IF_ERROR(CheckFieldId(field, text));
  to.assign(text.data(), text.size());
  return absl::OkStatus();
}

absl::Status TakeOptionalId(absl::string_view field, absl::string_view text,
                            std::string& to) {
  return text.empty() ? absl::OkStatus() : RequireId(field, text, to);
}

absl::Status TakeText(absl::string_view field, absl::string_view text,
                      std::string& to) {
  PATRON_RETURN_IF_ERROR(CheckFieldText(field, text));
  to.assign(text.data(), text.size());
  return absl::OkStatus();
}

absl::Status CheckEntry(absl::string_view prefix, const Entry& entry,
                        size_t max_bytes) {
  if (entry.name.empty() || !IsPrintableAscii(entry.name) ||
      entry.name.size() > kMaxIdBytes)
    PATRON_RETURN_IF_ERROR(CheckId(absl::StrCat(prefix, " name"), entry.name));
  if (entry.value.size() <= max_bytes && IsAscii(entry.value))
    return absl::OkStatus();
  return CheckText(absl::StrCat(prefix, ".", entry.name), entry.value,
                   max_bytes);
}

}  // namespace patron::cli
