#include "server/targeting/next_best.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <memory>

#include "absl/strings/str_cat.h"
#include "server/definitions/holdout.h"
#include "tests/testing/status_matchers.h"

namespace patron::targeting {
namespace {

using ::testing::HasSubstr;

constexpr Day kToday = 20'000;
constexpr int64_t kDayUs = 86'400'000'000;
constexpr int64_t kNowUs = kToday * kDayUs;

facts::CustomerFacts Bought(const BandLines& lines) {
  facts::CustomerFacts facts;
  facts::ItemFact& item = facts.items.emplace_back();
  item.product = ProductOrdinal(0);
  Day day = kToday - 100;
  for (size_t band = 0; band < facts::kDiscountBands; ++band)
    for (int i = 0; i < lines[band]; ++i) {
      facts::PurchaseFacts purchase;
      purchase.day = day += 4;
      purchase.channel = "store";
      purchase.lines = 1;
      purchase.discount_bands[band] = 1;
      facts::AddPurchase(facts.summary, purchase);
      facts::AddReceipt(item, day);
    }
  facts::AddAmount(facts.summary.spend, "EUR", 4000 * facts.summary.lines);
  return facts;
}

const BandLines kAlways = {12, 2, 4, 2, 0};
const BandLines kThirty = {0, 0, 7, 3, 2};
const BandLines kFifty = {0, 0, 0, 7, 3};

wire::Offer Percent(const std::string& id, int percent) {
  wire::Offer offer;
  offer.id = offer.name = id;
  offer.benefit = wire::Benefit::PERCENT;
  offer.percent_bp = percent * 100;
  offer.currency = "EUR";
  return offer;
}

struct FixedUsage final : offers::Usage {
  std::map<uint32_t, wire::OfferCountRow> counts;
  wire::OfferCountRow Count(uint32_t offer) const override {
    const auto at = counts.find(offer);
    return at == counts.end() ? wire::OfferCountRow() : at->second;
  }
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view) const override {
    return std::nullopt;
  }
};

class NextBestTest : public ::testing::Test {
 protected:
  NextBestTest() {
    std::vector<facts::Summary> shop;
    for (int i = 0; i < 20; ++i)
      for (const BandLines& lines : {kAlways, kAlways, kThirty, kFifty})
        shop.push_back(Bought(lines).summary);
    population_ = PopulationOf(shop, "EUR", kToday);
  }

  void Customer(const std::string& id, const BandLines& lines) {
    customers_.emplace_back(id, Bought(lines));
  }

  std::map<std::string, wire::NextOffer> Answers(
      std::vector<wire::Offer> offers) {
    wire::DefinitionsVersion version;
    version.definitions.currency = "EUR";
    version.definitions.margin_bp = 7000;
    version.definitions.holdout = holdout_;
    std::vector<uint32_t> ordinals;
    std::vector<size_t> places;
    for (size_t i = 0; i < offers.size(); ++i) {
      ordinals.push_back(static_cast<uint32_t>(i));
      places.push_back(i);
    }
    version.definitions.offers = std::move(offers);
    const auto definitions = offers::Compile(std::move(version), {}, ordinals);
    EXPECT_OK(definitions);
    const Candidates candidates(**definitions, places, nullptr, nullptr, 0,
                                kToday);
    const auto show = [&](auto look) {
      for (const auto& [id, facts] : customers_) {
        offers::World world;
        world.definitions = definitions->get();
        world.customer.facts = &facts;
        world.customer.programmes = &(*definitions)->programmes;
        world.customer.today = kToday;
        world.customer.account = &account_;
        world.ordinal = CustomerOrdinal(0);
        world.customer_id = id;
        world.usage = &usage_;
        world.now_us = kNowUs;
        world.today = kToday;
        look(id, world);
      }
      return absl::OkStatus();
    };
    const auto answers = NextBest(show, candidates, **definitions, usage_,
                                  population_, model_, {});
    EXPECT_OK(answers);
    EXPECT_EQ(answers->size(), customers_.size());
    std::map<std::string, wire::NextOffer> by_id;
    for (const wire::NextOffer& answer : *answers)
      by_id[answer.customer_id] = answer;
    return by_id;
  }

  Population population_;
  FixedUsage usage_;
  wire::AccountRow account_;
  wire::Holdout holdout_;
  const ResponseModel* model_ = nullptr;
  std::vector<std::pair<std::string, facts::CustomerFacts>> customers_;
};

TEST_F(NextBestTest, TheHoldoutGetsNoneAndIsToldWhy) {
  holdout_.share_bp = 5000;
  holdout_.salt = "2026";
  for (int i = 0; i < 20; ++i) Customer(absl::StrCat("c", i), kFifty);
  auto answers = Answers({Percent("50-off", 50)});
  for (const auto& [id, answer] : answers)
    EXPECT_EQ(answer.offer_id, "50-off") << id;  // not of offers
  holdout_.offers = true;
  answers = Answers({Percent("50-off", 50)});
  int held_out = 0;
  for (const auto& [id, answer] : answers) {
    const bool in = definitions::InHoldout(holdout_, id);
    held_out += in;
    EXPECT_EQ(answer.offer_id, in ? "" : "50-off") << id;
    if (in) {
      EXPECT_EQ(answer.reason,
                "50-off: not made to her: she is in the holdout, the 50% of "
                "customers who get no such offers, to compare with");
    }
  }
  EXPECT_GT(held_out, 0);
  EXPECT_LT(held_out, 20);
}

TEST_F(NextBestTest, EachGetsTheSmallestDepthThatMovesHer) {
  Customer("always", kAlways);
  Customer("thirty", kThirty);
  Customer("fifty", kFifty);
  auto answers = Answers({Percent("30-off", 30), Percent("50-off", 50)});
  EXPECT_EQ(answers["always"].offer_id, "");
  EXPECT_THAT(answers["always"].reason,
              HasSubstr("usually buys at full price"));
  EXPECT_THAT(answers["always"].reason, HasSubstr("no discount needed"));
  EXPECT_EQ(answers["thirty"].offer_id, "30-off");
  EXPECT_THAT(answers["thirty"].reason,
              HasSubstr("bought 12 of 12 lines at more than 15 % off"));
  EXPECT_EQ(answers["fifty"].offer_id, "50-off");
  for (const char* id : {"thirty", "fifty"}) {
    EXPECT_GT(answers[id].response, answers[id].response_without);
    EXPECT_GT(answers[id].gain, 0);
    EXPECT_GT(answers[id].cost, 0);
  }
}

TEST_F(NextBestTest, GainIsWhatTheFormulaSays) {
  Customer("thirty", kThirty);
  wire::Offer offer = Percent("30-off", 30);
  offer.cost_per_contact = 25;
  const wire::NextOffer answer = Answers({offer})["thirty"];
  const double basket =
      4000 * ListOverPaid(kThirty);  // one line a receipt, all the same
  EXPECT_NEAR(answer.cost, answer.response * 0.3 * basket + 25, 1);
  EXPECT_NEAR(answer.gain,
              (answer.response - answer.response_without) * 0.7 * basket -
                  static_cast<double>(answer.cost),
              2);
}

TEST_F(NextBestTest, ALimitedBudgetGoesWhereItGainsMost) {
  for (int i = 0; i < 10; ++i) {
    Customer(absl::StrCat("often", i), {0, 0, 14, 6, 4});
    Customer(absl::StrCat("seldom", i), {0, 0, 4, 1, 1});
  }
  wire::Offer offer = Percent("30-off", 30);
  offer.limits.budget = 8000;
  auto answers = Answers({offer});
  int64_t spent = 0;
  int made = 0;
  for (const auto& [id, answer] : answers) {
    spent += answer.cost;
    made += !answer.offer_id.empty();
    if (answer.offer_id.empty()) {
      EXPECT_THAT(answer.reason, HasSubstr("gains more with others"));
    }
  }
  EXPECT_GT(made, 2);
  EXPECT_LT(made, 20);
  EXPECT_LE(spent, 8000 + made);
}

TEST_F(NextBestTest, WhatIsUsedOfABudgetIsNotThereToGive) {
  Customer("thirty", kThirty);
  wire::Offer offer = Percent("30-off", 30);
  offer.limits.budget = 100'000;
  usage_.counts[0].discount = 99'999;
  EXPECT_EQ(Answers({offer})["thirty"].offer_id, "");
}

TEST_F(NextBestTest, WhoMayNotHaveAnOfferIsToldWhy) {
  Customer("thirty", kThirty);
  wire::Offer paused = Percent("30-off", 30);
  paused.state = wire::OfferState::PAUSED;
  auto answer = Answers({paused})["thirty"];
  EXPECT_EQ(answer.offer_id, "");
  EXPECT_EQ(answer.reason, "30-off: paused");

  wire::Offer once = Percent("30-off", 30);
  once.limits.uses_per_customer = 1;
  account_.offers.resize(1);
  account_.offers[0].uses = 1;
  EXPECT_THAT(Answers({once})["thirty"].reason, HasSubstr("1 of 1 times"));
}

TEST_F(NextBestTest, APersonalOfferMayBeChosenBeforeItIsIssued) {
  Customer("thirty", kThirty);
  wire::Offer offer = Percent("30-off", 30);
  offer.occasion = wire::Occasion::PERSONAL;
  EXPECT_EQ(Answers({offer})["thirty"].offer_id, "30-off");
}

TEST_F(NextBestTest, AMinimumThatSheNeverReachesMovesHerLess) {
  Customer("thirty", kThirty);
  wire::Offer high = Percent("30-off", 30);
  high.min_spend = 100'000;
  const auto answer = Answers({high})["thirty"];
  EXPECT_EQ(answer.offer_id, "");
}

TEST_F(NextBestTest, ALearnedModelSetsTheLevelAndKeepsTheRatio) {
  std::vector<Example> examples(40);
  for (size_t i = 0; i < examples.size(); ++i) examples[i].used = i % 4 == 0;
  ASSERT_OK_AND_ASSIGN(const ResponseModel quarter, Learn(examples, {}));
  Customer("thirty", kThirty);
  const auto counted = Answers({Percent("30-off", 30)})["thirty"];
  model_ = &quarter;
  const auto learned = Answers({Percent("30-off", 30)})["thirty"];
  EXPECT_NEAR(learned.response, 0.25, 1e-6);
  EXPECT_NEAR(learned.response_without / learned.response,
              counted.response_without / counted.response, 1e-6);
}

TEST_F(NextBestTest, NoCustomersAndNoOffersAreNoTrouble) {
  EXPECT_TRUE(Answers({Percent("30-off", 30)}).empty());
  Customer("thirty", kThirty);
  EXPECT_EQ(Answers({})["thirty"].reason, "no offer can be valued for her");
}

}  // namespace
}  // namespace patron::targeting
