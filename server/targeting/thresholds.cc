#include "server/targeting/thresholds.h"

#include <math.h>

#include <algorithm>
#include <cmath>
#include <iterator>
#include <numeric>
#include <utility>

#include "absl/strings/str_cat.h"

namespace patron::targeting {
namespace {

using facts::kDiscountBands;

// Bands from which on the first customers of each class buy.
constexpr size_t kFirstBands[] = {0, 1, 2, 3};
constexpr int kRounds = 25;
// Part of a class's mix that stays the shop's: nothing is impossible.
constexpr double kUsual = 0.02;
// Percent off that a band lies above.
constexpr int kMoreThan[kDiscountBands] = {0, 0, 15, 35, 55};

int64_t SumOf(const BandLines& lines) {
  return std::accumulate(lines.begin(), lines.end(), int64_t{0});
}

int64_t SpendIn(const facts::Summary& summary, const std::string& currency) {
  for (const auto& [name, amount] : summary.spend)
    if (name == currency) return amount;
  return 0;
}

BandValues SharesOf(const std::vector<facts::Summary>& customers) {
  BandValues share{};
  double all = 0;
  for (const facts::Summary& summary : customers)
    for (size_t band = 0; band < kDiscountBands; ++band) {
      share[band] += summary.discount_bands[band];
      all += summary.discount_bands[band];
    }
  for (double& each : share) each = all > 0 ? each / all : 1.0 / kDiscountBands;
  return share;
}

std::vector<BuyerClass> FirstClasses(const BandValues& share) {
  std::vector<BuyerClass> classes;
  for (const size_t first : kFirstBands) {
    BuyerClass& one = classes.emplace_back();
    one.size = 1.0 / std::size(kFirstBands);
    double sum = 0;
    for (size_t band = first; band < kDiscountBands; ++band) sum += share[band];
    for (size_t band = 0; band < kDiscountBands; ++band)
      one.mix[band] = sum > 0 && band >= first ? share[band] / sum : 0;
  }
  return classes;
}

// std::lgamma keeps a sign for the whole process: a race between threads.
double LogGamma(double x) {
  int sign = 0;
  return ::lgamma_r(x, &sign);
}

// Log chance of the lines in a class, but for what is the same in all.
double LogChance(const BandLines& lines, const BuyerClass& one,
                 const BandValues& share) {
  double sum = 0;
  for (size_t band = 0; band < kDiscountBands; ++band) {
    if (lines[band] == 0) continue;
    const double usual =
        kClassLines * ((1 - kUsual) * one.mix[band] + kUsual * share[band]);
    sum += LogGamma(usual + lines[band]) - LogGamma(usual);
  }
  return sum;
}

// P(class | lines), by class.
std::vector<double> ClassesOf(const BandLines& lines,
                              const Population& population) {
  std::vector<double> chances;
  double most = -1e300;
  for (const BuyerClass& one : population.classes) {
    chances.push_back(std::log(std::max(one.size, 1e-12)) +
                      LogChance(lines, one, population.share));
    most = std::max(most, chances.back());
  }
  double sum = 0;
  for (double& chance : chances) sum += chance = std::exp(chance - most);
  for (double& chance : chances) chance /= sum;
  return chances;
}

// One round of EM: sizes and mixes from what the customers look like now.
void Improve(const std::vector<facts::Summary>& customers,
             Population& population) {
  std::vector<BuyerClass> next(population.classes.size());
  double count = 0;
  for (const facts::Summary& summary : customers) {
    const BandLines& lines = summary.discount_bands;
    const auto all = static_cast<double>(SumOf(lines));
    if (all == 0) continue;
    const std::vector<double> chances = ClassesOf(lines, population);
    ++count;
    for (size_t i = 0; i < next.size(); ++i) {
      next[i].size += chances[i];
      // Many lines of one customer are not many customers.
      const double weight = chances[i] / (all + kClassLines);
      for (size_t band = 0; band < kDiscountBands; ++band)
        next[i].mix[band] += weight * lines[band];
    }
  }
  if (count == 0) return;
  for (size_t i = 0; i < next.size(); ++i) {
    BuyerClass& one = next[i];
    one.size /= count;
    const double sum = std::accumulate(one.mix.begin(), one.mix.end(), 0.0);
    if (sum <= 0) {
      one.mix = population.classes[i].mix;
      continue;
    }
    for (double& part : one.mix) part /= sum;
  }
  population.classes = std::move(next);
}

// Pool adjacent violators: the nearest values that never fall, by weights.
BandValues NeverFalling(const BandValues& values, const BandValues& weights) {
  struct Block {
    double sum = 0, weight = 0;
    size_t size = 0;
    double mean() const { return weight > 0 ? sum / weight : 0; }
  };
  std::vector<Block> blocks;
  for (size_t i = 0; i < values.size(); ++i) {
    blocks.push_back({values[i] * weights[i], weights[i], 1});
    while (blocks.size() > 1 &&
           blocks[blocks.size() - 2].mean() >= blocks.back().mean()) {
      const Block last = blocks.back();
      blocks.pop_back();
      blocks.back().sum += last.sum;
      blocks.back().weight += last.weight;
      blocks.back().size += last.size;
    }
  }
  BandValues out{};
  size_t at = 0;
  for (const Block& block : blocks)
    for (size_t i = 0; i < block.size; ++i) out[at++] = block.mean();
  return out;
}

}  // namespace

Population PopulationOf(const std::vector<facts::Summary>& customers,
                        const std::string& currency, Day today) {
  Population population;
  population.share = SharesOf(customers);
  population.classes = FirstClasses(population.share);
  for (int round = 0; round < kRounds; ++round) Improve(customers, population);
  double purchases = 0, days = 0, list = 0, lines = 0;
  for (const facts::Summary& summary : customers) {
    if (summary.purchases == 0) continue;
    purchases += summary.purchases;
    days += std::max(1, today - summary.first_day);
    const int64_t spend = SpendIn(summary, currency);
    if (spend <= 0) continue;
    list += static_cast<double>(spend) * ListOverPaid(summary.discount_bands);
    lines += summary.lines;
  }
  population.purchases_a_day = days > 0 ? purchases / days : 0;
  population.line_value = lines > 0 ? list / lines : 0;
  return population;
}

BandValues RelativeRates(const BandLines& lines, const Population& population) {
  const std::vector<double> chances = ClassesOf(lines, population);
  const double all = static_cast<double>(SumOf(lines)) + kClassLines;
  BandValues rates{};
  for (size_t band = 0; band < kDiscountBands; ++band) {
    // A band in which nobody buys says nothing: it goes with its neighbour.
    if (population.share[band] <= 0) continue;
    double usual = 0;
    for (size_t i = 0; i < chances.size(); ++i)
      usual += chances[i] * population.classes[i].mix[band];
    rates[band] =
        (lines[band] + kClassLines * usual) / all / population.share[band];
  }
  return NeverFalling(rates, population.share);
}

size_t ThresholdBand(const BandValues& rates) {
  const double first = rates.front(), most = rates.back();
  if (first >= most / 2) return 0;
  for (size_t band = 1; band < kDiscountBands; ++band)
    if (rates[band] >= (first + most) / 2) return band;
  return kDiscountBands - 1;
}

std::string HabitText(const BandLines& lines, size_t threshold) {
  const int64_t all = SumOf(lines);
  if (all == 0) return "has bought nothing yet";
  if (threshold == 0)
    return absl::StrCat(2 * lines[0] >= all
                            ? "usually buys at full price ("
                            : "buys as much without a deep discount (",
                        lines[0], " of ", all, " lines at no discount)");
  int64_t deep = 0;
  for (size_t band = threshold; band < kDiscountBands; ++band)
    deep += lines[band];
  return absl::StrCat(
      "bought ", deep, " of ", all, " lines at ",
      threshold == 1
          ? std::string("a discount")
          : absl::StrCat("more than ", kMoreThan[threshold], " % off"));
}

double ListOverPaid(const BandLines& lines) {
  const auto all = static_cast<double>(SumOf(lines));
  double paid = 0;
  for (size_t band = 0; band < kDiscountBands; ++band)
    paid += lines[band] * (1 - kTypicalDepth[band]);
  return paid > 0 ? all / paid : 1;
}

}  // namespace patron::targeting
