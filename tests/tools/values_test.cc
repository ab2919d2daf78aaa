#include "tools/patron/values.h"

#include <string>

#include "tests/testing/status_matchers.h"

namespace patron::cli {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

TEST(ValuesTest, QuantitiesAreThousandths) {
  const std::pair<const char*, int64_t> kGood[] = {
      {"0", 0},     {"1", 1000},        {"1.5", 1500},    {"0.001", 1},
      {"2.", 2000}, {".25", 250},       {"1.2340", 1234}, {" 3 ", 3000},
      {"-0", 0},    {"12345", 12345000}};
  for (const auto& [text, milli] : kGood) {
    ASSERT_OK_AND_ASSIGN(const int64_t parsed, ParseQuantity("q", text));
    EXPECT_EQ(parsed, milli) << text;
  }
}

TEST(ValuesTest, BadQuantitiesNameFieldValueAndReason) {
  const std::pair<const char*, const char*> kBad[] = {
      {"", "quantity: \"\" is not a number"},
      {".", "quantity: \".\" is not a number"},
      {"x", "quantity: \"x\" is not a number"},
      {"1e3", "quantity: \"1e3\" is not a number"},
      {"1,5", "quantity: \"1,5\" is not a number"},
      {"1.2.3", "quantity: \"1.2.3\" is not a number"},
      {"--1", "quantity: \"--1\" is not a number"},
      {"1.2345", "quantity: \"1.2345\" has more than 3 decimal places"},
      {"-1", "quantity: \"-1\" is negative"},
      {"99999999999999999999",
       "quantity: \"99999999999999999999\" is too big"}};
  for (const auto& [text, message] : kBad)
    EXPECT_THAT(ParseQuantity("quantity", text),
                StatusIs(absl::StatusCode::kInvalidArgument, message));
}

TEST(ValuesTest, MinorAmountsAreWholeAndMajorOnesHaveTheCurrencysDigits) {
  const auto amount = [](const char* text, AmountUnit unit,
                         const char* currency) {
    return ParseAmount("amount", text, unit, currency, kAnyNumber);
  };
  EXPECT_EQ(*amount("199", AmountUnit::kMinor, "EUR"), 199);
  EXPECT_EQ(*amount("-199", AmountUnit::kMinor, "EUR"), -199);
  EXPECT_EQ(*amount("199.0", AmountUnit::kMinor, "EUR"), 199);
  EXPECT_EQ(*amount("1.99", AmountUnit::kMajor, "EUR"), 199);
  EXPECT_EQ(*amount("-0.5", AmountUnit::kMajor, "EUR"), -50);
  EXPECT_EQ(*amount("150", AmountUnit::kMajor, "JPY"), 150);
  EXPECT_EQ(*amount("1.234", AmountUnit::kMajor, "KWD"), 1234);
  EXPECT_THAT(amount("1.99", AmountUnit::kMinor, "EUR"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "amount: \"1.99\" is not a whole number"));
  EXPECT_THAT(amount("1.999", AmountUnit::kMajor, "EUR"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("more than 2 decimal places")));
}

TEST(ValuesTest, TimesAreIso8601) {
  constexpr int64_t kSecond = 1'000'000;
  const std::pair<const char*, int64_t> kGood[] = {
      {"2017-01-01", 1483228800 * kSecond},
      {"2017-01-01T11:53", 1483271580 * kSecond},
      {"2017-01-01T11:53:26", 1483271606 * kSecond},
      {"2017-01-01 11:53:26", 1483271606 * kSecond},
      {"2017-01-01T11:53:26Z", 1483271606 * kSecond},
      {"2017-01-01T13:53:26+02:00", 1483271606 * kSecond},
      {"2017-01-01T06:23:26-0530", 1483271606 * kSecond},
      {"2017-01-01T13:53:26+02", 1483271606 * kSecond},
      {"2017-01-01T11:53:26.5", 1483271606 * kSecond + 500'000},
      {"2017-01-01T11:53:26.123456789Z", 1483271606 * kSecond + 123'456},
      {"2016-02-29", 1456704000 * kSecond}};
  for (const auto& [text, us] : kGood) {
    ASSERT_OK_AND_ASSIGN(const int64_t parsed,
                         ParseTime("t", text, absl::UTCTimeZone()));
    EXPECT_EQ(parsed, us) << text;
  }
}

TEST(ValuesTest, DaysAndTimesThatDoNotExistAreRefused) {
  for (const char* text :
       {"2026-02-30", "2017-02-29", "2017-13-01", "2017-00-10", "2017-04-31",
        "2017-01-00", "2017-01-01T24:00:00", "2017-01-01T12:60",
        "2017-01-01T12:00:60"})
    EXPECT_THAT(ParseTime("happened_at", text, absl::UTCTimeZone()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         "happened_at: \"" + std::string(text) +
                             "\" is a day or a time that does not exist"));
}

TEST(ValuesTest, WhatIsNotATimeIsRefused) {
  for (const char* text :
       {"", "yesterday", "01.02.2017", "2017-1-1", "2017-01-01T", "17-01-01",
        "2017-01-01T11", "2017-01-01T11:53:26+", "2017-01-01T11:53:26 CET",
        "2017-01-01T11:53:26.", "2017-01-01T11:53:26Zx", "2017-01-01x"})
    EXPECT_THAT(ParseTime("t", text, absl::UTCTimeZone()),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("is not a time")))
        << text;
  EXPECT_THAT(ParseTime("t", "1970-12-31", absl::UTCTimeZone()),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("between 1971 and 2149")));
}

TEST(ValuesTest, TimesWithoutOffsetAreInTheGivenZone) {
  absl::TimeZone vienna;
  ASSERT_TRUE(absl::LoadTimeZone("Europe/Vienna", &vienna));
  EXPECT_EQ(*ParseTime("t", "2017-07-01T14:00", vienna),
            *ParseTime("t", "2017-07-01T12:00Z", vienna));
  EXPECT_EQ(*ParseTime("t", "2017-01-01T13:00", vienna),
            *ParseTime("t", "2017-01-01T12:00Z", vienna));
}

TEST(ValuesTest, BooleansAreSixWords) {
  for (const char* yes : {"true", "TRUE", "1", "yes"})
    EXPECT_TRUE(*ParseBool("b", yes));
  for (const char* no : {"false", "False", "0", "no"})
    EXPECT_FALSE(*ParseBool("b", no));
  EXPECT_THAT(ParseBool("is_staff", "y"),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("is_staff: \"y\"")));
}

TEST(ValuesTest, MoneyShowsTheCurrencysDigits) {
  EXPECT_EQ(FormatMoney(123450, "EUR"), "1,234.50 EUR");
  EXPECT_EQ(FormatMoney(-5, "USD"), "-0.05 USD");
  EXPECT_EQ(FormatMoney(1500, "JPY"), "1,500 JPY");
  EXPECT_EQ(FormatMoney(1, "KWD"), "0.001 KWD");
}

TEST(ValuesTest, FormattedValuesAreReadBack) {
  for (const int64_t us :
       {int64_t{1483271606123456}, int64_t{1483271606000000}})
    EXPECT_EQ(*ParseTime("t", FormatTime(us), absl::UTCTimeZone()), us);
  for (const int64_t milli : {0, 1, 1000, 1500, 12345678})
    EXPECT_EQ(*ParseQuantity("q", FormatQuantity(milli)), milli);
  EXPECT_EQ(FormatTime(1483271606000000), "2017-01-01T11:53:26Z");
}

}  // namespace
}  // namespace patron::cli
