// Tables for people, shared by the commands that show customers and answers.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "storefront_types.h"
#include "types_types.h"

namespace patron::cli {

// "12.90 EUR + 3.00 USD"; "-" for none.
std::string AmountsText(const std::vector<wire::AmountIn>& amounts);

void PrintTitle(std::ostream& out, const std::string& title);
void PrintCustomer(std::ostream& out, const wire::Customer& customer);
void PrintItems(std::ostream& out,
                const std::vector<wire::RecommendedItem>& items);
void PrintPurchases(std::ostream& out,
                    const std::vector<wire::HistoryPurchase>& purchases);
void PrintEvents(std::ostream& out, const std::vector<wire::Event>& events);
void PrintContext(std::ostream& out, const wire::CustomerContext& context);

}  // namespace patron::cli
