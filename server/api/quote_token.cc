#include "server/api/quote_token.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/store/codec.h"

namespace patron::api {
namespace {

constexpr char kFormat = 1;
constexpr size_t kDigestBytes = 16;
constexpr size_t kMacBytes = 16;
constexpr size_t kBodyBytes = 1 + 3 * 8 + kDigestBytes;
constexpr size_t kTokenBytes = kBodyBytes + kMacBytes;
constexpr absl::string_view kLabel = "patron quote token 1";

std::string Hmac(absl::string_view key, absl::string_view bytes) {
  unsigned char mac[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  PATRON_CHECK(HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
                    reinterpret_cast<const unsigned char*>(bytes.data()),
                    bytes.size(), mac, &size) != nullptr);
  return std::string(reinterpret_cast<const char*>(mac), size);
}

void AddNumber(int64_t value, std::string& out) {
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<char>(static_cast<uint64_t>(value) >> shift));
}

int64_t NumberAt(absl::string_view bytes, size_t at) {
  uint64_t value = 0;
  for (size_t i = 0; i < 8; ++i)
    value = value << 8 | static_cast<unsigned char>(bytes[at + i]);
  return static_cast<int64_t>(value);
}

std::string DigestOfRequest(const wire::QuoteRequest& request) {
  return DigestOf(store::Encoder().Encode(request)).ToBytes();
}

absl::Status Refused(absl::string_view token, absl::string_view why) {
  return absl::InvalidArgumentError(
      absl::StrCat("quote_token: ", Quoted(token), " ", why));
}

}  // namespace

QuoteSigner::QuoteSigner(absl::string_view key) : key_(Hmac(key, kLabel)) {}

std::string QuoteSigner::Sign(const wire::QuoteRequest& request,
                              const QuotedPromise& promise) const {
  std::string bytes(1, kFormat);
  AddNumber(absl::ToUnixMicros(promise.expires_at), bytes);
  AddNumber(promise.total, bytes);
  AddNumber(promise.points, bytes);
  bytes += DigestOfRequest(request);
  bytes += Hmac(key_, bytes).substr(0, kMacBytes);
  return absl::WebSafeBase64Escape(bytes);
}

absl::StatusOr<QuotedPromise> QuoteSigner::Open(
    const wire::QuoteRequest& request, absl::string_view token) const {
  std::string bytes;
  if (token.size() > 2 * kTokenBytes ||
      !absl::WebSafeBase64Unescape(token, &bytes) ||
      bytes.size() != kTokenBytes || absl::WebSafeBase64Escape(bytes) != token)
    return Refused(token, "is not a token as it was made");
  const absl::string_view body(bytes.data(), kBodyBytes);
  const std::string mac = Hmac(key_, body);
  if (CRYPTO_memcmp(mac.data(), bytes.data() + kBodyBytes, kMacBytes) != 0)
    return Refused(token, "has a signature that does not fit");
  if (body[0] != kFormat)
    return Refused(token, absl::StrCat("is of format ", int{body[0]},
                                       ", expected ", int{kFormat}));
  if (body.substr(kBodyBytes - kDigestBytes) != DigestOfRequest(request))
    return Refused(token, "was given for another basket");
  return QuotedPromise{absl::FromUnixMicros(NumberAt(body, 1)),
                       NumberAt(body, 9), NumberAt(body, 17)};
}

absl::StatusOr<QuotedPromise> QuoteSigner::Verify(
    const wire::QuoteRequest& request, absl::string_view token,
    absl::Time now) const {
  PATRON_ASSIGN_OR_RETURN(const QuotedPromise promise, Open(request, token));
  if (now < promise.expires_at) return promise;
  return absl::FailedPreconditionError(absl::StrCat(
      "quote_token: expired at ",
      absl::FormatTime(promise.expires_at, absl::UTCTimeZone()), ", it is ",
      absl::FormatTime(now, absl::UTCTimeZone()), ": quote the basket again"));
}

int64_t PointsSpent(const wire::Quote& quote) {
  int64_t points = 0;
  for (const wire::PointsDecision& decision : quote.points)
    points += decision.spent;
  return points;
}

}  // namespace patron::api
