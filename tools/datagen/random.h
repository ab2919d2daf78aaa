// Seeded randomness that gives the same numbers with every compiler: integer
// state, and floating point by + - * / and sqrt alone, which IEEE 754 fixes to
// the bit. The distributions of the standard library are left to each library.
//
// Two draws never stand in one expression where their order would matter: C++
// leaves that order to the compiler.
//
// SplitMix64: Steele, Lea, Flood 2014. Alias tables: Walker 1977, built as Vose
// 1991 tells.
#pragma once

#include <cstdint>
#include <vector>

namespace patron::datagen {

// A bijection of 64 bits whose output looks random (SplitMix64's finaliser).
constexpr uint64_t Mix(uint64_t x) {
  x += 0x9e3779b97f4a7c15u;
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9u;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebu;
  return x ^ (x >> 31);
}

// One seed out of several numbers; their order counts.
constexpr uint64_t Mix(uint64_t a, uint64_t b) { return Mix(Mix(a) ^ b); }
constexpr uint64_t Mix(uint64_t a, uint64_t b, uint64_t c) {
  return Mix(Mix(a, b) ^ c);
}
constexpr uint64_t Mix(uint64_t a, uint64_t b, uint64_t c, uint64_t d) {
  return Mix(Mix(a, b, c) ^ d);
}

// `hash` as a number in [0, bound).
constexpr uint32_t Reduce(uint64_t hash, uint32_t bound) {
  return static_cast<uint32_t>(((hash >> 32) * bound) >> 32);
}

// A stream of numbers out of a seed. Cheap to make: each customer, product and
// visit has its own, so that none depends on the order of the others.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}

  uint64_t Next() {
    const uint64_t out = Mix(state_);
    state_ += 0x9e3779b97f4a7c15u;
    return out;
  }
  // In [0, bound); bound at least 1.
  uint32_t Below(uint32_t bound) { return Reduce(Next(), bound); }
  // In [low, high], both included.
  int Between(int low, int high) {
    return low + static_cast<int>(Below(static_cast<uint32_t>(high - low + 1)));
  }
  // In [0, 1).
  double Unit() { return static_cast<double>(Next() >> 11) * 0x1p-53; }
  bool Chance(double probability) { return Unit() < probability; }
  // In (-1, 1), most often near 0: the difference of two uniform numbers.
  double Around() {
    const double first = Unit();
    return first - Unit();
  }

 private:
  uint64_t state_;
};

// Draws i with probability weight[i] / sum, in constant time.
class AliasTable {
 public:
  AliasTable() = default;
  // Weights are not negative and not all zero.
  explicit AliasTable(const std::vector<double>& weights);

  bool empty() const { return slots_.empty(); }
  uint32_t size() const { return static_cast<uint32_t>(slots_.size()); }
  uint32_t Draw(Random& random) const {
    const uint64_t bits = random.Next();
    const uint32_t at = Reduce(bits, size());
    const Slot& slot = slots_[at];
    return static_cast<uint32_t>(bits) < slot.keep ? at : slot.other;
  }

 private:
  // Of 2^32 draws that land here, `keep` stay and the rest go to `other`.
  struct Slot {
    uint32_t keep = UINT32_MAX;
    uint32_t other = 0;
  };
  std::vector<Slot> slots_;
};

}  // namespace patron::datagen
