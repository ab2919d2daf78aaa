#include "tools/patron/csv_reader.h"

#include <algorithm>
#include <string>
#include <vector>

#include "tests/testing/status_matchers.h"

namespace patron::cli {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

struct Row {
  int64_t line;
  std::vector<std::string> fields;
  std::string problem;

  friend bool operator==(const Row&, const Row&) = default;
  friend void PrintTo(const Row& row, std::ostream* out) {
    *out << row.line << " " << row.problem << " "
         << ::testing::PrintToString(row.fields);
  }
};

// With a window so small that every record is cut by its edge.
std::vector<Row> ReadAll(const std::string& text, char separator = ',',
                         size_t window_bytes = 4) {
  const auto input = InputFromString(text);
  InputWindow window(**input, window_bytes);
  CsvReader reader(window, separator);
  std::vector<Row> rows;
  CsvRow row;
  for (;;) {
    const absl::StatusOr<bool> any = reader.Next(row);
    EXPECT_OK(any);
    if (!any.ok() || !*any) return rows;
    rows.push_back(
        {row.line, {row.fields.begin(), row.fields.end()}, row.problem});
  }
}

Row Sound(int64_t line, std::vector<std::string> fields) {
  return {line, std::move(fields), ""};
}

TEST(CsvReaderTest, ReadsFieldsLinesAndEmptyFields) {
  EXPECT_THAT(ReadAll("a,b\nc,\n,\n"),
              ElementsAre(Sound(1, {"a", "b"}), Sound(2, {"c", ""}),
                          Sound(3, {"", ""})));
}

TEST(CsvReaderTest, TheLastLineNeedsNoEnd) {
  EXPECT_THAT(ReadAll("a,b\nc,d"),
              ElementsAre(Sound(1, {"a", "b"}), Sound(2, {"c", "d"})));
  EXPECT_THAT(ReadAll("a,"), ElementsAre(Sound(1, {"a", ""})));
  EXPECT_THAT(ReadAll(""), IsEmpty());
}

TEST(CsvReaderTest, LinesMayEndInCrlf) {
  EXPECT_THAT(ReadAll("a,b\r\n\"c\",d\r\ne,\"f\"\r\n"),
              ElementsAre(Sound(1, {"a", "b"}), Sound(2, {"c", "d"}),
                          Sound(3, {"e", "f"})));
}

TEST(CsvReaderTest, QuotesHoldSeparatorsQuotesAndLineEnds) {
  EXPECT_THAT(ReadAll("\"a,b\",\"say \"\"x\"\"\"\n\"two\nlines\",c\nd,e\n"),
              ElementsAre(Sound(1, {"a,b", "say \"x\""}),
                          Sound(2, {"two\nlines", "c"}), Sound(4, {"d", "e"})));
}

TEST(CsvReaderTest, AQuoteInsideAPlainFieldIsACharacter) {
  EXPECT_THAT(ReadAll("5\" pipe,b\n"),
              ElementsAre(Sound(1, {"5\" pipe", "b"})));
}

TEST(CsvReaderTest, AByteOrderMarkAndEmptyLinesAreSkipped) {
  EXPECT_THAT(ReadAll("\xEF\xBB\xBF"
                      "a\n\n\r\nb\n"),
              ElementsAre(Sound(1, {"a"}), Sound(4, {"b"})));
}

TEST(CsvReaderTest, TheSeparatorCanBeChosen) {
  EXPECT_THAT(ReadAll("a;b,c\n", ';'), ElementsAre(Sound(1, {"a", "b,c"})));
}

TEST(CsvReaderTest, AnUnterminatedQuoteIsToldAndTheNextLinesAreRead) {
  EXPECT_THAT(ReadAll("a,b\n\"c,d\ne,f\n"),
              ElementsAre(Sound(1, {"a", "b"}),
                          Row{2, {}, "a quote is opened and never closed"},
                          Sound(3, {"e", "f"})));
}

TEST(CsvReaderTest, TextBehindAClosingQuoteIsTold) {
  EXPECT_THAT(ReadAll("\"a\"b,c\nd,e\n"),
              ElementsAre(Row{1, {}, "text stands behind a closing quote"},
                          Sound(2, {"d", "e"})));
}

TEST(CsvReaderTest, AMegabyteInAFieldIsRead) {
  const std::string big(1 << 20, 'x');
  EXPECT_THAT(ReadAll("a," + big + "\n\"" + big + "\",b\n", ',', 1024),
              ElementsAre(Sound(1, {"a", big}), Sound(2, {big, "b"})));
}

TEST(CsvReaderTest, ARecordBeyondTheLimitIsRefusedAndTheRestIsRead) {
  const std::vector<Row> rows = ReadAll(
      "\"" + std::string(kMaxRecordBytes + 100, 'x') + "\nb,c\n", ',', 1 << 20);
  ASSERT_EQ(rows.size(), 2u);
  EXPECT_THAT(rows[0].problem, ::testing::HasSubstr("longer than"));
  EXPECT_EQ(rows[1], Sound(2, {"b", "c"}));
}

TEST(CsvReaderTest, EveryWindowSizeGivesTheSameRows) {
  const std::string text =
      "id,\"n\"\"a\"\"me\"\r\n1,\"x\r\ny\"\r\n\r\n2,\"\"\r\n3,é\n";
  const std::vector<Row> whole = ReadAll(text, ',', 1 << 16);
  ASSERT_EQ(whole.size(), 4u);
  for (size_t bytes = 1; bytes < 40; ++bytes)
    EXPECT_EQ(ReadAll(text, ',', bytes), whole) << bytes;
}

}  // namespace
}  // namespace patron::cli
