#include "tools/eval/baselines.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <tuple>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "index/sparse_matrix.h"
#include "index/training_log.h"

namespace patron::eval {
namespace {

using index::Neighbour;

constexpr double kForever = 1e12;  // a half-life: nothing fades

std::vector<uint32_t> CountCustomers(const NextDays& task, int64_t from) {
  std::vector<uint64_t> pairs;
  for (const Sale& sale : task.Before())
    if (sale.at >= from && sale.customer != index::kAnonymousCustomer)
      pairs.push_back(uint64_t{sale.product} << 32 | sale.customer);
  std::sort(pairs.begin(), pairs.end());
  pairs.erase(std::unique(pairs.begin(), pairs.end()), pairs.end());
  std::vector<uint32_t> customers(task.sales().products.size());
  for (const uint64_t pair : pairs) ++customers[pair >> 32];
  return customers;
}

std::vector<uint32_t> RankIds(const std::vector<std::string>& ids) {
  std::vector<uint32_t> order(ids.size()), rank(ids.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(), [&](uint32_t a, uint32_t b) {
    return std::pair(ids[a].size(), absl::string_view(ids[a])) <
           std::pair(ids[b].size(), absl::string_view(ids[b]));
  });
  for (uint32_t i = 0; i < order.size(); ++i) rank[order[i]] = i;
  return rank;
}

// Customers × products with enough customers, presence only.
index::SparseMatrix PresenceOf(const NextDays& task, uint32_t fewest) {
  const std::vector<uint32_t> customers =
      CountCustomers(task, std::numeric_limits<int64_t>::min());
  index::SparseMatrix matrix;
  matrix.columns = static_cast<uint32_t>(task.sales().products.size());
  for (uint32_t c = 0; c < task.sales().customers.size(); ++c) {
    for (const uint32_t product : task.OwnOf(c))
      if (customers[product] >= fewest) matrix.column.push_back(product);
    matrix.offsets.push_back(matrix.column.size());
  }
  return matrix;
}

// Cosines between columns; lists of `length` at most.
index::NeighbourTable CosinesOf(const index::SparseMatrix& rows,
                                uint32_t length) {
  const index::SparseMatrix columns = index::Transpose(rows);
  index::NeighbourTable table;
  std::vector<uint32_t> shared(rows.columns), met;
  std::vector<Neighbour> list;
  for (uint32_t p = 0; p < rows.columns; ++p) {
    for (const uint32_t customer : columns.Columns(p))
      for (const uint32_t other : rows.Columns(customer))
        if (shared[other]++ == 0) met.push_back(other);
    list.clear();
    for (const uint32_t other : met) {
      const double both = std::exchange(shared[other], 0);
      if (other == p) continue;
      const auto sizes = static_cast<double>(columns.RowSize(p)) *
                         static_cast<double>(columns.RowSize(other));
      list.push_back({other, static_cast<float>(both / std::sqrt(sizes))});
    }
    met.clear();
    index::KeepBest(length, list);
    table.AddRow(list);
  }
  return table;
}

// Adds those of `order` that `list` does not hold, to k, and none of `without`.
void FillUp(const std::vector<uint32_t>& order,
            const std::vector<uint32_t>* without, size_t k,
            std::vector<uint32_t>& list) {
  std::vector<uint32_t> held = list;
  if (without != nullptr)
    held.insert(held.end(), without->begin(), without->end());
  std::sort(held.begin(), held.end());
  for (const uint32_t product : order) {
    if (list.size() >= k) return;
    if (!std::binary_search(held.begin(), held.end(), product))
      list.push_back(product);
  }
}

}  // namespace

DaysLists BestOf(const NextDays& task, std::vector<Neighbour> scored,
                 const std::vector<uint32_t>& own, size_t k) {
  std::erase_if(scored, [&](const Neighbour& one) {
    return !task.IsCandidate(one.product);
  });
  // The best k of all and the best k of the new stand among the best k + own.
  index::KeepBest(k + own.size(), scored);
  DaysLists lists;
  for (const Neighbour& one : scored) {
    if (lists.all.size() < k) lists.all.push_back(one.product);
    if (lists.fresh.size() < k &&
        !std::binary_search(own.begin(), own.end(), one.product))
      lists.fresh.push_back(one.product);
  }
  return lists;
}

Baselines::Baselines(const NextDays& task, const BaselineOptions& options)
    : task_(task),
      options_(options),
      popularity_(
          CountCustomers(task, (task.cut() - kActiveDays) * kDaySeconds)),
      id_rank_(RankIds(task.sales().products)),
      neighbours_(CosinesOf(PresenceOf(task, options.fewest_customers),
                            options.neighbours)) {
  for (uint32_t p = 0; p < task.sales().products.size(); ++p)
    if (task.IsCandidate(p)) popular_.push_back(p);
  std::sort(popular_.begin(), popular_.end(), [&](uint32_t a, uint32_t b) {
    return popularity_[a] != popularity_[b] ? popularity_[a] > popularity_[b]
                                            : id_rank_[a] < id_rank_[b];
  });
}

DaysLists Baselines::Popular(const DaysCase& one, size_t k) const {
  const std::vector<uint32_t> own = task_.OwnOf(one.customer);
  DaysLists lists;
  FillUp(popular_, nullptr, k, lists.all);
  FillUp(popular_, &own, k, lists.fresh);
  return lists;
}

std::vector<Neighbour> Baselines::OwnScores(const DaysCase& one,
                                            double half_life) const {
  absl::flat_hash_map<uint32_t, double> sums;
  for (const Sale& sale : task_.HistoryOf(one.customer))
    sums[sale.product] += std::exp2(-task_.AgeOf(sale) / half_life);
  std::vector<Neighbour> scores;
  for (const auto& [product, sum] : sums)
    scores.push_back({product, static_cast<float>(sum)});
  return scores;
}

DaysLists Baselines::OwnThenPopular(const DaysCase& one,
                                    bool ties_by_popularity, double half_life,
                                    size_t k) const {
  std::vector<Neighbour> own = OwnScores(one, half_life);
  const auto key = [&](const Neighbour& n) {
    const double popularity =
        ties_by_popularity ? static_cast<double>(popularity_[n.product]) : 0;
    return std::tuple(-n.score, -popularity, id_rank_[n.product]);
  };
  std::sort(own.begin(), own.end(),
            [&](const auto& a, const auto& b) { return key(a) < key(b); });
  DaysLists lists = Popular(one, k);
  lists.all.clear();
  for (size_t i = 0; i < std::min(k, own.size()); ++i)
    lists.all.push_back(own[i].product);
  FillUp(popular_, nullptr, k, lists.all);
  return lists;
}

DaysLists Baselines::Personal(const DaysCase& one, size_t k) const {
  return OwnThenPopular(one, false, kForever, k);
}

DaysLists Baselines::PersonalPopular(const DaysCase& one, size_t k) const {
  return OwnThenPopular(one, true, kForever, k);
}

DaysLists Baselines::Decayed(const DaysCase& one, size_t k) const {
  return OwnThenPopular(one, false, options_.own_half_life_days, k);
}

DaysLists Baselines::DecayedPopular(const DaysCase& one, size_t k) const {
  std::vector<Neighbour> scored = OwnScores(one, options_.own_half_life_days);
  const std::vector<uint32_t> own = task_.OwnOf(one.customer);
  const double most = popular_.empty() ? 1 : popularity_[popular_.front()];
  const auto share = [&](uint32_t product) {
    return static_cast<float>(options_.popular_weight * popularity_[product] /
                              std::max(1.0, most));
  };
  for (Neighbour& one_own : scored) one_own.score += share(one_own.product);
  // Of what is not her own, the k most popular are enough.
  std::vector<uint32_t> others;
  FillUp(popular_, &own, k, others);
  for (const uint32_t product : others)
    scored.push_back({product, share(product)});
  return BestOf(task_, std::move(scored), own, k);
}

DaysLists Baselines::ItemNeighbours(const DaysCase& one, size_t k) const {
  absl::flat_hash_map<uint32_t, double> sums;
  for (const Neighbour& own : OwnScores(one, options_.query_half_life_days))
    for (const Neighbour& other : neighbours_.Row(own.product))
      sums[other.product] += own.score * other.score;
  std::vector<Neighbour> scored;
  for (const auto& [product, sum] : sums)
    scored.push_back({product, static_cast<float>(sum)});
  return BestOf(task_, std::move(scored), task_.OwnOf(one.customer), k);
}

DaysLists Baselines::Factors(const index::Artefact& artefact,
                             const DaysCase& one, size_t k) const {
  std::vector<float> query(artefact.dimensions());
  for (const Neighbour& own : OwnScores(one, options_.query_half_life_days)) {
    const auto embedding = artefact.Embedding(own.product);
    for (size_t d = 0; d < embedding.size(); ++d)
      query[d] += own.score * embedding[d];
  }
  std::vector<Neighbour> scored;
  for (const uint32_t product : popular_) {
    const auto embedding = artefact.Embedding(product);
    scored.push_back(
        {product, std::inner_product(embedding.begin(), embedding.end(),
                                     query.begin(), 0.0F)});
  }
  return BestOf(task_, std::move(scored), task_.OwnOf(one.customer), k);
}

std::vector<uint32_t> Baselines::PopularWithout(
    const std::vector<uint32_t>& without, size_t k) const {
  std::vector<uint32_t> list;
  FillUp(popular_, &without, k, list);
  return list;
}

std::vector<uint32_t> Baselines::PopularAmong(
    const std::vector<uint32_t>& among, const DaysCase& one, size_t k) const {
  std::vector<uint32_t> order;
  for (const uint32_t product : popular_)
    if (std::binary_search(among.begin(), among.end(), product))
      order.push_back(product);
  const std::vector<uint32_t> own = task_.OwnOf(one.customer);
  std::vector<uint32_t> list;
  FillUp(order, &own, k, list);
  return list;
}

std::vector<uint32_t> Baselines::PopularInCategories(
    const std::vector<uint32_t>& with, size_t k) const {
  const auto category = [&](uint32_t product) {
    const auto& path = task_.sales().attributes[product].category_path;
    return path.empty() ? -1 : static_cast<int64_t>(path.back());
  };
  absl::flat_hash_set<int64_t> categories;
  for (const uint32_t product : with) categories.insert(category(product));
  std::vector<uint32_t> order;
  for (const uint32_t product : popular_)
    if (categories.contains(category(product))) order.push_back(product);
  std::vector<uint32_t> list;
  FillUp(order, &with, k, list);
  FillUp(popular_, &with, k, list);
  return list;
}

std::vector<NamedDaysMethod> Baselines::Methods(
    const index::Artefact* artefact) const {
  const auto method =
      [this](DaysLists (Baselines::*list)(const DaysCase&, size_t) const) {
        return [this, list](const DaysCase& one, size_t k) {
          return (this->*list)(one, k);
        };
      };
  std::vector<NamedDaysMethod> methods = {
      {"popular", method(&Baselines::Popular)},
      {"personal", method(&Baselines::Personal)},
      {"personal+popular", method(&Baselines::PersonalPopular)},
      {"decayed", method(&Baselines::Decayed)},
      {"decayed+popular", method(&Baselines::DecayedPopular)},
      {"item-knn", method(&Baselines::ItemNeighbours)}};
  if (artefact != nullptr)
    methods.emplace_back("factorisation",
                         [this, artefact](const DaysCase& one, size_t k) {
                           return Factors(*artefact, one, k);
                         });
  return methods;
}

}  // namespace patron::eval
