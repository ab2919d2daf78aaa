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

struct Case {
  std::string message;
  std::function<void(wire::Definitions&, wire::Campaign&)> spoil;
};

wire::Prediction SomePrediction() {
  wire::Prediction prediction;
  prediction.r = prediction.alpha = prediction.a = prediction.b = 1'500'000;
  prediction.p = prediction.q = prediction.v = 2'500'000;
  prediction.currency = "EUR";
  return prediction;
}

// SmallShop, spoilt; the campaign is "letter".
void ExpectEach(const std::vector<Case>& cases) {
  for (const Case& one : cases) {
    wire::Definitions d = SmallShop();
    one.spoil(d, d.campaigns[0]);
    EXPECT_THAT(Validate(d), StatusIs(absl::StatusCode::kInvalidArgument,
                                      HasSubstr(one.message)));
  }
}

TEST(ValidateMarketingTest, CampaignsMustBeComplete) {
  ExpectEach({
      {"campaigns \"letter\".channel: is empty",
       [](auto&, auto& c) { c.channel.clear(); }},
      {"campaigns \"letter\".purpose: is empty",
       [](auto&, auto& c) { c.purpose.clear(); }},
      {"campaigns \"letter\".starts: is missing",
       [](auto&, auto& c) { c.starts_us = 0; }},
      {"campaigns \"letter\".ends: is missing",
       [](auto&, auto& c) { c.ends_us = 0; }},
      {"campaigns \"letter\".ends: 2026-05-28T20:26:40+00:00 is not after "
       "starts, 2026-05-28T20:26:40+00:00",
       [](auto&, auto& c) { c.ends_us = c.starts_us; }},
      {"campaigns \"letter\".placement: \"similar\" is not \"home\"",
       [](auto&, auto& c) { c.placement = "similar"; }},
      {"campaigns \"letter\".kind: 0 is not \"promotion\"",
       [](auto&, auto& c) {
         c.kind = static_cast<wire::CampaignKind::type>(0);
       }},
      {"campaigns \"letter\".currency: \"euro\" is not three capital letters",
       [](auto&, auto& c) { c.currency = "euro"; }},
  });
}

TEST(ValidateMarketingTest, OffersOfCampaignsMustFit) {
  ExpectEach({
      {"campaigns \"letter\".offers: \"winter\" is no offer",
       [](auto&, auto& c) { c.offer_ids = {"winter"}; }},
      {"campaigns \"letter\".offers: \"spring\" stands there twice",
       [](auto&, auto& c) {
         c.offer_ids = {"spring", "spring"};
       }},
      {"campaigns \"letter\".offers: \"spring\" is in EUR, the campaign in USD",
       [](auto&, auto& c) { c.currency = "USD"; }},
      {"campaigns \"letter\".offers: \"spring\" may not stand in a service "
       "message",
       [](auto&, auto& c) { c.kind = wire::CampaignKind::SERVICE; }},
      {"campaigns \"letter\".offer_required: is true, but offers is empty",
       [](auto&, auto& c) {
         c.offer_ids.clear();
         c.offer_required = true;
       }},
      {"campaigns \"letter\".offer_required: is true, but variant \"b\" and "
       "the campaign have no offers",
       [](auto&, auto& c) {
         c.offer_required = true;
         c.variants.resize(2);
         c.variants[0].id = "a";
         c.variants[0].offer_ids = c.offer_ids;
         c.variants[1].id = "b";
         c.offer_ids.clear();
       }},
      {"campaigns \"letter\".variants \"a\".offers: \"winter\" is no offer",
       [](auto&, auto& c) {
         c.variants.emplace_back().id = "a";
         c.variants[0].offer_ids = {"winter"};
       }},
  });
}

TEST(ValidateMarketingTest, RulesMustCompile) {
  ExpectEach({
      {"segments \"loyal\".rule: line 1, column 1",
       [](auto& d, auto&) { d.segments[0].rule = "purchasses > 3"; }},
      {"campaigns \"letter\".rule: line 2, column ",
       [](auto&, auto& c) { c.rule = "purchases\n>> 3"; }},
      {"campaigns \"letter\".exclude_rule: line 1",
       [](auto&, auto& c) { c.exclude_rule = "(not"; }},
      {"campaigns \"letter\".product_rule: line 1",
       [](auto&, auto& c) { c.product_rule = "purchases > 1"; }},
  });
}

TEST(ValidateMarketingTest, NamesStandOnce) {
  ExpectEach({
      {"segments \"loyal\".id: stands there twice",
       [](auto& d, auto&) { d.segments.push_back(d.segments[0]); }},
      {"campaigns \"letter\".id: stands there twice",
       [](auto& d, auto&) { d.campaigns.push_back(d.campaigns[0]); }},
      {"stores \"S1\".id: stands there twice",
       [](auto& d, auto&) { d.stores.push_back(d.stores[0]); }},
      {"campaigns \"letter\".variants \"a\".id: stands there twice",
       [](auto&, auto& c) {
         c.variants.resize(2);
         c.variants[0].id = c.variants[1].id = "a";
       }},
      {"segments \"\".id: is empty",
       [](auto& d, auto&) { d.segments[0].id.clear(); }},
      {"campaigns \"letter\".segments: \"loyal\" stands there twice",
       [](auto&, auto& c) { c.segments.push_back("loyal"); }},
  });
}

TEST(ValidateMarketingTest, NumbersOfCampaignsStayInRange) {
  ExpectEach({
      {"campaigns \"letter\".products: 101 is not between 0 and 100",
       [](auto&, auto& c) { c.products = 101; }},
      {"campaigns \"letter\".holdout: 100.01% is not between 0% and 100%",
       [](auto&, auto& c) { c.holdout_bp = 10001; }},
      {"campaigns \"letter\".budget: -0.01 is not between 0.00 and",
       [](auto&, auto& c) { c.budget = -1; }},
      {"campaigns \"letter\".cost_per_contact: -0.01 is not between 0.00 and",
       [](auto&, auto& c) { c.cost_per_contact = -1; }},
      {"campaigns \"letter\".relevance_floor: 1000.001 is not between none and "
       "1000",
       [](auto&, auto& c) { c.relevance_floor = 1'000'001; }},
      {"campaigns \"letter\".priority: 1000001 is not between",
       [](auto&, auto& c) { c.priority = 1'000'001; }},
      {"campaigns \"letter\".outcome_days: -1 is not between 0 and 3650",
       [](auto&, auto& c) { c.outcome_days = -1; }},
      {"campaigns \"letter\".variants \"a\".weight: 0 is not between 1 and",
       [](auto&, auto& c) {
         c.variants.emplace_back().id = "a";
         c.variants[0].weight = 0;
       }},
      {"campaigns \"letter\".variants: 21 elements, at most 20",
       [](auto&, auto& c) { c.variants.resize(21); }},
      {"campaigns: 1001 elements, at most 1000",
       [](auto& d, auto&) { d.campaigns.resize(1001); }},
      {"segments: 1001 elements, at most 1000",
       [](auto& d, auto&) { d.segments.resize(1001); }},
      {"stores: 100001 elements, at most 100000",
       [](auto& d, auto&) { d.stores.resize(100'001); }},
  });
}

TEST(ValidateMarketingTest, NumbersOfTheShopStayInRange) {
  ExpectEach({
      {"contact.cap: -1 is not between 0 and 1000",
       [](auto& d, auto&) { d.contact.cap = -1; }},
      {"contact.cap_days: 0 is not between 1 and 36500",
       [](auto& d, auto&) { d.contact.cap_days = 0; }},
      {"contact.quiet_from: 24:00 is not between 00:00 and 23:59",
       [](auto& d, auto&) { d.contact.quiet_from = 1440; }},
      {"contact.quiet_until: 24:00 is not between 00:00 and 23:59",
       [](auto& d, auto&) { d.contact.quiet_until = 1440; }},
      {"contact.relevance_floor: none is not between 0 and 1000",
       [](auto& d, auto&) { d.contact.relevance_floor = -1; }},
      {"contact.just_bought_days: -1 is not between 0 and 36500",
       [](auto& d, auto&) { d.contact.just_bought_days = -1; }},
      {"holdout.share: -0.01% is not between 0% and 100%",
       [](auto& d, auto&) { d.holdout.share_bp = -1; }},
      {"prediction.r: 0 is not between 0.000001 and 20",
       [](auto& d, auto&) { d.__set_prediction({}); }},
      {"prediction.q: 1 is not between 1.000001 and",
       [](auto& d, auto&) {
         d.__set_prediction(SomePrediction());
         d.prediction.q = 1'000'000;
       }},
      {"prediction.currency: \"\" is not three capital letters",
       [](auto& d, auto&) {
         d.__set_prediction(SomePrediction());
         d.prediction.currency.clear();
       }},
      {"segment_thresholds.lost_days: -1 is not between 0 and",
       [](auto& d, auto&) { d.thresholds["lost_days"] = -1; }},
      {"segment_thresholds.\"Lost\": is no name such as lost_days",
       [](auto& d, auto&) { d.thresholds["Lost"] = 1; }},
  });
}

TEST(ValidateMarketingTest, StoresAreInZonesThatExist) {
  for (const char* name : {"Europe/Wien", "/etc/localtime", "../zoneinfo/UTC",
                           "utc2", " UTC", "Fixed/UTC+05:00:00"}) {
    wire::Definitions d = SmallShop();
    d.stores[0].time_zone = name;
    EXPECT_THAT(Validate(d),
                StatusIs(absl::StatusCode::kInvalidArgument,
                         absl::StrCat("stores \"S1\".time_zone: \"", name,
                                      "\" is not a time zone such as "
                                      "\"Europe/Vienna\"")));
  }
  for (const char* name : {"", "UTC", "America/Argentina/Buenos_Aires"}) {
    wire::Definitions d = SmallShop();
    d.stores[0].time_zone = name;
    EXPECT_OK(Validate(d)) << name;
  }
}

}  // namespace
}  // namespace patron::definitions
