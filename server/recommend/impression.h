// Impression tokens: what was shown to whom, signed, as one word of base64url.
//
// A token explains itself (Verify) and cannot be made or changed by others:
// HMAC-SHA256 (RFC 2104, FIPS 180-4) over its bytes, truncated to 16 bytes.
// It is signed, not encrypted: it tells a customer id to whom decodes it.
//
//   byte 1: format 1 · varint key id · varints answer id, placement, time ·
//   texts customer, store, index version, ranking version (varint length,
//   bytes) · varint count, varint ordinals · 16 bytes of HMAC
//
// Threads: all const methods from any.
// Errors:  kInvalidArgument for a token that is malformed, altered, or signed
//          under a key that is not known.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "commands_types.h"
#include "server/store/ordinals.h"
#include "storefront_types.h"

namespace patron::recommend {

struct ImpressionFacts {
  uint64_t answer_id =
      0;  // the caller's: unique in a process, started at random
  wire::Placement::type placement = wire::Placement::HOME;
  std::string customer_id;  // "" = anonymous
  std::string store_id;
  absl::Time shown_at;  // whole microseconds
  std::string index_version;
  std::string ranking_version;
  std::vector<int32_t> products;  // ordinals, best first

  friend bool operator==(const ImpressionFacts&,
                         const ImpressionFacts&) = default;
};

// Signs with one key and verifies under that one; a rotation keeps a signer of
// the old key beside the new one for as long as its tokens may come back.
class ImpressionSigner {
 public:
  // `key` is secret, 16 bytes or more; kInvalidArgument for a shorter one.
  static absl::StatusOr<std::unique_ptr<ImpressionSigner>> Create(
      uint32_t key_id, absl::string_view key);
  ~ImpressionSigner();

  std::string Sign(const ImpressionFacts& facts) const;
  absl::StatusOr<ImpressionFacts> Verify(absl::string_view token) const;

 private:
  struct Key;
  ImpressionSigner(uint32_t key_id, std::unique_ptr<Key> key);

  const uint32_t key_id_;
  const std::unique_ptr<Key> key_;
};

// As the API tells it, product ids in place of ordinals (unknown ones left
// out).
wire::ImpressionContent ToWire(const ImpressionFacts& facts,
                               const store::Ordinals& ordinals);
// As the log keeps it. Its index_version is the number that the version's name
// starts with, 0 where it has none.
wire::Impression ToCommand(const ImpressionFacts& facts);

}  // namespace patron::recommend
