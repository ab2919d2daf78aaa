// What is done to an answer's order after its placement chose: weights of own
// and new products, sinking of what was shown and ignored, a limit for each
// category, and a place for each price tier. Internal to recommend.
//
//   weighed score = score × weight × ignored_factor ^ showings,
//
// where a showing counts half after ignored_half_life_days and the power is no
// smaller than ignored_floor. Then, place by place, the best item comes that
// the limits allow: no category (the narrowest) more than per_category times
// among any ten, and, where tiers are spread, in the last of the first ten
// places those tiers that are still missing. Where nothing is left that the
// limits allow, the catalogue is searched; where that has nothing either, the
// limits give way: the category's before the tier's.
#pragma once

#include "server/recommend/placements.h"
#include "server/recommend/situation.h"

namespace patron::recommend {

struct Shape {
  double due_weight = 1;      // 0: left out
  double novelty_weight = 1;  // 0: left out
  bool sinks = false;         // something was shown to her lately
  int per_category = 0;       // 0: no limit
  bool spread_price_tiers = false;
  bool fills = true;

  bool weighs() const { return due_weight != 1 || novelty_weight != 1; }
  bool limits() const { return per_category > 0 || spread_price_tiers; }
  bool active() const { return weighs() || sinks || limits(); }
  // Items to be chosen for an answer of `k`: more, where the order changes.
  size_t Reach(size_t k) const;
};

Shape ShapeOf(const Situation& situation, const Placing& placing);

// Keeps out what has weight 0. `situation` outlives the selection.
void LeaveOut(const Situation& situation, const Shape& shape,
              Selection& selection);

// Puts what was chosen into its final order, at most k; scores never grow.
void Arrange(const Situation& situation, const Shape& shape,
             Selection& selection);

}  // namespace patron::recommend
