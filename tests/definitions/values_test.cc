#include "server/definitions/values.h"

#include <gtest/gtest.h>

#include <limits>

#include "server/base/currency.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

constexpr int64_t kMost = std::numeric_limits<int64_t>::max();
constexpr int64_t kLeast = std::numeric_limits<int64_t>::min();

int64_t Parsed(absl::string_view text, int decimals) {
  const absl::StatusOr<int64_t> value = ParseDecimal(text, decimals);
  return value.ok() ? *value : -4711;
}

TEST(ValuesTest, DecimalsAreExactToTheEndsOfTheType) {
  EXPECT_EQ(Parsed("5.00", 2), 500);
  EXPECT_EQ(Parsed("5", 2), 500);
  EXPECT_EQ(Parsed("-0.05", 2), -5);
  EXPECT_EQ(Parsed("92233720368547758.07", 2), kMost);
  EXPECT_EQ(Parsed("-92233720368547758.08", 2), kLeast);
  EXPECT_EQ(FormatDecimal(kMost, 2), "92233720368547758.07");
  EXPECT_EQ(FormatDecimal(kLeast, 2), "-92233720368547758.08");
  EXPECT_EQ(FormatDecimal(-5, 2), "-0.05");
  EXPECT_EQ(FormatDecimal(7, 0), "7");
}

TEST(ValuesTest, WhatIsNoDecimalIsRefused) {
  for (const char* text :
       {"", "-", ".", "5.", ".5", "5.001", "1e3", "+5", "--5", " 5", "5 ",
        "5,00", "0x10", "inf", "nan", "1-2", "92233720368547758.08"})
    EXPECT_FALSE(ParseDecimal(text, 2).ok()) << text;
}

TEST(ValuesTest, CurrenciesHaveTheirOwnMinorUnits) {
  EXPECT_EQ(ExponentOf("EUR"), 2);
  EXPECT_EQ(ExponentOf("JPY"), 0);
  EXPECT_EQ(ExponentOf("KWD"), 3);
  EXPECT_EQ(*AsAmount{"JPY"}.Read(TextNode("500")), 500);
  EXPECT_EQ(*AsAmount{"KWD"}.Read(TextNode("0.500")), 500);
  EXPECT_EQ(AsAmount{"KWD"}.Write(500).text, "0.500");
  EXPECT_THAT(AsAmount{"JPY"}.Read(TextNode("5.00")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "\"5.00\" is not an amount such as \"500\" (JPY has 0 "
                       "decimals)"));
}

TEST(ValuesTest, PercentagesHaveTwoDecimals) {
  EXPECT_EQ(*AsPercent().Read(TextNode("12.5%")), 1250);
  EXPECT_EQ(*AsPercent().Read(TextNode("0.15 %")), 15);
  EXPECT_EQ(*AsPercent().Read(NumberNode("15")), 1500);
  EXPECT_EQ(AsPercent().Write(1250).text, "12.5%");
  EXPECT_EQ(AsPercent().Write(10000).text, "100%");
  EXPECT_FALSE(AsPercent().Read(TextNode("12.345%")).ok());
}

TEST(ValuesTest, AFractionThatMayBeAPercentageIsAskedAbout) {
  EXPECT_THAT(AsPercent().Read(NumberNode("0.15")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "0.15 may be meant either way; write \"0.15%\" or "
                       "\"15%\""));
}

TEST(ValuesTest, FactorsAreShareOrNumber) {
  EXPECT_EQ(*AsFactor().Read(TextNode("150%")), 15000);
  EXPECT_EQ(*AsFactor().Read(NumberNode("1.5")), 15000);
  EXPECT_EQ(*AsFactor().Read(NumberNode("2")), 20000);
}

TEST(ValuesTest, QuantitiesAreThousandths) {
  EXPECT_EQ(*AsQuantity().Read(NumberNode("2")), 2000);
  EXPECT_EQ(*AsQuantity().Read(TextNode("1.5")), 1500);
  EXPECT_EQ(AsQuantity().Write(1500).text, "1.5");
}

int64_t Us(const AsMoment& as, const std::string& text) {
  const absl::StatusOr<int64_t> us = as.Read(TextNode(text));
  return us.ok() ? *us : -1;
}

TEST(ValuesTest, TimesWithoutOffsetAreTheShops) {
  const AsMoment start{Zone("Europe/Vienna"), false};
  const int64_t midnight = 1798066800'000'000;  // 2026-12-23T23:00:00Z
  EXPECT_EQ(Us(start, "2026-12-24"), midnight);
  EXPECT_EQ(Us(start, "2026-12-24T00:00"), midnight);
  EXPECT_EQ(Us(start, "2026-12-24 00:00:00"), midnight);
  EXPECT_EQ(Us(start, "2026-12-23T23:00:00Z"), midnight);
  EXPECT_EQ(Us(start, "2026-12-24T01:00:00+02:00"), midnight);
  EXPECT_EQ(Us(start, "2026-12-24T00:00:00.000001"), midnight + 1);
}

TEST(ValuesTest, ADateAsAnEndIncludesTheDay) {
  const absl::TimeZone vienna = Zone("Europe/Vienna");
  const AsMoment start{vienna, false}, end{vienna, true};
  EXPECT_EQ(Us(end, "2026-12-23"), Us(start, "2026-12-24"));
  EXPECT_EQ(end.Write(Us(start, "2026-12-24")).text, "2026-12-23");
  EXPECT_EQ(Us(end, "2026-12-23T12:00:00"), Us(start, "2026-12-23T12:00:00"));
}

TEST(ValuesTest, AnHourThatTheClockShowsTwiceIsWrittenWithOffset) {
  const AsMoment start{Zone("Europe/Vienna"), false};
  const int64_t first = Us(start, "2026-10-25T00:30:00Z");
  const int64_t second = Us(start, "2026-10-25T01:30:00Z");
  EXPECT_EQ(start.Write(first).text, "2026-10-25T02:30:00");
  EXPECT_EQ(start.Write(second).text, "2026-10-25T01:30:00Z");
}

TEST(ValuesTest, WhatIsNoTimeIsRefused) {
  const AsMoment start{Zone("UTC"), false};
  for (const char* text :
       {"", "soon", "2026-02-30", "2026-13-01", "infinite-future", "1970-01-01",
        "2200-01-01", "2026-12-24T25:00:00", " 2026-12-24", "12:00:00"})
    EXPECT_THAT(start.Read(TextNode(text)),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("between 1971 and 2149")))
        << text;
}

}  // namespace
}  // namespace patron::definitions
