#include "server/api/tokens.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>

#include <algorithm>
#include <fstream>
#include <sstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::api {
namespace {

constexpr absl::string_view kHashPrefix = "sha256:";

std::string Sha256(absl::string_view bytes) {
  std::string hash(SHA256_DIGEST_LENGTH, '\0');
  SHA256(reinterpret_cast<const unsigned char*>(bytes.data()), bytes.size(),
         reinterpret_cast<unsigned char*>(hash.data()));
  return hash;
}

absl::StatusOr<std::string> ParseHash(absl::string_view word) {
  const absl::string_view digits = absl::StripPrefix(word, kHashPrefix);
  const bool good =
      absl::StartsWith(word, kHashPrefix) &&
      digits.size() == 2 * SHA256_DIGEST_LENGTH &&
      std::all_of(digits.begin(), digits.end(), absl::ascii_isxdigit);
  // The word itself is not told: it may be a token that was put in by mistake.
  if (!good)
    return absl::InvalidArgumentError(
        absl::StrCat("the first word (", word.size(),
                     " bytes) is not sha256: and 64 digits; patrond "
                     "--hash_token makes one"));
  return absl::HexStringToBytes(digits);
}

}  // namespace

absl::Status TokenTable::Add(absl::string_view line) {
  const std::vector<absl::string_view> words =
      absl::StrSplit(line, absl::ByAnyChar(" \t\r"), absl::SkipEmpty());
  if (words.size() != 3)
    return absl::InvalidArgumentError(absl::StrCat(
        words.size(), " words; wanted 3: hash, name, roles with commas"));
  Entry entry;
  PATRON_ASSIGN_OR_RETURN(entry.hash, ParseHash(words[0]));
  PATRON_RETURN_IF_ERROR(CheckId("name", words[1]));
  entry.principal.name = std::string(words[1]);
  for (const absl::string_view word : absl::StrSplit(words[2], ',')) {
    PATRON_ASSIGN_OR_RETURN(const Role role, ParseRole(word));
    entry.principal.roles |= role;
  }
  for (const Entry& other : entries_)
    if (other.hash == entry.hash ||
        other.principal.name == entry.principal.name)
      return absl::InvalidArgumentError(
          absl::StrCat("name ", Quoted(entry.principal.name),
                       ": this name or hash stands further up as ",
                       Quoted(other.principal.name)));
  entries_.push_back(std::move(entry));
  return absl::OkStatus();
}

absl::StatusOr<TokenTable> TokenTable::Parse(absl::string_view text,
                                             absl::string_view path) {
  TokenTable table;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(text, '\n')) {
    ++number;
    line = absl::StripAsciiWhitespace(line.substr(0, line.find('#')));
    if (line.empty()) continue;
    if (const absl::Status status = table.Add(line); !status.ok())
      return absl::InvalidArgumentError(
          absl::StrCat(path, ":", number, ": ", status.message()));
  }
  if (table.entries_.empty())
    return absl::InvalidArgumentError(absl::StrCat(path, ": holds no token"));
  return table;
}

absl::StatusOr<TokenTable> TokenTable::Load(const std::string& path) {
  std::ifstream file(path);
  std::ostringstream text;
  if (!file || !(text << file.rdbuf()))
    return absl::NotFoundError(
        absl::StrCat("tokens: ", path, " cannot be read"));
  return Parse(text.str(), path);
}

std::optional<Principal> TokenTable::Find(absl::string_view token) const {
  const std::string hash = Sha256(token);
  const Entry* found = nullptr;
  for (const Entry& entry : entries_)
    if (CRYPTO_memcmp(entry.hash.data(), hash.data(), hash.size()) == 0)
      found = &entry;
  if (found == nullptr) return std::nullopt;
  return found->principal;
}

std::string HashToken(absl::string_view token) {
  return absl::StrCat(kHashPrefix, absl::BytesToHexString(Sha256(token)));
}

}  // namespace patron::api
