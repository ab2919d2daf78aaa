#include "server/base/digest.h"

#include <xxhash.h>

#include "absl/strings/str_format.h"
#include "server/base/check.h"

namespace patron {
namespace {

Digest128 FromXxh(const XXH128_hash_t& hash) {
  return {hash.high64, hash.low64};
}

}  // namespace

std::string Digest128::ToBytes() const {
  std::string bytes(16, '\0');
  for (int i = 0; i < 8; ++i) {
    bytes[i] = static_cast<char>(high >> (56 - 8 * i));
    bytes[8 + i] = static_cast<char>(low >> (56 - 8 * i));
  }
  return bytes;
}

std::string Digest128::ToHex() const {
  return absl::StrFormat("%016x%016x", high, low);
}

Digest128 DigestOf(absl::string_view bytes) {
  return FromXxh(XXH3_128bits(bytes.data(), bytes.size()));
}

uint64_t ShortDigestOf(absl::string_view bytes) { return DigestOf(bytes).low; }

DigestStream::DigestStream() : state_(XXH3_createState()) {
  PATRON_CHECK(state_ != nullptr);
  XXH3_128bits_reset(static_cast<XXH3_state_t*>(state_));
}

DigestStream::~DigestStream() {
  XXH3_freeState(static_cast<XXH3_state_t*>(state_));
}

void DigestStream::Add(absl::string_view bytes) {
  XXH3_128bits_update(static_cast<XXH3_state_t*>(state_), bytes.data(),
                      bytes.size());
}

Digest128 DigestStream::Finish() const {
  return FromXxh(XXH3_128bits_digest(static_cast<const XXH3_state_t*>(state_)));
}

}  // namespace patron
