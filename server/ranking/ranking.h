// Candidates of a customer, what is known of each as numbers, and their order
// by the learned ranker: one piece of code for training and for serving.
//
//   ranking::Scratch scratch;                    // kept between requests
//   const ranking::Question question{facts, knowledge, store, today};
//   ranking::Gather(question, scratch);
//   ranking::Compute(question, scratch);
//   if (ranking::Usable(ranker)) ranking::Score(*ranker, scratch);
//   for (const uint32_t at : scratch.order) scratch.products[at] …
//
// Everything is looked up: there is no search and no look at the catalogue, and
// after the first requests nothing is allocated. The same question gives the
// same candidates and the same numbers, bit for bit.
// Ownership: a question borrows what it names. Threads: a Scratch is one
// thread's; the rest are functions of their arguments.
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "index/knowledge.h"
#include "index/trees.h"
#include "server/base/day.h"
#include "server/facts/facts.h"
#include "server/ranking/features.h"
#include "server/ranking/history.h"

namespace patron::ranking {

struct Question {
  const facts::CustomerFacts& facts;
  const index::Knowledge& knowledge;
  // The store of the request; where there is none, the one that she bought in
  // most often counts.
  std::optional<uint32_t> store;
  // Nothing bought on this day or later is in `facts` when features are taken
  // for training.
  Day today = 0;
};

// What speaks for a product, before it is a candidate: sums over the lists that
// it stands in.
struct Evidence {
  uint32_t product = 0;
  int32_t item = -1;          // index among her items; -1 = never bought
  float neighbours = 0;       // TF-IDF cosines with her products, by weight
  float best_neighbour = 0;   // the largest summand,
  uint32_t neighbour_of = 0;  // and whose list that was
  float together = 0;         // the same over receipts
  float best_together = 0;
  float following = 0;  // comes on the receipt after her last ones
  float goes_with = 0;
  float best_goes_with = 0;
  uint32_t goes_with_of = 0;
  float popular_in_store = 0;
  float trending = 0;
  float in_group = 0;   // share of the customers like her that buy it
  bool wanted = false;  // a candidate whatever the numbers say
};

// The largest of the numbers that are offered, with whose they are.
class Best {
 public:
  void Reset(size_t most) {
    most_ = most;
    heap_.clear();
  }
  // Takes `value` if it is above 0 and among the largest; of equal ones the
  // first offered stay.
  void Offer(float value, uint32_t of) {
    if (!(value > 0)) return;
    if (heap_.size() == most_) {
      if (value <= heap_.front().first) return;
      std::pop_heap(heap_.begin(), heap_.end(), Larger);
      heap_.back() = {value, of};
    } else {
      heap_.emplace_back(value, of);
    }
    std::push_heap(heap_.begin(), heap_.end(), Larger);
  }
  const std::vector<std::pair<float, uint32_t>>& all() const { return heap_; }

 private:
  using Entry = std::pair<float, uint32_t>;
  static bool Larger(const Entry& a, const Entry& b) {
    return a.first != b.first ? a.first > b.first : a.second < b.second;
  }

  size_t most_ = 0;
  std::vector<Entry> heap_;
};

// Memory of one answer, kept for the next.
struct Scratch {
  // Of Gather: the candidates, and what speaks for each; one order.
  std::vector<uint32_t> products;
  std::vector<Evidence> evidence;
  // Of Compute: candidates × kFeatures, row-major; NaN = not known.
  std::vector<float> rows;
  // Of Score: margins by candidate, and the candidates, best first.
  std::vector<float> margins;
  std::vector<uint32_t> order;

  // Private to the functions below.
  std::vector<uint32_t> slots;
  std::vector<Evidence> met;
  std::vector<std::pair<float, uint32_t>> sources;
  std::vector<std::pair<float, uint32_t>> best;
  std::array<Best, 4> sums;
  std::vector<uint8_t> chosen;
  std::vector<uint64_t> keys;
  std::vector<float> finalist_rows;
  std::vector<float> finalist_margins;
  std::vector<float> weights;
  std::vector<float> taste;
  std::vector<float> late_taste;
  Visits visits;
  std::array<KindCounts, kKinds> kinds;  // her history by KindIndex
};

// Fills products and evidence. `wanted` products are candidates too: what the
// session speaks for.
void Gather(const Question& question, std::span<const uint32_t> wanted,
            Scratch& scratch);
inline void Gather(const Question& question, Scratch& scratch) {
  Gather(question, {}, scratch);
}

// Fills rows, after Gather.
void Compute(const Question& question, Scratch& scratch);

// Whether `ranker` was trained on the features that Compute gives.
bool Usable(const index::Trees* ranker);

// Fills margins and order, after Compute; equal margins by product. The best by
// the ranker's first trees have the margins of all of them; the others, which
// stay behind, keep the order of the first trees. `moves`, one a candidate or
// none at all, are added to the margins.
void Score(const index::Trees& ranker, std::span<const float> moves,
           Scratch& scratch);
inline void Score(const index::Trees& ranker, Scratch& scratch) {
  Score(ranker, {}, scratch);
}

// A plain order to measure against: own products by decayed purchases and
// repeat rate, neighbours, popularity. Fills margins and order.
void ScorePlainly(Scratch& scratch);

}  // namespace patron::ranking
