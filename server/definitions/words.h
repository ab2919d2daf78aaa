// The words that files use for the enumerations of definitions.thrift. A new
// value is one line in its table.
#pragma once

#include <string>

#include "absl/strings/string_view.h"
#include "absl/types/span.h"

namespace patron::definitions {

struct Word {
  absl::string_view word;
  int value;
};
using Words = absl::Span<const Word>;

Words RoundingWords();
Words DebtWords();
Words TierWindowWords();
Words TierCreditWords();
Words PeriodWords();
Words BenefitWords();
Words OccasionWords();
Words OfferStateWords();
Words EventKindWords();  // those that give points
Words CampaignKindWords();
Words CampaignPlacementWords();  // of wire::Placement: for a campaign's rows

// Null where there is none.
const Word* WordNamed(Words words, absl::string_view name);
const Word* WordOf(Words words, int value);
// "\"down\", \"nearest\" or \"up\""
std::string Choices(Words words);

}  // namespace patron::definitions
