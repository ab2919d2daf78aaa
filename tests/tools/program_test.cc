#include "tools/patron/program.h"

#include <sstream>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tools/patron/table.h"

namespace patron::cli {
namespace {

using ::testing::HasSubstr;

struct Outcome {
  int code;
  std::string out;
  std::string err;
};

Outcome RunPatron(std::vector<std::string> words,
                  const std::string& input = "") {
  std::istringstream in(input);
  std::ostringstream out, err;
  const RealClock clock;
  const int code =
      RunProgram(words, {"127.0.0.1:1", "", in, out, err, false, clock});
  return {code, out.str(), err.str()};
}

TEST(ProgramTest, HelpNamesEveryCommandAndFitsTheTerminal) {
  const Outcome help = RunPatron({"--help"});
  EXPECT_EQ(help.code, kExitOk);
  for (const Command& command : Commands())
    EXPECT_THAT(help.out, HasSubstr(command.name));
  std::istringstream lines(help.out);
  for (std::string line; std::getline(lines, line);)
    EXPECT_LE(DisplayWidth(line), 100) << line;
  EXPECT_THAT(help.out, ::testing::Not(HasSubstr("…\n")));
}

TEST(ProgramTest, EveryCommandHasHelpWithAnExample) {
  for (const Command& command : Commands()) {
    std::istringstream name(command.name);
    std::vector<std::string> words;
    for (std::string word; name >> word;) words.push_back(word);
    words.push_back("--help");
    const Outcome help = RunPatron(words);
    EXPECT_EQ(help.code, kExitOk) << command.name;
    EXPECT_THAT(help.out,
                HasSubstr("examples:\n  patron " + std::string(command.name)));
    EXPECT_THAT(help.out, ::testing::Not(HasSubstr("…"))) << help.out;
  }
}

TEST(ProgramTest, WrongUsageExitsWithTwoAndNamesTheWord) {
  const std::pair<std::vector<std::string>, const char*> kWrong[] = {
      {{}, "no command given"},
      {{"fly"}, "no such command: fly"},
      {{"customer"}, "no such command: customer"},
      {{"stats", "--colour"}, "no such option: --colour"},
      {{"stats", "--json=1"}, "--json takes no value"},
      {{"stats", "extra"}, "does not take \"extra\""},
      {{"stats", "--server", "a:b"}, "\"a:b\" is not host:port"},
      {{"stats", "--token-file", "/none"}, "/none cannot be read"},
      {{"import", "purchases"}, "import: needs KIND FILE"},
      {{"import", "sales", "f"}, "\"sales\" is not customers"},
      {{"import", "stock", "f", "--batch", "x"}, "--batch: \"x\""},
      {{"import", "stock", "f", "--format", "xml"}, "\"xml\" is not csv"},
      {{"recommend", "cellar"}, "\"cellar\" is not a placement"},
      {{"recommend", "home", "-k", "0"}, "-k: \"0\" is not between 1 and 500"},
      {{"recommend", "home", "-k"}, "-k needs N"},
      {{"purchase", "record", "--line", "a:1"}, "is not PRODUCT:QUANTITY"},
      {{"purchase", "record"}, "no --line given"},
      {{"event", "record", "--kind", "view", "--attr", "a"}, "NAME=VALUE"}};
  for (const auto& [words, message] : kWrong) {
    const Outcome outcome = RunPatron(words);
    EXPECT_EQ(outcome.code, kExitUsage) << message;
    EXPECT_THAT(outcome.err, HasSubstr(message));
    EXPECT_EQ(outcome.out, "");
  }
}

TEST(ProgramTest, AnUnreachableServerIsOneLineWithItsAddress) {
  const Outcome outcome = RunPatron({"stats"});
  EXPECT_EQ(outcome.code, kExitFailed);
  EXPECT_EQ(outcome.err,
            "patron: no Patron server answers at 127.0.0.1:1 (--server "
            "host:port names another)\n");
}

TEST(ProgramTest, GlobalOptionsMayStandBeforeTheCommand) {
  EXPECT_THAT(RunPatron({"--server", "127.0.0.1:2", "stats"}).err,
              HasSubstr("127.0.0.1:2"));
}

TEST(ProgramTest, BadValuesOfASinglePurchaseNameTheField) {
  const Outcome outcome =
      RunPatron({"purchase", "record", "--receipt", "r", "--store", "s",
                 "--currency", "EUR", "--line", "p:-1:100"});
  EXPECT_EQ(outcome.code, kExitFailed);
  EXPECT_THAT(outcome.err, HasSubstr("quantity: \"-1\" is negative"));
  const Outcome json =
      RunPatron({"purchase", "record", "-"}, "{\"lines\":[]}\n");
  EXPECT_THAT(json.err, HasSubstr("stdin:1: lines: is missing or empty"));
}

TEST(ProgramTest, AddressesHaveDefaults) {
  EXPECT_EQ(ParseAddress("shop:99")->ToString(), "shop:99");
  EXPECT_EQ(ParseAddress(":99")->ToString(), "127.0.0.1:99");
  EXPECT_EQ(ParseAddress("shop")->ToString(), "shop:7450");
  EXPECT_EQ(ParseAddress("[::1]:99")->ToString(), "[::1]:99");
  EXPECT_FALSE(ParseAddress("shop:0").ok());
  EXPECT_FALSE(ParseAddress("shop:70000").ok());
}

}  // namespace
}  // namespace patron::cli
