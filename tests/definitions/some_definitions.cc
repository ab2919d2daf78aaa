#include "tests/definitions/some_definitions.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"

namespace patron::definitions {
namespace {

constexpr int64_t kSecondUs = 1'000'000;
constexpr int64_t kHourUs = 3600 * kSecondUs;
constexpr int64_t kFirstUs = 1'600'000'000 * kSecondUs;

class Maker {
 public:
  explicit Maker(uint64_t seed) : random_(seed) {}

  wire::Definitions Make() {
    wire::Definitions d;
    d.currency = Currency();
    d.margin_bp = Number(0, 10000);
    for (int i = Number(0, 3); i > 0; --i)
      d.programmes.push_back(Programme(absl::StrCat("p", i), d.currency));
    for (int i = Number(0, 6); i > 0; --i) d.offers.push_back(Offer(i, d));
    for (const wire::Offer& offer : d.offers)
      if (offer.needs_code && Chance()) d.code_batches.push_back(Batch(offer));
    Contact(d.contact);
    Holdout(d.holdout);
    if (Chance()) d.__set_prediction(Prediction());
    for (int i = Number(0, 3); i > 0; --i) d.stores.push_back(Store(i));
    for (int i = Number(0, 3); i > 0; --i)
      d.thresholds[absl::StrCat("days_", i)] = Some(1'000'000'000'000);
    for (int i = Number(0, 3); i > 0; --i) d.segments.push_back(Segment(i));
    for (int i = Number(0, 3); i > 0; --i)
      d.campaigns.push_back(Campaign(i, d));
    return d;
  }

 private:
  int64_t Number(int64_t lowest, int64_t highest) {
    return std::uniform_int_distribution<int64_t>(lowest, highest)(random_);
  }
  bool Chance() { return Number(0, 1) == 1; }
  // Mostly nothing, else small or large.
  int64_t Some(int64_t highest) {
    switch (Number(0, 3)) {
      case 0:
        return Number(0, highest);
      case 1:
        return Number(0, std::min<int64_t>(highest, 1000));
      default:
        return 0;
    }
  }
  template <typename T>
  T OneOf(std::initializer_list<T> list) {
    return list.begin()[Number(0, list.size() - 1)];
  }

  wire::Prediction Prediction() {
    wire::Prediction p;
    p.r = Number(1, 9'000'000);
    p.alpha = Number(1, 9'000'000'000);
    p.a = Number(1, 9'000'000);
    p.b = Number(1, 9'000'000);
    p.day = static_cast<int32_t>(Some(36'500));
    p.customers = Some(1'000'000);
    if (Chance()) return p;
    p.p = Number(1, 90'000'000);
    p.q = Number(1'000'001, 90'000'000);
    p.v = Number(1, 900'000'000'000);
    p.currency = Currency();
    return p;
  }

  std::string Currency() {
    return OneOf<std::string>({"EUR", "USD", "JPY", "KWD", "CLF", "TND"});
  }

  std::string Text() {
    std::string text;
    for (int i = Number(0, 3); i > 0; --i)
      text += OneOf<std::string>({"beans", "ä€😀", "\"", "'", "'''", "\\", "\n",
                                  "\r\n", "\t", "#", "\x01", "\x7f", "=", "[x]",
                                  "{", " ", "0", "true"});
    return text;
  }

  std::string Id(absl::string_view start, int i) {
    return absl::StrCat(
        start, i, OneOf<std::string>({"", " ", "\"", "'", "ü", "\\n", ".#"}));
  }

  std::string ProductRule() {
    return OneOf<std::string>(
        {"", "category has \"coffee\"", "price >= 100 and brand = \"O'Neill\"",
         "# only these\nbrand in (\"a\", \"b\")\n",
         "\n\n  category has \"a\"\r\n or brand = \"\\\\\"", "brand = \"'''\"",
         "known(brand)"});
  }

  std::string CustomerRule() {
    return OneOf<std::string>(
        {"", "purchases >= 3", "tier[\"club\"] in (\"gold\", \"it's\")",
         "is_staff\nor\n\tpurchases > 2", "locale = \"de\\\"AT\"\n#'''"});
  }

  int64_t Moment() {
    switch (Number(0, 4)) {
      case 0:
        return kFirstUs + Number(0, 400'000'000) * kSecondUs;
      case 1:
        return kFirstUs + Number(0, 400'000'000'000'000);
      case 2:  // on the hour: midnights, and hours that clocks show twice
        return (kFirstUs / kHourUs + Number(0, 100'000)) * kHourUs;
      default:
        return 0;
    }
  }

  void Times(int64_t& starts_us, int64_t& ends_us) {
    starts_us = Moment();
    ends_us = Moment();
    if (ends_us != 0 && ends_us <= starts_us) ends_us = starts_us + kHourUs;
  }

  wire::EarningRule EarningRule(int i) {
    wire::EarningRule r;
    r.id = Id("rule", i);
    r.scope = ProductRule();
    r.eligible = CustomerRule();
    r.multiplier_bp = Number(0, 1'000'000);
    r.bonus_points = Number(1, 100);
    r.min_spend = Some(1'000'000'000'000);
    Times(r.starts_us, r.ends_us);
    return r;
  }

  void Expiry(wire::Programme& p) {
    p.expiry = OneOf({wire::Expiry::NEVER, wire::Expiry::DAYS,
                      wire::Expiry::END_OF_MONTH, wire::Expiry::END_OF_YEAR});
    p.expiry_count = p.expiry == wire::Expiry::NEVER  ? 0
                     : p.expiry == wire::Expiry::DAYS ? Number(1, 36500)
                                                      : Number(0, 100);
  }

  void Earning(wire::Programme& p) {
    p.earn_points = Number(0, 1000);
    p.earn_amount = Number(1, 1'000'000);
    p.scope = ProductRule();
    p.rounding = OneOf(
        {wire::Rounding::DOWN, wire::Rounding::NEAREST, wire::Rounding::UP});
    p.round_by_line = Chance();
    p.pending_days = Some(365);
    Expiry(p);
    if (Chance()) {
      p.redeem_points = Number(1, 1000);
      p.redeem_amount = Number(1, 1'000'000);
    }
    p.redeem_most_bp = Chance() ? 10000 : Number(0, 10000);
    p.debt = OneOf({wire::DebtPolicy::NEGATIVE, wire::DebtPolicy::MONEY});
  }

  void Tiers(wire::Programme& p) {
    int64_t credit = Number(0, 100);
    for (int i = 0; i < Number(0, 4); ++i) {
      wire::Tier tier;
      tier.id = Id("tier", i);
      tier.name = Text();
      tier.credit = credit;
      tier.multiplier_bp = Chance() ? 10000 : Number(0, 1'000'000);
      for (int r = Number(0, 3); r > 0; --r) tier.rewards.push_back(Text());
      credit += Number(1, 1'000'000);
      p.tiers.push_back(tier);
    }
    p.tier_window =
        OneOf({wire::TierWindow::ROLLING, wire::TierWindow::CALENDAR_YEAR});
    p.tier_days = Number(1, 3650);
    p.tier_grace_days = Some(365);
    p.tier_credit = OneOf({wire::TierCredit::SPEND, wire::TierCredit::POINTS});
  }

  wire::Programme Programme(const std::string& id, const std::string& usual) {
    wire::Programme p;
    p.id = id;
    p.name = Text();
    p.points_name = Text();
    p.currency = Chance() ? usual : Currency();
    p.eligible = CustomerRule();
    Earning(p);
    for (int i = Number(0, 2); i > 0; --i)
      p.earning_rules.push_back(EarningRule(i));
    for (int kind = 1; kind < 16; kind += Number(1, 15)) {
      wire::EventPoints e;
      e.kind = static_cast<wire::EventKind::type>(kind);
      e.points = Number(1, 100);
      e.most_a_day = Number(1, 3);
      p.event_points.push_back(e);
    }
    if (Chance()) {
      wire::Referral referral;
      referral.referrer_points = Some(1000);
      referral.friend_points = Some(1000);
      referral.most_a_year = Chance() ? 10 : Number(0, 100);
      referral.min_spend = Some(1'000'000);
      p.__set_referral(referral);
    }
    p.birthday_points = Some(1000);
    Tiers(p);
    p.clerk_adjustment = Some(1000);
    p.clerk_adjustment_day = Some(1'000'000'000'000);
    p.starts_us = Moment();
    return p;
  }

  void Benefit(wire::Offer& o, const wire::Definitions& d) {
    o.benefit = static_cast<wire::Benefit::type>(Number(1, 10));
    const bool points = o.benefit == wire::Benefit::POINTS_MULTIPLIER ||
                        o.benefit == wire::Benefit::BONUS_POINTS;
    if (points && d.programmes.empty()) o.benefit = wire::Benefit::PERCENT;
    if (points && !d.programmes.empty()) o.programme_id = d.programmes[0].id;
    switch (o.benefit) {
      case wire::Benefit::PERCENT:
      case wire::Benefit::PRICE_MATCH:
        o.percent_bp = Number(1, 10000);
        return;
      case wire::Benefit::AMOUNT:
        o.amount = Number(1, 1'000'000'000'000);
        return;
      case wire::Benefit::FREE_DELIVERY:
        o.amount = Some(1000);
        return;
      case wire::Benefit::BUY_N_PAY_M:
        o.buy = Number(2, 20);
        o.pay = Number(0, o.buy - 1);
        return;
      case wire::Benefit::SET_PRICE:
        return SetPrice(o);
      case wire::Benefit::GIFT:
        o.gift_product_id = Id("gift", 1);
        o.gift_quantity_milli = Chance() ? 1000 : Number(1, 100'000);
        return;
      case wire::Benefit::POINTS_MULTIPLIER:
        o.multiplier_bp = Number(10001, 1'000'000);
        return;
      case wire::Benefit::BONUS_POINTS:
        o.points = Number(1, 1000);
        return;
      case wire::Benefit::EARLY_ACCESS:
        o.opens_us = kFirstUs + Number(0, 1'000'000) * kSecondUs;
        o.scope = "known(price)";
        return;
    }
  }

  void SetPrice(wire::Offer& o) {
    o.amount = Number(1, 1'000'000);
    for (int i = Number(1, 3); i > 0; --i) {
      wire::SetPart part;
      part.scope = ProductRule();
      part.quantity_milli = Chance() ? 1000 : Number(1, 100'000);
      o.set_parts.push_back(part);
    }
  }

  void Occasion(wire::Offer& o) {
    o.occasion = static_cast<wire::Occasion::type>(Number(1, 7));
    if (o.occasion == wire::Occasion::WELCOME) o.days = Number(0, 365);
    if (o.occasion == wire::Occasion::WIN_BACK ||
        o.occasion == wire::Occasion::NEXT_ORDER)
      o.days = Number(1, 365);
    if (o.occasion == wire::Occasion::BIRTHDAY) {
      o.days_before = Number(0, 30);
      o.days_after = Number(0, 30);
    }
    if (o.occasion != wire::Occasion::SURPRISE) return;
    o.chance_bp = Number(1, 10000);
    o.seed = "s" + Text();
  }

  void EarlyStarts(wire::Offer& o, const wire::Definitions& d) {
    if (o.starts_us == 0 || d.programmes.empty()) return;
    for (const wire::Tier& tier : d.programmes[0].tiers) {
      wire::EarlyStart early;
      early.programme_id = d.programmes[0].id;
      early.tier_id = tier.id;
      early.hours = Number(1, 100);
      o.early_starts.push_back(early);
    }
  }

  void Limits(wire::Limits& l) {
    l.uses = Some(1'000'000);
    l.budget = Some(1'000'000'000'000'000);
    l.period = static_cast<wire::Period::type>(Number(1, 5));
    l.uses_per_customer = Some(100);
    l.customer_period = static_cast<wire::Period::type>(Number(1, 5));
  }

  wire::Offer Offer(int i, const wire::Definitions& d) {
    wire::Offer o;
    o.id = Id("offer", i);
    o.name = Text();
    o.kind = Text();
    o.currency = Chance() ? d.currency : Currency();
    o.scope = ProductRule();
    o.eligible = CustomerRule();
    Benefit(o, d);
    Occasion(o);
    o.min_spend = Some(1'000'000'000'000);
    o.min_quantity_milli = Some(100'000);
    Times(o.starts_us, o.ends_us);
    EarlyStarts(o, d);
    for (int c = Number(0, 2); c > 0; --c)
      o.codes.push_back(Id(absl::StrCat("CODE", i, "-"), c));
    o.needs_code = !o.codes.empty() || Chance();
    o.group = Text();
    o.exclusive = Chance();
    o.priority = Chance() ? 0 : Number(-1000, 1000);
    Limits(o.limits);
    for (int c = Number(0, 4); c > 0; --c) {
      o.channels.push_back(Id("a channel with a long name ", c));
      o.store_ids.push_back(Id("S", c));
    }
    o.state = static_cast<wire::OfferState::type>(Number(1, 3));
    o.cost_per_contact = Some(1000);
    return o;
  }

  wire::CodeBatch Batch(const wire::Offer& offer) {
    wire::CodeBatch b;
    b.id = absl::StrCat("batch of ", offer.id);
    b.offer_id = offer.id;
    b.file = Chance() ? "" : "codes.txt";
    b.count = Some(1'000'000);
    b.uses_per_code = Number(1, 3);
    return b;
  }

  void Contact(wire::ContactRules& r) {
    if (Chance()) return;
    r.cap = Number(0, 1000);
    r.cap_days = Number(1, 365);
    r.quiet_from = Number(0, 1439);
    r.quiet_until = Chance() ? Number(0, 1439) : r.quiet_from;
    if (r.quiet_from == r.quiet_until) r.quiet_from = r.quiet_until = 0;
    r.relevance_floor = Some(1'000'000);
    r.just_bought_days = Some(365);
  }

  void Holdout(wire::Holdout& h) {
    h.share_bp = Some(10000);
    h.salt = Text();
    h.campaigns = Chance();
    h.offers = Chance();
    h.recommendations = Chance();
  }

  wire::Store Store(int i) {
    wire::Store s;
    s.id = Id("store", i);
    s.name = Text();
    s.time_zone = OneOf<std::string>({"", "UTC", "Europe/Vienna"});
    return s;
  }

  wire::Segment Segment(int i) {
    wire::Segment s;
    s.id = Id("segment", i);
    s.name = Text();
    s.meaning = Text();
    s.rule = CustomerRule();
    return s;
  }

  wire::Variant Variant(int i, const std::vector<std::string>& offers) {
    wire::Variant v;
    v.id = Id("variant", i);
    v.creative = Text();
    v.weight = Chance() ? 1 : Number(1, 1000);
    if (Chance()) v.offer_ids = offers;
    return v;
  }

  std::vector<std::string> OffersIn(const wire::Definitions& d,
                                    const std::string& currency) {
    std::vector<std::string> ids;
    for (const wire::Offer& offer : d.offers)
      if (offer.currency == currency) ids.push_back(offer.id);
    return ids;
  }

  void Audience(wire::Campaign& c) {
    for (int i = Number(0, 2); i > 0; --i) {
      c.segments.push_back(Id(absl::StrCat("segment", i), i));
      c.exclude_segments.push_back(Id(absl::StrCat("other", i), i));
    }
    c.rule = CustomerRule();
    c.exclude_rule = CustomerRule();
    c.holdout_bp = Some(10000);
  }

  wire::Campaign Campaign(int i, const wire::Definitions& d) {
    wire::Campaign c;
    c.id = Id("campaign", i);
    c.name = Text();
    c.kind = static_cast<wire::CampaignKind::type>(Number(1, 9));
    c.currency = Chance() ? d.currency : Currency();
    Audience(c);
    c.channel = Id("channel", i);
    c.purpose = Chance() ? "marketing" : Id("purpose", i);
    c.starts_us = kFirstUs + Number(0, 400'000'000'000'000);
    c.ends_us = c.starts_us + Number(1, 100) * kHourUs;
    c.placement =
        OneOf<std::string>({"home", "buy_again", "trending", "new_arrivals",
                            "after_purchase", "email"});
    c.products = Number(0, 10);
    c.product_rule = ProductRule();
    std::vector<std::string> offers;
    if (c.kind != wire::CampaignKind::SERVICE) offers = OffersIn(d, c.currency);
    if (Chance()) c.offer_ids = offers;
    c.offer_required = !c.offer_ids.empty() && Chance();
    for (int v = Number(0, 3); v > 0; --v)
      c.variants.push_back(Variant(v, offers));
    c.priority = Chance() ? 0 : Number(-1000, 1000);
    c.budget = Some(1'000'000'000'000);
    c.cost_per_contact = Some(1000);
    c.relevance_floor = Chance() ? -1 : Number(0, 2000);
    c.outcome_days = Chance() ? 14 : Number(0, 365);
    return c;
  }

  std::mt19937_64 random_;
};

wire::Tier MakeTier(const std::string& id, int64_t credit) {
  wire::Tier tier;
  tier.id = id;
  tier.name = id;
  tier.credit = credit;
  return tier;
}

wire::Offer MakeOffer(const std::string& id) {
  wire::Offer offer;
  offer.id = id;
  offer.currency = "EUR";
  offer.benefit = wire::Benefit::PERCENT;
  offer.percent_bp = 1000;
  return offer;
}

wire::Campaign MakeCampaign(const std::string& id) {
  wire::Campaign campaign;
  campaign.id = id;
  campaign.currency = "EUR";
  campaign.channel = "email";
  campaign.segments = {"loyal"};
  campaign.offer_ids = {"spring"};
  campaign.starts_us = 1'780'000'000 * kSecondUs;
  campaign.ends_us = campaign.starts_us + 24 * kHourUs;
  return campaign;
}

}  // namespace

absl::TimeZone Zone(const std::string& name) {
  absl::TimeZone zone;
  PATRON_CHECK(absl::LoadTimeZone(name, &zone));
  return zone;
}

wire::Definitions SmallShop() {
  wire::Definitions d;
  d.currency = "EUR";
  wire::Programme& club = d.programmes.emplace_back();
  club.id = "club";
  club.currency = "EUR";
  club.tiers = {MakeTier("silver", 50'000), MakeTier("gold", 150'000)};
  d.offers = {MakeOffer("spring"), MakeOffer("coupon")};
  d.offers[1].codes = {"WELCOME5"};
  d.offers[1].needs_code = true;
  wire::CodeBatch& batch = d.code_batches.emplace_back();
  batch.id = "flyer";
  batch.offer_id = "coupon";
  d.segments.emplace_back().id = "loyal";
  d.segments[0].rule = "purchases > 10";
  d.campaigns = {MakeCampaign("letter")};
  d.stores.emplace_back().id = "S1";
  return d;
}

wire::Definitions RandomDefinitions(uint64_t seed) {
  return Maker(seed).Make();
}

}  // namespace patron::definitions
