// Who may call: tokens and their roles, from a file.
//
// One token a line, in three words; `#` starts a comment:
//
//   # hash of the token                                name    roles
//   sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b…   web     storefront
//   sha256:60303ae22b998861bce3b28f33eec1be758a213c…   nightly jobs,marketing
//
// The file holds SHA-256 hashes (FIPS 180-4), never tokens: who reads it cannot
// call. `patrond --hash_token` turns a token into its hash. The name is the
// actor of the commands that the token sends. Threads: Find from any.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/api/methods.h"

namespace patron::api {

struct Principal {
  std::string name;
  Roles roles = 0;
};

class TokenTable {
 public:
  // kInvalidArgument naming file, line and value for a line that is wrong, for
  // a name or hash that stands twice, and for a file without tokens; kNotFound
  // where there is no file.
  static absl::StatusOr<TokenTable> Load(const std::string& path);
  static absl::StatusOr<TokenTable> Parse(absl::string_view text,
                                          absl::string_view path);

  // Compares with every hash in constant time.
  std::optional<Principal> Find(absl::string_view token) const;
  size_t size() const { return entries_.size(); }

 private:
  struct Entry {
    std::string hash;  // 32 bytes
    Principal principal;
  };
  absl::Status Add(absl::string_view line);

  std::vector<Entry> entries_;
};

// "sha256:…" of a token.
std::string HashToken(absl::string_view token);

}  // namespace patron::api
