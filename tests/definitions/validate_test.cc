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
using ::testing::HasSubstr;
using wire::Benefit;
using wire::Occasion;

struct Case {
  std::string message;
  std::function<void(wire::Definitions&, wire::Programme&, wire::Offer&)> spoil;
};

// SmallShop, spoilt; the offer is "spring", a percentage.
void ExpectEach(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    wire::Definitions d = SmallShop();
    one.spoil(d, d.programmes[0], d.offers[0]);
    EXPECT_THAT(Validate(d), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr(one.message)));
  }
}

TEST(ValidateTest, ASmallShopIsValid) { EXPECT_OK(Validate(SmallShop())); }

TEST(ValidateTest, BenefitsMustBeComplete) {
  ExpectEach({
      {"offers \"spring\".percent: 0% is not between 0.01% and 100%",
       [](auto&, auto&, auto& o) { o.percent_bp = 0; }},
      {"offers \"spring\".percent: 100.01% is not between",
       [](auto&, auto&, auto& o) { o.percent_bp = 10001; }},
      {"offers \"spring\".benefit: 0 is not \"percent\"",
       [](auto&, auto&, auto& o) {
         o.benefit = static_cast<Benefit::type>(0);
       }},
      {"offers \"spring\".amount: 0.00 is not between 0.01 and",
       [](auto&, auto&, auto& o) { o.benefit = Benefit::AMOUNT; }},
      {"offers \"spring\".percent: is of no use to benefit \"amount\"",
       [](auto&, auto&, auto& o) {
         o.benefit = Benefit::AMOUNT;
         o.amount = 100;
       }},
      {"offers \"spring\".pay: 3 is not below buy, 3",
       [](auto&, auto&, auto& o) {
         o.benefit = Benefit::BUY_N_PAY_M;
         o.buy = o.pay = 3;
       }},
      {"offers \"spring\".set_parts: is missing",
       [](auto&, auto&, auto& o) { o.benefit = Benefit::SET_PRICE; }},
      {"offers \"spring\".gift.product: is empty",
       [](auto&, auto&, auto& o) { o.benefit = Benefit::GIFT; }},
      {"offers \"spring\".programme: \"\" is no programme",
       [](auto&, auto&, auto& o) { o.benefit = Benefit::BONUS_POINTS; }},
      {"offers \"spring\".multiplier: 100% is not between 100.01% and 10000%",
       [](auto&, auto&, auto& o) {
         o.benefit = Benefit::POINTS_MULTIPLIER;
         o.programme_id = "club";
       }},
      {"offers \"spring\".opens: is missing",
       [](auto&, auto&, auto& o) { o.benefit = Benefit::EARLY_ACCESS; }},
  });
}

TEST(ValidateTest, OccasionsMustBeComplete) {
  ExpectEach({
      {"offers \"spring\".days: 0 is not between 1 and",
       [](auto&, auto&, auto& o) { o.occasion = Occasion::WIN_BACK; }},
      {"offers \"spring\".chance: 0% is not between 0.01% and 100%",
       [](auto&, auto&, auto& o) { o.occasion = Occasion::SURPRISE; }},
      {"offers \"spring\".seed: is missing",
       [](auto&, auto&, auto& o) { o.occasion = Occasion::SURPRISE; }},
      {"offers \"spring\".days_after: is of no use to occasion \"always\"",
       [](auto&, auto&, auto& o) { o.days_after = 7; }},
  });
}

TEST(ValidateTest, RulesMustCompile) {
  ExpectEach({
      {"offers \"spring\".scope: line 1, column ",
       [](auto&, auto&, auto& o) { o.scope = "categry has \"a\""; }},
      {"offers \"spring\".eligible: line 2, column ",
       [](auto&, auto&, auto& o) { o.eligible = "purchases\n>> 3"; }},
      {"offers \"spring\".eligible: predicted_churn may stand in segments",
       [](auto&, auto&, auto& o) { o.eligible = "predicted_churn > 50"; }},
      {"programmes \"club\".eligible: line 1",
       [](auto&, auto& p, auto&) { p.eligible = "(not"; }},
      {"programmes \"club\".earning_rules \"x\".scope: line 1",
       [](auto&, auto& p, auto&) {
         p.earning_rules.emplace_back().id = "x";
         p.earning_rules[0].scope = "purchases > 1";
         p.earning_rules[0].bonus_points = 1;
       }},
      {"offers \"spring\".set_parts[1].scope: line 1",
       [](auto&, auto&, auto& o) {
         o.benefit = Benefit::SET_PRICE;
         o.set_parts.emplace_back().scope = "nonsense";
       }},
  });
}

TEST(ValidateTest, ReferencesMustBeKnown) {
  ExpectEach({
      {"offers \"spring\".early_starts[1].programme: \"none\" is no programme",
       [](auto&, auto&, auto& o) {
         o.starts_us = 1'700'000'000'000'000;
         o.early_starts.emplace_back().programme_id = "none";
       }},
      {"offers \"spring\".early_starts[1].tier: \"bronze\" is no tier of "
       "programme \"club\"",
       [](auto&, auto&, auto& o) {
         o.starts_us = 1'700'000'000'000'000;
         o.early_starts.emplace_back().programme_id = "club";
         o.early_starts[0].tier_id = "bronze";
       }},
      {"code_batches \"flyer\".offer: \"none\" is no offer",
       [](auto& d, auto&, auto&) { d.code_batches[0].offer_id = "none"; }},
      {"code_batches \"flyer\".offer: \"spring\" does not say needs_code",
       [](auto& d, auto&, auto&) { d.code_batches[0].offer_id = "spring"; }},
      {"code_batches \"flyer\".file: \"a/../../b\" is not in the definitions' "
       "folder",
       [](auto& d, auto&, auto&) { d.code_batches[0].file = "a/../../b"; }},
  });
}

TEST(ValidateTest, NamesStandOnce) {
  ExpectEach({
      {"offers \"coupon\".id: stands there twice",
       [](auto&, auto&, auto& o) { o.id = "coupon"; }},
      {"offers \"coupon\".codes: \"WELCOME5\" is a code of offer \"spring\" "
       "too",
       [](auto&, auto&, auto& o) {
         o.codes = {"WELCOME5"};
         o.needs_code = true;
       }},
      {"offers \"spring\".needs_code: is false, but codes has \"A\"",
       [](auto&, auto&, auto& o) { o.codes = {"A"}; }},
      {"offers \"spring\".codes: \"A\" stands there twice",
       [](auto&, auto&, auto& o) {
         o.codes = {"A", "A"};
       }},
      {"programmes \"club\".tiers \"gold\".id: stands there twice",
       [](auto&, auto& p, auto&) { p.tiers[0].id = "gold"; }},
      {"offers \"\".id: is empty", [](auto&, auto&, auto& o) { o.id.clear(); }},
  });
}

TEST(ValidateTest, NumbersStayInRange) {
  ExpectEach({
      {"programmes \"club\".tiers \"gold\".credit: 500.00 is not above 500.00 "
       "of the tier before, \"silver\"",
       [](auto&, auto& p, auto&) { p.tiers[1].credit = 50'000; }},
      {"programmes \"club\".redeem: 100 points pay 0.00; give both points and "
       "pays, or neither",
       [](auto&, auto& p, auto&) { p.redeem_points = 100; }},
      {"programmes \"club\".earn.per: 0.00 is not between 0.01 and",
       [](auto&, auto& p, auto&) { p.earn_amount = 0; }},
      {"programmes \"club\".expiry.after: 0 is not between 1 and",
       [](auto&, auto& p, auto&) { p.expiry = wire::Expiry::DAYS; }},
      {"programmes \"club\".pending_days: -1 is not between",
       [](auto&, auto& p, auto&) { p.pending_days = -1; }},
      {"offers \"spring\".limits.budget: -0.01 is not between 0.00 and",
       [](auto&, auto&, auto& o) { o.limits.budget = -1; }},
      {"offers \"spring\".limits.uses: -1 is not between 0 and",
       [](auto&, auto&, auto& o) { o.limits.uses = -1; }},
      {"offers \"spring\".ends: ",
       [](auto&, auto&, auto& o) {
         o.starts_us = o.ends_us = 1'700'000'000'000'000;
       }},
      {"offers \"spring\".currency: \"eur\" is not three capital letters",
       [](auto&, auto&, auto& o) { o.currency = "eur"; }},
      {"shop.margin: -0.01% is not between 0% and 100%",
       [](auto& d, auto&, auto&) { d.margin_bp = -1; }},
      {"offers: 5001 elements, at most 5000",
       [](auto& d, auto&, auto&) { d.offers.resize(5001); }},
      {"programmes: 51 elements, at most 50",
       [](auto& d, auto&, auto&) { d.programmes.resize(51); }},
  });
}

TEST(ValidateTest, TheFirstTwentyFaultsAreTold) {
  wire::Definitions d = SmallShop();
  for (int i = 0; i < 30; ++i) {
    d.offers.push_back(d.offers[0]);
    d.offers.back().id = absl::StrCat("x", i);
    d.offers.back().percent_bp = 0;
  }
  EXPECT_THAT(Validate(d), StatusIs(absl::StatusCode::kInvalidArgument,
                                    HasSubstr("\n… and 10 more")));
}

}  // namespace
}  // namespace patron::definitions
