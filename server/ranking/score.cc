#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "server/ranking/ranking.h"

namespace patron::ranking {

bool Usable(const index::Trees* ranker) {
  if (ranker == nullptr || ranker->features() != kFeatures) return false;
  const auto& names = ranker->feature_names();
  return std::equal(
      names.begin(), names.end(), kFeatureTable.begin(), kFeatureTable.end(),
      [](const std::string& a, const Feature& b) { return a == b.name; });
}

namespace {

// All candidates go through the first trees, and the best of them through the
// rest: early exit (Cambazoglu et al. 2010). With 300 trees over the candidates
// of a generated shop these are .9996 of the whole sums' best ten and .997 of
// the best twenty.
constexpr size_t kFirstTrees = 30;
constexpr size_t kFinalists = 128;

// Larger floats are larger integers.
uint32_t Ordered(float value) {
  const uint32_t bits = std::bit_cast<uint32_t>(value);
  return (bits >> 31) != 0 ? ~bits : bits | 0x80000000;
}

// Whose order is best first: larger margins, then earlier candidates.
uint64_t KeyOf(float margin, uint32_t candidate) {
  return uint64_t{~Ordered(margin)} << 32 | candidate;
}
uint32_t CandidateOf(uint64_t key) { return static_cast<uint32_t>(key); }

void FillKeys(Scratch& scratch) {
  scratch.keys.clear();
  for (uint32_t i = 0; i < scratch.margins.size(); ++i)
    scratch.keys.push_back(KeyOf(scratch.margins[i], i));
}

// Equal margins by product.
void Order(Scratch& scratch) {
  FillKeys(scratch);
  std::sort(scratch.keys.begin(), scratch.keys.end(),
            [&products = scratch.products](uint64_t a, uint64_t b) {
              return a >> 32 != b >> 32
                         ? a < b
                         : products[CandidateOf(a)] < products[CandidateOf(b)];
            });
  scratch.order.clear();
  for (const uint64_t key : scratch.keys)
    scratch.order.push_back(CandidateOf(key));
}

// Adds the trees behind the first to the margins of the finalists, of whom the
// keys tell.
void ScoreFinalists(const index::Trees& ranker, Scratch& scratch) {
  scratch.finalist_rows.resize(kFinalists * kFeatures);
  scratch.finalist_margins.resize(kFinalists);
  for (size_t i = 0; i < kFinalists; ++i) {
    const size_t at = CandidateOf(scratch.keys[i]);
    std::copy_n(&scratch.rows[at * kFeatures], kFeatures,
                &scratch.finalist_rows[i * kFeatures]);
    scratch.finalist_margins[i] = scratch.margins[at];
  }
  ranker.AddRest(kFirstTrees, scratch.finalist_rows, scratch.finalist_margins);
  for (size_t i = 0; i < kFinalists; ++i)
    scratch.margins[CandidateOf(scratch.keys[i])] = scratch.finalist_margins[i];
}

// Moves the others, whose order stays, to below the finalists.
void SinkOthers(Scratch& scratch) {
  const float least = *std::min_element(scratch.finalist_margins.begin(),
                                        scratch.finalist_margins.end());
  const auto others = std::span(scratch.keys).subspan(kFinalists);
  float most = -std::numeric_limits<float>::infinity();
  for (const uint64_t key : others)
    most = std::max(most, scratch.margins[CandidateOf(key)]);
  if (most <= least) return;
  for (const uint64_t key : others)
    scratch.margins[CandidateOf(key)] -= most - least;
}

void AddMoves(std::span<const float> moves, std::vector<float>& margins) {
  for (size_t i = 0; i < moves.size(); ++i) margins[i] += moves[i];
}

}  // namespace

void Score(const index::Trees& ranker, std::span<const float> moves,
           Scratch& scratch) {
  scratch.margins.resize(scratch.products.size());
  ranker.ScoreFirst(kFirstTrees, scratch.rows, scratch.margins);
  AddMoves(moves, scratch.margins);
  if (scratch.products.size() <= kFinalists) {
    ranker.AddRest(kFirstTrees, scratch.rows, scratch.margins);
  } else {
    FillKeys(scratch);
    std::nth_element(scratch.keys.begin(), scratch.keys.begin() + kFinalists,
                     scratch.keys.end());
    ScoreFinalists(ranker, scratch);
    SinkOthers(scratch);
  }
  Order(scratch);
}

void ScorePlainly(Scratch& scratch) {
  scratch.margins.resize(scratch.products.size());
  for (size_t i = 0; i < scratch.products.size(); ++i) {
    const float* row = &scratch.rows[i * kFeatures];
    float margin = 2.6f * row[k_neighbours] + 0.02f * row[k_popularity];
    if (scratch.evidence[i].item >= 0)
      margin +=
          0.95f * std::log1p(row[k_decayed_60]) + 1.6f * row[k_repeat_rate];
    scratch.margins[i] = margin;
  }
  Order(scratch);
}

}  // namespace patron::ranking
