// The model's definitions, and its points: one by one.
#include <algorithm>
#include <limits>

#include "server/base/check.h"
#include "tests/checkout/checkout_model.h"

namespace patron::testing {
namespace {

wire::Offer MakeOffer(const std::string& id, wire::Benefit::type benefit) {
  wire::Offer offer;
  offer.id = offer.name = id;
  offer.benefit = benefit;
  offer.currency = "EUR";
  return offer;
}

wire::Programme MakeProgramme(const std::string& id) {
  wire::Programme programme;
  programme.id = programme.name = programme.points_name = id;
  programme.currency = "EUR";
  return programme;
}

std::vector<wire::Programme> Programmes() {
  wire::Programme club = MakeProgramme("club");
  club.pending_days = 3;
  club.expiry = wire::Expiry::DAYS;
  club.expiry_count = 20;
  club.redeem_points = 10;
  club.redeem_amount = 7;
  club.redeem_most_bp = 5000;
  wire::Programme miles = MakeProgramme("miles");
  miles.earn_points = 3;
  miles.earn_amount = 200;
  miles.rounding = wire::Rounding::NEAREST;
  miles.round_by_line = true;
  miles.redeem_points = 1;
  miles.redeem_amount = 2;
  miles.debt = wire::DebtPolicy::MONEY;
  return {club, miles};
}

}  // namespace

// Offers stand in the order in which they apply.
wire::Definitions ModelDefinitions() {
  wire::Definitions definitions;
  definitions.currency = "EUR";
  definitions.programmes = Programmes();
  wire::Offer own = MakeOffer("own", wire::Benefit::PERCENT);
  own.percent_bp = 2500;
  own.scope = R"(category has "b")";
  own.group = "one";
  own.limits.uses_per_customer = 2;
  own.limits.customer_period = wire::Period::WEEK;
  wire::Offer part = MakeOffer("part", wire::Benefit::PERCENT);
  part.percent_bp = 1250;
  part.scope = R"(category has "a")";
  part.limits.uses = 12;
  part.limits.period = wire::Period::DAY;
  wire::Offer budget = MakeOffer("budget", wire::Benefit::AMOUNT);
  budget.amount = 300;
  budget.min_spend = 500;
  budget.limits.budget = 9000;
  budget.limits.period = wire::Period::WEEK;
  wire::Offer coupon = MakeOffer("coupon", wire::Benefit::AMOUNT);
  coupon.amount = 250;
  coupon.needs_code = true;
  coupon.group = "one";
  coupon.limits.budget = 60'000;
  wire::Offer extra = MakeOffer("extra", wire::Benefit::BONUS_POINTS);
  extra.points = 50;
  extra.programme_id = "club";
  extra.needs_code = true;
  extra.codes = {"SHARED"};
  extra.limits.uses = 60;
  extra.limits.period = wire::Period::MONTH;
  definitions.offers = {own, part, budget, coupon, extra};
  for (const int64_t uses : {1, 2}) {
    wire::CodeBatch batch;
    batch.id = uses == 1 ? "once" : "twice";
    batch.offer_id = "coupon";
    batch.uses_per_code = uses;
    definitions.code_batches.push_back(batch);
  }
  return definitions;
}

// ---- points, one by one

const wire::Programme& CheckoutModel::ProgrammeById(
    const std::string& id) const {
  for (const wire::Programme& programme : definitions_.programmes)
    if (programme.id == id) return programme;
  PATRON_CHECK(false);
  return definitions_.programmes[0];
}

const wire::Offer& CheckoutModel::OfferById(const std::string& id) const {
  for (const wire::Offer& offer : definitions_.offers)
    if (offer.id == id) return offer;
  PATRON_CHECK(false);
  return definitions_.offers[0];
}

std::string CheckoutModel::PresentId(const std::string& customer) const {
  const auto at = ids_.find(customer);
  if (at == ids_.end()) return "";
  return at->second == customer ? customer : PresentId(at->second);
}

ModelAccount& CheckoutModel::Account(const std::string& customer,
                                     const std::string& programme) {
  const std::string present = PresentId(customer);
  touched_.insert(present);
  return accounts_[{present, programme}];
}

void CheckoutModel::PutIn(ModelPoint point, ModelAccount& account) {
  if (account.debt > 0) {
    --account.debt;
  } else {
    account.points.push_back(point);
  }
}

void CheckoutModel::ExpirePoints() {
  for (auto& [key, account] : accounts_)
    std::erase_if(account.points, [this](const ModelPoint& point) {
      return point.expiry != 0 && point.expiry < today_;
    });
}

int CheckoutModel::FirstOf(const ModelPoints& points, bool pending_too) const {
  const auto rank = [this](const ModelPoint& point) {
    return std::pair(
        point.expiry == 0 ? std::numeric_limits<Day>::max() : point.expiry,
        point.available <= today_ ? 0 : point.available);
  };
  int first = -1;
  for (size_t at = 0; at < points.size(); ++at) {
    if (points[at].available > today_ && !pending_too) continue;
    if (first < 0 ||
        rank(points[at]) < rank(points[static_cast<size_t>(first)]))
      first = static_cast<int>(at);
  }
  return first;
}

ModelPoints CheckoutModel::Take(int64_t count, ModelAccount& account) {
  ModelPoints taken;
  for (int64_t i = 0; i < count; ++i) {
    const int at = FirstOf(account.points, /*pending_too=*/false);
    PATRON_CHECK(at >= 0);
    taken.push_back(account.points[static_cast<size_t>(at)]);
    taken.back().available = 0;
    account.points.erase(account.points.begin() + at);
  }
  return taken;
}

Day CheckoutModel::ExpiryOf(const wire::Programme& programme, Day day) const {
  return programme.expiry == wire::Expiry::NEVER
             ? 0
             : static_cast<Day>(day + programme.expiry_count);
}

// Answers how many are missing: to be paid for.
int64_t CheckoutModel::Reverse(const std::string& customer,
                               const wire::Programme& programme, int64_t points,
                               ModelPoint from) {
  ModelAccount& account = Account(customer, programme.id);
  int64_t missing = 0;
  for (int64_t i = 0; i < points; ++i) {
    const auto same = std::find_if(
        account.points.begin(), account.points.end(),
        [&](const ModelPoint& point) {
          return point.expiry == from.expiry &&
                 (from.available > today_ ? point.available == from.available
                                          : point.available <= today_);
        });
    if (same != account.points.end()) {
      account.points.erase(same);
    } else if (const int at = FirstOf(account.points, true); at >= 0) {
      account.points.erase(account.points.begin() + at);
    } else if (programme.debt == wire::DebtPolicy::MONEY) {
      ++missing;
    } else {
      ++account.debt;
    }
  }
  return missing;
}

// ---- what stands

int64_t CheckoutModel::AvailableOf(const std::string& customer,
                                   const std::string& programme) const {
  return BalanceOf(customer, programme).available;
}

CheckoutModel::Balance CheckoutModel::BalanceOf(
    const std::string& customer, const std::string& programme) const {
  Balance balance;
  const auto at = accounts_.find({customer, programme});
  if (at != accounts_.end()) {
    balance.available = -at->second.debt;
    for (const ModelPoint& point : at->second.points)
      ++(point.available > today_ ? balance.pending : balance.available);
  }
  for (const std::string& id : open_) {
    const ModelReservation& reservation = reservations_.at(id);
    if (customer.empty() || PresentId(reservation.customer) != customer)
      continue;
    for (const ModelPaid& paid : reservation.quote.paid)
      if (paid.programme == programme)
        balance.held += static_cast<int64_t>(paid.points.size());
  }
  return balance;
}

std::map<std::pair<Day, Day>, int64_t> CheckoutModel::LotsOf(
    const std::string& customer, const std::string& programme) const {
  std::map<std::pair<Day, Day>, int64_t> lots;
  const auto at = accounts_.find({customer, programme});
  if (at == accounts_.end()) return lots;
  for (const ModelPoint& point : at->second.points)
    ++lots[{point.expiry, point.available > today_ ? point.available : 0}];
  return lots;
}

int64_t CheckoutModel::DebtOf(const std::string& customer,
                              const std::string& programme) const {
  const auto at = accounts_.find({customer, programme});
  return at == accounts_.end() ? 0 : at->second.debt;
}

int64_t CheckoutModel::open() const {
  return static_cast<int64_t>(open_.size());
}

}  // namespace patron::testing
