// Segments, campaigns, contact rules, holdout, stores and thresholds: their
// keys, their mistakes, their differences.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

#include "absl/strings/str_cat.h"
#include "server/definitions/definitions.h"
#include "tests/definitions/some_definitions.h"
#include "tests/testing/status_matchers.h"

namespace patron::definitions {
namespace {

using ::patron::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Pair;

constexpr char kShop[] = "[shop]\ncurrency = \"EUR\"\n";

absl::StatusOr<wire::Definitions> Read(const std::string& text) {
  return ReadFiles({{"a.toml", text}, {"shop.toml", kShop}},
                   Zone("Europe/Vienna"));
}

std::string Campaign(const std::string& rest) {
  return absl::StrCat(
      "[[campaigns]]\nid = \"letter\"\nchannel = \"email\"\nstarts = "
      "2026-12-01\nends = 2026-12-24\n",
      rest);
}

constexpr char kEveryKey[] = R"(
[contact]
cap = 2
cap_days = 7
quiet = "21:30-08:00"
relevance_floor = "0.35"
just_bought_days = 21

[prediction]
day = 2026-11-22
customers = 2357
r = "0.243"
alpha = 4.414
a = "0.793"
b = "2.426"
currency = "EUR"
p = "6.25"
q = "3.74"
v = 1544

[holdout]
share = "5%"
salt = "2026"
campaigns = false
offers = true
recommendations = true

[[stores]]
id = "S1"
name = "Graben"
time_zone = "Europe/Vienna"

[segment_thresholds]
lost_days = 365
"vip_spend" = 100000

[[segments]]
id = "loyal"
name = "Loyal"
meaning = "Bought more than ten times."
rule = "purchases > 10"

[[campaigns]]
id = "letter"
name = "Spring letter"
kind = "win_back"
segments = ["loyal", "lost"]
rule = "not is_staff"
exclude_segments = ["vip"]
exclude_rule = "is_business"
channel = "email"
purpose = "newsletter"
starts = 2026-03-01
ends = 2026-03-07
placement = "new_arrivals"
products = 4
product_rule = 'category has "coffee"'
offers = ["spring", "summer"]
offer_required = true
priority = 7
holdout = "10%"
budget = "1000.00"
currency = "USD"
cost_per_contact = "0.02"
relevance_floor = 0.25
outcome_days = 30
[[campaigns.variants]]
id = "a"
creative = "short"
weight = 3
offers = ["spring"]
[[campaigns.variants]]
id = "b"
)";

wire::Campaign EveryFieldOfACampaign() {
  wire::Campaign c;
  c.id = "letter";
  c.name = "Spring letter";
  c.kind = wire::CampaignKind::WIN_BACK;
  c.segments = {"loyal", "lost"};
  c.rule = "not is_staff";
  c.exclude_segments = {"vip"};
  c.exclude_rule = "is_business";
  c.channel = "email";
  c.purpose = "newsletter";
  c.starts_us = 1'772'319'600'000'000;  // 2026-03-01 00:00 in Vienna
  c.ends_us = 1'772'924'400'000'000;    // 2026-03-08 00:00
  c.placement = "new_arrivals";
  c.products = 4;
  c.product_rule = "category has \"coffee\"";
  c.offer_ids = {"spring", "summer"};
  c.offer_required = true;
  c.priority = 7;
  c.holdout_bp = 1000;
  c.budget = 100'000;
  c.currency = "USD";
  c.cost_per_contact = 2;
  c.relevance_floor = 250;
  c.outcome_days = 30;
  c.variants.resize(2);
  c.variants[0].id = "a";
  c.variants[0].creative = "short";
  c.variants[0].weight = 3;
  c.variants[0].offer_ids = {"spring"};
  c.variants[1].id = "b";
  return c;
}

wire::Definitions EveryField() {
  wire::Definitions d;
  d.currency = "EUR";
  wire::ContactRules& r = d.contact;
  r.cap = 2;
  r.cap_days = 7;
  r.quiet_from = 21 * 60 + 30;
  r.quiet_until = 8 * 60;
  r.relevance_floor = 350;
  r.just_bought_days = 21;
  wire::Holdout& h = d.holdout;
  h.share_bp = 500;
  h.salt = "2026";
  h.campaigns = false;
  h.offers = h.recommendations = true;
  wire::Prediction prediction;
  prediction.day = 20'779;
  prediction.customers = 2357;
  prediction.r = 243'000;
  prediction.alpha = 4'414'000;
  prediction.a = 793'000;
  prediction.b = 2'426'000;
  prediction.currency = "EUR";
  prediction.p = 6'250'000;
  prediction.q = 3'740'000;
  prediction.v = 1'544'000'000;
  d.__set_prediction(prediction);
  wire::Store& store = d.stores.emplace_back();
  store.id = "S1";
  store.name = "Graben";
  store.time_zone = "Europe/Vienna";
  d.thresholds = {{"lost_days", 365}, {"vip_spend", 100'000}};
  wire::Segment& s = d.segments.emplace_back();
  s.id = "loyal";
  s.name = "Loyal";
  s.meaning = "Bought more than ten times.";
  s.rule = "purchases > 10";
  d.campaigns = {EveryFieldOfACampaign()};
  return d;
}

TEST(MarketingTest, EveryKeyIsReadAndWritten) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions d, Read(kEveryKey));
  EXPECT_EQ(d, EveryField());
  ASSERT_OK_AND_ASSIGN(const wire::Definitions again,
                       ReadFiles(WriteFiles(d, Zone("UTC")), Zone("UTC")));
  EXPECT_EQ(again, d);
}

TEST(MarketingTest, WhatIsNotSaidHasItsUsualValue) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions d, Read(Campaign("")));
  EXPECT_EQ(d.contact, wire::ContactRules());
  EXPECT_EQ(d.holdout, wire::Holdout());
  wire::Campaign usual;
  usual.id = "letter";
  usual.channel = "email";
  usual.currency = "EUR";
  usual.starts_us = d.campaigns[0].starts_us;
  usual.ends_us = d.campaigns[0].ends_us;
  EXPECT_EQ(d.campaigns[0], usual);
}

TEST(MarketingTest, QuietHoursMayBeSaidApartOrNotAtAll) {
  ASSERT_OK_AND_ASSIGN(const wire::Definitions apart,
                       Read("[contact]\nquiet_from = \"20:00\"\n"));
  EXPECT_EQ(apart.contact.quiet_from, 1200);
  EXPECT_EQ(apart.contact.quiet_until, 540);
  ASSERT_OK_AND_ASSIGN(
      const wire::Definitions both,
      Read("[contact]\nquiet_from = \"20:00\"\nquiet_until = \"06:15\"\n"));
  EXPECT_EQ(both.contact.quiet_until, 375);
  ASSERT_OK_AND_ASSIGN(const wire::Definitions none,
                       Read("[contact]\nquiet = \"none\"\n"));
  EXPECT_EQ(none.contact.quiet_from, none.contact.quiet_until);
}

struct Mistake {
  std::string text;
  std::string message;
};

TEST(MarketingTest, MistakesAreNamedWithFileLineKeyAndValue) {
  const Mistake mistakes[] = {
      {"[contact]\nquiet = \"7pm\"\n",
       "a.toml line 2: contact.quiet: \"7pm\" is not two times of the day such "
       "as \"19:00-09:00\", or \"none\""},
      {"[contact]\nquiet = \"24:00-09:00\"\n", "\"24:00-09:00\" is not two"},
      {"[contact]\nquiet = \"09:00-09:00\"\n", "\"09:00-09:00\" is not two"},
      {"[contact]\nquiet_from = \"7:00\"\n",
       "a.toml line 2: contact.quiet_from: \"7:00\" is not a time of the day "
       "such as \"19:00\""},
      {"[contact]\nquiet = \"19:00-09:00\"\nquiet_until = \"08:00\"\n",
       "a.toml line 2: contact.quiet: says what quiet_from and quiet_until say "
       "too"},
      {"[contact]\nrelevance_floor = \"-0.5\"\n",
       "contact.relevance_floor: \"-0.5\" is not a score such as \"0.35\""},
      {"[contact]\nrelevance_floor = 0.3555\n", "0.3555 is not a score"},
      {"[contact]\ncaps = 1\n",
       "a.toml line 2: contact.caps: no such key; did you mean \"cap\"?"},
      {"[holdout]\nshare = 0.05\n",
       "a.toml line 2: holdout.share: 0.05 may be meant either way; write "
       "\"0.05%\" or \"5%\""},
      {"[[segments]]\nname = \"x\"\n",
       "a.toml line 1: segments[1].id: is missing"},
      {"[segment_thresholds]\nlost_days = \"90\"\n",
       "a.toml line 2: segment_thresholds.lost_days: \"90\" is not a whole "
       "number without quotes"},
      {"segment_thresholds = 5\n",
       "a.toml line 1: segment_thresholds: 5 is not a table"},
      {"[[campaigns]]\nid = \"x\"\nstarts = 2026-12-01\nends = 2026-12-24\n",
       "a.toml line 1: campaigns \"x\".channel: is missing"},
      {"[[campaigns]]\nid = \"x\"\nchannel = \"email\"\n",
       "campaigns \"x\".starts: is missing"},
      {Campaign("kind = \"promotions\"\n"),
       "a.toml line 6: campaigns \"letter\".kind: \"promotions\" is not "
       "\"promotion\", "},
      {Campaign("placement = \"new_arivals\"\n"),
       "a.toml line 6: campaigns \"letter\".placement: \"new_arivals\" is not "
       "\"home\", \"buy_again\", \"trending\", \"new_arrivals\", "
       "\"after_purchase\" or \"email\"; did you "
       "mean \"new_arrivals\"?"},
      {Campaign("budget = \"1.005\"\n"), "\"1.005\" is not an amount"},
      {Campaign("[[campaigns.variants]]\nid = \"a\"\nwheight = 1\n"),
       "a.toml line 8: campaigns \"letter\".variants \"a\".wheight: no such "
       "key; did you mean \"weight\"?"},
  };
  for (const Mistake& mistake : mistakes)
    EXPECT_THAT(Read(mistake.text), StatusIs(absl::StatusCode::kInvalidArgument,
                                             HasSubstr(mistake.message)))
        << mistake.text;
}

TEST(MarketingTest, SegmentsOfCampaignsAreTheShopsOrSomebodyElses) {
  wire::Definitions d = SmallShop();
  const auto is_other = [](absl::string_view id) { return id == "lost"; };
  d.campaigns[0].segments = {"loyal", "lost"};
  d.campaigns[0].exclude_segments = {"lost"};
  EXPECT_OK(CheckSegmentReferences(d, is_other));
  d.campaigns[0].segments = {"loyl"};
  d.campaigns[0].exclude_segments = {"found"};
  EXPECT_THAT(
      CheckSegmentReferences(d, is_other),
      StatusIs(absl::StatusCode::kInvalidArgument,
               "campaigns \"letter\".segments: \"loyl\" is no segment; did you "
               "mean \"loyal\"?\ncampaigns \"letter\".exclude_segments: "
               "\"found\" is no segment"));
}

TEST(MarketingTest, ThresholdsAreThoseOfReadyMadeSegments) {
  wire::Definitions d;
  d.thresholds = {{"lost_days", 90}, {"vip_spent", 1}};
  EXPECT_OK(CheckThresholdNames(d, {"lost_days", "vip_spent"}));
  EXPECT_THAT(CheckThresholdNames(d, {"lost_days", "vip_spend"}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       "segment_thresholds.vip_spent: no ready-made segment "
                       "has it; did you mean \"vip_spend\"?"));
}

TEST(MarketingTest, DifferencesAreInTheWordsOfTheFiles) {
  wire::Definitions from = SmallShop();
  wire::Definitions to = SmallShop();
  from.thresholds = {{"lost_days", 90}, {"new_days", 30}};
  to.thresholds = {{"lost_days", 180}, {"vip_spend", 7}};
  to.contact.quiet_from = 1200;
  to.holdout.share_bp = 500;
  to.__set_prediction(wire::Prediction());
  to.prediction.r = 250'000;
  to.stores[0].time_zone = "UTC";
  to.segments.emplace_back().id = "new";
  wire::Campaign& c = to.campaigns[0];
  c.relevance_floor = 350;
  c.placement = "buy_again";
  c.variants.emplace_back().id = "a";
  EXPECT_THAT(
      Differences(from, to, Zone("Europe/Vienna")),
      ElementsAre("~ contact: quiet 19:00-09:00 -> 20:00-09:00",
                  "~ holdout: share none -> 5%",
                  "~ segment_thresholds: new_days 30 -> none",
                  "~ segment_thresholds: lost_days 90 -> 180",
                  "~ segment_thresholds: vip_spend none -> 7",
                  "~ prediction: r none -> 0.25",
                  "~ prediction: alpha none -> 0", "~ prediction: a none -> 0",
                  "~ prediction: b none -> 0", "+ segment new",
                  "~ campaign letter: placement home -> buy_again",
                  "~ campaign letter: relevance_floor none -> 0.35",
                  "~ campaign letter: variants a added",
                  "~ store S1: time_zone none -> UTC"));
}

TEST(MarketingTest, FilesAreWhereAPersonWouldLook) {
  wire::Definitions d = SmallShop();
  d.contact.quiet_from = 1200;
  d.holdout.share_bp = 500;
  d.thresholds["lost_days"] = 90;
  d.campaigns[0].variants.emplace_back().id = "a";
  const Files files = WriteFiles(d, Zone("UTC"));
  EXPECT_THAT(files.at("shop.toml"), HasSubstr(R"(
[shop]
currency = "EUR"

[contact]
quiet = "20:00-09:00"

[holdout]
share = "5%"

[[stores]]
id = "S1"

[segment_thresholds]
lost_days = 90
)"));
  EXPECT_THAT(files.at("segments.toml"), HasSubstr(R"(
[[segments]]
id = "loyal"
rule = "purchases > 10"
)"));
  EXPECT_THAT(files.at("campaigns.toml"), HasSubstr(R"(
[[campaigns]]
id = "letter"
segments = ["loyal"]
channel = "email"
starts = 2026-05-28T20:26:40
ends = 2026-05-29T20:26:40
offers = ["spring"]

[[campaigns.variants]]
id = "a"
)"));
}

// Reading takes any name; Validate says what names may be.
TEST(MarketingTest, NamesOfThresholdsAreQuotedWhereTheyMustBe) {
  wire::Definitions d;
  d.thresholds = {{"", 1}, {"a.b", 2}, {"ä\"\n", 3}, {"plain", 4}};
  ASSERT_OK_AND_ASSIGN(const wire::Definitions again,
                       ReadFiles(WriteFiles(d, Zone("UTC")), Zone("UTC")));
  EXPECT_THAT(again.thresholds,
              ElementsAre(Pair("", 1), Pair("a.b", 2), Pair("plain", 4),
                          Pair("ä\"\n", 3)));
}

}  // namespace
}  // namespace patron::definitions
