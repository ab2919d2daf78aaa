#include "server/ranking/history.h"

#include <algorithm>
#include <bit>
#include <cmath>

#include "index/mix.h"
#include "index/training_log.h"

namespace patron::ranking {

Decay::Decay(int half_life_days) {
  for (int age = 0; age < kAges; ++age)
    values_[age] = static_cast<float>(
        std::exp2(-static_cast<double>(age) / half_life_days));
}

float Decay::Times(const facts::ItemFact& item, Day today) const {
  float sum = 0;
  int kept = 0;
  int oldest = item.days[0];
  for (const uint16_t day : item.days) {
    if (day == 0) break;
    sum += Of(today - day);
    oldest = day;
    ++kept;
  }
  if (item.times <= kept) return sum;
  return sum + static_cast<float>(item.times - kept) *
                   Of(today - (item.first_day + oldest) / 2);
}

const Decays& Decays::Get() {
  static const Decays decays;
  return decays;
}

void Visits::Count(const facts::CustomerFacts& facts) {
  last_ = facts.summary.last_day;
  std::array<uint8_t, kAges> visited{};
  for (const facts::ItemFact& item : facts.items)
    for (const uint16_t day : item.days) {
      if (day == 0) break;
      const int age = last_ - day;
      if (age >= 0 && age < kAges) visited[static_cast<size_t>(age)] = 1;
    }
  latest_ = {};
  size_t later = 0;
  since_[0] = 0;
  for (int age = 0; age < kAges; ++age) {
    const auto at = static_cast<size_t>(age);
    if (visited[at] != 0 && later < kLatest) latest_[later++] = last_ - age;
    since_[at + 1] = static_cast<uint16_t>(since_[at] + visited[at]);
  }
}

int Visits::Since(Day day) const {
  return since_[static_cast<size_t>(std::clamp(last_ - day, 0, kAges))];
}

uint32_t BrandInCategory(const index::Knowledge& knowledge, uint32_t product) {
  const uint32_t category = knowledge.category[product];
  const uint32_t brand = knowledge.brand[product];
  if (category == index::kNoCategory || brand == index::kNoBrand)
    return KindCounts::kNone;
  return static_cast<uint32_t>(index::Mix(uint64_t{category} << 32 | brand) >>
                               33);
}

void KindCounts::Reset(size_t kinds) {
  counts_.clear();
  const size_t wanted = std::bit_ceil(2 * kinds + 2);
  places_.assign(std::max(wanted, places_.size()), 0);
}

size_t KindCounts::PlaceOf(uint32_t kind) const {
  const size_t mask = places_.size() - 1;
  size_t place = (kind * 0x9e3779b1u >> 7) & mask;
  while (places_[place] != 0 && counts_[places_[place] - 1].kind != kind)
    place = (place + 1) & mask;
  return place;
}

void KindCounts::Add(uint32_t kind, const facts::ItemFact& item,
                     float decayed) {
  if (kind == kNone) return;
  const size_t place = PlaceOf(kind);
  if (places_[place] == 0) {
    counts_.push_back({.kind = kind, .first = item.first_day});
    places_[place] = static_cast<uint32_t>(counts_.size());
  }
  KindCount& count = counts_[places_[place] - 1];
  count.decayed += decayed;
  count.times += item.times;
  ++count.items;
  count.first = std::min<Day>(count.first, item.first_day);
  count.last = std::max(count.last, item.last_day());
}

const KindCount* KindCounts::Find(uint32_t kind) const {
  if (kind == kNone || places_.empty()) return nullptr;
  const size_t place = PlaceOf(kind);
  return places_[place] == 0 ? nullptr : &counts_[places_[place] - 1];
}

}  // namespace patron::ranking
