#include "index/groups.h"

#include <algorithm>
#include <cmath>
#include <span>

#include "index/mix.h"

namespace patron::index {
namespace {

constexpr size_t kSample = 50000;
constexpr int kRounds = 8;
constexpr uint32_t kNoGroup = std::numeric_limits<uint32_t>::max();

float Inner(const float* a, const float* b, uint32_t n) {
  float sums[8] = {};
  uint32_t i = 0;
  for (; i + 8 <= n; i += 8)
    for (uint32_t j = 0; j < 8; ++j) sums[j] += a[i + j] * b[i + j];
  for (; i < n; ++i) sums[0] += a[i] * b[i];
  return ((sums[0] + sums[1]) + (sums[2] + sums[3])) +
         ((sums[4] + sums[5]) + (sums[6] + sums[7]));
}

// Whether `v` has a length to divide by.
bool Normalise(std::span<float> v) {
  const float length =
      std::sqrt(Inner(v.data(), v.data(), static_cast<uint32_t>(v.size())));
  if (!(length > 0)) return false;
  for (float& x : v) x /= length;
  return true;
}

class Grouping {
 public:
  Grouping(const Purchases& purchases, const LearnOptions& options,
           const Stage& stage, Knowledge& knowledge)
      : purchases_(purchases),
        options_(options),
        stage_(stage),
        k_(knowledge),
        n_(knowledge.dimensions),
        group_of_(purchases.customers(), kNoGroup) {}

  void Run() {
    Sample();
    Begin();
    for (int round = 0; round < kRounds && k_.groups > 0; ++round) Move();
    ParallelFor(stage_, group_of_.size(), 256, [this] {
      return [this, point = std::vector<float>(n_)](size_t begin,
                                                    size_t end) mutable {
        for (size_t c = begin; c < end; ++c)
          if (PointOf(c, point)) group_of_[c] = Nearest(point.data());
      };
    });
    CountPurchases();
  }

 private:
  float Weight(const BoughtProduct& item) const {
    const double age = std::max(0, k_.today - item.last);
    return static_cast<float>(
        std::sqrt(item.days) *
        std::exp2(-age / (4 * options_.popularity_half_life_days)));
  }

  bool PointOf(size_t customer, std::vector<float>& point) const {
    std::fill(point.begin(), point.end(), 0.0f);
    for (const BoughtProduct& item : purchases_.Of(customer)) {
      const float weight = Weight(item);
      const float* of = k_.embeddings.data() + size_t{item.product} * n_;
      for (uint32_t i = 0; i < n_; ++i) point[i] += weight * of[i];
    }
    return Normalise(point);
  }

  void Sample() {
    const size_t step = purchases_.customers() / kSample + 1;
    std::vector<float> point(n_);
    for (size_t c = 0; c < purchases_.customers(); ++c)
      if (Mix(c) % step == 0 && PointOf(c, point))
        points_.insert(points_.end(), point.begin(), point.end());
  }

  size_t points() const { return points_.size() / n_; }

  // Centres begin at sampled customers, evenly spread.
  void Begin() {
    const size_t wanted = purchases_.customers() /
                          std::max<uint32_t>(1, options_.customers_a_group);
    k_.groups = static_cast<uint32_t>(
        std::min<size_t>({wanted + (wanted == 0 && points() > 0),
                          options_.most_groups, points()}));
    for (uint32_t g = 0; g < k_.groups; ++g) {
      const float* from = &points_[g * points() / k_.groups * n_];
      k_.group_centres.insert(k_.group_centres.end(), from, from + n_);
    }
  }

  uint32_t Nearest(const float* point) const {
    uint32_t best = kNoGroup;
    float most = 0;
    for (uint32_t g = 0; g < k_.groups; ++g) {
      const float near = Inner(point, &k_.group_centres[size_t{g} * n_], n_);
      if (best != kNoGroup && near <= most) continue;
      best = g;
      most = near;
    }
    return best;
  }

  void Move() {
    std::vector<uint32_t> nearest(points());
    ParallelFor(stage_, nearest.size(), 256, [&] {
      return [&](size_t begin, size_t end) {
        for (size_t i = begin; i < end; ++i)
          nearest[i] = Nearest(&points_[i * n_]);
      };
    });
    std::vector<float> sums(k_.group_centres.size());
    for (size_t i = 0; i < nearest.size(); ++i)
      for (uint32_t d = 0; d < n_; ++d)
        sums[size_t{nearest[i]} * n_ + d] += points_[i * n_ + d];
    for (uint32_t g = 0; g < k_.groups; ++g) {
      const std::span<float> sum(&sums[size_t{g} * n_], n_);
      if (Normalise(sum))
        std::copy(sum.begin(), sum.end(), &k_.group_centres[size_t{g} * n_]);
    }
  }

  // Decayed purchases of each group, for each of its customers.
  void CountPurchases() {
    std::vector<std::vector<uint32_t>> members(k_.groups);
    for (uint32_t c = 0; c < group_of_.size(); ++c)
      if (group_of_[c] != kNoGroup) members[group_of_[c]].push_back(c);
    std::vector<std::vector<Neighbour>> lists(k_.groups);
    ParallelFor(stage_, lists.size(), 1, [&] {
      return [&, sums = std::vector<float>(k_.products)](size_t begin,
                                                         size_t end) mutable {
        for (size_t g = begin; g < end; ++g)
          lists[g] = ListOf(members[g], sums);
      };
    });
    k_.popular_in_group = TableOf(lists);
  }

  std::vector<Neighbour> ListOf(const std::vector<uint32_t>& members,
                                std::vector<float>& sums) const {
    std::vector<uint32_t> touched;
    for (const uint32_t c : members)
      for (const BoughtProduct& item : purchases_.Of(c)) {
        const double age = std::max(0, k_.today - item.last);
        float& sum = sums[item.product];
        if (sum == 0) touched.push_back(item.product);
        sum += static_cast<float>(std::max(
            std::exp2(-age / options_.popularity_half_life_days), 1e-30));
      }
    std::vector<Neighbour> list;
    const float scale =
        1 / static_cast<float>(std::max<size_t>(1, members.size()));
    for (const uint32_t product : touched) {
      if (k_.listed[product]) list.push_back({product, sums[product] * scale});
      sums[product] = 0;
    }
    KeepBest(options_.popular_in_group, list);
    return list;
  }

  const Purchases& purchases_;
  const LearnOptions& options_;
  const Stage& stage_;
  Knowledge& k_;
  const uint32_t n_;
  std::vector<float> points_;
  std::vector<uint32_t> group_of_;
};

}  // namespace

void LearnGroups(const Purchases& purchases, const LearnOptions& options,
                 const Stage& stage, Knowledge& knowledge) {
  Grouping(purchases, options, stage, knowledge).Run();
}

}  // namespace patron::index
