// Commands of campaigns, and of one customer's contacts.
#include <utility>

#include "tools/patron/commands.h"

namespace patron::cli {
namespace {

constexpr FlagSpec kRequestId = {
    "request-id", "ID", "for safe retries: a repeat gets the first reply"};
constexpr FlagSpec kSample = {"sample", "N",
                              "rows of the list to show (default 3)"};

constexpr char kSaveNotes[] =
    R"(FILE holds [[campaigns]] as a shop's folder does; each takes the place of the one of
its id. Amounts are in the shop's currency unless the file says another.)";

constexpr char kPlanNotes[] =
    R"(A run decides for every customer of the audience: on the list, held out to compare
with, or left out and why. Whoever is on the list counts against the contacts that she
may get. The run goes on in the server; the same --run again is the same run.)";

constexpr char kExportNotes[] =
    R"(A row a customer: who, by which channel, when, which products and which offer, each
with its reason. What was cut off goes on with --resume and ends in the same bytes:
FILE.resume beside the file tells where it stopped.)";

constexpr char kOutcomeNotes[] =
    R"(Lift is what customers of a group spent on average, net of returns, less what those
held out did. Where there is too little data for an interval, that is said instead.)";

std::vector<Command> DefinitionCommands() {
  return {
      {"campaign list",
       "",
       "Lists campaigns and their runs",
       {},
       "",
       "patron campaign list",
       0,
       0,
       RunCampaignList},
      {"campaign show",
       "CAMPAIGN",
       "Shows a campaign and its runs",
       {},
       "",
       "patron campaign show spring",
       1,
       1,
       RunCampaignShow},
      {"campaign save",
       "FILE",
       "Saves the campaigns of a TOML file",
       {{"time-zone", "ZONE", "of times without one (default UTC)"},
        kRequestId},
       kSaveNotes,
       "patron campaign save spring.toml --time-zone Europe/Vienna",
       1,
       1,
       RunCampaignSave},
      {"campaign preview",
       "CAMPAIGN",
       "What a run would do; nothing is changed",
       {kSample},
       "",
       "patron campaign preview spring --sample 10",
       1,
       1,
       RunCampaignPreview},
  };
}

std::vector<Command> RunCommands() {
  return {
      {"campaign plan",
       "CAMPAIGN",
       "Plans whom a campaign contacts",
       {{"run", "ID", "the run's name (default: campaign and time)"},
        {"dry-run", nullptr, "the same as preview: nothing is changed"},
        {"wait", nullptr, "until it is planned, with progress"},
        kSample,
        kRequestId},
       kPlanNotes,
       R"(patron campaign plan spring --dry-run
          patron campaign plan spring --run spring-1 --wait)",
       1,
       1,
       RunCampaignPlan},
      {"campaign status",
       "RUN",
       "How many are on a run's list, and why the others not",
       {},
       "",
       "patron campaign status spring-1",
       1,
       1,
       RunCampaignStatus},
      {"campaign freeze",
       "RUN",
       "Makes a planned run a list that never changes",
       {kRequestId},
       "",
       "patron campaign freeze spring-1",
       1,
       1,
       RunCampaignFreeze},
      {"campaign release",
       "RUN",
       "Gives the contacts of a run back",
       {kRequestId},
       "",
       "patron campaign release spring-1",
       1,
       1,
       RunCampaignRelease},
  };
}

std::vector<Command> ListCommands() {
  return {
      {"campaign export",
       "RUN",
       "Writes a run's list",
       {{"format", "FORMAT", "csv (default) or jsonl"},
        {"out", "FILE", "writes there instead of standard output"},
        {"resume", nullptr, "goes on with a FILE that was cut off"}},
       kExportNotes,
       R"(patron campaign export spring-1 --out spring.csv
          patron campaign export spring-1 --out spring.csv --resume
          patron campaign export spring-1 --format jsonl | head -1)",
       1,
       1,
       RunCampaignExport},
      {"campaign report",
       "RUN FILE",
       "Tells what became of the contacts",
       {kRequestId},
       "FILE is CSV: customer_id,kind,time. kind is sent, shown, clicked or "
       "redeemed; times\nare ISO 8601, UTC where they say no zone.",
       "patron campaign report spring-1 events.csv",
       2,
       2,
       RunCampaignReport},
      {"campaign outcome",
       "RUN",
       "What a run achieved, against those held out",
       {},
       kOutcomeNotes,
       R"(patron campaign outcome spring-1
          patron campaign outcome spring-1 --json)",
       1,
       1,
       RunCampaignOutcome},
      {"customer contacts",
       "ID",
       "Every contact made or planned, and every one not made and why",
       {},
       "",
       "patron customer contacts c1",
       1,
       1,
       RunCustomerContacts},
  };
}

}  // namespace

std::vector<Command> CampaignCommands() {
  std::vector<Command> commands = DefinitionCommands();
  for (std::vector<Command> part : {RunCommands(), ListCommands()})
    for (Command& command : part) commands.push_back(std::move(command));
  return commands;
}

}  // namespace patron::cli
