// Random definitions and baskets: what must hold of every quote.
#include <gtest/gtest.h>

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "server/base/check.h"
#include "tests/offers/quote_case.h"
#include "tests/offers/reference.h"
#include "tests/offers/shop.h"
#include "tests/testing/seed.h"
#include "tests/testing/status_matchers.h"

namespace patron::testing {
namespace {

using wire::Benefit;

// A shop of six products in three categories, made by chance.
class RandomShop {
 public:
  explicit RandomShop(uint64_t seed) : random_(seed) {}

  int64_t Below(int64_t bound) {
    return static_cast<int64_t>(random_() % static_cast<uint64_t>(bound));
  }
  bool OneIn(int64_t many) { return Below(many) == 0; }

  // Offers of prices alone, each of which the reference knows too.
  std::vector<ReferenceOffer> PriceOffers(int64_t count, bool with_sets) {
    std::vector<ReferenceOffer> offers;
    for (int64_t i = 0; i < count; ++i)
      offers.push_back(PriceOffer(absl::StrCat("o", i), with_sets));
    return offers;
  }

  wire::QuoteRequest Basket(bool single_units) {
    wire::QuoteRequest request;
    request.currency = "EUR";
    request.delivery = OneIn(2) ? Below(800) : 0;
    for (int64_t i = Below(6); i >= 0; --i) {
      wire::BasketLine& line = request.lines.emplace_back();
      line.product_id = absl::StrCat("p", Below(6));
      line.quantity_milli = single_units ? 1000
                            : OneIn(4)   ? Below(4000)
                                         : 1000 * Below(5);
      line.list_amount = OneIn(8) ? 0 : Below(3000);
      line.tax = Below(line.list_amount + 1);
      if (OneIn(3)) line.__set_match_amount(Below(3000));
    }
    return request;
  }

  wire::Programme Programme(const std::string& id) {
    wire::Programme programme;
    programme.id = id;
    programme.points_name = "points";
    programme.currency = "EUR";
    programme.earn_points = 1 + Below(10);
    programme.earn_amount = 1 + Below(300);
    programme.rounding = static_cast<wire::Rounding::type>(1 + Below(3));
    programme.round_by_line = OneIn(2);
    programme.redeem_points = 1 + Below(20);
    programme.redeem_amount = 1 + Below(20);
    programme.redeem_most_bp = static_cast<int32_t>(1 + Below(10'000));
    programme.tiers.resize(1);
    programme.tiers[0].id = "top";
    programme.tiers[0].credit = Below(3000);
    programme.tiers[0].multiplier_bp = static_cast<int32_t>(Below(30'000));
    wire::EarningRule& rule = programme.earning_rules.emplace_back();
    rule.id = "rule";
    rule.scope = Scope(Products());
    rule.multiplier_bp = static_cast<int32_t>(Below(30'000));
    rule.bonus_points = Below(20);
    rule.min_spend = Below(1000);
    return programme;
  }

  wire::Offer PointsOffer(const std::string& id) {
    wire::Offer offer;
    offer.id = id;
    offer.benefit =
        OneIn(2) ? Benefit::POINTS_MULTIPLIER : Benefit::BONUS_POINTS;
    offer.multiplier_bp = static_cast<int32_t>(Below(40'000));
    offer.points = Below(50);
    offer.programme_id = absl::StrCat("club", Below(2));
    offer.scope = Scope(Products());
    offer.group = OneIn(3) ? "g0" : "";
    return offer;
  }

 private:
  std::set<std::string> Products() {
    std::set<std::string> products;
    for (int i = 0; i < 6; ++i)
      if (OneIn(2)) products.insert(absl::StrCat("p", i));
    products.insert(absl::StrCat("p", Below(6)));
    return products;
  }

  static std::string Scope(const std::set<std::string>& products) {
    return absl::StrCat("product in (\"", absl::StrJoin(products, "\", \""),
                        "\")");
  }

  ReferenceOffer PriceOffer(const std::string& id, bool with_sets) {
    static constexpr Benefit::type kBenefits[] = {
        Benefit::PERCENT,  Benefit::AMOUNT,      Benefit::BUY_N_PAY_M,
        Benefit::GIFT,     Benefit::PRICE_MATCH, Benefit::FREE_DELIVERY,
        Benefit::SET_PRICE};
    ReferenceOffer made;
    wire::Offer& offer = made.offer;
    offer.id = id;
    offer.benefit = kBenefits[Below(with_sets ? 7 : 6)];
    made.scope = Products();
    offer.scope = Scope(made.scope);
    offer.percent_bp =
        static_cast<int32_t>(1 + Below(OneIn(4) ? 10'000 : 4'000));
    offer.amount = 1 + Below(1500);
    offer.buy = static_cast<int32_t>(2 + Below(3));
    offer.pay = static_cast<int32_t>(Below(offer.buy));
    offer.group = OneIn(2) ? absl::StrCat("g", Below(3)) : "";
    offer.exclusive = OneIn(6);
    offer.priority = static_cast<int32_t>(Below(3));
    if (OneIn(5)) offer.limits.budget = made.budget_left = 1 + Below(500);
    if (offer.benefit == Benefit::SET_PRICE) AddParts(made);
    if (offer.benefit == Benefit::GIFT) AddGift(made);
    return made;
  }

  void AddParts(ReferenceOffer& made) {
    made.scope = {"p0", "p1", "p2", "p3", "p4", "p5"};
    made.offer.scope = Scope(made.scope);
    for (int64_t i = Below(2); i >= 0; --i) {
      made.parts.push_back(Products());
      wire::SetPart& part = made.offer.set_parts.emplace_back();
      part.scope = Scope(made.parts.back());
    }
  }

  void AddGift(ReferenceOffer& made) {
    made.offer.gift_product_id = absl::StrCat("p", Below(6));
    made.gift_value = kPrice;
  }

 public:
  static constexpr int64_t kPrice = 250;  // of each product in the catalogue

 private:
  std::mt19937_64 random_;
};

void StockShop(Shop& shop) {
  for (int i = 0; i < 6; ++i)
    shop.AddProduct(absl::StrCat("p", i), {i < 3 ? "A" : "B"})
        .__set_price(RandomShop::kPrice);
}

wire::Definitions DefinitionsOf(const std::vector<ReferenceOffer>& offers) {
  wire::Definitions definitions;
  for (const ReferenceOffer& each : offers)
    definitions.offers.push_back(each.offer);
  return definitions;
}

// What the reference may choose from: offers with a line in scope.
std::vector<ReferenceOffer> InScope(const std::vector<ReferenceOffer>& offers,
                                    const wire::QuoteRequest& request) {
  std::vector<ReferenceOffer> in_scope;
  for (const ReferenceOffer& each : offers)
    if (std::any_of(request.lines.begin(), request.lines.end(),
                    [&](const wire::BasketLine& line) {
                      return each.scope.count(line.product_id) > 0;
                    }))
      in_scope.push_back(each);
  return in_scope;
}

int64_t ToPayOf(const wire::Quote& quote) {
  int64_t to_pay = quote.total;
  for (const wire::OfferDecision& offer : quote.offers)
    if (offer.reason == wire::OfferReason::APPLIED &&
        !offer.gift_product_id.empty())
      to_pay -= RandomShop::kPrice;
  return to_pay;
}

std::vector<std::string> AppliedIn(const wire::Quote& quote) {
  std::vector<std::string> ids;
  for (const wire::OfferDecision& offer : quote.offers)
    if (offer.reason == wire::OfferReason::APPLIED)
      ids.push_back(offer.offer_id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

TEST(QuotePropertyTest, UpToFiveOffersTheBestCombinationIsFound) {
  RandomShop random(TestSeed(7003));
  for (int round = 0; round < 1'500; ++round) {
    const bool with_sets = random.OneIn(2);
    const auto offers = random.PriceOffers(1 + random.Below(5), with_sets);
    Shop shop;
    StockShop(shop);
    ASSERT_OK(shop.Define(DefinitionsOf(offers)));
    for (int i = 0; i < 4; ++i) {
      const wire::QuoteRequest request = random.Basket(with_sets);
      ASSERT_OK_AND_ASSIGN(const wire::Quote quote, shop.Quote(request));
      const ReferenceResult best =
          BestByTrying(InScope(offers, request), request);
      ASSERT_EQ(BrokenSum(request, quote), "");
      ASSERT_TRUE(quote.exhaustive);
      ASSERT_EQ(ToPayOf(quote), best.to_pay) << "round " << round;
      ASSERT_EQ(AppliedIn(quote), best.offers) << "round " << round;
    }
  }
}

TEST(QuotePropertyTest, WithManyOffersItIsNeverWorseThanTheBestAlone) {
  RandomShop random(TestSeed(7004));
  int greedy = 0;
  for (int round = 0; round < 400; ++round) {
    const auto offers = random.PriceOffers(14 + random.Below(10), true);
    Shop shop;
    StockShop(shop);
    ASSERT_OK(shop.Define(DefinitionsOf(offers)));
    for (int i = 0; i < 5; ++i) {
      const wire::QuoteRequest request = random.Basket(true);
      ASSERT_OK_AND_ASSIGN(const wire::Quote quote, shop.Quote(request));
      ASSERT_EQ(BrokenSum(request, quote), "");
      ASSERT_LE(ToPayOf(quote), BestSingle(InScope(offers, request), request));
      greedy += quote.exhaustive ? 0 : 1;
    }
  }
  EXPECT_GT(greedy, 1'000);
}

// A customer with points in two programmes, offers of all kinds.
class FullShop {
 public:
  explicit FullShop(RandomShop& random) : random_(random) {
    StockShop(shop_);
    wire::Definitions definitions =
        DefinitionsOf(random.PriceOffers(random.Below(8), true));
    for (int i = 0; i < 2; ++i) {
      definitions.programmes.push_back(
          random.Programme(absl::StrCat("club", i)));
      definitions.offers.push_back(random.PointsOffer(absl::StrCat("q", i)));
    }
    PATRON_CHECK_OK(shop_.Define(std::move(definitions)));
    for (int i = 0; i < 2; ++i) {
      wire::ProgrammeAccount& account =
          shop_.AccountIn(absl::StrCat("club", i));
      account.lots.emplace_back().points = random.Below(4000);
      account.credit.emplace_back().day = kShopToday;
      account.credit.back().credit = random.Below(3000);
    }
    shop_.anonymous = random.OneIn(10);
  }

  wire::QuoteRequest Request() {
    wire::QuoteRequest request = random_.Basket(false);
    if (shop_.anonymous) return request;
    for (int i = 0; i < 2; ++i)
      if (random_.OneIn(2)) {
        wire::PointsToPay& pay = request.points.emplace_back();
        pay.programme_id = absl::StrCat("club", i);
        pay.points = random_.OneIn(2) ? -1 : random_.Below(2000);
      }
    return request;
  }

  const Shop& shop() const { return shop_; }

 private:
  RandomShop& random_;
  Shop shop_;
};

TEST(QuotePropertyTest, EverythingAddsUpAndTheSameIsAnsweredAgain) {
  RandomShop random(TestSeed(7005));
  int quoted = 0, refused = 0;
  for (int round = 0; round < 2'500; ++round) {
    FullShop full(random);
    for (int i = 0; i < 8; ++i) {
      const wire::QuoteRequest request = full.Request();
      const auto quote = full.shop().Quote(request);
      if (!quote.ok()) {
        ASSERT_EQ(quote.status().code(), absl::StatusCode::kFailedPrecondition)
            << quote.status();
        ++refused;
        continue;
      }
      ++quoted;
      ASSERT_EQ(BrokenSum(request, *quote), "") << "round " << round;
      ASSERT_EQ(quote->offers.size(), full.shop().compiled().offers.size());
      const auto again = full.shop().Quote(request);
      ASSERT_TRUE(again.ok() && *again == *quote) << "round " << round;
    }
  }
  EXPECT_GE(quoted, 15'000);
  EXPECT_GT(refused, 100);
}

TEST(QuotePropertyTest, PointsPayAtMostTheirShareAndWhatSheHas) {
  RandomShop random(TestSeed(7006));
  for (int round = 0; round < 2'000; ++round) {
    FullShop full(random);
    const wire::QuoteRequest request = full.Request();
    const auto quote = full.shop().Quote(request);
    if (!quote.ok()) continue;
    const int64_t before = quote->list_total - quote->discount_total;
    for (const wire::PointsDecision& points : quote->points) {
      const wire::Programme& programme =
          full.shop()
              .compiled()
              .programmes.ById(points.programme_id)
              ->programme;
      ASSERT_LE(points.spent, points.available);
      ASSERT_LE(points.paid * 10'000, before * programme.redeem_most_bp);
      // No point is spent for nothing.
      if (points.spent == 0) continue;
      ASSERT_LT((points.spent - 1) * programme.redeem_amount /
                    programme.redeem_points,
                points.paid);
    }
  }
}

}  // namespace
}  // namespace patron::testing
