#include "index/chance_model.h"

#include <algorithm>
#include <cmath>

namespace patron::index {
namespace {

constexpr int kMostSteps = 300;
constexpr double kSettled = 1e-7;  // largest relative change of a last step

double Probability(double x, double y) { return -std::expm1(-x * y); }

// A step towards the fitness that gives `degree` in expectation over `others`.
template <typename Classes>
double Solve(double degree, double fitness, const Classes& others) {
  double sum = 0;
  for (const auto& other : others) {
    sum += other.number * Probability(fitness, other.fitness);
  }
  return fitness * degree / sum;
}

}  // namespace

std::vector<ChanceModel::Class> ChanceModel::ClassesOf(
    const std::vector<uint32_t>& degrees) {
  std::vector<uint32_t> sorted = degrees;
  std::sort(sorted.begin(), sorted.end());
  std::vector<Class> classes;
  for (const uint32_t degree : sorted) {
    if (classes.empty() || classes.back().degree != degree) {
      classes.push_back({.degree = static_cast<double>(degree)});
    }
    ++classes.back().number;
  }
  return classes;
}

ChanceModel::ChanceModel(const SparseMatrix& baskets) {
  std::vector<uint32_t> counts(baskets.columns);
  for (const uint32_t product : baskets.column) ++counts[product];
  std::vector<uint32_t> sizes(baskets.rows());
  for (size_t i = 0; i < sizes.size(); ++i) {
    sizes[i] = static_cast<uint32_t>(baskets.RowSize(i));
  }
  products_ = ClassesOf(counts);
  baskets_ = ClassesOf(sizes);
  class_of_product_.reserve(counts.size());
  for (const uint32_t count : counts) {
    const auto found = std::lower_bound(
        products_.begin(), products_.end(), count,
        [](const Class& c, uint32_t n) { return c.degree < n; });
    class_of_product_.push_back(
        static_cast<uint32_t>(found - products_.begin()));
  }
  Fit();
  Tabulate();
}

// Alternates between the two sets of equations until neither moves.
void ChanceModel::Fit() {
  double lines = 1;
  for (const Class& c : products_) lines += c.degree * c.number;
  for (Class& c : products_) c.fitness = c.degree / std::sqrt(lines);
  for (Class& c : baskets_) c.fitness = c.degree / std::sqrt(lines);
  double change = 1;
  for (int step = 0; step < kMostSteps && change > kSettled; ++step) {
    change = 0;
    for (Class& c : baskets_) {
      if (c.degree > 0) c.fitness = Solve(c.degree, c.fitness, products_);
    }
    for (Class& c : products_) {
      if (c.degree == 0) continue;
      const double before = c.fitness;
      c.fitness = Solve(c.degree, before, baskets_);
      change = std::max(change, std::abs(c.fitness / before - 1));
    }
  }
}

// c of each basket class: d / (d² − s), d and s the sums of π(1 − π) and of its
// square over products; 0 where a basket leaves nothing to chance.
std::vector<double> ChanceModel::Corrections() const {
  std::vector<double> corrections;
  for (const Class& basket : baskets_) {
    double sum = 0;
    double squares = 0;
    for (const Class& product : products_) {
      const double p = Probability(product.fitness, basket.fitness);
      sum += product.number * p * (1 - p);
      squares += product.number * p * p * (1 - p) * (1 - p);
    }
    const double pairs = sum * sum - squares;
    corrections.push_back(pairs > 1e-12 ? sum / pairs : 0);
  }
  return corrections;
}

void ChanceModel::Tabulate() {
  const std::vector<double> corrections = Corrections();
  table_.reserve(products_.size() * baskets_.size() * 2);
  for (const Class& product : products_) {
    for (size_t k = 0; k < baskets_.size(); ++k) {
      // A basket of one product holds no pair.
      const double number = baskets_[k].degree > 1 ? baskets_[k].number : 0;
      const double p = Probability(product.fitness, baskets_[k].fitness);
      table_.push_back(static_cast<float>(std::sqrt(number) * p));
      table_.push_back(
          static_cast<float>(std::sqrt(number * corrections[k]) * p * (1 - p)));
    }
  }
}

double ChanceModel::Expected(uint32_t a, uint32_t b) const {
  const size_t width = 2 * baskets_.size();
  const float* row_a = table_.data() + class_of_product_[a] * width;
  const float* row_b = table_.data() + class_of_product_[b] * width;
  double together = 0;
  double correction = 0;
  for (size_t k = 0; k < width; k += 2) {
    together += row_a[k] * row_b[k];
    correction += row_a[k + 1] * row_b[k + 1];
  }
  return std::max(together - correction, 1e-9);
}

double LogLikelihoodRatio(double observed, double expected) {
  if (observed <= expected) return 0;
  return 2 * (observed * std::log(observed / expected) - (observed - expected));
}

}  // namespace patron::index
