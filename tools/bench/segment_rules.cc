#include "tools/bench/segment_rules.h"

#include "absl/strings/substitute.h"

namespace patron::bench {

std::string TenClauses(int less) {
  constexpr char kRule[] = R"(days_since_last_purchase <= 60
and purchases >= 3
and spend["EUR"] >= 5000
and consent["email/marketing"]
and not is_staff
and birth_year >= 1950
and preferred_channel in ("store", "web")
and sum(lines.amount, last $0 days) >= 10000
and count(lines where lines.category has "Dairy", last $1 days) >= 2
and distinct(lines.day, last $2 days) >= 2)";
  return absl::Substitute(kRule, 365 - less, 180 - less, 90 - less);
}

}  // namespace patron::bench
