// The codes given with a basket: what each stands for, and what became of it.
//
// A code is compared by its bytes, without white space around it. One that
// several offers share lets in each; an offer is let in by the first code that
// can.
//
// Errors: those of Usage, as they come.
#pragma once

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/offers/quote.h"

namespace patron::offers {

struct GivenCode {
  std::string code;
  bool good = false;           // may let its offers in
  std::vector<size_t> offers;  // places in the definitions
  wire::CodeDecision decision;
};

absl::StatusOr<std::vector<GivenCode>> ReadCodes(
    const std::vector<std::string>& given, const World& world);

// The first code that lets the offer in; null if none does.
const GivenCode* CodeFor(size_t offer, const std::vector<GivenCode>& codes);

// Why none does: "needs a code", or what is wrong with the one given.
std::string NoCodeText(size_t offer, const std::vector<GivenCode>& codes);

// The decisions on the codes, given those on the offers.
std::vector<wire::CodeDecision> DecideCodes(
    const std::vector<GivenCode>& codes,
    const std::vector<wire::OfferDecision>& offers, const World& world);

}  // namespace patron::offers
