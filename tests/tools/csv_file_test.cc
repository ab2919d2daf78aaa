#include "tools/datagen/csv_file.h"

#include <zlib.h>

#include <fstream>
#include <iterator>
#include <string>

#include "absl/time/civil_time.h"
#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::datagen {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

std::string ReadGzip(const std::string& path) {
  std::string out;
  char block[4096];
  const gzFile in = gzopen(path.c_str(), "rb");
  for (int n; (n = gzread(in, block, sizeof block)) > 0;)
    out.append(block, static_cast<size_t>(n));
  gzclose(in);
  return out;
}

TEST(CsvFileTest, CellsAreWrittenAsTheImporterReadsThem) {
  const patron::testing::TempDir dir;
  CsvFile file(dir.File("a.csv"), false, "a,b,c,d,e,f");
  const absl::Time time = absl::FromCivil(
      absl::CivilSecond(2024, 2, 29, 3, 4, 5), absl::UTCTimeZone());
  file.Text("x").Number(-7).Milli(1500).Milli(735).Milli(2000).Time(time);
  file.EndRow();
  file.Empty().Id('P', 7, 41).Bool(true).Bool(false).Empty().Empty().EndRow();
  ASSERT_OK(file.Close());
  EXPECT_EQ(ReadFile(dir.File("a.csv")),
            "a,b,c,d,e,f\n"
            "x,-7,1.5,0.735,2,2024-02-29T03:04:05Z\n"
            ",P0000042,true,false,,\n");
}

TEST(CsvFileTest, CommaQuoteAndLineBreakAreQuoted) {
  const patron::testing::TempDir dir;
  CsvFile file(dir.File("a.csv"), false, "a,b,c");
  file.Text("one, two").Text("say \"yes\"").Text("up\ndown").EndRow();
  ASSERT_OK(file.Close());
  EXPECT_EQ(ReadFile(dir.File("a.csv")),
            "a,b,c\n\"one, two\",\"say \"\"yes\"\"\",\"up\ndown\"\n");
}

TEST(CsvFileTest, RowsThatBeginAlikeShareTheirCells) {
  const patron::testing::TempDir dir;
  CsvFile file(dir.File("a.csv"), false, "a,b");
  file.Text("head");
  const std::string head(file.RowSoFar());
  file.Number(1).EndRow();
  file.Begin(head).Number(2).EndRow();
  ASSERT_OK(file.Close());
  EXPECT_EQ(ReadFile(dir.File("a.csv")), "a,b\nhead,1\nhead,2\n");
}

TEST(CsvFileTest, ManyRowsComeBackFromGzip) {
  const patron::testing::TempDir dir;
  std::string expected = "number\n";
  CsvFile file(dir.File("a.csv"), true, "number");
  for (int i = 0; i < 100000; ++i) {
    file.Number(i).EndRow();
    expected += std::to_string(i) + "\n";
  }
  ASSERT_OK(file.Close());
  EXPECT_EQ(file.bytes(), expected.size());
  EXPECT_EQ(ReadGzip(dir.File("a.csv.gz")), expected);
}

TEST(CsvFileTest, FullDiskIsToldWithTheFile) {
  CsvFile file("/dev/full", false, "a");
  file.Text("x").EndRow();
  EXPECT_THAT(file.Close(), StatusIs(absl::StatusCode::kResourceExhausted,
                                     HasSubstr("/dev/full")));
}

TEST(CsvFileTest, MissingDirectoryIsToldWithTheFile) {
  const patron::testing::TempDir dir;
  for (const bool gzip : {false, true}) {
    CsvFile file(dir.File("none/a.csv"), gzip, "a");
    file.Text("x").EndRow();
    EXPECT_THAT(file.Close(),
                StatusIs(absl::StatusCode::kNotFound, HasSubstr("none/a.csv")));
  }
}

}  // namespace
}  // namespace patron::datagen
