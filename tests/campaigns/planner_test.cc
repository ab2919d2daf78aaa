// Each reason for which a customer is left out, by a small shop, and what the
// row of one who is contacted says.
#include "server/campaigns/planner.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/campaigns/texts.h"
#include "server/definitions/holdout.h"
#include "server/store/codec.h"
#include "tests/campaigns/campaign_shop.h"
#include "tests/testing/status_matchers.h"

namespace patron::campaigns {
namespace {

using ::testing::HasSubstr;
using wire::CampaignKind;
using wire::ContactDecision;
using wire::LeftOut;

class PlannerTest : public ::testing::Test {
 protected:
  PlannerTest() {
    shop_.StopRunner();
    for (const char* id : {"anna", "ben"}) shop_.Customer(id);
  }

  // Why `customer` is left out of `campaign`; 0: she is not.
  int WhyNot(const wire::Campaign& campaign,
             const std::string& customer = "anna") {
    shop_.Define({campaign});
    const wire::PlannedContact contact = shop_.Decide(campaign.id, customer);
    return contact.decision == ContactDecision::LEFT_OUT ? contact.reason : 0;
  }
  std::vector<std::string> ProductsOf(const wire::Campaign& campaign,
                                      const std::string& customer = "anna") {
    shop_.Define({campaign});
    std::vector<std::string> ids;
    for (const auto& product : shop_.Decide(campaign.id, customer).products)
      ids.emplace_back(shop_.state().ordinals.products.IdOf(
          static_cast<uint32_t>(product.product)));
    return ids;
  }
  static wire::Campaign WithProducts(int products = 3) {
    wire::Campaign campaign = MakeCampaign("spring");
    campaign.products = products;
    return campaign;
  }

  CampaignShop shop_;
};

TEST_F(PlannerTest, ACustomerWhoAgreedIsContactedByDayWhereSheLives) {
  shop_.Define({MakeCampaign("spring")});
  const wire::PlannedContact contact = shop_.Decide("spring", "anna");
  EXPECT_EQ(contact.decision, ContactDecision::CONTACT);
  EXPECT_EQ(contact.time_zone, "UTC");
  EXPECT_EQ(contact.not_before_us, absl::ToUnixMicros(shop_.clock().Now()));
  EXPECT_EQ(contact.not_after_us,
            absl::ToUnixMicros(shop_.clock().Now() + absl::Hours(9)));
  EXPECT_EQ(contact.day, DayOf(shop_.clock().Now(), absl::UTCTimeZone()));
  EXPECT_EQ(contact.variant, -1);
}

TEST_F(PlannerTest, ExcludedSegmentsAndRulesLeaveOutBeforeAllElse) {
  wire::Customer mute = MakeCustomer("mute");
  mute.consents.clear();
  mute.__set_is_staff(true);
  shop_.Put(mute);
  wire::Campaign campaign = MakeCampaign("spring");
  EXPECT_EQ(WhyNot(campaign, "mute"), LeftOut::CONSENT);
  campaign.exclude_rule = "is_staff";
  EXPECT_EQ(WhyNot(campaign, "mute"), LeftOut::EXCLUDED);
  EXPECT_EQ(WhyNot(campaign, "anna"), 0);
  campaign.exclude_rule = "";
  campaign.exclude_segments = {"staff"};
  wire::Segment staff;
  staff.id = "staff";
  staff.rule = "is_staff";
  shop_.definitions().segments = {staff};
  EXPECT_EQ(WhyNot(campaign, "mute"), LeftOut::EXCLUDED);
  EXPECT_EQ(WhyNot(campaign, "anna"), 0);
}

TEST_F(PlannerTest, TheShopsHoldoutStaysOutUnlessItIsNotForCampaigns) {
  shop_.definitions().holdout.share_bp = 10'000;
  shop_.definitions().holdout.salt = "shop";
  EXPECT_EQ(WhyNot(MakeCampaign("spring")), LeftOut::HOLDOUT);
  wire::Campaign service = MakeCampaign("status");
  service.kind = CampaignKind::SERVICE;
  EXPECT_EQ(WhyNot(service), 0);
  shop_.definitions().holdout.campaigns = false;
  EXPECT_EQ(WhyNot(MakeCampaign("spring")), 0);
}

TEST_F(PlannerTest, ConsentIsAskedForChannelAndPurposeAndTheLatestWordCounts) {
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.purpose = "surveys";
  EXPECT_EQ(WhyNot(campaign), LeftOut::CONSENT);
  campaign.kind = CampaignKind::SERVICE;
  EXPECT_EQ(WhyNot(campaign), 0);
  wire::Customer changed = MakeCustomer("anna");
  wire::Consent no = changed.consents[0];
  no.granted = false;
  no.given_at_us += 1;
  changed.consents.push_back(no);
  shop_.Put(changed);
  EXPECT_EQ(WhyNot(MakeCampaign("spring")), LeftOut::CONSENT);
}

TEST_F(PlannerTest, AnAddressForTheChannelIsNeeded) {
  wire::Customer customer = MakeCustomer("anna");
  customer.contacts.clear();
  customer.contacts["phone"] = "+43 1 234";
  for (const char* channel : {"sms", "post"}) {
    customer.consents.push_back(customer.consents[0]);
    customer.consents.back().channel = channel;
  }
  shop_.Put(customer);
  wire::Campaign campaign = MakeCampaign("spring");
  EXPECT_EQ(WhyNot(campaign), LeftOut::UNREACHABLE);
  campaign.channel = "sms";
  EXPECT_EQ(WhyNot(campaign), 0);
  campaign.channel = "post";
  EXPECT_EQ(WhyNot(campaign), LeftOut::UNREACHABLE);
}

TEST_F(PlannerTest, QuietHoursAreThoseOfHerZoneElseTheStoresElseTheShops) {
  wire::Campaign campaign = MakeCampaign("spring");
  // 10:00 to 11:00 in UTC is evening in Auckland.
  campaign.ends_us = absl::ToUnixMicros(shop_.clock().Now() + absl::Hours(1));
  EXPECT_EQ(WhyNot(campaign), 0);
  wire::Customer customer = MakeCustomer("anna");
  customer.__set_preferred_store_id("south");
  shop_.Put(customer);
  wire::Store south;
  south.id = "south";
  south.time_zone = "Pacific/Auckland";
  shop_.definitions().stores = {south};
  EXPECT_EQ(WhyNot(campaign), LeftOut::QUIET_HOURS);
  wire::Campaign service = campaign;
  service.kind = CampaignKind::SERVICE;
  EXPECT_EQ(WhyNot(service), 0);
  customer.__set_time_zone("Europe/Vienna");
  shop_.Put(customer);
  EXPECT_EQ(WhyNot(campaign), 0);
  EXPECT_EQ(shop_.Decide("spring", "anna").time_zone, "Europe/Vienna");
}

TEST_F(PlannerTest, ProductsThatDoNotSuitHerLeaveHerOut) {
  EXPECT_EQ(WhyNot(WithProducts()), LeftOut::MISMATCH);
  wire::Product wine;
  wine.product_id = "wine";
  wine.category_path = {"all", "wine"};
  wine.__set_minimum_age(18);
  shop_.Put(wine);
  EXPECT_EQ(WhyNot(WithProducts()), LeftOut::MISMATCH);
  wire::Customer adult = MakeCustomer("anna");
  adult.__set_birth_year(1980);
  shop_.Put(adult);
  EXPECT_EQ(WhyNot(WithProducts()), 0);
  shop_.Stock("wine", "north", 0, 900, absl::Hours(1));
  EXPECT_EQ(WhyNot(WithProducts()), LeftOut::MISMATCH);
  shop_.Stock("wine", "south", 3000, 900, absl::Hours(1));
  EXPECT_EQ(WhyNot(WithProducts()), 0);
}

TEST_F(PlannerTest, AtMostTwoOfOneCategoryStandInARow) {
  for (int i = 0; i < 6; ++i) shop_.Product(absl::StrCat("tea", i), "tea");
  shop_.Product("jam", "jam");
  const auto row = ProductsOf(WithProducts(5));
  EXPECT_EQ(row.size(), 3u);
  EXPECT_THAT(row, ::testing::Contains("jam"));
}

TEST_F(PlannerTest, PricesFarFromWhatSheBuysStayOut) {
  for (int i = 0; i < 5; ++i) {
    shop_.Product(absl::StrCat("tea", i), absl::StrCat("tea", i), 400 + i);
    shop_.Buy("anna", absl::StrCat("tea", i), 400, absl::Hours(24 * 40));
  }
  shop_.Product("gold", "gold", 90'000);
  shop_.Product("cup", "cup", 700);
  const auto row = ProductsOf(WithProducts(7));
  EXPECT_THAT(row, ::testing::Contains("cup"));
  EXPECT_THAT(row, ::testing::Not(::testing::Contains("gold")));
  EXPECT_THAT(ProductsOf(WithProducts(7), "ben"), ::testing::Contains("gold"));
}

TEST_F(PlannerTest, BelowTheFloorSheIsLeftOutAndTheCampaignsFloorWins) {
  shop_.Product("tea", "tea");
  shop_.definitions().contact.relevance_floor = 900'000;
  EXPECT_EQ(WhyNot(WithProducts()), LeftOut::RELEVANCE);
  wire::Campaign campaign = WithProducts();
  campaign.relevance_floor = 0;
  EXPECT_EQ(WhyNot(campaign), 0);
}

TEST_F(PlannerTest, ThankYouSurveyAndServiceNeedNoProducts) {
  for (const auto kind :
       {CampaignKind::THANK_YOU, CampaignKind::SURVEY, CampaignKind::SERVICE}) {
    wire::Campaign campaign = WithProducts();
    campaign.kind = kind;
    EXPECT_EQ(WhyNot(campaign), 0) << kind;
  }
}

TEST_F(PlannerTest, APriceDropIsToldToThoseWhoWatchAndOnlyOnceItFell) {
  shop_.Product("tea", "tea");
  shop_.Product("jam", "jam");
  shop_.Stock("tea", "north", 1000, 500, absl::Hours(50));
  wire::Campaign campaign = WithProducts();
  campaign.kind = CampaignKind::PRICE_DROP;
  EXPECT_EQ(WhyNot(campaign), LeftOut::MISMATCH);
  shop_.Happen(wire::EventKind::WATCH_PRICE, "anna", "tea", absl::Hours(40));
  EXPECT_EQ(WhyNot(campaign), LeftOut::MISMATCH);
  shop_.Stock("tea", "north", 1000, 600, absl::Hours(30));
  EXPECT_EQ(WhyNot(campaign), LeftOut::MISMATCH) << "it rose";
  shop_.Stock("tea", "north", 1000, 450, absl::Hours(20));
  EXPECT_EQ(WhyNot(campaign), 0);
  EXPECT_EQ(WhyNot(campaign, "ben"), LeftOut::MISMATCH);
  const wire::PlannedContact contact = shop_.Decide("spring", "anna");
  ASSERT_EQ(contact.products.size(), 1u);
  EXPECT_THAT(contact.products[0].reason_text,
              HasSubstr("6.00 EUR to 4.50 EUR"));
}

TEST_F(PlannerTest, BackInStockIsToldToThoseWhoWatchOnceItIs) {
  shop_.Product("tea", "tea");
  shop_.Stock("tea", "north", 0, 500, absl::Hours(50));
  wire::Campaign campaign = WithProducts();
  campaign.kind = CampaignKind::BACK_IN_STOCK;
  shop_.Happen(wire::EventKind::WATCH_STOCK, "anna", "tea", absl::Hours(40));
  EXPECT_EQ(WhyNot(campaign), LeftOut::MISMATCH);
  shop_.Stock("tea", "north", 4000, 500, absl::Hours(20));
  EXPECT_EQ(WhyNot(campaign), 0);
  EXPECT_EQ(WhyNot(campaign, "ben"), LeftOut::MISMATCH);
}

TEST_F(PlannerTest, ReplenishmentTellsOfWhatIsDueAndNothingElse) {
  shop_.Product("tea", "tea");
  shop_.Product("jam", "jam");
  for (const int days : {61, 41, 21})
    shop_.Buy("anna", "tea", 500, absl::Hours(24 * days));
  for (const int days : {110, 60, 10})
    shop_.Buy("anna", "jam", 500, absl::Hours(24 * days));
  wire::Campaign campaign = WithProducts();
  campaign.kind = CampaignKind::REPLENISHMENT;
  EXPECT_EQ(ProductsOf(campaign), std::vector<std::string>{"tea"});
  EXPECT_EQ(WhyNot(campaign, "ben"), LeftOut::MISMATCH);
}

TEST_F(PlannerTest, AnOfferThatIsRequiredAndNotWorthMakingLeavesOut) {
  wire::Offer offer = MakeOffer("ten");
  shop_.definitions().offers = {offer};
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.offer_ids = {"ten"};
  EXPECT_EQ(WhyNot(campaign), 0) << "it may do without";
  EXPECT_EQ(shop_.Decide("spring", "anna").offer_id, "");
  campaign.offer_required = true;
  EXPECT_EQ(WhyNot(campaign), LeftOut::NO_OFFER);
}

TEST_F(PlannerTest, AnOfferIsMadeToWhomItMovesWithItsReasonAndCost) {
  wire::Offer offer = MakeOffer("fifth");
  offer.percent_bp = 2000;
  shop_.definitions().offers = {offer};
  shop_.definitions().margin_bp = 9000;
  shop_.Product("tea", "tea", 1000);
  for (int i = 0; i < 40; ++i) shop_.Customer(absl::StrCat("c", i));
  shop_.BuyTeaWeekly(40);
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.offer_ids = {"fifth"};
  campaign.cost_per_contact = 7;
  shop_.Define({campaign});
  for (int i = 0; i < 40; ++i) {
    const auto contact = shop_.Decide("spring", absl::StrCat("c", i));
    ASSERT_EQ(contact.decision, ContactDecision::CONTACT);
    EXPECT_EQ(contact.cost, 7 + contact.offer_cost);
    EXPECT_EQ(contact.offer_id, i % 2 == 0 ? "" : "fifth") << i;
    if (i % 2 == 0) continue;
    EXPECT_GT(contact.offer_cost, 0);
    EXPECT_THAT(contact.offer_text, HasSubstr("Offer fifth: bought 20 of 20"));
  }
}

TEST_F(PlannerTest, AVariantsOffersStandInPlaceOfTheCampaigns) {
  wire::Offer offer = MakeOffer("fifth"), other = MakeOffer("other");
  offer.percent_bp = other.percent_bp = 2000;
  shop_.definitions().offers = {offer, other};
  shop_.definitions().margin_bp = 9000;
  shop_.Product("tea", "tea", 1000);
  for (int i = 0; i < 40; ++i) shop_.Customer(absl::StrCat("c", i));
  shop_.BuyTeaWeekly(40);
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.offer_ids = {"fifth"};
  campaign.variants.resize(2);
  campaign.variants[0].id = "a";
  campaign.variants[1].id = "b";
  campaign.variants[1].offer_ids = {"other"};
  shop_.Define({campaign});
  for (int i = 1; i < 40; i += 2) {
    const auto contact = shop_.Decide("spring", absl::StrCat("c", i));
    EXPECT_EQ(contact.offer_id, contact.variant == 1 ? "other" : "fifth");
  }
}

TEST_F(PlannerTest, TheControlIsDrawnAmongThoseWhoWouldBeContacted) {
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.holdout_bp = 3000;
  shop_.Define({campaign});
  int held_out = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string id = absl::StrCat("c", i);
    wire::Customer customer = MakeCustomer(id);
    if (i % 2 == 0) customer.consents.clear();
    shop_.Put(customer);
    const wire::PlannedContact contact = shop_.Decide("spring", id);
    if (i % 2 == 0) {
      EXPECT_EQ(contact.decision, ContactDecision::LEFT_OUT) << id;
      continue;
    }
    EXPECT_EQ(contact.decision == ContactDecision::HELD_OUT,
              definitions::InControl(3000, "spring", id));
    held_out += contact.decision == ContactDecision::HELD_OUT;
  }
  EXPECT_GT(held_out, 35);
  EXPECT_LT(held_out, 85);
}

TEST_F(PlannerTest, VariantsAreSharedOutByTheirWeights) {
  wire::Campaign campaign = MakeCampaign("spring");
  campaign.variants.resize(2);
  campaign.variants[0].id = "a";
  campaign.variants[1].id = "b";
  campaign.variants[1].weight = 3;
  shop_.Define({campaign});
  int of_b = 0;
  for (int i = 0; i < 400; ++i) {
    const std::string id = absl::StrCat("c", i);
    shop_.Customer(id);
    of_b += shop_.Decide("spring", id).variant == 1;
  }
  EXPECT_GT(of_b, 260);
  EXPECT_LT(of_b, 340);
}

TEST_F(PlannerTest, TheSameQuestionHasTheSameBytesForAnswer) {
  for (int i = 0; i < 12; ++i) {
    shop_.Product(absl::StrCat("p", i), absl::StrCat("cat", i % 4), 300 + i);
    shop_.Buy("anna", absl::StrCat("p", i), 300, absl::Hours(24 * (i + 20)));
  }
  wire::Campaign campaign = WithProducts();
  campaign.holdout_bp = 5000;
  shop_.Define({campaign});
  EXPECT_EQ(store::Encode(shop_.Decide("spring", "anna")),
            store::Encode(shop_.Decide("spring", "anna")));
}

TEST_F(PlannerTest, ALongTextIsCutBeforeACharacter) {
  EXPECT_EQ(Shortened("short"), "short");
  std::string lengthy(1021, 'x');
  lengthy += "ääää";
  const std::string cut = Shortened(lengthy);
  EXPECT_LE(cut.size(), 1024u);
  EXPECT_EQ(cut, std::string(1021, 'x') + "…");
}

}  // namespace
}  // namespace patron::campaigns
