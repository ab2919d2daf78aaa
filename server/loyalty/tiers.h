// How a customer stands among a programme's tiers, as a value: what reviews and
// credit make of it. Helpers of this folder.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "records_types.h"
#include "server/base/day.h"
#include "server/loyalty/account.h"

namespace patron::loyalty {

struct Standing {
  std::string tier_id;
  std::string secured_tier_id;
  Day since_day = 0;
  Day review_day = 0;
  Day secured_review_day = 0;
};
Standing StandingOf(const wire::ProgrammeAccount& account);

// After the reviews that were due by `today`, each held on its own day, and
// lifted to what credit gives today.
Standing StandingOn(const wire::Programme& programme,
                    const wire::ProgrammeAccount& account, Day today);

// Writes it into the account; an entry TIER where the tier is another one.
void SetStanding(const Standing& standing, absl::string_view cause,
                 wire::ProgrammeAccount& account, Journal& journal);

// The better tier of both; the later reviews.
Standing Better(const wire::Programme& programme, const Standing& a,
                const Standing& b);

// Credit of earlier days gives no tier any more, nor did it give one that may
// still be kept.
Day FirstCreditDay(const wire::Programme& programme, Day today);

// For people; of an account that is settled.
wire::TierView ToTierView(const wire::Programme& programme,
                          const wire::ProgrammeAccount& account, Day today);

// Adds to the credit of a day; a day without credit has no row.
void AddCreditRow(Day day, int64_t credit, wire::ProgrammeAccount& account);

}  // namespace patron::loyalty
