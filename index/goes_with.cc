#include "index/goes_with.h"

#include <algorithm>
#include <cmath>
#include <functional>
#include <limits>
#include <utility>

#include "index/chance_model.h"

namespace patron::index {
namespace {

constexpr double kHalfZ = 1.645 / 2;
constexpr double kRarity = 0.5;  // added to the expected count
// Pairs below are never significant; saves keeping them.
constexpr float kLeastRatio = 15;

struct Pair {
  uint32_t other = 0;
  float ratio = 0;  // log-likelihood ratio
  float score = 0;
};

float Score(double observed, double expected) {
  const double low = std::max(std::sqrt(observed) - kHalfZ, 0.0);
  return static_cast<float>(std::log(low * low / (expected + kRarity)));
}

// Counts the products that share baskets with one product.
class PairWorker {
 public:
  PairWorker(const Baskets& baskets, const SparseMatrix& by_product,
             const ChanceModel& chance, const GoesWithOptions& options,
             std::vector<std::vector<Pair>>& pairs)
      : baskets_(baskets),
        by_product_(by_product),
        chance_(chance),
        options_(options),
        pairs_(pairs),
        counts_(by_product.rows()) {}

  void operator()(size_t begin, size_t end) {
    for (size_t product = begin; product < end; ++product) {
      if (by_product_.RowSize(product) < options_.min_baskets) continue;
      Count(product);
      Collect(static_cast<uint32_t>(product));
    }
  }

 private:
  struct Shared {
    uint32_t baskets = 0;
    uint32_t customers = 0;
    uint32_t last_customer = 0;
  };

  // Baskets come in the order of the log, hence customer by customer.
  void Count(size_t product) {
    for (const uint32_t basket : by_product_.Columns(product)) {
      const uint32_t customer = baskets_.customer[basket];
      for (const uint32_t other : baskets_.products.Columns(basket)) {
        Shared& shared = counts_[other];
        if (shared.baskets == 0) touched_.push_back(other);
        if (shared.baskets++ == 0 || shared.last_customer != customer ||
            customer == kAnonymousCustomer) {
          ++shared.customers;
        }
        shared.last_customer = customer;
      }
    }
  }

  void Collect(uint32_t product) {
    std::sort(touched_.begin(), touched_.end());
    for (const uint32_t other : touched_) {
      const Shared shared = std::exchange(counts_[other], {});
      if (other == product || shared.baskets < options_.min_baskets ||
          shared.customers < options_.min_customers) {
        continue;
      }
      const double expected = chance_.Expected(product, other);
      const auto ratio =
          static_cast<float>(LogLikelihoodRatio(shared.baskets, expected));
      if (ratio < kLeastRatio) continue;
      pairs_[product].push_back(
          {other, ratio, Score(shared.baskets, expected)});
    }
    touched_.clear();
    pairs_[product].shrink_to_fit();
  }

  const Baskets& baskets_;
  const SparseMatrix& by_product_;
  const ChanceModel& chance_;
  const GoesWithOptions& options_;
  std::vector<std::vector<Pair>>& pairs_;
  std::vector<Shared> counts_;
  std::vector<uint32_t> touched_;
};

// Pairs of products that are sold often enough to be kept at all.
double PairsTested(const SparseMatrix& by_product, uint32_t min_baskets) {
  double products = 0;
  for (size_t i = 0; i < by_product.rows(); ++i) {
    products += by_product.RowSize(i) >= min_baskets;
  }
  return products * (products - 1) / 2;
}

// The least ratio that is significant: the largest i such that the i-th largest
// ratio has exp(−ratio / 2) ≤ rate · i / tested.
float LeastSignificant(const std::vector<std::vector<Pair>>& pairs,
                       double tested, double rate) {
  std::vector<float> ratios;
  for (size_t product = 0; product < pairs.size(); ++product) {
    for (const Pair& pair : pairs[product]) {
      if (pair.other > product) ratios.push_back(pair.ratio);
    }
  }
  std::sort(ratios.begin(), ratios.end(), std::greater<>());
  for (size_t i = ratios.size(); i > 0; --i) {
    if (ratios[i - 1] >= 2 * std::log(tested / (rate * i)))
      return ratios[i - 1];
  }
  return std::numeric_limits<float>::infinity();
}

std::vector<Neighbour> Significant(const std::vector<Pair>& pairs, float least,
                                   const std::vector<uint8_t>& listed,
                                   size_t length) {
  std::vector<Neighbour> list;
  for (const Pair& pair : pairs) {
    if (pair.ratio >= least && pair.score > 0 && listed[pair.other]) {
      list.push_back({pair.other, pair.score});
    }
  }
  KeepBest(length, list);
  return list;
}

}  // namespace

NeighbourTable GoesWith(const Baskets& baskets,
                        const std::vector<uint8_t>& listed,
                        const GoesWithOptions& options, const Stage& stage) {
  const SparseMatrix by_product = Transpose(baskets.products);
  const ChanceModel chance(baskets.products);
  std::vector<std::vector<Pair>> pairs(by_product.rows());
  ParallelFor(stage, pairs.size(), 64, [&] {
    return PairWorker(baskets, by_product, chance, options, pairs);
  });
  const float least =
      LeastSignificant(pairs, PairsTested(by_product, options.min_baskets),
                       options.false_discovery_rate);
  NeighbourTable table;
  for (const std::vector<Pair>& row : pairs) {
    table.AddRow(Significant(row, least, listed, options.length));
  }
  return table;
}

}  // namespace patron::index
