#include "index/popularity.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace patron::index {
namespace {

constexpr double kLeastZ = 3;
constexpr double kLeastRecent = 5;

// Lines that count, once a receipt and product, grouped by store.
struct StoreLines {
  std::vector<uint64_t> offsets;
  std::vector<uint32_t> line;
};

// Marks the first line of each product of each receipt.
std::vector<bool> FirstOfReceipt(const TrainingLog& log) {
  std::vector<bool> first(log.lines());
  std::vector<uint32_t> seen_in(log.products(), log.receipts);
  for (size_t i = 0; i < log.lines(); ++i) {
    first[i] = seen_in[log.product[i]] != log.receipt[i];
    seen_in[log.product[i]] = log.receipt[i];
  }
  return first;
}

StoreLines GroupByStore(const TrainingLog& log) {
  const std::vector<bool> counts = FirstOfReceipt(log);
  StoreLines result;
  result.offsets.assign(log.stores + 1, 0);
  for (size_t i = 0; i < log.lines(); ++i) {
    if (counts[i]) ++result.offsets[log.store[i] + 1];
  }
  std::partial_sum(result.offsets.begin(), result.offsets.end(),
                   result.offsets.begin());
  result.line.resize(result.offsets.back());
  std::vector<uint64_t> next(result.offsets.begin(), result.offsets.end() - 1);
  for (size_t i = 0; i < log.lines(); ++i) {
    if (counts[i]) {
      result.line[next[log.store[i]]++] = static_cast<uint32_t>(i);
    }
  }
  return result;
}

// Sums over lines, by product.
class Tally {
 public:
  Tally(const TrainingLog& log, const LearnOptions& options)
      : log_(log), options_(options), sums_(log.products()) {}

  void Add(uint32_t line) {
    const uint32_t product = log_.product[line];
    const auto age = static_cast<double>(log_.today) - log_.day[line];
    Sums& sums = sums_[product];
    if (sums.decayed == 0) touched_.push_back(product);
    // Never zero, by which an untouched product is told.
    sums.decayed +=
        std::max(std::exp2(-age / options_.popularity_half_life_days), 1e-300);
    const double recent = options_.trending_recent_days;
    if (age < recent) {
      ++sums.recent;
      ++recent_;
    } else if (age - recent < options_.trending_before_days) {
      ++sums.before;
      ++before_;
    }
  }

  // Adds another's sums.
  void Add(const Tally& other) {
    for (const uint32_t product : other.touched_) {
      const Sums& from = other.sums_[product];
      Sums& to = sums_[product];
      if (to.decayed == 0) touched_.push_back(product);
      to.decayed += from.decayed;
      to.recent += from.recent;
      to.before += from.before;
    }
    recent_ += other.recent_;
    before_ += other.before_;
  }

  double Decayed(uint32_t product) const { return sums_[product].decayed; }

  std::vector<Neighbour> Popular(const std::vector<uint8_t>& listed,
                                 size_t length) const {
    std::vector<Neighbour> list;
    for (const uint32_t product : touched_) {
      const auto score = static_cast<float>(sums_[product].decayed);
      if (listed[product] && score > 0) list.push_back({product, score});
    }
    KeepBest(length, list);
    return list;
  }

  std::vector<Neighbour> Trending(const std::vector<uint8_t>& listed,
                                  size_t length) const {
    std::vector<Neighbour> list;
    for (const uint32_t product : touched_) {
      const double z = TrendZ(sums_[product]);
      if (listed[product] && z >= kLeastZ) {
        list.push_back({product, static_cast<float>(z)});
      }
    }
    KeepBest(length, list);
    return list;
  }

  void Clear() {
    for (const uint32_t product : touched_) sums_[product] = {};
    touched_.clear();
    recent_ = before_ = 0;
  }

 private:
  struct Sums {
    double decayed = 0;
    double recent = 0;
    double before = 0;
  };

  // Of the product's receipts in both windows, the recent are binomial with the
  // share that recent receipts have of all; 0 without both to compare.
  double TrendZ(const Sums& sums) const {
    if (sums.recent < kLeastRecent || before_ == 0) return 0;
    const double share = recent_ / (recent_ + before_);
    const double trials = sums.recent + sums.before;
    return (sums.recent - trials * share) /
           std::sqrt(trials * share * (1 - share));
  }

  const TrainingLog& log_;
  const LearnOptions& options_;
  std::vector<Sums> sums_;
  std::vector<uint32_t> touched_;
  double recent_ = 0;
  double before_ = 0;
};

}  // namespace

Popularity LearnPopularity(const TrainingLog& log,
                           const std::vector<uint8_t>& listed,
                           const LearnOptions& options, const Stage& stage) {
  const StoreLines lines = GroupByStore(log);
  Popularity result;
  Tally shop(log, options);
  Tally of_store(log, options);
  for (uint32_t store = 0; store < log.stores; ++store) {
    stage.Report(store, log.stores);
    for (uint64_t i = lines.offsets[store]; i < lines.offsets[store + 1]; ++i) {
      of_store.Add(lines.line[i]);
    }
    result.popular.AddRow(of_store.Popular(listed, options.popular_per_store));
    result.trending.AddRow(of_store.Trending(listed, options.trending));
    shop.Add(of_store);
    of_store.Clear();
  }
  result.popular.AddRow(shop.Popular(listed, options.popular_global));
  result.trending.AddRow(shop.Trending(listed, options.trending));
  for (uint32_t product = 0; product < log.products(); ++product) {
    result.of_product.push_back(static_cast<float>(shop.Decayed(product)));
  }
  stage.Report(log.stores, log.stores);
  return result;
}

}  // namespace patron::index
