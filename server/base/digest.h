// 128-bit digests of bytes by XXH3 (Yann Collet, xxHash 0.8; the value for
// given bytes is fixed for ever): for telling contents apart and for checksums
// of files, not against an adversary.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"

namespace patron {

struct Digest128 {
  uint64_t high = 0;
  uint64_t low = 0;

  friend bool operator==(const Digest128&, const Digest128&) = default;
  template <typename H>
  friend H AbslHashValue(H state, const Digest128& d) {
    return H::combine(std::move(state), d.high, d.low);
  }

  std::string ToBytes() const;  // 16 bytes, big-endian
  std::string ToHex() const;    // 32 lower-case digits
};

Digest128 DigestOf(absl::string_view bytes);
// The low half of DigestOf, for keys that need eight bytes.
uint64_t ShortDigestOf(absl::string_view bytes);

// Digest of bytes that come in pieces.
class DigestStream {
 public:
  DigestStream();
  ~DigestStream();
  DigestStream(const DigestStream&) = delete;
  DigestStream& operator=(const DigestStream&) = delete;

  void Add(absl::string_view bytes);
  Digest128 Finish() const;

 private:
  void* state_;
};

}  // namespace patron
