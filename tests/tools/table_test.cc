#include "tools/patron/table.h"

#include <sstream>
#include <string>

#include "absl/strings/str_split.h"
#include "tests/testing/status_matchers.h"

namespace patron::cli {
namespace {

TEST(TableTest, WidthIsWhatATerminalShows) {
  EXPECT_EQ(DisplayWidth("abc"), 3);
  EXPECT_EQ(DisplayWidth("äöü€"), 4);
  EXPECT_EQ(DisplayWidth("牛乳"), 4);
  EXPECT_EQ(DisplayWidth("e\xCC\x81"), 1);
  EXPECT_EQ(DisplayWidth("🥛"), 2);
}

TEST(TableTest, LongTextIsShortenedAndControlCharactersAreSpaces) {
  EXPECT_EQ(Shortened("abcdef", 6), "abcdef");
  EXPECT_EQ(Shortened("abcdef", 4), "abc…");
  EXPECT_EQ(Shortened("牛乳牛乳", 5), "牛乳…");
  EXPECT_EQ(Shortened("a\nb\x1b", 10), "a b ");
}

TEST(TableTest, ColumnsAlignWhateverTheBytes) {
  Table table({{"name"}, {"price", true}});
  table.AddRow({"Käse", "1.99 EUR"});
  table.AddRow({"Brot", "12.00 EUR"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(),
            "name      price\n"
            "────  ─────────\n"
            "Käse   1.99 EUR\n"
            "Brot  12.00 EUR\n");
}

TEST(TableTest, NotesStandUnderTheirRow) {
  Table table({{"#", true}, {"name"}});
  table.AddRow({"1", "milk"});
  table.AddNote("bought often");
  table.AddRow({"2", "bread"});
  std::ostringstream out;
  table.Print(out);
  EXPECT_EQ(out.str(),
            "#  name\n"
            "─  ─────\n"
            "1  milk\n"
            "   bought often\n"
            "2  bread\n");
}

TEST(TableTest, FlexibleColumnsGiveWayToTheTerminal) {
  Table table({{"id"}, {"name", false, true}, {"why", false, true}});
  table.AddRow({"1", std::string(80, 'n'), std::string(60, 'w')});
  std::ostringstream out;
  table.Print(out, 100);
  for (const absl::string_view line : absl::StrSplit(out.str(), '\n'))
    EXPECT_LE(DisplayWidth(line), 100);
}

}  // namespace
}  // namespace patron::cli
