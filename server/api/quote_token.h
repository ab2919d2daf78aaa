// Quote tokens: what a customer was shown, signed, so that a reservation takes
// that and nothing else.
//
// base64url of: byte 1 (format) · expiry_us, total, points spent (8 bytes each,
// big-endian) · 16 bytes of digest over the request (server/base/digest.h) ·
// 16 bytes of HMAC-SHA256 (RFC 2104, FIPS 180-4). The key is derived from the
// data directory's by HMAC over a label: no token of one kind passes for the
// other. Signed, not encrypted; holds no id.
//
// Threads: all const methods from any.
// Errors:  kInvalidArgument for a token that is malformed, altered, signed by
//          somebody else or given for another basket; kFailedPrecondition for
//          one that has expired.
#pragma once

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "checkout_types.h"

namespace patron::api {

inline constexpr absl::Duration kQuoteValidity = absl::Minutes(15);

struct QuotedPromise {
  absl::Time expires_at;  // whole microseconds
  int64_t total = 0;
  int64_t points = 0;  // spent, over all programmes
};

class QuoteSigner {
 public:
  // `key`: the secret of the data directory.
  explicit QuoteSigner(absl::string_view key);

  std::string Sign(const wire::QuoteRequest& request,
                   const QuotedPromise& promise) const;

  // What the token promises for this request, expired or not.
  absl::StatusOr<QuotedPromise> Open(const wire::QuoteRequest& request,
                                     absl::string_view token) const;
  // Refuses an expired one.
  absl::StatusOr<QuotedPromise> Verify(const wire::QuoteRequest& request,
                                       absl::string_view token,
                                       absl::Time now) const;

 private:
  const std::string key_;
};

// Points that a quote spends, over all programmes.
int64_t PointsSpent(const wire::Quote& quote);

}  // namespace patron::api
