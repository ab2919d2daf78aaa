// Every ready-made segment with a customer who is in and one who is out.
#include "server/segments/ready_made.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/rules/rules.h"
#include "server/subjects/subjects.h"
#include "tests/segments/desk_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::segments {
namespace {

using ::patron::testing::IsOk;
using ::patron::testing::StatusIs;
using ::testing::HasSubstr;
using ::testing::Not;

using Setup = std::function<void(DeskShop&, const std::string& customer)>;

struct Case {
  const char* segment;
  const char* what;  // tells two cases of one segment apart
  Setup in;
  Setup out;
};

Setup Bought(const std::vector<int>& days_ago) {
  return [days_ago](DeskShop& shop, const std::string& customer) {
    for (const int days : days_ago) shop.Buy(customer, days);
  };
}

Setup BoughtLines(int days_ago,
                  const std::vector<std::pair<std::string, int64_t>>& lines) {
  return [=](DeskShop& shop, const std::string& customer) {
    shop.Buy(customer, days_ago, lines);
  };
}

// One receipt a day for each of the products.
Setup BoughtOf(const std::vector<std::string>& products) {
  return [products](DeskShop& shop, const std::string& customer) {
    int days = 10;
    for (const std::string& product : products)
      shop.Buy(customer, ++days, {{product, 100}});
  };
}

// `discounted` of five lines for three quarters of their price.
Setup Discounted(int discounted) {
  return [discounted](DeskShop& shop, const std::string& customer) {
    wire::Purchase purchase = testing::MakePurchase(
        "", customer, {{"p"}, {"p2"}, {"p3"}, {"p4"}, {"p5"}});
    for (int i = 0; i < discounted; ++i)
      purchase.lines[i].__set_list_amount(purchase.lines[i].amount * 4 / 3);
    shop.Record(purchase, 20);
  };
}

Setup PaidIn(const std::string& currency, int64_t amount) {
  return [=](DeskShop& shop, const std::string& customer) {
    wire::Purchase purchase =
        testing::MakePurchase("", customer, {{"p", 1000, amount}});
    purchase.currency = currency;
    shop.Record(purchase, 20);
  };
}

Setup Happened(wire::EventKind::type kind, int times, int days_ago,
               int64_t value = -1) {
  return [=](DeskShop& shop, const std::string& customer) {
    for (int i = 0; i < times; ++i)
      shop.Happen(kind, customer, days_ago, value);
  };
}

Setup Answered(wire::Measure::type measure, int days_ago, int64_t value) {
  return [=](DeskShop& shop, const std::string& customer) {
    shop.Happen(wire::EventKind::SURVEY, customer, days_ago, value, measure);
  };
}

Setup Both(const Setup& first, const Setup& second) {
  return [=](DeskShop& shop, const std::string& customer) {
    first(shop, customer);
    second(shop, customer);
  };
}

Setup Is(const std::function<void(wire::Customer&)>& change) {
  return [change](DeskShop& shop, const std::string& id) {
    wire::Customer customer;
    customer.customer_id = id;
    change(customer);
    shop.Customer(customer);
  };
}

Setup BornOn(int month, int day) {
  return Is([=](wire::Customer& customer) {
    customer.__set_birth_month(month);
    customer.__set_birth_day(day);
  });
}

Setup Prefers(wire::ServicePreference::type preference) {
  return Is([=](wire::Customer& customer) {
    customer.service_preference = preference;
  });
}

std::vector<Case> Cases() {
  using enum wire::EventKind::type;
  return {
      {"new", "", Bought({29}), Bought({30, 1})},
      {"active", "", Bought({89}), Bought({90})},
      {"lapsing", "begins", Bought({90}), Bought({89})},
      {"lapsing", "ends", Bought({364}), Bought({365})},
      {"lost", "", Bought({365}), Bought({364})},
      {"at-risk", "silence tells", Bought({100, 90, 80, 70, 60}),
       Bought({100, 80, 60, 30, 1})},
      {"at-risk", "of one purchase nothing is known",
       Bought({300, 299, 298, 297}), Bought({300})},
      {"regular", "", Bought({1, 2, 3, 4, 5, 179}), Bought({1, 1, 2, 3, 4, 5})},
      {"regular", "window", Bought({1, 2, 3, 4, 5, 6}),
       Bought({1, 2, 3, 4, 5, 180})},
      {"vip", "", BoughtLines(364, {{"p", 60'000}, {"p2", 40'000}}),
       BoughtLines(364, {{"p", 99'999}})},
      {"vip", "currency", PaidIn("EUR", 100'000), PaidIn("USD", 100'000)},
      {"one-off", "", Bought({60}), Bought({60, 70})},
      {"one-off", "lately", Bought({61}), Bought({59})},
      {"discount-waiter", "", Discounted(4), Discounted(3)},
      {"price-tier-low", "", BoughtOf({"low", "low", "low", "high", "high"}),
       BoughtOf({"low", "low", "high", "high", "high"})},
      {"price-tier-low", "what is not known does not count",
       BoughtOf({"low", "low", "low", "low", "low", "p", "p", "p", "p"}),
       BoughtOf({"low", "low", "low", "low", "p", "p"})},
      {"price-tier-middle", "",
       BoughtOf({"middle", "middle", "middle", "low", "high"}),
       BoughtOf({"middle", "middle", "low", "low", "high"})},
      {"price-tier-high", "", BoughtOf({"high", "high", "high", "low", "low"}),
       BoughtOf({"high", "high", "low", "low", "low"})},
      {"category-lover", "",
       BoughtOf({"coffee", "coffee", "espresso", "tea", "p"}),
       BoughtOf({"coffee", "espresso", "tea", "tea", "p"})},
      {"online-drifter", "", Happened(VIEW, 5, 89),
       Both(Happened(VIEW, 5, 89), Bought({89}))},
      {"information-seeker", "", Both(Happened(SEARCH, 10, 59), Bought({1, 2})),
       Both(Happened(SEARCH, 10, 59), Bought({1, 2, 3}))},
      {"self-service", "", Prefers(wire::ServicePreference::SELF),
       Prefers(wire::ServicePreference::ASSISTED)},
      {"promoter", "",
       Both(Happened(SURVEY, 1, 9, 3), Happened(SURVEY, 1, 8, 9)),
       Both(Happened(SURVEY, 1, 9, 10), Happened(SURVEY, 1, 8, 8))},
      {"passive", "low end", Happened(SURVEY, 1, 5, 7),
       Happened(SURVEY, 1, 5, 6)},
      {"passive", "high end", Happened(SURVEY, 1, 5, 8),
       Happened(SURVEY, 1, 5, 9)},
      {"detractor", "", Happened(SURVEY, 1, 5, 6), Happened(SURVEY, 1, 5, 7)},
      {"detractor", "a review is no survey", Happened(SURVEY, 1, 5, 0),
       Happened(REVIEW, 1, 5, 0)},
      {"detractor", "one who was asked something else is none",
       Happened(SURVEY, 1, 5, 6), Answered(wire::Measure::CSAT, 5, 1)},
      {"bad-experience", "complaint", Happened(COMPLAINT, 1, 89),
       Happened(COMPLAINT, 1, 90)},
      {"bad-experience", "answer", Happened(SURVEY, 1, 5, 6),
       Answered(wire::Measure::CES, 5, 6)},
      {"bad-experience", "failure", Happened(TECHNICAL_FAILURE, 1, 89),
       Happened(TECHNICAL_FAILURE, 1, 90)},
      {"bad-experience", "review", Happened(REVIEW, 1, 5, 2),
       Happened(REVIEW, 1, 5, 3)},
      {"birthday-soon", "", BornOn(1, 15), BornOn(1, 16)},
      {"replenishment-due", "", Bought({90, 60, 30}), Bought({89, 59, 29})},
      {"replenishment-due", "given up", Bought({149, 119, 89}),
       Bought({150, 120, 90})},
  };
}

void FillCatalogue(DeskShop& shop) {
  shop.Product("p", "other");
  shop.Product("low", "tiers", wire::PriceTier::LOW);
  shop.Product("middle", "tiers", wire::PriceTier::MIDDLE);
  shop.Product("high", "tiers", wire::PriceTier::HIGH);
  shop.Product("coffee", "coffee");
  shop.Product("espresso", "coffee");
  shop.Product("tea", "tea");
  wire::Definitions definitions;
  definitions.currency = "EUR";
  wire::Prediction prediction;
  prediction.r = 2'000'000;
  prediction.alpha = 20'000'000;
  prediction.a = 1'000'000;
  prediction.b = 3'000'000;
  definitions.__set_prediction(prediction);
  shop.Put(definitions);
}

std::string NameOf(const Case& one, absl::string_view side) {
  return absl::StrCat(one.segment, one.what, side);
}

void Expect(DeskShop& shop, const Case& one, absl::string_view side,
            bool member) {
  const std::string customer = NameOf(one, side);
  ASSERT_OK_AND_ASSIGN(const auto found,
                       shop.desk().Explain(OfSegment(one.segment), customer));
  EXPECT_EQ(found.member, member)
      << customer << " in " << one.segment << ": " << found.text;
  // What one customer is told and what a scan finds is the same.
  ASSERT_OK_AND_ASSIGN(const auto page,
                       shop.desk().Members(OfSegment(one.segment), 1000, ""));
  const auto& ids = page.customer_ids;
  EXPECT_EQ(std::count(ids.begin(), ids.end(), customer), member ? 1 : 0)
      << customer << " in " << one.segment;
}

TEST(ReadyMadeTest, EverySegmentHasOneWhoIsInAndOneWhoIsOut) {
  DeskShop shop;
  FillCatalogue(shop);
  for (const Case& one : Cases()) {
    for (const auto side : {" in", " out"}) shop.Customer(NameOf(one, side));
    one.in(shop, NameOf(one, " in"));
    one.out(shop, NameOf(one, " out"));
  }
  std::set<std::string> seen;
  for (const Case& one : Cases()) {
    seen.insert(one.segment);
    Expect(shop, one, " in", true);
    Expect(shop, one, " out", false);
  }
  for (const wire::Segment& segment : ReadyMade({}, "EUR"))
    EXPECT_TRUE(seen.contains(segment.id)) << "no case for " << segment.id;
}

TEST(ReadyMadeTest, RulesCompileAndMeaningsAreComplete) {
  std::set<std::string> ids;
  for (const std::string currency : {"", "EUR"}) {
    for (const wire::Segment& segment : ReadyMade({}, currency)) {
      EXPECT_OK(rules::Compile(segment.rule, subjects::CustomerSchema()))
          << segment.id;
      EXPECT_EQ(segment.meaning.find_first_of("{}"), std::string::npos)
          << segment.meaning;
      EXPECT_EQ(segment.meaning.back(), '.') << segment.meaning;
      EXPECT_TRUE(IsReadyMade(segment.id));
      if (currency.empty()) ids.insert(segment.id);
    }
  }
  EXPECT_EQ(ids.size(), 22);
  EXPECT_FALSE(IsReadyMade("nobody"));
}

TEST(ReadyMadeTest, EveryThresholdChangesSomeRule) {
  const auto rules_with = [](const std::map<std::string, int64_t>& thresholds) {
    std::string all;
    for (const wire::Segment& segment : ReadyMade(thresholds, "EUR"))
      all += segment.rule + segment.meaning;
    return all;
  };
  for (const Threshold& threshold : Thresholds()) {
    EXPECT_GE(threshold.fallback, threshold.least) << threshold.name;
    EXPECT_LE(threshold.fallback, threshold.most) << threshold.name;
    EXPECT_NE(rules_with({{threshold.name, threshold.fallback + 1}}),
              rules_with({}))
        << threshold.name;
  }
}

TEST(ReadyMadeTest, AThresholdOfTheDefinitionsIsInForce) {
  DeskShop shop;
  shop.Customer("ann");
  shop.Buy("ann", 40);
  ASSERT_OK_AND_ASSIGN(const auto before,
                       shop.desk().Explain(OfSegment("new"), "ann"));
  EXPECT_FALSE(before.member);
  wire::Definitions definitions;
  definitions.thresholds["new_days"] = 50;
  shop.Put(definitions);
  ASSERT_OK_AND_ASSIGN(const auto after,
                       shop.desk().Explain(OfSegment("new"), "ann"));
  EXPECT_TRUE(after.member);
  std::string meaning;
  for (const wire::SegmentInfo& info : shop.desk().List(false))
    if (info.segment.id == "new") meaning = info.segment.meaning;
  EXPECT_EQ(meaning, "First bought less than 50 days ago.");
}

TEST(ReadyMadeTest, MoneyIsToldInTheShopsCurrency) {
  const auto meaning = [](const std::string& currency) {
    for (const wire::Segment& segment :
         ReadyMade({{"vip_spend", 123'405}}, currency))
      if (segment.id == "vip") return segment.meaning;
    return std::string();
  };
  EXPECT_THAT(meaning("EUR"), HasSubstr("at least 1234.05 EUR in"));
  EXPECT_THAT(meaning("JPY"), HasSubstr("at least 123405 JPY in"));
  EXPECT_THAT(meaning(""), HasSubstr("at least 123405 minor units in"));
}

TEST(ReadyMadeTest, AnUnknownThresholdIsToldWithTheNearestName) {
  EXPECT_THAT(CheckThresholds({{"new_dayz", 5}}),
              StatusIs(absl::StatusCode::kInvalidArgument,
                       HasSubstr("did you mean \"new_days\"?")));
  EXPECT_OK(CheckThresholds({{"new_days", 5}}));
}

TEST(ReadyMadeTest, AThresholdOutOfRangeIsToldWithItsBounds) {
  EXPECT_THAT(
      CheckThresholds({{"discount_share", 101}}),
      StatusIs(absl::StatusCode::kInvalidArgument,
               HasSubstr("discount_share: 101 is not between 1 and 100")));
}

}  // namespace
}  // namespace patron::segments
