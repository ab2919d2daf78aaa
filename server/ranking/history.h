// Her history in the shapes that candidates and features look up.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "index/knowledge.h"
#include "server/base/day.h"
#include "server/facts/facts.h"

namespace patron::ranking {

// 2^(−age / half-life) by whole days; ages beyond the table count as its last.
class Decay {
 public:
  explicit Decay(int half_life_days);
  float Of(int age) const {
    return values_[age < 0 ? 0 : age < kAges ? age : kAges - 1];
  }
  // Times bought, each decayed by its age. Older times than the kept days are
  // taken to lie midway between the first purchase and the oldest kept.
  float Times(const facts::ItemFact& item, Day today) const;

 private:
  static constexpr int kAges = 1024;
  std::array<float, kAges> values_;
};

// The half-lives in use; made once.
struct Decays {
  Decay week{7}, three_weeks{21}, two_months{60}, half_year{180};
  static const Decays& Get();
};

// The days on which she bought, as far as facts keep them.
class Visits {
 public:
  void Count(const facts::CustomerFacts& facts);
  // Visits after `day`.
  int Since(Day day) const;
  // The day of the visit with `later` visits after it; 0 if there is none.
  Day At(size_t later) const { return later < kLatest ? latest_[later] : 0; }

 private:
  static constexpr int kAges = 1024;
  static constexpr size_t kLatest = 4;
  Day last_ = 0;
  std::array<uint16_t, kAges + 1> since_{};  // by age, counted from the last
  std::array<Day, kLatest> latest_{};
};

// What her history is counted by: narrowest category, widest, brand, the
// category around the narrowest, and brand within the narrowest.
enum KindIndex : size_t {
  kOfCategory,
  kOfDepartment,
  kOfBrand,
  kOfWider,
  kOfBrandInCategory,
  kKinds
};

// What she bought of one kind: of one category, say.
struct KindCount {
  uint32_t kind = 0;
  float decayed = 0;
  uint32_t times = 0;
  uint32_t items = 0;
  Day first = 0;
  Day last = 0;
};

// One number for a brand within a category; kNone where either is unknown. Two
// that share a number, one in thousands of millions, are counted as one.
uint32_t BrandInCategory(const index::Knowledge& knowledge, uint32_t product);

// KindCounts by kind, filled anew for every request; as many as items at most.
class KindCounts {
 public:
  static constexpr uint32_t kNone = 0xffffffff;

  // Empties it and makes room for `kinds` different ones.
  void Reset(size_t kinds);
  // Adds an item to its kind; kNone is no kind.
  void Add(uint32_t kind, const facts::ItemFact& item, float decayed);
  // Null for a kind that she did not buy.
  const KindCount* Find(uint32_t kind) const;
  const std::vector<KindCount>& all() const { return counts_; }

 private:
  size_t PlaceOf(uint32_t kind) const;

  std::vector<uint32_t> places_;  // by hash: index of the count + 1, 0 = free
  std::vector<KindCount> counts_;
};

}  // namespace patron::ranking
