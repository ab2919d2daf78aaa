#include "server/targeting/next_best.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <tuple>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "server/base/status_macros.h"
#include "server/loyalty/account.h"
#include "server/offers/eligibility.h"
#include "server/offers/texts.h"

namespace patron::targeting {
namespace {

constexpr double kPriorDays = 30;
constexpr double kDayUs = 86'400e6;

// An offer weighed for a customer.
struct Choice {
  size_t customer = 0;
  size_t candidate = 0;
  double with = 0;
  double without = 0;
  double discount = 0;  // expected
  double cost = 0;      // discount and contact, expected
  double gain = 0;
};

// What of her is looked at for every offer.
struct Customer {
  std::string id;
  BandLines lines{};
  BandValues rates{};
  std::string refusal;  // of the last offer that was not hers
  bool may_any = false;
};

// What she buys in an offer's scope: how often, and for how much.
struct Buying {
  double a_day = 0;
  double basket = 0;  // list price
};

Buying BuyingOf(const facts::CustomerFacts& facts, const std::string& currency,
                const Candidates::One& one, const Population& population,
                Day today) {
  const facts::Summary& summary = facts.summary;
  double receipts = summary.purchases, lines = summary.lines;
  if (!one.covers.empty()) {
    lines = 0;
    const OfferContext context = one.Context(0);
    for (const facts::ItemFact& item : facts.items)
      if (context.Covers(item.product)) lines += item.times;
    receipts = std::min(receipts, lines);
  }
  const double days =
      summary.first_day == 0 ? 0 : std::max(1, today - summary.first_day);
  double spend = 0;
  for (const auto& [name, amount] : summary.spend)
    if (name == currency) spend = static_cast<double>(amount);
  const double line_value =
      summary.lines > 0 && spend > 0
          ? spend * ListOverPaid(summary.discount_bands) / summary.lines
          : population.line_value;
  Buying buying;
  buying.a_day =
      (receipts + population.purchases_a_day * one.share * kPriorDays) /
      (days + kPriorDays);
  buying.basket = line_value * (receipts > 0 ? lines / receipts : 1);
  return buying;
}

double WorthOfPoints(const wire::Offer& offer, double basket,
                     const offers::Compiled& definitions) {
  for (const auto& numbered : definitions.programmes.all) {
    const wire::Programme& programme = numbered.programme;
    if (programme.id != offer.programme_id) continue;
    const int64_t points =
        offer.benefit == wire::Benefit::BONUS_POINTS
            ? offer.points
            : loyalty::PointsFor(programme, static_cast<int64_t>(basket),
                                 offer.multiplier_bp - 10000);
    return static_cast<double>(loyalty::AmountOf(programme, points));
  }
  return 0;
}

// What an offer takes off a basket; nullopt where that cannot be told.
std::optional<double> CostOf(const Candidates::One& one, double basket,
                             const offers::Compiled& definitions) {
  const wire::Offer& offer = one.offer->offer;
  const double percent = offer.percent_bp / 10000.0;
  const auto amount = static_cast<double>(offer.amount);
  switch (offer.benefit) {
    case wire::Benefit::PERCENT:
      return basket * percent;
    case wire::Benefit::AMOUNT:
      return std::min(amount, basket);
    case wire::Benefit::BUY_N_PAY_M:
      return basket * (offer.buy - offer.pay) / std::max(1, offer.buy);
    case wire::Benefit::SET_PRICE:
      if (one.set_price <= 0) return std::nullopt;
      return std::max(0.0, one.set_price - amount);
    case wire::Benefit::GIFT:
      return one.gift_price;
    case wire::Benefit::POINTS_MULTIPLIER:
    case wire::Benefit::BONUS_POINTS:
      return WorthOfPoints(offer, basket, definitions);
    case wire::Benefit::FREE_DELIVERY:
      if (offer.amount == 0) return std::nullopt;
      return amount;
    case wire::Benefit::PRICE_MATCH:
      if (offer.percent_bp == 0) return std::nullopt;
      return basket * percent;
    case wire::Benefit::EARLY_ACCESS:
      return 0;
  }
  return std::nullopt;
}

// Days that the offer is still good, at most those of the horizon.
double HorizonOf(const wire::Offer& offer, int64_t now_us, int most) {
  if (offer.ends_us == 0) return most;
  return std::clamp(static_cast<double>(offer.ends_us - now_us) / kDayUs, 0.0,
                    static_cast<double>(most));
}

std::string CurrencyOf(const wire::Offer& offer,
                       const offers::Compiled& definitions) {
  return offer.currency.empty() ? definitions.version.definitions.currency
                                : offer.currency;
}

class Chooser {
 public:
  Chooser(const Candidates& candidates, const offers::Compiled& definitions,
          const Population& population, const ResponseModel* model,
          const NextBestOptions& options)
      : candidates_(candidates),
        definitions_(definitions),
        population_(population),
        model_(model),
        options_(options) {}

  void Look(const std::string& id, const offers::World& world) {
    Customer& her = customers_.emplace_back();
    her.id = id;
    today_ = world.today;
    if (world.customer.facts != nullptr)
      her.lines = world.customer.facts->summary.discount_bands;
    her.rates = RelativeRates(her.lines, population_);
    for (size_t i = 0; i < candidates_.all().size(); ++i) {
      const Candidates::One& one = candidates_.all()[i];
      if (const auto refusal = offers::WhyNotHers(one.place, world)) {
        her.refusal = absl::StrCat(one.offer->offer.id, ": ", refusal->text);
        continue;
      }
      her.may_any = true;
      if (const auto choice = Weigh(i, world)) choices_.push_back(*choice);
    }
  }

  void Choose(const offers::Usage& usage) {
    ReadLimits(usage);
    taken_.assign(customers_.size(), nullptr);
    TakeBestFirst();
    Improve();
  }

  std::vector<wire::NextOffer> Answers() const {
    std::vector<wire::NextOffer> answers;
    std::vector<const Choice*> best(customers_.size());
    for (const Choice& choice : choices_) {
      const Choice*& of_hers = best[choice.customer];
      if (of_hers == nullptr || choice.gain > of_hers->gain) of_hers = &choice;
    }
    for (size_t i = 0; i < customers_.size(); ++i)
      answers.push_back(taken_[i] != nullptr ? Granted(*taken_[i])
                                             : None(i, best[i]));
    return answers;
  }

 private:
  struct Limit {
    double uses = -1;
    double budget = -1;
  };

  std::optional<Choice> Weigh(size_t candidate, const offers::World& world) {
    const Candidates::One& one = candidates_.all()[candidate];
    const wire::Offer& offer = one.offer->offer;
    const facts::CustomerFacts& facts =
        world.customer.facts != nullptr ? *world.customer.facts : nothing_;
    const auto value =
        ValueOf(one, facts, population_, definitions_, world.today);
    if (!value) return std::nullopt;
    const size_t band = facts::DiscountBandOf(
        10000,
        10000 - static_cast<int64_t>(std::llround(value->depth * 10000)));
    const double need = value->purchases_a_day *
                        HorizonOf(offer, world.now_us, options_.horizon_days);
    const BandValues& rates = customers_.back().rates;

    Choice choice;
    choice.customer = customers_.size() - 1;
    choice.candidate = candidate;
    choice.without = -std::expm1(-need * rates[0]);
    choice.with = -std::expm1(-need * rates[band]);
    if (model_ != nullptr && choice.with > 0) {
      const double used = model_->ChanceOf(
          FeaturesOf(facts, world.customer.traits, world.customer.account,
                     one.Context(value->depth), {world.today, world.now_us}));
      choice.without *= used / choice.with;
      choice.with = used;
    }
    const double margin =
        definitions_.version.definitions.margin_bp / 10000.0 * value->basket;
    const double bought_without = choice.without;
    choice.with =
        bought_without + (choice.with - bought_without) * value->reach;
    choice.discount = choice.with * value->cost;
    choice.cost = choice.discount + static_cast<double>(offer.cost_per_contact);
    choice.gain = (choice.with - bought_without) * margin - choice.cost;
    return choice;
  }

  void ReadLimits(const offers::Usage& usage) {
    for (const Candidates::One& one : candidates_.all()) {
      const offers::Left left = offers::LeftOf(
          one.offer->offer, one.offer->ordinal, usage.Count(one.offer->ordinal),
          /*account=*/nullptr, today_);
      limits_.push_back(
          {static_cast<double>(left.uses), static_cast<double>(left.budget)});
    }
  }

  bool Bears(const Choice& choice) const {
    const Limit& limit = limits_[choice.candidate];
    return (limit.uses < 0 || limit.uses >= choice.with) &&
           (limit.budget < 0 || limit.budget >= choice.discount);
  }

  // `sign` -1 takes, +1 gives back.
  void Move(const Choice& choice, double sign) {
    Limit& limit = limits_[choice.candidate];
    if (limit.uses >= 0)
      limit.uses = std::max(0.0, limit.uses + sign * choice.with);
    if (limit.budget >= 0)
      limit.budget = std::max(0.0, limit.budget + sign * choice.discount);
  }

  // Larger is better; what costs nothing more comes before all that does.
  static std::pair<bool, double> Worth(double gain, double cost) {
    return cost > 0 ? std::pair(false, gain / cost) : std::pair(true, gain);
  }

  void TakeBestFirst() {
    std::vector<const Choice*> order;
    for (const Choice& choice : choices_)
      if (choice.gain > 0) order.push_back(&choice);
    std::stable_sort(order.begin(), order.end(),
                     [](const Choice* a, const Choice* b) {
                       return Worth(a->gain, a->cost) > Worth(b->gain, b->cost);
                     });
    for (const Choice* choice : order) {
      if (taken_[choice->customer] != nullptr || !Bears(*choice)) continue;
      taken_[choice->customer] = choice;
      Move(*choice, -1);
    }
  }

  void Improve() {
    struct Step {
      const Choice* choice;
      std::pair<bool, double> worth;
    };
    std::vector<Step> steps;
    for (const Choice& choice : choices_) {
      const Choice* now = taken_[choice.customer];
      if (now == nullptr || choice.gain <= now->gain) continue;
      steps.push_back(
          {&choice, Worth(choice.gain - now->gain, choice.cost - now->cost)});
    }
    std::stable_sort(
        steps.begin(), steps.end(),
        [](const Step& a, const Step& b) { return a.worth > b.worth; });
    for (const Step& step : steps) {
      const Choice*& now = taken_[step.choice->customer];
      if (step.choice->gain <= now->gain) continue;
      Move(*now, +1);
      const bool bears = Bears(*step.choice);
      if (bears) now = step.choice;
      Move(*now, -1);
    }
  }

  const wire::Offer& OfferOf(const Choice& choice) const {
    return candidates_.all()[choice.candidate].offer->offer;
  }

  std::string HabitOf(size_t customer) const {
    const Customer& her = customers_[customer];
    return HabitText(her.lines, ThresholdBand(her.rates));
  }

  wire::NextOffer Granted(const Choice& choice) const {
    wire::NextOffer answer;
    answer.customer_id = customers_[choice.customer].id;
    answer.offer_id = OfferOf(choice).id;
    answer.response = choice.with;
    answer.response_without = choice.without;
    answer.cost = std::llround(choice.cost);
    answer.gain = std::llround(choice.gain);
    answer.reason = absl::StrFormat(
        "%s: %s raises the chance to buy from %.0f %% to %.0f %%",
        HabitOf(choice.customer), answer.offer_id, 100 * choice.without,
        100 * choice.with);
    return answer;
  }

  wire::NextOffer None(size_t customer, const Choice* best) const {
    const Customer& her = customers_[customer];
    wire::NextOffer answer;
    answer.customer_id = her.id;
    if (best == nullptr) {
      answer.reason = !her.may_any && !her.refusal.empty()
                          ? her.refusal
                          : "no offer can be valued for her";
      return answer;
    }
    answer.response = answer.response_without = best->without;
    const wire::Offer& offer = OfferOf(*best);
    if (best->gain > 0) {
      answer.reason =
          absl::StrCat("what is left of ", offer.id, " gains more with others");
    } else if (ThresholdBand(her.rates) == 0) {
      answer.reason = absl::StrCat(HabitOf(customer), ": no discount needed");
    } else {
      answer.reason = absl::StrCat(
          HabitOf(customer), ": the best, ", offer.id, ", would lose ",
          offers::AmountText(std::llround(-best->gain),
                             CurrencyOf(offer, definitions_)));
    }
    return answer;
  }

  const Candidates& candidates_;
  const offers::Compiled& definitions_;
  const Population& population_;
  const ResponseModel* const model_;
  const NextBestOptions options_;
  const facts::CustomerFacts nothing_;
  Day today_ = 0;
  std::vector<Customer> customers_;
  std::vector<Choice> choices_;
  std::vector<Limit> limits_;         // by candidate
  std::vector<const Choice*> taken_;  // by customer; null: none
};

}  // namespace

std::optional<OfferValue> ValueOf(const Candidates::One& one,
                                  const facts::CustomerFacts& facts,
                                  const Population& population,
                                  const offers::Compiled& definitions,
                                  Day today) {
  const wire::Offer& offer = one.offer->offer;
  const Buying buying =
      BuyingOf(facts, CurrencyOf(offer, definitions), one, population, today);
  if (buying.basket <= 0) return std::nullopt;
  OfferValue value;
  value.purchases_a_day = buying.a_day;
  // A minimum is reached by a larger basket, not by a larger discount.
  value.basket = std::max(buying.basket, static_cast<double>(offer.min_spend));
  value.reach = std::exp(1 - value.basket / buying.basket);
  const auto cost = CostOf(one, value.basket, definitions);
  if (!cost) return std::nullopt;
  value.cost = *cost;
  value.depth = std::min(1.0, *cost / value.basket);
  return value;
}

absl::StatusOr<std::vector<wire::NextOffer>> NextBest(
    ForEachCustomer customers, const Candidates& candidates,
    const offers::Compiled& definitions, const offers::Usage& usage,
    const Population& population, const ResponseModel* model,
    const NextBestOptions& options) {
  Chooser chooser(candidates, definitions, population, model, options);
  PATRON_RETURN_IF_ERROR(
      customers([&](const std::string& id, const offers::World& world) {
        chooser.Look(id, world);
      }));
  chooser.Choose(usage);
  return chooser.Answers();
}

}  // namespace patron::targeting
