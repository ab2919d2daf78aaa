#include "server/definitions/holdout.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"

namespace patron::definitions {
namespace {

constexpr uint64_t kWhole = 10'000;

// The word keeps variants apart from a holdout of the same salt; the length
// keeps "a" + "bc" apart from "ab" + "c".
uint64_t Draw(absl::string_view what, absl::string_view salt,
              absl::string_view customer_id) {
  return ShortDigestOf(
      absl::StrCat(what, ":", salt.size(), ":", salt, customer_id));
}

}  // namespace

bool InControl(int32_t share_bp, absl::string_view salt,
               absl::string_view customer_id) {
  if (share_bp <= 0) return false;
  return Draw("holdout", salt, customer_id) % kWhole <
         static_cast<uint64_t>(share_bp);
}

bool InHoldout(const wire::Holdout& holdout, absl::string_view customer_id) {
  return InControl(holdout.share_bp, holdout.salt, customer_id);
}

size_t ShareOut(absl::string_view customer_id, absl::string_view salt,
                absl::Span<const int32_t> weights) {
  uint64_t sum = 0;
  for (const int32_t weight : weights) sum += std::max(weight, 0);
  if (sum == 0) return 0;
  uint64_t left = Draw("variant", salt, customer_id) % sum;
  size_t at = 0;
  for (; left >= static_cast<uint64_t>(std::max(weights[at], 0)); ++at)
    left -= std::max(weights[at], 0);
  return at;
}

}  // namespace patron::definitions
