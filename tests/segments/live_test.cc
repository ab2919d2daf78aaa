#include "server/segments/live.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <optional>
#include <thread>

#include "tests/segments/live_shop.h"

namespace patron::segments {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using testing::kDayUs;
using testing::kNoonUs;

// Tried out, then kept: the answers must be those of the rule over each
// customer's history.
std::set<std::string> Ask(LiveShop& shop, const std::string& rule) {
  shop.live().Keep({});
  const rules::Program program = Rule(rule);
  const std::set<std::string> tried = shop.In(rule);
  shop.live().Keep({program});
  EXPECT_EQ(shop.In(rule), tried) << rule;
  EXPECT_EQ(shop.In(rule), tried) << rule << ", kept before";
  EXPECT_EQ(shop.Expected(program, shop.today()), tried) << rule;
  return tried;
}

void PutProduct(LiveShop& shop, const std::string& id,
                const std::string& category) {
  shop.Apply(testing::Body(testing::MakeProduct(id, {"food", category})));
}

wire::Customer Profile(const std::string& id) {
  wire::Customer customer;
  customer.customer_id = id;
  return customer;
}

TEST(LiveTest, AShopWithoutCustomersHasNoMembers) {
  LiveShop shop;
  EXPECT_THAT(shop.In("true"), IsEmpty());
  EXPECT_EQ(shop.live().Now().customers(), 0u);
}

TEST(LiveTest, ProfileFieldsUnknownsAmongThem) {
  LiveShop shop;
  wire::Customer ann = Profile("ann");
  ann.__set_gender("f");
  ann.__set_birth_year(1990);
  ann.__set_birth_month(1);
  ann.__set_birth_day(2);
  ann.is_staff = true;
  ann.priorities = {"coffee"};
  ann.attributes["city"] = "Graz";
  shop.Apply(testing::Body(ann));
  shop.Apply(testing::Body(Profile("bob")));
  shop.Buy("kim", "p1", 100, 0);  // no profile

  EXPECT_THAT(Ask(shop, "gender = \"f\""), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "gender != \"f\""), IsEmpty());
  EXPECT_THAT(Ask(shop, "not gender = \"f\""), ElementsAre("bob", "kim"));
  EXPECT_THAT(Ask(shop, "known(gender)"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "not known(gender) and identified"),
              ElementsAre("bob", "kim"));
  EXPECT_THAT(Ask(shop, "is_staff"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "is_staff = false"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "age = 35"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "known(age)"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "days_to_birthday <= 1"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "priorities has \"coffee\""), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "priorities has any (\"tea\", \"coffee\")"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "known(priorities)"), ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop, "attribute[\"city\"] in (\"Graz\", \"Linz\")"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "attribute[\"city\"] < gender"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "true"), ElementsAre("ann", "bob", "kim"));
  EXPECT_THAT(Ask(shop, "false or is_staff or not true"), ElementsAre("ann"));
}

TEST(LiveTest, FactsAndArithmetic) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 3);
  shop.Buy("ann", "p2", 700, 1);
  shop.Buy("bob", "p1", 100, 40);
  shop.Apply(testing::Body(Profile("kim")));

  EXPECT_THAT(Ask(shop, "purchases >= 2"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "spend[\"EUR\"] in (100, 0)"),
              ElementsAre("bob", "kim"));
  EXPECT_THAT(Ask(shop, "spend[\"EUR\"] not in (100)"),
              ElementsAre("ann", "kim"));
  EXPECT_THAT(Ask(shop, "days_since_last_purchase in (1, 40)"),
              ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop, "days_since_last_purchase > 1"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "spend[\"EUR\"] > purchases * 400 + 1"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "-days_since_first_purchase + lines = -39"),
              ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "purchases + 9223372036854775807 > 0"),
              ElementsAre("ann", "bob", "kim"));
  EXPECT_THAT(Ask(shop, "bought has \"p2\""), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "distinct_products = 1"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "stores has \"s1\" and channels has \"store\""),
              ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop, "purchases_in_store[\"s1\"] = 2"), ElementsAre("ann"));
}

TEST(LiveTest, WindowsByCategoryStoreAndAmount) {
  LiveShop shop;
  PutProduct(shop, "p1", "coffee");
  PutProduct(shop, "p2", "tea");
  shop.Buy("ann", "p1", 500, 9);
  shop.Buy("ann", "p2", 700, 1);
  shop.Buy("bob", "p1", 100, 10);
  shop.Buy("kim", "p1", 300, -1);  // dated ahead

  EXPECT_THAT(Ask(shop, "count(lines, last 10 days) >= 1"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "count(lines) = 1"), ElementsAre("bob", "kim"));
  EXPECT_THAT(Ask(shop,
                  "sum(lines.amount where lines.category has \"coffee\", "
                  "last 11 days) >= 100"),
              ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop,
                  "max(lines.amount where lines.amount > 200 or "
                  "not lines.category has \"coffee\") = 700"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "avg(lines.amount) = 600"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "first(lines.amount) < last(lines.amount)"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "distinct(lines.category) = 3"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop,
                  "distinct(lines.store where lines.channel = "
                  "\"store\") = 1"),
              ElementsAre("ann", "bob", "kim"));
  EXPECT_THAT(Ask(shop, "count(lines where lines.days_ago < 0) = 1"),
              ElementsAre("kim"));
  EXPECT_THAT(Ask(shop,
                  "count(lines where lines.amount = purchases * 50 + "
                  "50) = 1"),
              ElementsAre("bob"));
  EXPECT_THAT(Ask(shop,
                  "min(lines.amount, last 5 days) < 0 or "
                  "sum(lines.amount, last 3 days) = 0"),
              ElementsAre("bob", "kim"));
}

TEST(LiveTest, DaysPassWithoutCommands) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 0);
  shop.Buy("bob", "p1", 500, -2);
  const std::string rule = "sum(lines.amount, last 2 days) = 500";
  shop.live().Keep({Rule(rule)});
  EXPECT_THAT(shop.In(rule), ElementsAre("ann"));
  shop.clock().Advance(absl::Hours(24));
  EXPECT_THAT(shop.In(rule), ElementsAre("ann"));
  shop.clock().Advance(absl::Hours(24));
  EXPECT_THAT(shop.In(rule), ElementsAre("bob"));
  EXPECT_THAT(shop.In("days_since_last_purchase = 2"), ElementsAre("ann"));
  shop.clock().Advance(absl::Hours(48));
  EXPECT_THAT(shop.In(rule), IsEmpty());
}

TEST(LiveTest, ADayOfOnesOwn) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 0);
  const rules::Program rule = Rule("count(lines, last 3 days) = 1");
  shop.live().Keep({rule});
  EXPECT_THAT(shop.In(shop.live().Now(), rule), ElementsAre("ann"));
  EXPECT_THAT(shop.In(shop.live().On(kFirstDay + 3), rule), IsEmpty());
  EXPECT_THAT(shop.In(shop.live().On(kFirstDay + 2), rule), ElementsAre("ann"));
  EXPECT_THAT(shop.In(shop.live().On(kFirstDay - 1), rule), IsEmpty());
  EXPECT_THAT(shop.In(shop.live().Now(), rule), ElementsAre("ann"));
}

TEST(LiveTest, LatePurchasesReturnsAndMergesCount) {
  LiveShop shop;
  const std::string rule = "sum(lines.amount, last 30 days) >= 1000";
  shop.live().Keep({Rule(rule)});
  const std::string receipt = shop.Buy("ann", "p1", 1000, 0);
  shop.Buy("bob", "p1", 400, 0);
  EXPECT_THAT(shop.In(rule), ElementsAre("ann"));
  shop.Buy("bob", "p2", 600, 29);  // heard of late
  EXPECT_THAT(shop.In(rule), ElementsAre("ann", "bob"));
  shop.Return(receipt, 500);
  EXPECT_THAT(shop.In(rule), ElementsAre("bob"));
  shop.Merge("ann", "bob");
  EXPECT_THAT(shop.In(rule), ElementsAre("ann"));
  EXPECT_THAT(shop.In("true"), ElementsAre("ann"));
  EXPECT_EQ(shop.live().Now().customers(), 1u);
}

wire::CommandBody Foretell(int64_t alpha_days) {
  wire::Prediction prediction;
  prediction.r = 1'000'000;
  prediction.alpha = alpha_days * 1'000'000;
  prediction.a = 1'000'000;
  prediction.b = 2'000'000;
  prediction.p = 2'000'000;
  prediction.q = 3'000'000;
  prediction.v = 500'000'000;
  prediction.currency = "EUR";
  wire::CommandBody body;
  body.__isset.put_definitions = true;
  body.put_definitions.definitions.__set_prediction(prediction);
  body.put_definitions.overwrite = true;
  return body;
}

TEST(LiveTest, WhatIsPredictedIsNotKnownBeforeAFitAndChangesWithTheDays) {
  LiveShop shop;
  for (const int days_ago : {40, 30, 20, 10}) {
    shop.Buy("ann", "p1", 1000, days_ago);
    shop.Buy("bob", "p1", 1000, days_ago + 60);
  }
  shop.Buy("kim", "p1", 1000, 5);
  const std::string everything =
      "known(predicted_churn) or known(predicted_purchases[\"30\"]) or "
      "known(predicted_days_to_purchase) or known(predicted_ticket[\"EUR\"]) "
      "or known(predicted_spend[\"EUR\"])";
  EXPECT_THAT(Ask(shop, everything), IsEmpty());
  const std::string lost = "predicted_churn >= 50";
  shop.live().Keep({Rule(lost), Rule(everything)});
  EXPECT_THAT(shop.In(lost), IsEmpty());
  shop.Apply(Foretell(10));
  EXPECT_THAT(shop.In(everything), ElementsAre("ann", "bob", "kim"));
  EXPECT_THAT(Ask(shop, "known(predicted_churn)"), ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop, lost), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "predicted_purchases[\"90\"] > 1000"),
              ElementsAre("ann", "kim"));
  shop.clock().Advance(absl::Hours(24 * 60));
  EXPECT_THAT(shop.In(lost), ElementsAre("ann", "bob"));
  EXPECT_EQ(shop.Expected(Rule(lost), shop.today()), shop.In(lost));
  shop.Apply(Foretell(500));
  EXPECT_THAT(shop.In(lost), IsEmpty());
}

TEST(LiveTest, FeedbackIsCountedEverAndInWindows) {
  LiveShop shop;
  const auto answer = [&shop](const std::string& customer, int days_ago,
                              int64_t value,
                              std::optional<wire::Measure::type> measure) {
    wire::Event event = testing::MakeEvent(
        wire::EventKind::SURVEY, customer, "",
        absl::ToUnixMicros(shop.clock().Now()) - days_ago * kDayUs);
    event.__set_value(value);
    if (measure) event.__set_measure(*measure);
    shop.Happen(event);
  };
  answer("ann", 40, 3, std::nullopt);
  answer("ann", 20, 9, wire::Measure::NPS);
  answer("bob", 5, 2, wire::Measure::CSAT);
  shop.Happen(
      testing::MakeEvent(wire::EventKind::COMPLAINT, "kim", "p1", kNoonUs));
  EXPECT_THAT(Ask(shop, "feedback[\"nps\"] = 2"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "feedback_last[\"nps\"] >= 9"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "days_since_last_feedback[\"nps\"] = 20"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "feedback_last[\"csat\"] <= 2"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "avg(events.value where feedback = \"nps\") = 6"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop,
                  "count(events where feedback = \"nps\", last 30 days) "
                  "= 1"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "distinct(events.feedback) = 1"),
              ElementsAre("ann", "bob", "kim"));
  const std::string lately =
      "count(events where feedback in (\"complaint\", "
      "\"csat\"), last 7 days) > 0";
  EXPECT_THAT(Ask(shop, lately), ElementsAre("bob", "kim"));
  shop.clock().Advance(absl::Hours(24 * 3));
  EXPECT_THAT(shop.In(lately), ElementsAre("kim"));
  EXPECT_THAT(Ask(shop, "days_since_last_feedback[\"complaint\"] = 3d"),
              ElementsAre("kim"));
}

TEST(LiveTest, EventsAndWhatColumnsLackOfThem) {
  LiveShop shop;
  wire::Event search =
      testing::MakeEvent(wire::EventKind::SEARCH, "ann", "", kNoonUs);
  search.__set_text("espresso");
  search.attributes["page"] = "home";
  shop.Happen(search);
  wire::Event review =
      testing::MakeEvent(wire::EventKind::REVIEW, "bob", "p1", kNoonUs);
  review.__set_value(5);
  shop.Happen(review);
  shop.Happen(testing::MakeEvent(wire::EventKind::VIEW, "bob", "p1", kNoonUs));

  EXPECT_THAT(Ask(shop,
                  "count(events where events.kind = \"search\", last 7 "
                  "days) = 1"),
              ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "count(events where events.text = \"espresso\") = 1"),
              ElementsAre("ann"));
  EXPECT_THAT(
      Ask(shop, "distinct(events.attribute[\"page\"], last 1 days) = 1"),
      ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "avg(events.value) = 5"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "sum(events.value) = 0"), ElementsAre("ann"));
  EXPECT_THAT(Ask(shop, "distinct(events.kind) = 2"), ElementsAre("bob"));
  EXPECT_THAT(Ask(shop, "count(events where not known(events.product)) = 1"),
              ElementsAre("ann"));
}

TEST(LiveTest, AProductThatMovesToAnotherCategory) {
  LiveShop shop;
  PutProduct(shop, "p1", "coffee");
  shop.Buy("ann", "p1", 500, 0);
  shop.Buy("bob", "p9", 500, 0);  // not in the catalogue yet
  const std::string rule = "count(lines where lines.category has \"tea\") > 0";
  shop.live().Keep({Rule(rule)});
  EXPECT_THAT(shop.In(rule), IsEmpty());
  PutProduct(shop, "p1", "tea");
  EXPECT_THAT(shop.In(rule), ElementsAre("ann"));
  PutProduct(shop, "p9", "tea");
  EXPECT_THAT(shop.In(rule), ElementsAre("ann", "bob"));
  EXPECT_THAT(Ask(shop, "top_category_share = 100"), ElementsAre("ann", "bob"));
}

TEST(LiveTest, AViewKeepsWhatItSaw) {
  LiveShop shop;
  const rules::Program rule = Rule(
      "spend[\"EUR\"] >= 500 and "
      "count(lines, last 5 days) >= 1");
  shop.live().Keep({rule});
  shop.Buy("ann", "p1", 500, 0);
  const View before = shop.live().Now();
  EXPECT_THAT(shop.In(before, rule), ElementsAre("ann"));
  shop.Buy("bob", "p1", 500, 0);
  shop.clock().Advance(absl::Hours(24 * 6));
  const View after = shop.live().Now();
  EXPECT_THAT(shop.In(after, rule), IsEmpty());
  EXPECT_THAT(shop.In(before, rule), ElementsAre("ann"));
  EXPECT_THAT(shop.In(before, Rule("lines = 1")), ElementsAre("ann"));
  EXPECT_LT(before.position(), after.position());
  EXPECT_EQ(before.today() + 6, after.today());
}

TEST(LiveTest, ARestartAnswersAsBefore) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 0);
  shop.Buy("bob", "p1", 100, 0);
  shop.Merge("ann", "bob");
  const std::string rule = "count(lines, last 2 days) = 2";
  EXPECT_THAT(Ask(shop, rule), ElementsAre("ann"));
  shop.Reopen();
  EXPECT_THAT(Ask(shop, rule), ElementsAre("ann"));
}

TEST(LiveTest, ExplainTellsEveryClause) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 0);
  const View now = shop.live().Now();
  const auto clauses =
      now.Explain(Rule("purchases > 0 and count(lines, last 2 days) > 1"),
                  shop.Find("ann"));
  ASSERT_EQ(clauses.size(), 2u);
  EXPECT_TRUE(clauses[0].holds);
  EXPECT_FALSE(clauses[1].holds);
  EXPECT_EQ(clauses[0].text, "purchases > 0");
}

TEST(LiveTest, ShowsOneCustomer) {
  LiveShop shop;
  shop.Buy("ann", "p1", 500, 0);
  const View now = shop.live().Now();
  bool holds = false;
  EXPECT_TRUE(now.With(shop.Find("ann"), [&](const rules::Subject& subject) {
    holds = Rule("bought has \"p1\"").Holds(subject);
  }));
  EXPECT_TRUE(holds);
  EXPECT_FALSE(now.With(CustomerOrdinal(7), [](const rules::Subject&) {}));
}

// Each view agrees with itself and with the number of purchases that its
// position stands for, while they go on.
TEST(LiveTest, ReadersBesideCommands) {
  LiveShop shop;
  shop.Buy("c0", "p1", 100, 0);
  const rules::Program rule = Rule("sum(lines.amount, last 9 days) >= 100");
  shop.live().Keep({rule});
  const uint64_t before = shop.live().Now().position().value() - 1;
  std::atomic<bool> ends = false;
  std::atomic<int> asked = 0;
  const auto read = [&] {
    uint64_t last = 0;
    while (!ends) {
      const View view = shop.live().Now();
      const Roaring members = view.Members(rule);
      const uint64_t bought = view.position().value() - before;
      EXPECT_EQ(members.cardinality(), bought);
      EXPECT_GE(bought, last);
      for (uint32_t i = 0; i < view.snapshot().ordinals; ++i)
        EXPECT_EQ(view.Holds(rule, CustomerOrdinal(i)), members.contains(i));
      last = bought;
      ++asked;
    }
  };
  std::thread one(read);
  std::thread other(read);
  for (int i = 1; i < 300 || asked < 20; ++i)
    shop.Buy("c" + std::to_string(i), "p" + std::to_string(i), 100, i % 9);
  ends = true;
  one.join();
  other.join();
}

TEST(LiveTest, KeptBytesFallWhenNothingIsKept) {
  LiveOptions options;
  options.keyed_columns = 1;
  LiveShop shop(options);
  for (int i = 0; i < 2000; ++i)
    shop.Buy("c" + std::to_string(i), "p1", 100 * i, i % 20);
  const rules::Program rule = Rule(
      "sum(lines.amount, last 5 days) > 3 and spend[\"EUR\"] > 1 and "
      "spend[\"USD\"] = 0 and returned[\"EUR\"] = 0");
  shop.live().Keep({rule});
  shop.live().Warm();
  const size_t kept = shop.live().kept_bytes();
  shop.live().Keep({});
  EXPECT_FALSE(shop.In("spend[\"EUR\"] = 100").empty());
  EXPECT_LT(shop.live().kept_bytes(), kept);
}

}  // namespace
}  // namespace patron::segments
