// Quotes, reservations, points and tiers as tables for people.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "checkout_types.h"
#include "loyalty_types.h"
#include "types_types.h"

namespace patron::cli {

// Prices per line, every offer applied or refused, codes, points, the total.
void PrintQuote(std::ostream& out, const wire::Quote& quote,
                const std::string& currency);
void PrintReservation(std::ostream& out, const wire::Reservation& reservation,
                      const std::string& currency);
void PrintCommit(std::ostream& out, const wire::CommitReply& reply);
// `known`: " recorded" or that it was known already.
void PrintRecorded(std::ostream& out, const wire::PurchaseReply& reply,
                   const std::string& known);
// What a return took back of points and tiers, and gave back of offers.
void PrintTakenBack(std::ostream& out, const wire::ReturnReply& reply);

// Lots with their dates, and the tier with its progress.
void PrintBalances(std::ostream& out,
                   const std::vector<wire::Balance>& balances);
void PrintEntries(std::ostream& out, const std::vector<wire::Entry>& entries);
void PrintPointsChange(std::ostream& out, const wire::PointsChange& change);
void PrintIssued(std::ostream& out,
                 const std::vector<wire::IssuedOffer>& issued);
// Balances, issued offers and further ids of a customer; nothing where there
// is nothing.
void PrintPicture(std::ostream& out, const wire::LoyaltyPicture& picture);
void PrintBooks(std::ostream& out, const wire::BooksReport& report);

}  // namespace patron::cli
