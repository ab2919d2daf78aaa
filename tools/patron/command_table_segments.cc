// Commands of segments and static lists.
#include <utility>

#include "tools/patron/commands.h"

namespace patron::cli {
namespace {

constexpr FlagSpec kRequestId = {
    "request-id", "ID", "for safe retries: a repeat gets the first reply"};
constexpr FlagSpec kRule = {"rule", "RULE",
                            "customers for whom the rule holds (as well)"};

constexpr char kRuleNotes[] =
    R"(A rule is a text such as
  purchases >= 3 and sum(lines.amount, last 365 days) >= 50000
`patron segment fields` lists what it may name. A mistake is shown with its place.)";

constexpr char kExportNotes[] =
    R"(A row a customer: customer_id, then --fields, customer fields as a rule writes them;
money is in minor units. What was cut off goes on with --resume: FILE.resume beside the
file tells where it stopped. Customers who come or go meanwhile may or may not be in the
file; one who was a member all the while is in it once.)";

constexpr char kUploadNotes[] =
    R"(FILE holds an id a line, or is CSV whose header names customer_id (--column names
another); - is standard input, plain or gzip. The list is a segment under its id, and is
made anew unless --add or --remove. Ids that no customer has are told and left out.)";

std::vector<Command> Questions() {
  return {
      {"segment list",
       "",
       "Lists segments: own, ready-made and uploaded",
       {{"no-counts", nullptr, "without counting customers"}},
       "",
       "patron segment list",
       0,
       0,
       RunSegmentList},
      {"segment show",
       "ID",
       "Shows a segment: its rule, what it means, how many",
       {},
       "",
       "patron segment show vip",
       1,
       1,
       RunSegmentShow},
      {"segment count",
       "[RULE]",
       "Counts the customers of a rule or a segment",
       {{"segment", "ID", "customers of this segment (for whom it holds)"}},
       kRuleNotes,
       R"(patron segment count 'purchases >= 3 and consent["email/marketing"]'
          patron segment count --segment vip
          patron segment count 'age >= 60' --segment vip --json)",
       0,
       1,
       RunSegmentCount},
      {"segment members",
       "[ID]",
       "Lists the customers of a segment or rule",
       {kRule,
        {"limit", "N", "ids a page (default 100)"},
        {"cursor", "CURSOR", "goes on where a page ended"}},
       "",
       R"(patron segment members vip --limit 20
          patron segment members --rule 'returns > 3')",
       0,
       1,
       RunSegmentMembers},
      {"segment sample",
       "[ID]",
       "Draws customers by chance, the same ones for the same seed",
       {kRule,
        {"count", "N", "how many (default 10)"},
        {"seed", "N", "another seed draws others (default 1)"}},
       "",
       "patron segment sample vip --count 5 --seed 7",
       0,
       1,
       RunSegmentSample},
      {"segment explain",
       "CUSTOMER [ID]",
       "Tells why a customer is in or out",
       {kRule},
       "",
       R"(patron segment explain c1 vip
          patron segment explain c1 --rule 'purchases >= 3 and age >= 18')",
       1,
       2,
       RunSegmentExplain},
      {"segment compare",
       "[FIRST [SECOND]]",
       "Compares two: overlap, only here, only there, average spend",
       {{"rule", "RULE", "in place of a segment (repeat it)"}},
       "",
       R"(patron segment compare vip regular
          patron segment compare vip --rule 'age >= 60')",
       0,
       2,
       RunSegmentCompare},
      {"segment fields",
       "",
       "Lists what a rule may name",
       {{"of", "WHAT", "only of customer, lines, events or product"}},
       "",
       R"(patron segment fields
          patron segment fields --of lines)",
       0,
       0,
       RunSegmentFields},
  };
}

std::vector<Command> Changes() {
  return {
      {"segment save",
       "ID",
       "Saves a segment, in place of the one of its id",
       {{"rule", "RULE", "customers for whom it holds (default: everybody)"},
        {"rule-file", "FILE", "the rule stands there"},
        {"name", "TEXT", "for lists (default: the id)"},
        {"meaning", "TEXT", "a sentence that says who they are"},
        kRequestId},
       kRuleNotes,
       R"(patron segment save pet-lovers --rule 'count(lines where lines.category has "pets") >= 2' --name "Pet lovers")",
       1,
       1,
       RunSegmentSave},
      {"segment delete",
       "ID",
       "Deletes an own segment or an uploaded list",
       {kRequestId},
       "",
       "patron segment delete pet-lovers",
       1,
       1,
       RunSegmentDelete},
      {"segment export",
       "[ID]",
       "Writes all customers of a segment or rule",
       {kRule,
        {"format", "FORMAT", "csv (default) or jsonl"},
        {"fields", "FIELDS", "customer fields beside customer_id"},
        {"out", "FILE", "writes there instead of standard output"},
        {"resume", nullptr, "goes on where an export was cut off"},
        {"page", "N", "rows a call (default 100,000)"}},
       kExportNotes,
       R"(patron segment export vip --out vip.csv
          patron segment export vip --fields 'purchases,spend["EUR"]' --format jsonl
          patron segment export vip --out vip.csv --resume)",
       0,
       1,
       RunSegmentExport},
      {"segment upload",
       "ID FILE",
       "Makes a static list of the ids in a file",
       {{"name", "TEXT", "for lists"},
        {"column", "NAME", "of a CSV file (default customer_id)"},
        {"add", nullptr, "adds to the list"},
        {"remove", nullptr, "takes out of the list"},
        kRequestId},
       kUploadNotes,
       R"(patron segment upload fair-2026 visitors.txt --name "Visitors of the fair"
          patron segment upload fair-2026 more.csv --column id --add)",
       2,
       2,
       RunSegmentUpload},
  };
}

}  // namespace

std::vector<Command> SegmentCommands() {
  std::vector<Command> all = Questions();
  for (Command& command : Changes()) all.push_back(std::move(command));
  return all;
}

}  // namespace patron::cli
