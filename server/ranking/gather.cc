// Candidates: what the lists of her products, of her store, of customers like
// her and of her categories hold, each list's best.
#include <algorithm>
#include <cmath>
#include <limits>

#include "server/ranking/inner.h"
#include "server/ranking/ranking.h"

namespace patron::ranking {
namespace {

using facts::ItemFact;
using index::Neighbour;

// Own products that are sources of lists: the weightiest.
constexpr size_t kSources = 80;
// Own products that are candidates: the weightiest.
constexpr size_t kOwn = 180;
// Candidates that each list gives beside her own.
constexpr size_t kByNeighbours = 80;
constexpr size_t kByTogether = 60;
constexpr size_t kByFollowing = 50;
constexpr size_t kByGroup = 50;
constexpr size_t kByPopularity = 50;
constexpr size_t kByStore = 40;
constexpr size_t kByTrend = 10;
constexpr size_t kByGoesWith = 20;
// Of so many of her categories, so many best sellers each.
constexpr size_t kCategories = 8;
constexpr size_t kByCategory = 6;
// Goes-with looks at what she bought in so many days up to her last visit.
constexpr int kGoesWithDays = 14;

class Gatherer {
 public:
  Gatherer(const Question& question, Scratch& scratch)
      : facts_(question.facts),
        k_(question.knowledge),
        store_(question.store),
        today_(question.today),
        s_(scratch) {}

  void Run(std::span<const uint32_t> wanted) {
    Reset();
    AddOwn();
    WeighSources();
    AddLists();
    AddLatest();
    AddTaste();
    AddShop();
    AddKinds();
    Choose(wanted);
  }

 private:
  void Reset() {
    if (s_.slots.size() < k_.products) s_.slots.resize(k_.products);
    s_.met.clear();
    s_.products.clear();
    s_.evidence.clear();
    s_.visits.Count(facts_);
  }

  // What speaks for the product, which is below k_.products. The reference
  // holds until the next call.
  Evidence& At(uint32_t product) {
    uint32_t& slot = s_.slots[product];
    if (slot < s_.met.size() && s_.met[slot].product == product)
      return s_.met[slot];
    slot = static_cast<uint32_t>(s_.met.size());
    s_.met.emplace_back().product = product;
    return s_.met.back();
  }

  void AddOwn() {
    const Decay& decay = Decays::Get().two_months;
    s_.weights.clear();
    for (auto& kind : s_.kinds) kind.Reset(facts_.items.size());
    for (size_t i = 0; i < facts_.items.size(); ++i) {
      const ItemFact& item = facts_.items[i];
      const uint32_t product = item.product.value();
      const float decayed = decay.Times(item, today_);
      s_.weights.push_back(decayed);
      if (product >= k_.products) continue;
      At(product).item = static_cast<int32_t>(i);
      s_.kinds[kOfCategory].Add(k_.category[product], item, decayed);
      s_.kinds[kOfDepartment].Add(k_.department[product], item, decayed);
      s_.kinds[kOfBrand].Add(k_.brand[product], item, decayed);
      s_.kinds[kOfWider].Add(k_.wider[product], item, decayed);
      s_.kinds[kOfBrandInCategory].Add(BrandInCategory(k_, product), item,
                                       decayed);
    }
  }

  // The weightiest own items, with weights whose squares add up to 1: a long
  // history does not outweigh a short one.
  void WeighSources() {
    auto& sources = s_.sources;
    sources.clear();
    for (uint32_t i = 0; i < facts_.items.size(); ++i)
      sources.emplace_back(std::sqrt(s_.weights[i]), i);
    KeepHeaviest(kSources, sources);
    float squares = 0;
    for (const auto& [weight, item] : sources) squares += weight * weight;
    const float scale = squares > 0 ? 1 / std::sqrt(squares) : 0;
    for (auto& [weight, item] : sources) weight *= scale;
  }

  static void KeepHeaviest(size_t most,
                           std::vector<std::pair<float, uint32_t>>& list) {
    const auto heavier = [](const auto& a, const auto& b) {
      return a.first != b.first ? a.first > b.first : a.second < b.second;
    };
    if (list.size() > most) {
      std::nth_element(list.begin(),
                       list.begin() + static_cast<std::ptrdiff_t>(most),
                       list.end(), heavier);
      list.resize(most);
    }
    std::sort(list.begin(), list.end(), heavier);
  }

  // Adds a summand; whether it is the largest so far.
  static bool Add(float summand, float& sum, float& best) {
    sum += summand;
    if (summand <= best) return false;
    best = summand;
    return true;
  }

  void AddLists() {
    for (const auto& [weight, item] : s_.sources) {
      const uint32_t source = facts_.items[item].product.value();
      for (const Neighbour& n : k_.neighbours.Row(source)) {
        Evidence& e = At(n.product);
        if (Add(weight * n.score, e.neighbours, e.best_neighbour))
          e.neighbour_of = source;
      }
      for (const Neighbour& n : k_.together.Row(source)) {
        Evidence& e = At(n.product);
        Add(weight * n.score, e.together, e.best_together);
      }
    }
  }

  // What follows on her last visits, and goes with what they held.
  void AddLatest() {
    const Day last = facts_.summary.last_day;
    for (const ItemFact& item : facts_.items) {
      const uint32_t source = item.product.value();
      if (last - item.last_day() > kGoesWithDays) continue;
      const float near = Decays::Get().week.Of(last - item.last_day());
      for (const Neighbour& n : k_.goes_with.Row(source)) {
        Evidence& e = At(n.product);
        if (Add(near * n.score, e.goes_with, e.best_goes_with))
          e.goes_with_of = source;
      }
    }
    for (const ItemFact& item : facts_.items) {
      const int visits = s_.visits.Since(item.last_day());
      if (visits > 2) continue;
      const float weight = 1.0f / static_cast<float>(1 << visits);
      for (const Neighbour& n : k_.following.Row(item.product.value()))
        At(n.product).following += weight * n.score;
    }
  }

  // The decayed means of her products' points, and the group nearest to it.
  void AddTaste() {
    const size_t n = k_.dimensions;
    s_.taste.assign(n, 0);
    s_.late_taste.assign(n, 0);
    const Day last = facts_.summary.last_day;
    for (size_t i = 0; i < facts_.items.size(); ++i) {
      const ItemFact& item = facts_.items[i];
      if (item.product.value() >= k_.products) continue;
      const float* point = &k_.embeddings[item.product.value() * n];
      const float weight = std::sqrt(s_.weights[i]);
      const float late = Decays::Get().week.Of(last - item.last_day());
      for (size_t d = 0; d < n; ++d) {
        s_.taste[d] += weight * point[d];
        s_.late_taste[d] += late * point[d];
      }
    }
    Normalise(s_.late_taste);
    if (Normalise(s_.taste)) AddGroup();
  }

  void AddGroup() {
    const size_t n = k_.dimensions;
    size_t nearest = 0;
    float most = -2;
    for (size_t g = 0; g < k_.groups; ++g) {
      const float near = Inner(s_.taste.data(), &k_.group_centres[g * n], n);
      if (near <= most) continue;
      most = near;
      nearest = g;
    }
    group_ = nearest;
    for (const Neighbour& of : k_.popular_in_group.Row(group_))
      At(of.product).in_group = of.score;
  }

  // The store she asks in, else the one she bought in most.
  std::optional<uint32_t> Store() const {
    if (store_) return store_;
    const auto& stores = facts_.summary.stores;
    const auto most = std::max_element(
        stores.begin(), stores.end(),
        [](const auto& a, const auto& b) { return a.second < b.second; });
    if (most == stores.end()) return std::nullopt;
    return most->first;
  }

  void AddShop() {
    const auto popular = k_.popular.Row(k_.stores);
    for (const Neighbour& n :
         popular.first(std::min(kByPopularity, popular.size())))
      At(n.product).wanted = true;
    for (const Neighbour& n : k_.trending.Row(k_.stores))
      At(n.product).trending = n.score;
    const auto store = Store();
    if (!store || *store >= k_.stores) return;
    store_row_ = *store;
    const auto row = k_.popular.Row(store_row_);
    for (const Neighbour& n : row)
      At(n.product).popular_in_store = n.score / row.front().score;
  }

  void AddKinds() {
    auto& best = s_.best;
    best.clear();
    for (const KindCount& count : s_.kinds[kOfCategory].all())
      best.emplace_back(count.decayed, count.kind);
    KeepHeaviest(kCategories, best);
    for (const auto& [decayed, category] : best) {
      const auto row = k_.popular_in_category.Row(category);
      for (const Neighbour& n : row.first(std::min(kByCategory, row.size())))
        At(n.product).wanted = true;
    }
  }

  // Chooses the weightiest of her own.
  void ChooseOwn() {
    auto& best = s_.best;
    best.clear();
    for (uint32_t i = 0; i < facts_.items.size(); ++i)
      if (facts_.items[i].product.value() < k_.products)
        best.emplace_back(s_.weights[i], i);
    KeepHeaviest(kOwn, best);
    for (const auto& [weight, i] : best)
      s_.chosen[s_.slots[facts_.items[i].product.value()]] = 1;
  }

  // Chooses the first `most` of a list, whose products have all been met, that
  // are not chosen yet.
  void ChooseFirst(std::span<const Neighbour> list, size_t most) {
    for (const Neighbour& n : list) {
      if (most == 0) return;
      uint8_t& chosen = s_.chosen[s_.slots[n.product]];
      most -= chosen == 0;
      chosen = 1;
    }
  }

  // Chooses those with the largest sums of the lists of her products, of the
  // rest.
  void ChooseBySums() {
    std::array<Best, 4>& sums = s_.sums;
    constexpr std::array<size_t, 4> kMost = {kByNeighbours, kByTogether,
                                             kByFollowing, kByGoesWith};
    for (size_t i = 0; i < sums.size(); ++i) sums[i].Reset(kMost[i]);
    for (uint32_t i = 0; i < s_.met.size(); ++i) {
      if (s_.chosen[i] != 0) continue;
      const Evidence& e = s_.met[i];
      sums[0].Offer(e.neighbours, i);
      sums[1].Offer(e.together, i);
      sums[2].Offer(e.following, i);
      sums[3].Offer(e.goes_with, i);
    }
    for (const Best& best : sums)
      for (const auto& [value, i] : best.all()) s_.chosen[i] = 1;
  }

  void Choose(std::span<const uint32_t> wanted) {
    for (const uint32_t product : wanted)
      if (product < k_.products) At(product).wanted = true;
    s_.chosen.assign(s_.met.size(), 0);
    for (size_t i = 0; i < s_.met.size(); ++i) s_.chosen[i] = s_.met[i].wanted;
    ChooseOwn();
    ChooseFirst(k_.popular_in_group.Row(group_), kByGroup);
    ChooseFirst(k_.popular.Row(store_row_), kByStore);
    ChooseFirst(k_.trending.Row(k_.stores), kByTrend);
    ChooseBySums();
    for (size_t i = 0; i < s_.met.size(); ++i) {
      const Evidence& e = s_.met[i];
      if (s_.chosen[i] == 0 || k_.listed[e.product] == 0) continue;
      s_.products.push_back(e.product);
      s_.evidence.push_back(e);
    }
  }

  const facts::CustomerFacts& facts_;
  const index::Knowledge& k_;
  const std::optional<uint32_t> store_;
  const Day today_;
  Scratch& s_;
  // Rows of the group nearest to her and of her store; beyond the table = none.
  size_t group_ = std::numeric_limits<size_t>::max();
  size_t store_row_ = std::numeric_limits<size_t>::max();
};

}  // namespace

void Gather(const Question& question, std::span<const uint32_t> wanted,
            Scratch& scratch) {
  Gatherer(question, scratch).Run(wanted);
}

}  // namespace patron::ranking
