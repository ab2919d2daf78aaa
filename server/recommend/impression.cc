#include "server/recommend/impression.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/text.h"

namespace patron::recommend {
namespace {

constexpr char kFormat = 1;
constexpr size_t kMacBytes = 16;
constexpr size_t kBlock = 64;  // of SHA-256
constexpr size_t kShortestKey = 16;
// Longer than any token that Sign makes: what is longer is not looked at.
constexpr size_t kLongestToken = 16 * 1024;

using Digest = std::array<unsigned char, 32>;

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Context = std::unique_ptr<EVP_MD_CTX, FreeContext>;

Context NewContext() {
  Context context(EVP_MD_CTX_new());
  PATRON_CHECK(context != nullptr);
  return context;
}

void Absorb(EVP_MD_CTX* context, absl::string_view bytes) {
  PATRON_CHECK(EVP_DigestUpdate(context, bytes.data(), bytes.size()) == 1);
}

Digest FinishDigest(EVP_MD_CTX* context) {
  Digest digest;
  PATRON_CHECK(EVP_DigestFinal_ex(context, digest.data(), nullptr) == 1);
  return digest;
}

absl::string_view View(const Digest& digest) {
  return {reinterpret_cast<const char*>(digest.data()), digest.size()};
}

// SHA-256 that has absorbed the key, padded to a block, xor `pad`.
Context Keyed(absl::string_view key, char pad) {
  std::string block(key);
  block.resize(kBlock, '\0');
  for (char& c : block) c = static_cast<char>(c ^ pad);
  Context context = NewContext();
  PATRON_CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  Absorb(context.get(), block);
  return context;
}

// A key longer than a block is replaced by its digest, as RFC 2104 says.
std::string ShortKey(absl::string_view key) {
  if (key.size() <= kBlock) return std::string(key);
  Context context = NewContext();
  PATRON_CHECK(EVP_DigestInit_ex(context.get(), EVP_sha256(), nullptr) == 1);
  Absorb(context.get(), key);
  return std::string(View(FinishDigest(context.get())));
}

// ---- packing
// -------------------------------------------------------------------

void AddVarint(uint64_t value, std::string& out) {
  for (; value >= 0x80; value >>= 7)
    out.push_back(static_cast<char>(value | 0x80));
  out.push_back(static_cast<char>(value));
}

void AddText(absl::string_view text, std::string& out) {
  AddVarint(text.size(), out);
  out.append(text.data(), text.size());
}

// Takes fields off the front; once something is missing, everything fails.
class Unpacker {
 public:
  explicit Unpacker(absl::string_view bytes) : rest_(bytes) {}

  uint64_t Varint() {
    uint64_t value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      if (rest_.empty()) return Fail();
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= uint64_t{byte & 0x7fu} << shift;
      if (byte < 0x80) return value;
    }
    return Fail();
  }

  std::string Text() {
    const uint64_t size = Varint();
    if (size > rest_.size()) Fail();
    if (!ok_) return "";
    std::string text(rest_.substr(0, size));
    rest_.remove_prefix(size);
    return text;
  }

  uint64_t Fail() {
    ok_ = false;
    rest_ = {};
    return 0;
  }
  bool ok() const { return ok_; }
  bool Done() const { return ok_ && rest_.empty(); }

 private:
  absl::string_view rest_;
  bool ok_ = true;
};

std::string Pack(uint32_t key_id, const ImpressionFacts& facts) {
  std::string out(1, kFormat);
  AddVarint(key_id, out);
  AddVarint(facts.answer_id, out);
  AddVarint(static_cast<uint64_t>(facts.placement), out);
  AddVarint(static_cast<uint64_t>(absl::ToUnixMicros(facts.shown_at)), out);
  AddText(facts.customer_id, out);
  AddText(facts.store_id, out);
  AddText(facts.index_version, out);
  AddText(facts.ranking_version, out);
  AddVarint(facts.products.size(), out);
  for (const int32_t product : facts.products)
    AddVarint(static_cast<uint32_t>(product), out);
  return out;
}

// What follows format and key id.
ImpressionFacts UnpackFacts(Unpacker& in) {
  ImpressionFacts facts;
  facts.answer_id = in.Varint();
  facts.placement = static_cast<wire::Placement::type>(in.Varint());
  facts.shown_at = absl::FromUnixMicros(static_cast<int64_t>(in.Varint()));
  facts.customer_id = in.Text();
  facts.store_id = in.Text();
  facts.index_version = in.Text();
  facts.ranking_version = in.Text();
  for (uint64_t left = in.Varint(); left > 0 && in.ok(); --left)
    facts.products.push_back(static_cast<int32_t>(in.Varint()));
  return facts;
}

absl::Status Refused(absl::string_view token, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("impression_token: ", Quoted(token), " ", why));
}

}  // namespace

struct ImpressionSigner::Key {
  Context inner;
  Context outer;

  Digest Mac(absl::string_view bytes) const {
    const Context context = NewContext();
    PATRON_CHECK(EVP_MD_CTX_copy_ex(context.get(), inner.get()) == 1);
    Absorb(context.get(), bytes);
    const Digest digest = FinishDigest(context.get());
    PATRON_CHECK(EVP_MD_CTX_copy_ex(context.get(), outer.get()) == 1);
    Absorb(context.get(), View(digest));
    return FinishDigest(context.get());
  }
};

absl::StatusOr<std::unique_ptr<ImpressionSigner>> ImpressionSigner::Create(
    uint32_t key_id, absl::string_view key) {
  if (key.size() < kShortestKey)
    return absl::InvalidArgumentError(
        absl::StrCat("impression key: ", key.size(), " bytes, at least ",
                     kShortestKey, " are needed"));
  auto prepared = std::make_unique<Key>();
  const std::string fitting = ShortKey(key);
  prepared->inner = Keyed(fitting, 0x36);
  prepared->outer = Keyed(fitting, 0x5c);
  return std::unique_ptr<ImpressionSigner>(
      new ImpressionSigner(key_id, std::move(prepared)));
}

ImpressionSigner::ImpressionSigner(uint32_t key_id, std::unique_ptr<Key> key)
    : key_id_(key_id), key_(std::move(key)) {}

ImpressionSigner::~ImpressionSigner() = default;

std::string ImpressionSigner::Sign(const ImpressionFacts& facts) const {
  std::string bytes = Pack(key_id_, facts);
  const Digest mac = key_->Mac(bytes);
  const absl::string_view kept = View(mac).substr(0, kMacBytes);
  bytes.append(kept.data(), kept.size());
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<ImpressionFacts> ImpressionSigner::Verify(
    absl::string_view token) const {
  std::string bytes;
  if (token.size() > kLongestToken)
    return Refused(token, "is longer than any token");
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= kMacBytes)
    return Refused(token, "is not a token");
  // base64 has several spellings of some bytes; a token has one.
  if (absl::WebSafeBase64Escape(bytes) != token)
    return Refused(token, "is not a token as it was made");
  const absl::string_view body(bytes.data(), bytes.size() - kMacBytes);
  Unpacker in(body.substr(1));
  if (const uint64_t id = in.Varint(); body[0] != kFormat || id != key_id_)
    return Refused(token,
                   absl::StrCat("is of format ", int{body[0]}, " and key ", id,
                                ", expected ", int{kFormat}, " and ", key_id_));
  const Digest mac = key_->Mac(body);
  if (CRYPTO_memcmp(mac.data(), body.data() + body.size(), kMacBytes) != 0)
    return Refused(token, "has a signature that does not fit");
  ImpressionFacts facts = UnpackFacts(in);
  if (!in.Done()) return Refused(token, "does not decode");
  return facts;
}

wire::ImpressionContent ToWire(const ImpressionFacts& facts,
                               const store::Ordinals& ordinals) {
  wire::ImpressionContent out;
  out.answer_id = static_cast<int64_t>(facts.answer_id);
  out.placement = facts.placement;
  out.customer_id = facts.customer_id;
  out.store_id = facts.store_id;
  out.shown_at_us = absl::ToUnixMicros(facts.shown_at);
  out.index_version = facts.index_version;
  out.ranking_version = facts.ranking_version;
  const uint32_t known = ordinals.products.size();
  for (const int32_t product : facts.products)
    if (static_cast<uint32_t>(product) < known)
      out.product_ids.emplace_back(
          ordinals.products.IdOf(static_cast<uint32_t>(product)));
  return out;
}

wire::Impression ToCommand(const ImpressionFacts& facts) {
  wire::Impression out;
  out.answer_id = static_cast<int64_t>(facts.answer_id);
  out.placement = facts.placement;
  out.customer_id = facts.customer_id;
  out.store_id = facts.store_id;
  out.shown_at_us = absl::ToUnixMicros(facts.shown_at);
  const auto& version = facts.index_version;
  const auto end = std::find_if_not(version.begin(), version.end(), [](char c) {
    return c >= '0' && c <= '9';
  });
  int64_t number = 0;
  if (absl::SimpleAtoi(std::string(version.begin(), end), &number))
    out.index_version = number;
  out.products = facts.products;
  return out;
}

}  // namespace patron::recommend
