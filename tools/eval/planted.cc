#include "tools/eval/planted.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "nlohmann/json.hpp"
#include "server/base/status_macros.h"
#include "server/targeting/next_best.h"

namespace patron::eval {
namespace {

using facts::kDiscountBands;

constexpr Day kToday = 20'500;
constexpr int kHistoryDays = 180;
constexpr int kHorizonDays = 28;
constexpr double kBasket = 4000;  // list price of a purchase, one line
constexpr int kMarginBp = 6500;
constexpr int kContact = 5;
constexpr double kNever = 2;  // a depth that no offer has

// How often a need meets each discount band in the shop, and how deep it is.
constexpr std::array<double, kDiscountBands> kExposure = {0.55, 0.10, 0.18,
                                                          0.12, 0.05};
constexpr std::array<double, kDiscountBands> kDepth = {0, 0.10, 0.30, 0.50,
                                                       0.60};

// What one may be given, as arms of the random assignment.
constexpr std::array<double, 3> kArms = {0, 0.30, 0.50};

struct Kind {
  double needs_depth;
  double share;
};
constexpr Kind kKinds[] = {
    {0, 0.30}, {0.30, 0.25}, {0.50, 0.20}, {kNever, 0.25}};

struct Shopper {
  std::string id;
  double needs_depth = 0;
  double needs_a_day = 0;
  facts::CustomerFacts facts;

  double ChanceAt(double depth) const {
    return depth < needs_depth ? 0 : -std::expm1(-needs_a_day * kHorizonDays);
  }
  double CostAt(double depth) const {
    return depth == 0 ? 0 : ChanceAt(depth) * depth * kBasket + kContact;
  }
  double GainAt(double depth) const {
    return (ChanceAt(depth) - ChanceAt(0)) * kBasket * kMarginBp / 10000.0 -
           CostAt(depth);
  }
};

// Portable: the distributions of <random> differ between libraries.
class Dice {
 public:
  explicit Dice(uint64_t seed) : engine_(seed) {}
  double Unit() { return static_cast<double>(engine_() >> 11) * 0x1p-53; }
  bool Chance(double p) { return Unit() < p; }
  size_t Below(size_t bound) { return engine_() % bound; }

  template <typename Range>
  void Shuffle(Range& range) {
    for (size_t i = range.size(); i > 1; --i)
      std::swap(range[i - 1], range[Below(i)]);
  }

 private:
  std::mt19937_64 engine_;
};

size_t DrawBand(Dice& dice) {
  double left = dice.Unit();
  for (size_t band = 0; band + 1 < kDiscountBands; ++band) {
    if (left < kExposure[band]) return band;
    left -= kExposure[band];
  }
  return kDiscountBands - 1;
}

double DrawKind(Dice& dice) {
  double left = dice.Unit();
  for (const Kind& kind : kKinds) {
    if (left < kind.share) return kind.needs_depth;
    left -= kind.share;
  }
  return kNever;
}

void Buy(Day day, size_t band, Shopper& shopper) {
  facts::PurchaseFacts purchase;
  purchase.day = day;
  purchase.channel = "store";
  purchase.lines = 1;
  purchase.products = {ProductOrdinal(0)};
  purchase.at_us = int64_t{day} * 86'400'000'000;
  purchase.discount_bands[band] = 1;
  facts::AddPurchase(shopper.facts.summary, purchase);
  facts::AddAmount(shopper.facts.summary.spend, "EUR",
                   std::llround(kBasket * (1 - kDepth[band])));
  if (shopper.facts.items.empty())
    shopper.facts.items.push_back({ProductOrdinal(0)});
  facts::AddReceipt(shopper.facts.items[0], day);
}

// Whoever never buys for a price bought once or twice, at any.
Shopper MakeShopper(int number, Dice& dice) {
  Shopper shopper;
  shopper.id = absl::StrCat("c", number);
  shopper.needs_depth = DrawKind(dice);
  shopper.needs_a_day = 0.02 + 0.16 * dice.Unit() * dice.Unit();
  if (shopper.needs_depth == kNever) {
    for (size_t left = 1 + dice.Below(2); left > 0; --left)
      Buy(kToday - 1 - static_cast<Day>(dice.Below(kHistoryDays)),
          DrawBand(dice), shopper);
    return shopper;
  }
  for (Day day = kToday - kHistoryDays; day < kToday; ++day) {
    if (!dice.Chance(-std::expm1(-shopper.needs_a_day))) continue;
    const size_t band = DrawBand(dice);
    if (kDepth[band] >= shopper.needs_depth) Buy(day, band, shopper);
  }
  return shopper;
}

std::vector<Shopper> MakeShoppers(int count, Dice& dice) {
  std::vector<Shopper> shoppers;
  for (int i = 0; i < count; ++i) shoppers.push_back(MakeShopper(i, dice));
  return shoppers;
}

// ---- what the shop has

wire::Offer PercentOffer(double depth, int64_t budget) {
  wire::Offer offer;
  offer.percent_bp = static_cast<int32_t>(std::lround(depth * 10000));
  offer.id = absl::StrCat(offer.percent_bp / 100, "-off");
  offer.name = offer.id;
  offer.benefit = wire::Benefit::PERCENT;
  offer.currency = "EUR";
  offer.cost_per_contact = kContact;
  offer.limits.budget = budget;
  return offer;
}

absl::StatusOr<std::shared_ptr<const offers::Compiled>> MakeDefinitions(
    double budget) {
  wire::DefinitionsVersion version;
  version.version = 1;
  version.definitions.currency = "EUR";
  version.definitions.margin_bp = kMarginBp;
  // One budget, shared by the offers as the arms of the campaign are.
  const int64_t half = std::llround(budget / 2);
  version.definitions.offers = {PercentOffer(kArms[1], half),
                                PercentOffer(kArms[2], half)};
  return offers::Compile(std::move(version), {}, {0, 1});
}

class NoUses final : public offers::Usage {
 public:
  wire::OfferCountRow Count(uint32_t) const override { return {}; }
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view) const override {
    return std::nullopt;
  }
};

targeting::Features FeaturesAt(const Shopper& shopper, double depth) {
  targeting::OfferContext context;
  context.depth = depth;
  return FeaturesOf(shopper.facts, nullptr, nullptr, context,
                    {kToday, int64_t{kToday} * 86'400'000'000});
}

// Everybody gets an offer by chance; who buys with it is told.
absl::StatusOr<targeting::ResponseModel> LearnFromEarlier(int customers,
                                                          Dice& dice) {
  std::vector<targeting::Example> examples;
  for (const Shopper& shopper : MakeShoppers(customers, dice)) {
    const double depth = kArms[1 + dice.Below(2)];
    examples.push_back(
        {FeaturesAt(shopper, depth), dice.Chance(shopper.ChanceAt(depth))});
  }
  return targeting::Learn(examples, targeting::LearnOptions());
}

// ---- policies: the depth that each customer is given, 0 = nothing

using Plan = std::vector<double>;

absl::StatusOr<Plan> PlanNextBest(const std::vector<Shopper>& shoppers,
                                  const offers::Compiled& definitions,
                                  const targeting::ResponseModel* model) {
  std::vector<facts::Summary> summaries;
  for (const Shopper& shopper : shoppers)
    summaries.push_back(shopper.facts.summary);
  const targeting::Population population =
      targeting::PopulationOf(summaries, "EUR", kToday);
  const targeting::Candidates candidates(definitions, {0, 1}, nullptr, nullptr,
                                         0, kToday);
  const NoUses usage;
  const auto show_all =
      [&](absl::FunctionRef<void(const std::string&, const offers::World&)>
              look) {
        for (const Shopper& shopper : shoppers) {
          offers::World world;
          world.definitions = &definitions;
          world.customer.facts = &shopper.facts;
          world.customer.programmes = &definitions.programmes;
          world.customer.today = kToday;
          world.ordinal = CustomerOrdinal(0);
          world.customer_id = shopper.id;
          world.usage = &usage;
          world.now_us = int64_t{kToday} * 86'400'000'000;
          world.today = kToday;
          look(shopper.id, world);
        }
        return absl::OkStatus();
      };
  PATRON_ASSIGN_OR_RETURN(
      const auto answers,
      targeting::NextBest(show_all, candidates, definitions, usage, population,
                          model, {kHorizonDays}));
  Plan plan;
  for (const wire::NextOffer& answer : answers) {
    const offers::CompiledOffer* offer = definitions.OfferById(answer.offer_id);
    plan.push_back(offer == nullptr ? 0 : offer->offer.percent_bp / 10000.0);
  }
  return plan;
}

// Gives offers in `order` until the budget of discounts is used up.
Plan PlanInOrder(const std::vector<Shopper>& shoppers,
                 const std::vector<std::pair<size_t, double>>& order,
                 double budget) {
  Plan plan(shoppers.size(), 0);
  for (const auto& [at, depth] : order) {
    const double discount = shoppers[at].ChanceAt(depth) * depth * kBasket;
    if (plan[at] != 0 || discount > budget) continue;
    plan[at] = depth;
    budget -= discount;
  }
  return plan;
}

Plan PlanByResponse(const std::vector<Shopper>& shoppers,
                    const targeting::ResponseModel& model, double budget) {
  struct Ranked {
    double chance;
    size_t at;
    double depth;
  };
  std::vector<Ranked> ranked;
  for (size_t i = 0; i < shoppers.size(); ++i)
    for (const double depth : {kArms[1], kArms[2]})
      ranked.push_back(
          {model.ChanceOf(FeaturesAt(shoppers[i], depth)), i, depth});
  std::stable_sort(
      ranked.begin(), ranked.end(),
      [](const Ranked& a, const Ranked& b) { return a.chance > b.chance; });
  std::vector<std::pair<size_t, double>> order;
  for (const Ranked& one : ranked) order.emplace_back(one.at, one.depth);
  return PlanInOrder(shoppers, order, budget);
}

Plan PlanByChance(const std::vector<Shopper>& shoppers, double budget,
                  Dice& dice) {
  std::vector<std::pair<size_t, double>> order;
  for (size_t i = 0; i < shoppers.size(); ++i)
    order.emplace_back(i, kArms[1 + dice.Below(2)]);
  dice.Shuffle(order);
  return PlanInOrder(shoppers, order, budget);
}

// ---- judging

struct Trial {
  std::vector<double> assigned;  // depth
  std::vector<bool> bought;
};

Trial RunTrial(const std::vector<Shopper>& shoppers, Dice& dice) {
  Trial trial;
  for (const Shopper& shopper : shoppers) {
    trial.assigned.push_back(kArms[dice.Below(kArms.size())]);
    trial.bought.push_back(
        dice.Chance(shopper.ChanceAt(trial.assigned.back())));
  }
  return trial;
}

double ProfitOf(double depth, bool bought) {
  const double sold = bought ? kBasket * (kMarginBp / 10000.0 - depth) : 0;
  return sold - (depth == 0 ? 0 : kContact);
}

// Inverse propensity (Horvitz & Thompson 1952): those who happened to get what
// the policy gives stand for all, against those who happened to get nothing.
double Estimate(const Plan& plan, const Trial& trial) {
  constexpr auto kTimes = static_cast<double>(kArms.size());
  double gain = 0;
  for (size_t i = 0; i < plan.size(); ++i) {
    if (plan[i] == 0) continue;
    const double profit = ProfitOf(trial.assigned[i], trial.bought[i]);
    if (trial.assigned[i] == plan[i]) gain += kTimes * profit;
    if (trial.assigned[i] == 0) gain -= kTimes * profit;
  }
  return gain;
}

PolicyResult Judge(const std::string& name, const Plan& plan,
                   const std::vector<Shopper>& shoppers, const Trial& trial) {
  PolicyResult result;
  result.name = name;
  result.estimated = Estimate(plan, trial);
  for (size_t i = 0; i < plan.size(); ++i) {
    if (plan[i] == 0) continue;
    ++result.offers;
    result.needless += shoppers[i].needs_depth == 0;
    result.cost += shoppers[i].CostAt(plan[i]);
    result.gain += shoppers[i].GainAt(plan[i]);
  }
  return result;
}

double ThresholdsRight(const std::vector<Shopper>& shoppers) {
  std::vector<facts::Summary> summaries;
  for (const Shopper& shopper : shoppers)
    summaries.push_back(shopper.facts.summary);
  const auto population = targeting::PopulationOf(summaries, "EUR", kToday);
  double asked = 0, right = 0;
  for (const Shopper& shopper : shoppers) {
    const facts::Summary& summary = shopper.facts.summary;
    if (shopper.needs_depth == kNever || summary.lines < 10) continue;
    const size_t band = targeting::ThresholdBand(
        targeting::RelativeRates(summary.discount_bands, population));
    const size_t truth = shopper.needs_depth == 0    ? 0
                         : shopper.needs_depth < 0.4 ? 2
                                                     : 3;
    ++asked;
    right += band == truth;
  }
  return asked > 0 ? right / asked : 0;
}

}  // namespace

absl::StatusOr<PlantedReport> RunPlanted(const PlantedOptions& options) {
  Dice dice(options.seed);
  PATRON_ASSIGN_OR_RETURN(const targeting::ResponseModel model,
                          LearnFromEarlier(options.customers, dice));
  const std::vector<Shopper> shoppers = MakeShoppers(options.customers, dice);
  const Trial trial = RunTrial(shoppers, dice);
  PlantedReport report;
  report.seed = options.seed;
  report.customers = options.customers;
  for (const Shopper& shopper : shoppers)
    report.budget += options.budget_share * shopper.ChanceAt(kArms.back()) *
                     kArms.back() * kBasket;
  PATRON_ASSIGN_OR_RETURN(const auto definitions,
                          MakeDefinitions(report.budget));
  PATRON_ASSIGN_OR_RETURN(const Plan best,
                          PlanNextBest(shoppers, *definitions, &model));
  PATRON_ASSIGN_OR_RETURN(const Plan by_counts,
                          PlanNextBest(shoppers, *definitions, nullptr));
  const std::pair<const char*, Plan> plans[] = {
      {"next best", best},
      {"next best by counts", by_counts},
      {"response model", PlanByResponse(shoppers, model, report.budget)},
      {"chance", PlanByChance(shoppers, report.budget, dice)}};
  for (const auto& [name, plan] : plans)
    report.policies.push_back(Judge(name, plan, shoppers, trial));
  report.thresholds_right = ThresholdsRight(shoppers);
  return report;
}

std::string ToJson(const PlantedReport& report) {
  nlohmann::ordered_json json;
  json["task"] = "campaign";
  json["seed"] = report.seed;
  json["customers"] = report.customers;
  json["budget"] = report.budget;
  json["thresholds_right"] = report.thresholds_right;
  json["policies"] = nlohmann::ordered_json::array();
  for (const PolicyResult& policy : report.policies)
    json["policies"].push_back({{"name", policy.name},
                                {"offers", policy.offers},
                                {"needless", policy.needless},
                                {"cost", policy.cost},
                                {"gain", policy.gain},
                                {"gain_per_cost", policy.per_cost()},
                                {"estimated_gain", policy.estimated}});
  return json.dump();
}

std::string ToTable(const PlantedReport& report) {
  std::string table = absl::StrFormat(
      "generated campaign, seed %d: %d customers, budget %.0f; thresholds "
      "told right: %.1f %%\n%-22s%8s%10s%12s%12s%11s%18s\n",
      report.seed, report.customers, report.budget / 100,
      100 * report.thresholds_right, "policy", "offers", "needless", "cost",
      "gain", "gain/cost", "gain by random arm");
  for (const PolicyResult& policy : report.policies)
    absl::StrAppendFormat(&table, "%-22s%8d%10d%12.0f%12.0f%11.2f%18.0f\n",
                          policy.name, policy.offers, policy.needless,
                          policy.cost / 100, policy.gain / 100,
                          policy.per_cost(), policy.estimated / 100);
  return table;
}

}  // namespace patron::eval
