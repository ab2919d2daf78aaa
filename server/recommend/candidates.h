// Sets of products by ordinal that are filled and emptied for every request
// without touching memory that is not used: sparse sets (Briggs and Torczon
// 1993).
//
// The slots stay between requests and may point anywhere; an entry counts if
// the place that it points to points back. Not for use by two threads at once.
#pragma once

#include <cstdint>
#include <vector>

#include "server/base/ids.h"

namespace patron::recommend {

// What speaks for some of the candidates of the home page only.
struct Evidence {
  float goes_with = 0;
  float best_goes_with = 0;
  uint32_t goes_with_of = kNoProduct.value();
  bool goes_with_cart = false;  // goes_with_of lies in the cart
  bool priority = false;
  float viewed = 0;
  uint32_t viewed_like = kNoProduct.value();
  float popular_in_store = 0;
  float trending = 0;
};

// A product with what speaks for it, before weights. Small: an answer touches
// thousands.
struct Candidate {
  uint32_t product = 0;
  int32_t item = -1;      // index among the customer's items; -1 = never bought
  int32_t evidence = -1;  // index among the evidence; -1 = none
  float strength = 0;     // sum over the lists that it stands in
  float best = 0;         // the largest summand,
  uint32_t because_of = kNoProduct.value();  // and whose list that was

  void Add(float score, uint32_t source) {
    strength += score;
    if (score <= best) return;
    best = score;
    because_of = source;
  }
};

class CandidateSet {
 public:
  // Empties the set and makes room for products below `products`.
  void Reset(size_t products) {
    if (slots_.size() < products) slots_.resize(products);
    candidates_.clear();
    evidence_.clear();
  }

  // Null for a product that is not in the set.
  const Candidate* Find(uint32_t product) const {
    if (product >= slots_.size()) return nullptr;
    const uint32_t slot = slots_[product];
    return slot < candidates_.size() && candidates_[slot].product == product
               ? &candidates_[slot]
               : nullptr;
  }

  // The candidate, added if it is new. `product` is below Reset's `products`.
  // The reference holds until the next call.
  Candidate& At(uint32_t product) {
    uint32_t& slot = slots_[product];
    if (slot < candidates_.size() && candidates_[slot].product == product)
      return candidates_[slot];
    slot = static_cast<uint32_t>(candidates_.size());
    candidates_.emplace_back().product = product;
    return candidates_.back();
  }

  // The evidence for the candidate, both added if they are new. As At.
  Evidence& EvidenceAt(uint32_t product) {
    Candidate& candidate = At(product);
    if (candidate.evidence < 0) {
      candidate.evidence = static_cast<int32_t>(evidence_.size());
      evidence_.emplace_back();
    }
    return evidence_[static_cast<size_t>(candidate.evidence)];
  }

  // Nothing for a candidate without.
  const Evidence& EvidenceOf(const Candidate& candidate) const {
    static constexpr Evidence kNothing;
    return candidate.evidence < 0
               ? kNothing
               : evidence_[static_cast<size_t>(candidate.evidence)];
  }

  bool Fits(uint32_t product) const { return product < slots_.size(); }
  const std::vector<Candidate>& all() const { return candidates_; }

 private:
  std::vector<uint32_t> slots_;
  std::vector<Candidate> candidates_;
  std::vector<Evidence> evidence_;
};

// Products only.
class ProductSet {
 public:
  void Reset(size_t products) {
    if (slots_.size() < products) slots_.resize(products);
    members_.clear();
  }

  bool Contains(uint32_t product) const {
    if (product >= slots_.size()) return false;
    const uint32_t slot = slots_[product];
    return slot < members_.size() && members_[slot] == product;
  }

  // False if it was in already.
  bool Insert(uint32_t product) {
    if (product >= slots_.size()) slots_.resize(product + 1);
    if (Contains(product)) return false;
    slots_[product] = static_cast<uint32_t>(members_.size());
    members_.push_back(product);
    return true;
  }

 private:
  std::vector<uint32_t> slots_;
  std::vector<uint32_t> members_;
};

}  // namespace patron::recommend
