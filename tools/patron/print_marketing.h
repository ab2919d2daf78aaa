// Definitions, offers, liability and draws as tables for people.
#pragma once

#include <ostream>
#include <vector>

#include "definitions_types.h"
#include "marketing_types.h"

namespace patron::cli {

// Differences, warnings and what the replay of past baskets says.
void PrintDifferences(std::ostream& out, const wire::ApplyReply& reply);
void PrintVersions(std::ostream& out,
                   const std::vector<wire::DefinitionsVersion>& versions);
void PrintOfferStates(std::ostream& out,
                      const std::vector<wire::OfferStatus>& offers);
void PrintLiability(std::ostream& out,
                    const std::vector<wire::Liability>& programmes);
void PrintNextOffers(std::ostream& out,
                     const std::vector<wire::NextOffer>& offers);
void PrintDraw(std::ostream& out, const wire::Draw& draw);

}  // namespace patron::cli
