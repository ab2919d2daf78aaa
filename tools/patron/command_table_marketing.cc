// Commands of marketing: definitions, offers, bonuses, draws, codes, liability.
#include <utility>

#include "tools/patron/commands.h"

namespace patron::cli {
namespace {

constexpr FlagSpec kRequestId = {
    "request-id", "ID", "for safe retries: a repeat gets the first reply"};

constexpr char kApplyNotes[] =
    R"(DIR holds the shop's programmes, tiers, earning rules, offers and code batches as
*.toml files. Every rule is checked before anything changes. DIR/.patron-version says
from which version of the server the files come: where the server was changed otherwise
since, nothing is applied (export first, or --overwrite). Code batches whose file stands
in DIR, a code a line, get their codes; codes that are known stay as they are. At a
terminal the differences are shown and you are asked, unless --yes.)";

std::vector<FlagSpec> ApplyFlags() {
  return {{"dry-run", nullptr,
           "shows the differences and the replay, changes nothing"},
          {"replay-days", "N",
           "dry run: baskets of the last N days, now and new (default 30)"},
          {"overwrite", nullptr, "also over changes made otherwise"},
          {"yes", nullptr, "does not ask"},
          kRequestId};
}

std::vector<Command> DefinitionsCommands() {
  return {
      {"definitions apply", "DIR", "Brings the server to what files say",
       ApplyFlags(), kApplyNotes,
       R"(patron definitions apply shop --dry-run
          patron definitions apply shop --yes)",
       1, 1, RunDefinitionsApply},
      {"apply", "DIR", "The same as definitions apply", ApplyFlags(),
       kApplyNotes,
       R"(patron apply shop --dry-run --replay-days 30
          patron apply shop)",
       1, 1, RunDefinitionsApply},
      {"definitions history",
       "",
       "Lists the versions and who made them",
       {{"limit", "N", "versions (default 20)"}},
       "",
       "patron definitions history",
       0,
       0,
       RunDefinitionsHistory},
      {"codes make",
       "N",
       "Makes codes that nobody can guess",
       {{"length", "N", "characters behind the prefix (default 10)"},
        {"prefix", "TEXT", "what every code starts with"}},
       "Asks no server. Letters and digits that nobody takes for one another.",
       "patron codes make 500 --prefix SPRING- > spring.txt",
       1,
       1,
       RunCodesMake},
  };
}

std::vector<Command> OfferCommands() {
  return {
      {"offers list",
       "",
       "Shows uses, budgets and codes of every offer",
       {},
       "",
       "patron offers list",
       0,
       0,
       RunOffersList},
      {"offers pause",
       "ID",
       "Stops an offer for now",
       {kRequestId},
       "",
       "patron offers pause spring",
       1,
       1,
       RunOffersPause},
      {"offers resume",
       "ID",
       "Lets a paused offer run again",
       {kRequestId},
       "",
       "patron offers resume spring",
       1,
       1,
       RunOffersResume},
      {"offers expire",
       "ID",
       "Ends an offer",
       {kRequestId},
       "",
       "patron offers expire spring",
       1,
       1,
       RunOffersExpire},
      {"offers issue",
       "ID",
       "Gives customers an offer of their own",
       {{"customer", "ID", "to whom (repeat it)"},
        {"file", "FILE", "to these, an id a line"},
        {"expires", "TIME", "ISO 8601 (default: with the offer)"},
        {"cause", "TEXT", "why; a clerk sees it"},
        kRequestId},
       "",
       R"(patron offers issue sorry --customer c1 --cause "late delivery")",
       1,
       1,
       RunOffersIssue},
      {"offers next",
       "",
       "The best offer for customers, and what it gains",
       {{"customer", "ID", "for whom (repeat it)"},
        {"file", "FILE", "for these, an id a line"},
        {"offer", "ID", "of these only (repeat it; default: all)"}},
       "Costs and gains are expected, in the currency of the offer.",
       R"(patron offers next --customer c1
          patron offers next --file customers.txt --offer spring --offer club10 --json)",
       0,
       0,
       RunOffersNext},
  };
}

std::vector<Command> MoneyCommands() {
  return {
      {"points bonus",
       "PROGRAMME FILE",
       "Gives many customers points",
       {{"bonus-id", "ID", "the bonus's own number: each batch counts once"},
        {"reason", "TEXT", "why; it stands in the histories"}},
       "FILE is CSV: customer_id,points. A thousand customers a call, all or "
       "none of\n"
       "them; what stopped in the middle goes on with the same --bonus-id and "
       "file, for\n"
       "as long as the server remembers replies.",
       R"(patron points bonus club birthday.csv --bonus-id june --reason "ten years")",
       2,
       2,
       RunPointsBonus},
      {"points liability",
       "",
       "What is owed to customers, by expiry",
       {},
       "",
       "patron points liability",
       0,
       0,
       RunPointsLiability},
      {"points check",
       "",
       "Checks that the books balance",
       {},
       "Exit code 1 where they do not.",
       "patron points check",
       0,
       0,
       RunPointsCheck},
      {"draw",
       "DRAW_ID",
       "Draws winners by a seed that all may know",
       {{"seed", "TEXT", "published before"},
        {"eligible", "RULE", "who takes part (default: every customer)"},
        {"winners", "N", "how many"},
        {"offer", "ID", "what the winners are issued"},
        kRequestId},
       "A customer's ticket is SHA-256(seed, line end, customer id) in "
       "hexadecimal; the\n"
       "smallest win. `draw repeat` does it again without a server.",
       R"(patron draw june --seed "lotto 2026-06-06: 3 9 12 31 40 44" --winners 3
          patron draw vip --seed S --eligible "purchases >= 3" --winners 1 --offer prize)",
       1,
       1,
       RunDraw},
      {"draw repeat",
       "",
       "Repeats a draw from its seed, without a server",
       {{"seed", "TEXT", "as it was published"},
        {"entrants", "FILE", "customer ids, one a line"},
        {"winners", "N", "how many"}},
       "",
       "patron draw repeat --seed S --entrants entrants.txt --winners 3",
       0,
       0,
       RunDrawRepeat},
  };
}

}  // namespace

std::vector<Command> MarketingCommands() {
  std::vector<Command> commands = DefinitionsCommands();
  for (std::vector<Command> part : {OfferCommands(), MoneyCommands()})
    for (Command& command : part) commands.push_back(std::move(command));
  return commands;
}

}  // namespace patron::cli
