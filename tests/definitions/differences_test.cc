#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "absl/strings/str_cat.h"
#include "server/definitions/definitions.h"
#include "tests/definitions/some_definitions.h"

namespace patron::definitions {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

std::vector<std::string> Lines(const wire::Definitions& from,
                               const wire::Definitions& to) {
  return Differences(from, to, Zone("Europe/Vienna"));
}

TEST(DifferencesTest, TheSameHasNone) {
  EXPECT_THAT(Lines(SmallShop(), SmallShop()), IsEmpty());
}

TEST(DifferencesTest, FieldsAreInTheWordsOfTheFiles) {
  wire::Definitions to = SmallShop();
  to.margin_bp = 2500;
  wire::Offer& spring = to.offers[0];
  spring.percent_bp = 1550;
  spring.limits.budget = 50'000;
  spring.scope = "category has\n  \"coffee\"";
  spring.ends_us = 1'798'153'200'000'000;
  spring.exclusive = true;
  EXPECT_THAT(
      Lines(SmallShop(), to),
      ElementsAre("~ shop: margin 30% -> 25%",
                  "~ offer spring: percent 10% -> 15.5%",
                  "~ offer spring: scope none -> category has \"coffee\"",
                  "~ offer spring: ends none -> 2026-12-24",
                  "~ offer spring: exclusive false -> true",
                  "~ offer spring: limits.budget none -> 500.00"));
}

TEST(DifferencesTest, WhatComesAndGoesIsNamed) {
  wire::Definitions to = SmallShop();
  to.offers.erase(to.offers.begin());
  to.offers.push_back(to.offers[0]);
  to.offers.back().id = "summer";
  to.code_batches.clear();
  EXPECT_THAT(
      Lines(SmallShop(), to),
      ElementsAre("- offer spring", "+ offer summer", "- code batch flyer"));
}

TEST(DifferencesTest, TiersAreComparedOneByOne) {
  wire::Definitions to = SmallShop();
  std::vector<wire::Tier>& tiers = to.programmes[0].tiers;
  tiers[0].credit = 40'000;
  tiers[1].id = "platinum";
  to.programmes[0].expiry = wire::Expiry::END_OF_MONTH;
  to.programmes[0].expiry_count = 12;
  EXPECT_THAT(
      Lines(SmallShop(), to),
      ElementsAre("~ programme club: expiry none -> {after 12 months, at end "
                  "of month}",
                  "~ programme club: tiers gold removed",
                  "~ programme club: tiers silver.credit 500.00 -> 400.00",
                  "~ programme club: tiers platinum added"));
}

TEST(DifferencesTest, OrderAndSpacingAreTold) {
  wire::Definitions to = SmallShop();
  wire::Definitions from = SmallShop();
  from.offers[0].scope = "price > 1";
  to.offers[0].scope = "price  > 1";
  std::swap(to.offers[0], to.offers[1]);
  EXPECT_THAT(Lines(from, to),
              ElementsAre("~ offer spring: scope in its spacing",
                          "~ offers: in another order"));
}

TEST(DifferencesTest, ThousandsOfOffersAreComparedInTime) {
  wire::Definitions from = SmallShop();
  from.offers.resize(5000, from.offers[0]);
  for (size_t i = 2; i < from.offers.size(); ++i)
    from.offers[i].id = absl::StrCat("offer ", i);
  wire::Definitions to = from;
  to.offers[4000].percent_bp = 2000;
  EXPECT_THAT(Lines(from, to),
              ElementsAre("~ offer offer 4000: percent 10% -> 20%"));
}

}  // namespace
}  // namespace patron::definitions
