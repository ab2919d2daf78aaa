#include "tools/patron/input.h"

#include <zlib.h>

#include <fstream>
#include <string>

#include "tests/testing/status_matchers.h"
#include "tests/testing/temp_dir.h"

namespace patron::cli {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

std::string Gzip(const std::string& text) {
  z_stream stream = {};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string packed(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = text.size();
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = packed.size();
  deflate(&stream, Z_FINISH);
  packed.resize(stream.total_out);
  deflateEnd(&stream);
  return packed;
}

absl::StatusOr<std::string> ReadAll(ByteSource& source) {
  std::string text;
  char chunk[1000];
  for (;;) {
    const absl::StatusOr<size_t> got = source.Read(chunk, sizeof chunk);
    if (!got.ok()) return got.status();
    if (*got == 0) return text;
    text.append(chunk, *got);
  }
}

absl::StatusOr<std::string> ReadAll(const std::string& bytes) {
  auto source = InputFromString(bytes);
  if (!source.ok()) return source.status();
  return ReadAll(**source);
}

std::string LongText() {
  std::string text;
  for (int i = 0; i < 100'000; ++i) text += std::to_string(i * 7919) + "\n";
  return text;
}

TEST(InputTest, PlainBytesComeAsTheyAre) {
  for (const std::string text : {"", "a", "ab", "abc"}) {
    ASSERT_OK_AND_ASSIGN(const std::string read, ReadAll(text));
    EXPECT_EQ(read, text);
  }
}

TEST(InputTest, GzipIsToldByItsFirstBytes) {
  const std::string text = LongText();
  ASSERT_OK_AND_ASSIGN(const std::string read, ReadAll(Gzip(text)));
  EXPECT_EQ(read, text);
}

TEST(InputTest, GzipMembersFollowEachOther) {
  ASSERT_OK_AND_ASSIGN(const std::string read,
                       ReadAll(Gzip("a\n") + Gzip("b\n")));
  EXPECT_EQ(read, "a\nb\n");
}

TEST(InputTest, TruncatedGzipIsDataLoss) {
  const std::string packed = Gzip(LongText());
  EXPECT_THAT(ReadAll(packed.substr(0, packed.size() / 2)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ends early")));
  EXPECT_THAT(ReadAll(packed.substr(0, packed.size() - 1)),
              StatusIs(absl::StatusCode::kDataLoss, HasSubstr("ends early")));
}

TEST(InputTest, DamagedGzipIsDataLoss) {
  std::string packed = Gzip(LongText());
  packed[packed.size() / 2] ^= 0x55;
  EXPECT_THAT(ReadAll(packed), StatusIs(absl::StatusCode::kDataLoss));
}

TEST(InputTest, AFileIsReadAndItsSizeKnown) {
  const testing::TempDir dir;
  std::ofstream(dir.File("a.csv")) << "hello";
  ASSERT_OK_AND_ASSIGN(const auto source, OpenInput(dir.File("a.csv")));
  EXPECT_EQ(source->BytesInAll(), 5);
  ASSERT_OK_AND_ASSIGN(const std::string read, ReadAll(*source));
  EXPECT_EQ(read, "hello");
  EXPECT_EQ(source->BytesRead(), 5);
}

TEST(InputTest, AMissingFileIsNotFoundAndADirectoryCannotBeRead) {
  const testing::TempDir dir;
  EXPECT_THAT(OpenInput(dir.File("none.csv")),
              StatusIs(absl::StatusCode::kNotFound, HasSubstr("none.csv")));
  EXPECT_THAT(OpenInput(dir.path().string()),
              StatusIs(absl::StatusCode::kUnavailable));
}

}  // namespace
}  // namespace patron::cli
