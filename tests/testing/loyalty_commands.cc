// The commands of loyalty and offers for CommandGenerator: small definitions
// that change, baskets, reservations and what follows them.
#include "absl/strings/str_cat.h"
#include "tests/testing/commands.h"

namespace patron::testing {
namespace {

wire::Offer MakeOffer(const std::string& id, wire::Benefit::type benefit) {
  wire::Offer offer;
  offer.id = id;
  offer.name = id;
  offer.benefit = benefit;
  offer.currency = "EUR";
  return offer;
}

std::vector<wire::Offer> Offers() {
  std::vector<wire::Offer> offers;
  wire::Offer percent = MakeOffer("percent", wire::Benefit::PERCENT);
  percent.percent_bp = 1250;
  percent.scope = R"(category has "category 1")";
  percent.group = "one";
  offers.push_back(percent);

  wire::Offer amount = MakeOffer("amount", wire::Benefit::AMOUNT);
  amount.amount = 300;
  amount.min_spend = 500;
  amount.limits.uses = 40;
  amount.limits.period = wire::Period::DAY;
  amount.priority = 3;
  offers.push_back(amount);

  wire::Offer regulars = MakeOffer("regulars", wire::Benefit::PERCENT);
  regulars.percent_bp = 500;
  regulars.eligible =
      R"(purchases >= 2 and sum(lines.amount, last 100 days) > 100)";
  regulars.limits.uses_per_customer = 2;
  regulars.limits.customer_period = wire::Period::WEEK;
  regulars.group = "one";
  offers.push_back(regulars);

  wire::Offer coupon = MakeOffer("coupon", wire::Benefit::AMOUNT);
  coupon.amount = 150;
  coupon.needs_code = true;
  coupon.limits.budget = 3000;
  offers.push_back(coupon);

  wire::Offer shared = MakeOffer("shared", wire::Benefit::BONUS_POINTS);
  shared.points = 50;
  shared.programme_id = "club";
  shared.needs_code = true;
  shared.codes = {"SHARED"};
  offers.push_back(shared);

  wire::Offer personal = MakeOffer("personal", wire::Benefit::PERCENT);
  personal.percent_bp = 5000;
  personal.occasion = wire::Occasion::PERSONAL;
  personal.exclusive = true;
  offers.push_back(personal);

  wire::Offer three = MakeOffer("three", wire::Benefit::BUY_N_PAY_M);
  three.buy = 3;
  three.pay = 2;
  offers.push_back(three);
  return offers;
}

wire::Programme Club() {
  wire::Programme club;
  club.id = "club";
  club.name = "Club";
  club.points_name = "beans";
  club.currency = "EUR";
  club.pending_days = 2;
  club.expiry = wire::Expiry::DAYS;
  club.expiry_count = 40;
  club.redeem_points = 10;
  club.redeem_amount = 7;
  club.birthday_points = 25;
  club.clerk_adjustment = 100;
  club.clerk_adjustment_day = 250;
  for (const auto& [id, credit] :
       {std::pair("silver", 1500), std::pair("gold", 4000)}) {
    wire::Tier tier;
    tier.id = id;
    tier.name = id;
    tier.credit = credit;
    tier.multiplier_bp = credit == 4000 ? 20000 : 15000;
    club.tiers.push_back(tier);
  }
  club.tier_days = 30;
  wire::EventPoints review;
  review.kind = wire::EventKind::REVIEW;
  review.points = 5;
  club.event_points.push_back(review);
  wire::Referral referral;
  referral.referrer_points = 40;
  referral.friend_points = 20;
  club.__set_referral(referral);
  return club;
}

wire::Programme Miles() {
  wire::Programme miles;
  miles.id = "miles";
  miles.name = "Miles";
  miles.points_name = "miles";
  miles.currency = "EUR";
  miles.earn_points = 3;
  miles.earn_amount = 200;
  miles.rounding = wire::Rounding::NEAREST;
  miles.round_by_line = true;
  miles.redeem_points = 1;
  miles.redeem_amount = 1;
  miles.debt = wire::DebtPolicy::MONEY;
  miles.eligible = "purchases > 1";
  return miles;
}

}  // namespace

wire::Definitions SmallDefinitions() {
  wire::Definitions definitions;
  definitions.currency = "EUR";
  definitions.programmes = {Club(), Miles()};
  definitions.offers = Offers();
  wire::CodeBatch codes;
  codes.id = "letters";
  codes.offer_id = "coupon";
  definitions.code_batches.push_back(codes);
  definitions.campaigns = SmallCampaigns();
  definitions.contact.cap = 2;
  definitions.contact.cap_days = 20;
  definitions.holdout.share_bp = 1000;
  definitions.holdout.salt = "small";
  return definitions;
}

std::string CommandGenerator::AnyCustomer() {
  return absl::StrCat("c", Below(40));
}

namespace {

wire::Prediction SomePrediction() {
  wire::Prediction prediction;
  prediction.r = 800'000;
  prediction.alpha = 20'000'000;
  prediction.a = 900'000;
  prediction.b = 2'500'000;
  prediction.p = 6'250'000;
  prediction.q = 3'740'000;
  prediction.v = 900'000'000;
  prediction.currency = "EUR";
  return prediction;
}

}  // namespace

wire::CommandBody CommandGenerator::Definitions() {
  wire::CommandBody body;
  wire::PutDefinitions& put = body.put_definitions;
  put.definitions = SmallDefinitions();
  // The first is whole; later ones differ a little, or are stale.
  const bool first = !defined_;
  defined_ = true;
  if (!first && Below(3) == 0) put.definitions.offers[0].percent_bp = 1000;
  if (!first && Below(4) == 0) put.definitions.programmes[0].pending_days = 0;
  if (!first && Below(3) == 0) put.definitions.contact.cap = 1;
  if (Below(3) != 0) put.definitions.__set_prediction(SomePrediction());
  put.overwrite = first || Below(3) != 0;
  put.base_version = static_cast<int64_t>(Below(3));
  put.change = "generated";
  body.__isset.put_definitions = true;
  return body;
}

wire::CommandBody CommandGenerator::OfferState() {
  wire::CommandBody body;
  constexpr const char* kOffers[] = {"percent", "amount", "three", "unknown"};
  body.set_offer_state.offer_id = kOffers[Below(4)];
  body.set_offer_state.state =
      Below(3) == 0 ? wire::OfferState::PAUSED : wire::OfferState::RUNNING;
  body.__isset.set_offer_state = true;
  return body;
}

wire::CommandBody CommandGenerator::Codes() {
  wire::CommandBody body;
  body.put_codes.batch_id = Below(5) == 0 ? "unknown" : "letters";
  const uint64_t first = Below(40);
  for (uint64_t i = 0; i < 4; ++i)
    body.put_codes.codes.push_back(absl::StrCat("CODE", first + i));
  body.__isset.put_codes = true;
  return body;
}

wire::CommandBody CommandGenerator::Reserve() {
  wire::CommandBody body;
  wire::Reserve& reserve = body.reserve;
  reserve.reservation_id = absl::StrCat("b", next_reservation_);
  if (Below(10) != 0) ++next_reservation_;
  wire::QuoteRequest& request = reserve.request;
  if (Below(10) != 0) request.__set_customer_id(AnyCustomer());
  request.store_id = absl::StrCat("s", Below(4));
  request.channel = "store";
  request.currency = Below(12) == 0 ? "USD" : "EUR";
  request.lines.resize(1 + Below(5));
  for (wire::BasketLine& line : request.lines) {
    line.product_id = absl::StrCat("p", Below(80));
    line.quantity_milli = static_cast<int64_t>(Below(5)) * 500;
    line.list_amount = static_cast<int64_t>(Below(1200));
    if (Below(3) == 0) line.tax = line.list_amount / 6;
  }
  if (Below(3) == 0) request.codes.push_back(absl::StrCat("CODE", Below(45)));
  if (Below(5) == 0) request.codes.push_back("SHARED");
  if (Below(2) == 0) {
    wire::PointsToPay pay;
    pay.programme_id = Below(2) == 0 ? "club" : "miles";
    pay.points = Below(2) == 0 ? -1 : static_cast<int64_t>(Below(60));
    request.points.push_back(pay);
  }
  if (Below(6) == 0) request.delivery = 495;
  const auto seconds = static_cast<int64_t>(10 + Below(600));
  reserve.hold_us = seconds * 1'000'000;
  body.__isset.reserve = true;
  return body;
}

// One of the latest reservations, most of which are open.
std::string CommandGenerator::RecentReservation() {
  const uint64_t back = Below(12);
  return absl::StrCat("b", next_reservation_ > back ? next_reservation_ - back
                                                    : next_reservation_);
}

wire::CommandBody CommandGenerator::Commit() {
  wire::CommandBody body;
  wire::CommitReservation& commit = body.commit_reservation;
  commit.reservation_id = RecentReservation();
  commit.receipt_id = absl::StrCat("from ", commit.reservation_id);
  if (Below(15) == 0) commit.receipt_id = absl::StrCat("r", Below(400));
  body.__isset.commit_reservation = true;
  return body;
}

wire::CommandBody CommandGenerator::Release() {
  wire::CommandBody body;
  body.release_reservation.reservation_id = RecentReservation();
  body.__isset.release_reservation = true;
  return body;
}

wire::CommandBody CommandGenerator::Expire() {
  wire::CommandBody body;
  body.__isset.expire_reservations = true;
  return body;
}

wire::CommandBody CommandGenerator::ReturnReserved() {
  const std::string return_id = absl::StrCat("ret", Below(50));
  const uint64_t back = Below(60);
  const uint64_t number =
      next_reservation_ > back ? next_reservation_ - back : 0;
  const int line = static_cast<int>(Below(3));
  const int64_t quantity_milli = 500 * (1 + static_cast<int64_t>(Below(3)));
  return Body(MakeReturn(return_id, absl::StrCat("from b", number),
                         {{line, quantity_milli}}));
}

wire::CommandBody CommandGenerator::Claim() {
  wire::CommandBody body;
  const uint64_t number = Below(400);
  body.claim_receipt.receipt_id = absl::StrCat("r", number);
  if (Below(3) == 0) {
    const uint64_t back = Below(60);
    const uint64_t from =
        next_reservation_ > back ? next_reservation_ - back : 0;
    body.claim_receipt.receipt_id = absl::StrCat("from b", from);
  }
  body.claim_receipt.customer_id = AnyCustomer();
  body.__isset.claim_receipt = true;
  return body;
}

wire::CommandBody CommandGenerator::Adjust() {
  wire::CommandBody body;
  wire::AdjustPoints& adjust = body.adjust_points;
  adjust.customer_id = AnyCustomer();
  adjust.programme_id = Below(2) == 0 ? "club" : "miles";
  adjust.points = static_cast<int64_t>(Below(240)) - 90;
  if (adjust.points == 0) adjust.points = 1;
  adjust.reason = "generated";
  body.__isset.adjust_points = true;
  return body;
}

wire::CommandBody CommandGenerator::Bonus() {
  wire::CommandBody body;
  wire::GiveBonus& bonus = body.give_bonus;
  bonus.programme_id = Below(2) == 0 ? "club" : "miles";
  bonus.reason = "generated";
  const uint64_t first = Below(38);
  for (uint64_t i = 0; i < 3; ++i) {
    wire::BonusEntry entry;
    entry.customer_id = absl::StrCat("c", first + i);
    entry.points = static_cast<int64_t>(1 + Below(300));
    bonus.entries.push_back(entry);
  }
  body.__isset.give_bonus = true;
  return body;
}

wire::CommandBody CommandGenerator::Issue() {
  wire::CommandBody body;
  wire::IssueOffer& issue = body.issue_offer;
  issue.offer_id = Below(8) == 0 ? "percent" : "personal";
  issue.customer_ids = {AnyCustomer()};
  const auto minutes = static_cast<int64_t>(Below(100));
  issue.expires_at_us = now_us_ + minutes * 60'000'000;
  issue.cause = "generated";
  body.__isset.issue_offer = true;
  return body;
}

wire::CommandBody CommandGenerator::Link() {
  wire::CommandBody body;
  body.link_id.customer_id = AnyCustomer();
  body.link_id.external_id = absl::StrCat("card", Below(60));
  body.__isset.link_id = true;
  return body;
}

wire::CommandBody CommandGenerator::Merge() {
  wire::CommandBody body;
  body.merge_customers.kept_id = AnyCustomer();
  body.merge_customers.absorbed_id =
      Below(3) == 0 ? absl::StrCat("card", Below(60)) : AnyCustomer();
  body.__isset.merge_customers = true;
  return body;
}

wire::CommandBody CommandGenerator::Refer() {
  wire::CommandBody body;
  body.refer.referrer_id = AnyCustomer();
  body.refer.friend_id =
      Below(2) == 0 ? absl::StrCat("new", Below(60)) : AnyCustomer();
  body.__isset.refer = true;
  return body;
}

wire::CommandBody CommandGenerator::Settle() {
  wire::CommandBody body;
  body.settle_accounts.first_customer = static_cast<int32_t>(Below(40));
  body.settle_accounts.customers = static_cast<int32_t>(1 + Below(20));
  body.__isset.settle_accounts = true;
  return body;
}

}  // namespace patron::testing
