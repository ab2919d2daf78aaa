// Each line is a rule and whether it holds for the customer of fakes.h.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "server/rules/rules.h"
#include "tests/subjects/fakes.h"
#include "tests/testing/status_matchers.h"

namespace patron::subjects {
namespace {

using ::patron::testing::Ann;
using ::patron::testing::kToday;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;

bool Holds(const std::string& rule, const CustomerParts& parts) {
  const auto program = rules::Compile(rule, CustomerSchema());
  EXPECT_OK(program) << rule;
  return program.ok() && program->Holds(CustomerSubject(parts));
}

void Expect(bool expected, const CustomerParts& parts,
            const std::vector<std::string>& rules) {
  for (const std::string& rule : rules)
    EXPECT_EQ(Holds(rule, parts), expected) << rule;
}

TEST(CustomerSubjectTest, KeysThatNoFieldTakesAreRefused) {
  for (const char* const rule :
       {"children_under[\"teen\"] > 0", "feedback[\"applause\"] > 0",
        "days_since_last_feedback[\"npx\"] > 30d",
        "predicted_purchases[\"soon\"] > 0", "predicted_purchases[\"0\"] > 0",
        "predicted_purchases[\"3651\"] > 0", "spend[\"euro\"] > 0"})
    EXPECT_THAT(
        rules::Compile(rule, CustomerSchema()),
        StatusIs(absl::StatusCode::kInvalidArgument, HasSubstr("takes")))
        << rule;
}

TEST(CustomerSubjectTest, TheProfile) {
  const Ann ann;
  Expect(true, ann.Parts(),
         {
             "identified",
             "birth_year = 1980 and birth_month = 7 and birth_day = 1",
             "age = 45",
             "days_to_birthday = 16",
             "gender = \"f\" and locale = \"de-AT\"",
             "household_size = 3 and children = 2 and youngest_child_age = 10",
             "oldest_child_age = 14 and children_under[\"13\"] = 1",
             "children_under[\"14\"] = 1 and children_under[\"15\"] = 2",
             "time_zone = \"Europe/Vienna\"",
             "priorities has \"pets\"",
             "not priorities has \"coffee\"",
             "service_preference = \"assisted\"",
             "preferred_store = \"s2\" and preferred_channel = \"email\"",
             "associate = \"Bea\"",
             "is_staff and not is_partner and not is_business",
             "attribute[\"shoe\"] = \"39\"",
             "not known(attribute[\"hat\"])",
             "consent[\"email/marketing\"] and consent(email)",
             "not known(consent[\"email/service\"])",
             "not known(consent[\"email/market\"])",
             "not known(consent[\"emailxmarketing\"])",
             "not known(consent[\"\"])",
         });
}

TEST(CustomerSubjectTest, AnEmptyProfileKnowsOnlyCountsAndFlags) {
  Ann ann;
  ann.traits = facts::Traits();
  Expect(true, ann.Parts(),
         {"children = 0", "children_under[\"13\"] = 0", "not is_staff",
          "known(is_staff)"});
  Expect(false, ann.Parts(),
         {
             "known(birth_year)",
             "known(birth_month)",
             "known(birth_day)",
             "known(age)",
             "known(days_to_birthday)",
             "known(gender)",
             "known(locale)",
             "known(household_size)",
             "known(time_zone)",
             "known(youngest_child_age)",
             "known(oldest_child_age)",
             "known(service_preference)",
             "known(preferred_store)",
             "known(preferred_channel)",
             "known(associate)",
             "known(attribute[\"shoe\"])",
             "known(consent[\"email/marketing\"])",
             "priorities has \"pets\"",
         });
}

TEST(CustomerSubjectTest, TheConsentGivenLastStands) {
  Ann ann;
  wire::Consent taken_back = ann.traits.consents[0];
  taken_back.granted = false;
  taken_back.given_at_us = 3;
  ann.traits.consents.insert(ann.traits.consents.begin(), taken_back);
  EXPECT_FALSE(Holds("consent[\"email/marketing\"]", ann.Parts()));
  EXPECT_TRUE(Holds("known(consent[\"email/marketing\"])", ann.Parts()));
}

TEST(CustomerSubjectTest, AgeAndBirthdayByTheDay) {
  struct Case {
    absl::CivilDay today;
    int year, month, day;           // 0 = not told
    int64_t age, days_to_birthday;  // -1 = not known
  };
  for (const Case& c : {
           Case{absl::CivilDay(2026, 6, 30), 1980, 7, 1, 45, 1},
           Case{absl::CivilDay(2026, 7, 1), 1980, 7, 1, 46, 0},
           Case{absl::CivilDay(2026, 7, 2), 1980, 7, 1, 46, 364},
           Case{absl::CivilDay(2026, 2, 28), 2000, 2, 29, 25, 1},
           Case{absl::CivilDay(2026, 3, 1), 2000, 2, 29, 26, 0},
           Case{absl::CivilDay(2028, 2, 29), 2000, 2, 29, 28, 0},
           Case{absl::CivilDay(2026, 12, 31), 1980, 1, 1, 46, 1},
           // Never older than she may be.
           Case{absl::CivilDay(2026, 12, 30), 1980, 0, 0, 45, -1},
           Case{absl::CivilDay(2026, 12, 31), 1980, 0, 0, 46, -1},
           Case{absl::CivilDay(2026, 2, 27), 1980, 2, 0, 45, -1},
           Case{absl::CivilDay(2026, 2, 28), 1980, 2, 0, 46, -1},
           Case{absl::CivilDay(2026, 2, 28), 1980, 0, 5, 45, -1},
           Case{absl::CivilDay(2026, 6, 1), 0, 6, 2, -1, 1},
           Case{absl::CivilDay(2026, 6, 1), 2026, 12, 2, 0, 184},
       }) {
    Ann ann;
    ann.traits.__isset.birth_year = c.year != 0;
    ann.traits.birth_year = c.year;
    ann.traits.__isset.birth_month = c.month != 0;
    ann.traits.birth_month = c.month;
    ann.traits.__isset.birth_day = c.day != 0;
    ann.traits.birth_day = c.day;
    CustomerParts parts = ann.Parts();
    parts.today = static_cast<Day>(c.today - absl::CivilDay(1970));
    EXPECT_EQ(Holds("known(age)", parts), c.age >= 0) << c.today;
    EXPECT_EQ(Holds("age = " + std::to_string(c.age), parts), c.age >= 0)
        << c.today << " " << c.age;
    EXPECT_EQ(Holds("known(days_to_birthday)", parts), c.days_to_birthday >= 0);
    EXPECT_EQ(Holds("days_to_birthday = " + std::to_string(c.days_to_birthday),
                    parts),
              c.days_to_birthday >= 0)
        << c.today << " " << c.days_to_birthday;
  }
}

TEST(CustomerSubjectTest, TheFacts) {
  const Ann ann;
  Expect(true, ann.Parts(),
         {
             "purchases = 4 and lines = 10 and returns = 1 and events = 7",
             "spend[\"EUR\"] = 10002 and spend[\"USD\"] = 0",
             "returned[\"EUR\"] = 250 and returned[\"USD\"] = 0",
             "average_ticket[\"EUR\"] = 2500",
             "days_since_first_purchase = 100",
             "days_since_last_purchase = 5 and recency = 5d",
             "usual_gap_days = 31 and usual_gap_days > 1m",
             "spend[\"EUR\"] = 100.02 EUR and average_ticket[\"EUR\"] < 25.01 "
             "EUR",
             "stores has \"s1\" and stores has \"s2\"",
             "not stores has \"s3\"",
             "channels has any (\"app\", \"web\")",
             "not channels has \"app\"",
             "purchases_in_store[\"s1\"] = 3",
             "purchases_in_store[\"s3\"] = 0",
             "purchases_in_channel[\"web\"] = 1",
             "purchases_in_channel[\"app\"] = 0",
             "distinct_products = 2",
             "bought has \"mug\" and not bought has \"tea\"",
             "first_source = \"newsletter\"",
             "full_price_lines = 4 and discounted_lines = 6",
             "deep_discount_lines = 3",
             "coupon_lines = 3 and coupon_purchases = 2",
             "days_since_last_coupon = 30",
             "feedback[\"nps\"] = 2 and feedback[\"complaint\"] = 1",
             "feedback[\"review\"] = 0 and feedback_sum[\"review\"] = 0",
             "feedback_sum[\"nps\"] = 13 and feedback_first[\"nps\"] = 9",
             "feedback_last[\"nps\"] = 4",
             "days_since_first_feedback[\"nps\"] = 20",
             "days_since_last_feedback[\"nps\"] = 9",
             "days_since_last_feedback[\"complaint\"] = 3d",
             "not known(feedback_last[\"complaint\"])",
             "not known(days_since_last_feedback[\"csat\"])",
         });
}

// The worked example of the papers: times are days here.
TEST(CustomerSubjectTest, WhatIsPredicted) {
  Ann ann;
  facts::Summary& summary = ann.facts.summary;
  summary.purchases = 3;
  summary.first_day = kToday - 39;
  summary.last_day = kToday - 39 + 30;
  summary.spend = {{"EUR", 3 * 2235}};
  Expect(true, ann.Parts(),
         {
             "predicted_churn = 28",
             "predicted_purchases[\"39\"] > 1150",
             "predicted_purchases[\"39\"] < 1250",
             "predicted_purchases[\"1\"] < predicted_purchases[\"2\"]",
             "predicted_days_to_purchase = 16",
             "predicted_ticket[\"EUR\"] > 23.90 EUR",
             "predicted_ticket[\"EUR\"] < 24.10 EUR",
             "predicted_spend[\"EUR\"] > predicted_ticket[\"EUR\"] * 5",
         });
  Expect(false, ann.Parts(),
         {
             "known(predicted_ticket[\"USD\"])",
             "known(predicted_spend[\"USD\"])",
         });
  summary.spend.emplace_back("USD", 5);
  Expect(false, ann.Parts(), {"known(predicted_ticket[\"EUR\"])"});
}

TEST(CustomerSubjectTest, NothingIsPredictedOfTooLittle) {
  Ann ann;
  facts::Summary& summary = ann.facts.summary;
  summary.purchases = 1;
  summary.first_day = summary.last_day = kToday - 30;
  Expect(true, ann.Parts(),
         {"not known(predicted_churn)", "known(predicted_purchases[\"30\"])",
          "known(predicted_spend[\"EUR\"])"});
  summary = facts::Summary();
  const std::vector<std::string> all = {
      "known(predicted_churn)", "known(predicted_purchases[\"30\"])",
      "known(predicted_days_to_purchase)", "known(predicted_ticket[\"EUR\"])",
      "known(predicted_spend[\"EUR\"])"};
  Expect(false, ann.Parts(), all);
  Ann unlearned;
  CustomerParts parts = unlearned.Parts();
  parts.prediction = nullptr;
  Expect(false, parts, all);
  unlearned.prediction.amounts.reset();
  Expect(false, unlearned.Parts(), {"known(predicted_ticket[\"EUR\"])"});
}

TEST(CustomerSubjectTest, WhatIsPredictedDecidesNoPromise) {
  EXPECT_OK(CompileEligible("purchases > 3 and known(gender)"));
  for (const std::string rule :
       {"predicted_churn > 50", "known(predicted_spend[\"EUR\"])",
        "count(lines where lines.quantity < customer.predicted_churn) > 1"})
    EXPECT_THAT(CompileEligible(rule),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         HasSubstr("may stand in segments and campaigns only")))
        << rule;
}

TEST(CustomerSubjectTest, OfANewCustomerCountsAreZeroAndTheRestUnknown) {
  Ann ann;
  ann.facts = facts::CustomerFacts();
  Expect(true, ann.Parts(),
         {
             "purchases = 0 and lines = 0 and returns = 0 and events = 0",
             "spend[\"EUR\"] = 0 and returned[\"EUR\"] = 0",
             "purchases_in_store[\"s1\"] = 0",
             "distinct_products = 0 and coupon_lines = 0",
             "full_price_lines = 0 and discounted_lines = 0",
         });
  Expect(false, ann.Parts(),
         {
             "known(average_ticket[\"EUR\"])",
             "known(days_since_first_purchase)",
             "known(days_since_last_purchase)",
             "known(usual_gap_days)",
             "known(first_source)",
             "known(days_since_last_coupon)",
             "stores has \"s1\"",
             "channels has \"store\"",
             "bought has \"mug\"",
         });
}

TEST(CustomerSubjectTest, WithTwoCurrenciesThereIsNoAverageTicket) {
  Ann ann;
  ann.facts.summary.spend.emplace_back("USD", 700);
  EXPECT_FALSE(Holds("known(average_ticket[\"EUR\"])", ann.Parts()));
  ann.facts.summary.spend.clear();
  EXPECT_TRUE(Holds("average_ticket[\"EUR\"] = 0", ann.Parts()))
      << "everything was a gift";
}

TEST(CustomerSubjectTest, Loyalty) {
  const Ann ann;
  Expect(true, ann.Parts(),
         {
             "member[\"club\"] and tier[\"club\"] = \"gold\"",
             "tier[\"club\"] in (\"silver\", \"gold\")",
             "tier_rank[\"club\"] = 1 and tier_credit[\"club\"] = 6000",
             "points[\"club\"] = 100 and pending_points[\"club\"] = 30",
             "referred",
             "not known(member[\"other\"]) and not known(tier[\"other\"])",
             "not known(tier_rank[\"other\"]) and not known(points[\"other\"])",
         });
}

TEST(CustomerSubjectTest, WithoutAKeyLoyaltyIsOfTheFirstProgramme) {
  Ann ann;
  loyalty::NumberedProgramme other = ann.programmes.all[0];
  other.ordinal = 8;
  other.programme.id = "other";
  ann.programmes.all.push_back(other);
  Expect(true, ann.Parts(),
         {
             "member and tier in (\"gold\", \"vip\") and tier_rank = 1",
             "tier_credit = 6000 and points >= 100 and pending_points = 30",
             "tier[\"\"] = \"gold\" and not member[\"other\"]",
         });
  ann.programmes.all.erase(ann.programmes.all.begin());
  Expect(true, ann.Parts(),
         {"known(member) and not member", "not known(tier)", "points = 0"});
  ann.programmes.all.clear();
  Expect(false, ann.Parts(), {"known(member)", "known(points)"});
}

TEST(CustomerSubjectTest, WithOnePurchaseThereIsNoUsualGap) {
  Ann ann;
  ann.facts.summary.purchases = 1;
  EXPECT_FALSE(Holds("known(usual_gap_days)", ann.Parts()));
  ann.facts.summary.purchases = 2;
  EXPECT_TRUE(Holds("usual_gap_days = 95d", ann.Parts()));
}

TEST(CustomerSubjectTest, WithoutAnAccountThereAreNoPointsAndNoTier) {
  const Ann ann;
  CustomerParts parts = ann.Parts();
  parts.account = nullptr;
  Expect(true, parts,
         {
             "known(member[\"club\"]) and not member[\"club\"]",
             "not known(tier[\"club\"]) and tier_rank[\"club\"] = -1",
             "tier_credit[\"club\"] = 0 and points[\"club\"] = 0",
             "pending_points[\"club\"] = 0 and not referred",
         });
  parts.programmes = nullptr;
  EXPECT_FALSE(Holds("known(points[\"club\"])", parts));
}

TEST(CustomerSubjectTest, APendingLotWhoseDayHasComeIsAvailable) {
  const Ann ann;
  CustomerParts parts = ann.Parts();
  parts.today += 3;
  Expect(true, parts,
         {"points[\"club\"] = 130", "pending_points[\"club\"] = 0"});
}

TEST(CustomerSubjectTest, TwoSetsStandBesideEachOther) {
  const Ann ann;
  EXPECT_TRUE(
      Holds("stores has \"s1\" and channels has \"web\" and "
            "bought has \"espresso\" and stores has preferred_store",
            ann.Parts()));
}

TEST(CustomerSubjectTest, ANameThatNobodyKnowsIsRefused) {
  EXPECT_THAT(rules::Compile("purchase > 3", CustomerSchema()),
              testing::StatusIs(absl::StatusCode::kInvalidArgument,
                                ::testing::HasSubstr("purchases")));
}

}  // namespace
}  // namespace patron::subjects
