// Broken files: whatever stands in them, reading answers with definitions that
// can be validated and written, or with an error that names the file.
#include <gtest/gtest.h>

#include <fstream>
#include <random>
#include <sstream>
#include <string>

#include "absl/strings/match.h"
#include "server/definitions/definitions.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

constexpr const char* kPieces[] = {"[",
                                   "]",
                                   "{",
                                   "}",
                                   "[[offers]]\n",
                                   "'''",
                                   "\"\"\"",
                                   "\"",
                                   "'",
                                   "\\",
                                   "\\u1",
                                   "#",
                                   "\n",
                                   "\r",
                                   " = ",
                                   ".",
                                   ",",
                                   "1e9",
                                   "0x1F",
                                   "inf",
                                   "-",
                                   "_",
                                   "2026-12",
                                   "12:30",
                                   "true",
                                   "\x01",
                                   "\xff",
                                   "a.b = 1\n",
                                   "id",
                                   "[a.b]\n",
                                   "percent",
                                   "\"5%\"",
                                   "99999999999999999999",
                                   "{}"};

std::string DemoOffers() {
  std::ostringstream text;
  text << "[shop]\ncurrency = \"EUR\"\n"
       << std::ifstream(PATRON_SOURCE_DIR "/tools/demo_shop/offers.toml")
              .rdbuf();
  return text.str();
}

// A stretch of `text` with some pieces put in, taken out and repeated.
std::string Broken(const std::string& text, std::mt19937_64& random) {
  std::string out = text.substr(random() % text.size(), random() % 600);
  for (uint64_t left = 1 + random() % 4; left > 0; --left) {
    const size_t at = out.empty() ? 0 : random() % out.size();
    if (random() % 3 == 0)
      out.erase(at, random() % 8);
    else if (random() % 2 == 0)
      out.insert(at, kPieces[random() % std::size(kPieces)]);
    else
      out.insert(at, out.substr(random() % (out.size() + 1), random() % 40));
  }
  return "[shop]\ncurrency = \"EUR\"\n" + out;
}

TEST(ReadFuzzTest, BrokenFilesAreRefusedByName) {
  std::mt19937_64 random(testing::TestSeed(11));
  const absl::TimeZone zone = Zone("Europe/Vienna");
  const std::string whole = DemoOffers();
  int read = 0;
  for (int i = 0; i < 3000; ++i) {
    const std::string text = Broken(whole, random);
    SCOPED_TRACE(text);
    const auto definitions = ReadFiles({{"offers.toml", text}}, zone);
    if (definitions.ok()) {
      ++read;
      Validate(*definitions).IgnoreError();
      ASSERT_OK_AND_ASSIGN(const wire::Definitions again,
                           ReadFiles(WriteFiles(*definitions, zone), zone));
      ASSERT_EQ(again, *definitions);
    } else {
      ASSERT_TRUE(
          absl::StartsWith(definitions.status().message(), "offers.toml line "))
          << definitions.status();
    }
  }
  EXPECT_GT(read, 10);  // or nothing but refusals was tried
}

}  // namespace
}  // namespace patron::definitions
