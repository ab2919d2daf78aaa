// Commands of tills and clerks: quotes, reservations, points, ids.
#include <utility>

#include "tools/patron/commands.h"
#include "tools/patron/quote_request.h"

namespace patron::cli {
namespace {

constexpr FlagSpec kRequestId = {
    "request-id", "ID", "for safe retries: a repeat gets the first reply"};

constexpr char kQuoteNotes[] =
    R"(A quote changes nothing: it tells the price of each line with its discounts, every
offer applied or refused with the reason, the codes, the points earned and spent, what
is missing to the next tier, and the total. With - baskets come as JSON lines:
  {"customer_id": "c1", "store_id": "s1", "channel": "store", "currency": "EUR",
   "lines": [{"product_id": "p1", "quantity": 2, "list_amount": 398, "tax": 63}],
   "codes": ["SPRING"], "points": {"club": 500, "stars": "max"}, "delivery": 490}
A line may have "match_amount", a competitor's price for the whole line.)";

constexpr char kReserveNotes[] =
    R"(Checks the basket anew and takes points, budgets and codes until it is committed,
released, or the time is over. With --quote-token what is taken equals that quote, or
the answer says what has changed; without, it takes whatever holds now.)";

std::vector<FlagSpec> ReserveFlags() {
  std::vector<FlagSpec> flags = {
      {"reservation", "ID", "the caller's own number: it counts once"},
      {"quote-token", "TOKEN", "what the quote said"},
      {"hold", "SECONDS", "10 to 86400 (default 300)"},
      kRequestId};
  for (const FlagSpec& flag : BasketFlags()) flags.push_back(flag);
  return flags;
}

std::vector<Command> TillCommands() {
  return {
      {"quote", "[-]", "Prices a basket with offers and points", BasketFlags(),
       kQuoteNotes,
       R"(patron quote --customer c1 --store s1 --currency EUR --line p1:2:398 --code SPRING
          patron quote --store s1 --currency EUR --line p1:1:199 --json
          patron quote - < baskets.jsonl)",
       0, 1, RunQuote},
      {"reserve", "[-]", "Takes what a basket needs, for some minutes",
       ReserveFlags(), kReserveNotes,
       R"(patron reserve --reservation b7 --customer c1 --store s1 --currency EUR --line p1:2:398
          patron reserve --reservation b8 --quote-token TOKEN --hold 60 - < basket.json)",
       0, 1, RunReserve},
      {"commit",
       "",
       "Records the purchase of a reservation",
       {{"reservation", "ID", "what was reserved"},
        {"receipt", "ID", "the receipt's number: it counts once"},
        {"at", "TIME", "ISO 8601 (default: now)"},
        {"impression", "TOKEN", "the recommendation that led to it"},
        kRequestId},
       "",
       "patron commit --reservation b7 --receipt r1",
       0,
       0,
       RunCommit},
      {"release",
       "",
       "Gives back what a reservation took",
       {{"reservation", "ID", "what was reserved"}, kRequestId},
       "",
       "patron release --reservation b7",
       0,
       0,
       RunRelease},
      {"receipt claim",
       "RECEIPT CUSTOMER",
       "Makes an anonymous receipt a customer's",
       {kRequestId},
       "",
       "patron receipt claim r1 c1",
       2,
       2,
       RunReceiptClaim},
  };
}

std::vector<Command> ClerkCommands() {
  return {
      {"points balance",
       "ID",
       "Shows a customer's points, lots and tiers",
       {},
       "",
       "patron points balance c1",
       1,
       1,
       RunPointsBalance},
      {"points history",
       "ID",
       "Shows the entries and what caused each",
       {{"limit", "N", "entries a page (default 20)"},
        {"cursor", "CURSOR", "goes on where a page ended"}},
       "",
       "patron points history c1 --limit 5",
       1,
       1,
       RunPointsHistory},
      {"points explain",
       "RECEIPT",
       "Tells why a receipt gave the points it gave",
       {},
       "",
       "patron points explain r1",
       1,
       1,
       RunPointsExplain},
      {"points adjust",
       "ID PROGRAMME POINTS",
       "Gives or takes points, with a reason",
       {{"reason", "TEXT", "why; it stands in the history"}, kRequestId},
       "POINTS may be negative; a balance never falls below zero. How much a "
       "clerk may\n"
       "adjust is the programme's to say.",
       R"(patron points adjust c1 club 50 --reason "card forgotten, receipt r1"
          patron points adjust c1 club -50 --reason "given twice")",
       3,
       3,
       RunPointsAdjust},
      {"customer loyalty",
       "ID",
       "Shows points, tiers, offers and other ids",
       {},
       "",
       "patron customer loyalty c1",
       1,
       1,
       RunCustomerLoyalty},
      {"customer link",
       "ID EXTERNAL_ID",
       "Lets a card, phone or e-mail lead to a customer",
       {kRequestId},
       "",
       "patron customer link c1 card:4711",
       2,
       2,
       RunCustomerLink},
      {"customer merge",
       "KEPT ABSORBED",
       "Makes two customers one",
       {kRequestId},
       "History, points, tiers and uses of offers add up; the old id still "
       "answers.\n"
       "There is no way back.",
       "patron customer merge c1 c2",
       2,
       2,
       RunCustomerMerge},
      {"customer refer",
       "REFERRER FRIEND",
       "Says by whom a new customer came",
       {kRequestId},
       "Both earn when the friend's first purchase has survived its return "
       "window.",
       "patron customer refer c1 c9",
       2,
       2,
       RunCustomerRefer},
  };
}

}  // namespace

std::vector<Command> LoyaltyCommands() {
  std::vector<Command> commands = TillCommands();
  for (Command& command : ClerkCommands())
    commands.push_back(std::move(command));
  return commands;
}

}  // namespace patron::cli
