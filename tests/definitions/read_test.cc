#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "server/definitions/definitions.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

constexpr char kShop[] = "[shop]\ncurrency = \"EUR\"\n";

absl::StatusOr<wire::Definitions> Read(const std::string& offers) {
  return ReadFiles({{"shop.toml", kShop}, {"offers.toml", offers}},
                   Zone("Europe/Vienna"));
}

std::string Offer(const std::string& rest) {
  return "[[offers]]\nid = \"spring\"\nbenefit = \"percent\"\n" + rest;
}

struct Mistake {
  std::string text;
  std::string message;
};

TEST(ReadTest, MistakesAreNamedWithFileLineKeyAndValue) {
  const Mistake mistakes[] = {
      {Offer("percnt = \"15%\"\n"),
       "offers.toml line 4: offers \"spring\".percnt: no such key; did you "
       "mean \"percent\"?"},
      {Offer("percent = \"much\"\n"),
       "offers.toml line 4: offers \"spring\".percent: \"much\" is not a "
       "percentage such as \"15%\" or \"12.5%\""},
      {Offer("percent = true\n"),
       "offers.toml line 4: offers \"spring\".percent: true is not a "
       "percentage such as \"15%\" or \"12.5%\""},
      {Offer("min_spend = \"5.001\"\n"),
       "offers.toml line 4: offers \"spring\".min_spend: \"5.001\" is not an "
       "amount such as \"5.00\" (EUR has 2 decimals)"},
      {Offer("occasion = \"birthdy\"\n"),
       "offers.toml line 4: offers \"spring\".occasion: \"birthdy\" is not "
       "\"always\", \"birthday\", \"welcome\", \"win_back\", \"next_order\", "
       "\"surprise\" or \"personal\"; did you mean \"birthday\"?"},
      {Offer("exclusive = \"yes\"\n"),
       "offers.toml line 4: offers \"spring\".exclusive: \"yes\" is not true "
       "or false"},
      {Offer("priority = \"5\"\n"),
       "offers.toml line 4: offers \"spring\".priority: \"5\" is not a whole "
       "number without quotes"},
      {Offer("priority = 1.5\n"),
       "offers.toml line 4: offers \"spring\".priority: 1.5 is not a whole "
       "number"},
      {Offer("priority = 5000000000\n"),
       "offers.toml line 4: offers \"spring\".priority: 5000000000 is too "
       "large"},
      {Offer("codes = \"A\"\n"),
       "offers.toml line 4: offers \"spring\".codes: \"A\" is not a list of "
       "texts such as [\"a\"]"},
      {Offer("starts = \"2026-02-30\"\n"),
       "offers.toml line 4: offers \"spring\".starts: \"2026-02-30\" is not a "
       "time between 1971 and 2149 such as 2026-12-24 or "
       "2026-12-24T18:00:00"},
      {Offer("starts = 12:00:00\n"),
       "offers.toml line 4: offers \"spring\".starts: 12:00:00 is not a time "},
      {Offer("priority = 99999999999999999999999\n"),
       "offers.toml line 4: offers \"spring\".priority: "
       "99999999999999999999999 is not a whole number"},
      {Offer("limits = 5\n"),
       "offers.toml line 4: offers \"spring\".limits: 5 is not a table such as "
       "{ … }"},
      {Offer("limits = { use = 5 }\n"),
       "offers.toml line 4: offers \"spring\".limits.use: no such key; did you "
       "mean \"uses\"?"},
      {Offer("early_starts = [{ programme = \"club\", tier = \"gold\" }]\n"),
       "offers.toml line 4: offers \"spring\".early_starts[1].hours: is "
       "missing"},
      {"[[offers]]\nname = \"x\"\nbenefit = \"percent\"\n",
       "offers.toml line 1: offers[1].id: is missing"},
      {"\n[[offers]]\nid = \"x\"\n",
       "offers.toml line 2: offers \"x\".benefit: is missing"},
      {"[offers]\nid = \"x\"\n", "offers.toml line 1: offers: "},
      {"[[offer]]\nid = \"x\"\n",
       "offers.toml line 1: offer: no such key; did you mean \"offers\"?"},
      {"[[programmes]]\nid = \"c\"\nexpiry = { after = \"12 moons\" }\n",
       "offers.toml line 3: programmes \"c\".expiry: { after = \"12 moons\" } "
       "is not \"never\", { after = \"90 days\" }"},
      {"[[programmes]]\nid = \"c\"\nearn = { points = 1, per = \"1\", x = 1 "
       "}\n",
       "offers.toml line 3: programmes \"c\".earn.x: no such key"},
      {"[[programmes]]\nid = \"c\"\n[[programmes.event_points]]\n"
       "kind = \"visitors\"\npoints = 1\n",
       "offers.toml line 4: programmes \"c\".event_points "
       "\"visitors\".kind: \"visitors\" is not \"view\""},
  };
  for (const Mistake& mistake : mistakes)
    EXPECT_THAT(Read(mistake.text), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr(mistake.message)))
        << mistake.text;
}

TEST(ReadTest, AllMistakesAreToldAtOnce) {
  const absl::Status status =
      Read(Offer("percnt = 5\nday = 3\nexclusive = 1\n")).status();
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("percnt")));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("line 5")));
  EXPECT_THAT(status, StatusIs(absl::StatusCode::kInvalidArgument,
                               HasSubstr("exclusive")));
}

TEST(ReadTest, AnIdThatStandsTwiceIsNamedWithBothPlaces) {
  EXPECT_THAT(
      ReadFiles({{"a.toml", kShop + Offer("percent = 5\n")},
                 {"b.toml", "# More.\n" + Offer("percent = 6\n")}},
                Zone("UTC")),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "b.toml line 3: offers \"spring\": stands already in a.toml "
               "line 4"));
  EXPECT_THAT(ReadFiles({{"a.toml", kShop}, {"b.toml", kShop}}, Zone("UTC")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "b.toml line 1: [shop] stands already in a.toml line "
                       "1"));
}

TEST(ReadTest, WhatIsNotTomlIsNamedWithItsLine) {
  const Mistake mistakes[] = {
      {"[[offers]]\nid = \n",
       "offers.toml line 2: is not TOML: missing value after key-value "
       "separator '=' (expected value, but got nothing)"},
      {"[[offers]]\nid = \"a\"\nid = \"b\"\n",
       "offers.toml line 3: is not TOML: "},
      {"[[offers]]\nid = \"a\nname = \"b\"\n",
       "offers.toml line 2: is not TOML: "},
      {Offer("starts = 2026-02-30\n"),
       "offers.toml line 4: is not TOML: invalid date"},
      {Offer("\nstarts = 2026-02-03T25:00:00\n"),
       "offers.toml line 5: is not TOML: invalid time"},
      {"\n\nid = \"\xff\"\n", "offers.toml line 3: is not UTF-8"},
  };
  for (const Mistake& mistake : mistakes)
    EXPECT_THAT(Read(mistake.text), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr(mistake.message)))
        << mistake.text;
}

TEST(ReadTest, DeepNestingIsRefusedBeforeItIsParsed) {
  const std::string deep(1'000'000, '[');
  std::string dotted = "a";
  for (int i = 0; i < 100'000; ++i) dotted += ".a";
  for (const std::string& text :
       {"x = " + deep, "x = " + std::string(100'000, '{'), dotted + " = 1",
        "[" + dotted + "]"})
    EXPECT_THAT(Read(text), StatusIs(absl::StatusCode::kInvalidArgument,
                                     HasSubstr("nested deeper than 32")));
}

TEST(ReadTest, BracketsAndDotsInTextsAreNoNesting) {
  const std::string many(200, '[');
  EXPECT_OK(Read(Offer("name = '" + many + "'\nkind = \"\\\"" + many +
                       "....\"\ngroup = '''\n'" + many + "\n''' # '''" + many +
                       "\npercent = 5\n")));
}

TEST(ReadTest, NumbersNeverPassThroughFloatingPoint) {
  ASSERT_OK_AND_ASSIGN(
      const wire::Definitions d,
      Read(Offer("percent = 1.15\nmin_spend = 92233720368547758.07\n")));
  EXPECT_EQ(d.offers[0].percent_bp, 115);
  EXPECT_EQ(d.offers[0].min_spend, INT64_MAX);
  EXPECT_THAT(Read(Offer("percent = 0.29e2\n")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("0.29e2 is not a percentage")));
}

TEST(ReadTest, TheShopsCurrencyHoldsInEveryFile) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions d,
                       ReadFiles({{"a.toml", Offer("min_spend = \"500\"\n")},
                                  {"z.toml", "[shop]\ncurrency = \"JPY\"\n"}},
                                 Zone("UTC")));
  EXPECT_EQ(d.offers[0].currency, "JPY");
  EXPECT_EQ(d.offers[0].min_spend, 500);
  EXPECT_THAT(ReadFiles({{"a.toml", Offer("")}}, Zone("UTC")),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "a.toml line 1: offers \"spring\".currency: is "
                       "missing"));
}

TEST(ReadTest, SharedCodesNeedNoOtherWord) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions d,
                       Read(Offer("codes = [\"A\", \"B\"]\n")));
  EXPECT_TRUE(d.offers[0].needs_code);
}

TEST(ReadTest, TierCreditIsMoneyOrPoints) {
  const std::string tier = "[[programmes.tiers]]\nid = \"gold\"\ncredit = ";
  const std::string club = "[[programmes]]\nid = \"club\"\n";
  ASSERT_OK_AND_ASSIGN(const wire::Definitions money,
                       Read(club + tier + "\"500.00\"\n"));
  EXPECT_EQ(money.programmes[0].tiers[0].credit, 50'000);
  ASSERT_OK_AND_ASSIGN(
      const wire::Definitions points,
      Read(club + "tier_credit = \"points\"\n" + tier + "500\n"));
  EXPECT_EQ(points.programmes[0].tiers[0].credit, 500);
}

TEST(ReadTest, FilesFromWindowsRead) {
  ASSERT_OK_AND_ASSIGN(
      const wire::Definitions d,
      Read("[[offers]]\r\nid = \"spring\"\r\nbenefit = \"percent\"\r\n"
           "percent = \"15%\"\r\nends = 2026-12-24\r\n"));
  EXPECT_EQ(d.offers[0].percent_bp, 1500);
}

}  // namespace
}  // namespace patron::definitions
