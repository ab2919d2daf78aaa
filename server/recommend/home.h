// The parts of the home page. Internal to recommend.
#pragma once

#include <cstdint>
#include <span>

#include "server/recommend/situation.h"

namespace patron::recommend {

// Whether the learned order can be asked: there is one, of this program's
// features, and she has bought something.
bool RanksHome(const Situation& situation);

// Gathers her candidates, `wanted` among them, and scores them by the learned
// order, in which RanksHome holds.
void Rank(const Situation& situation, std::span<const uint32_t> wanted,
          ranking::Scratch& ranked);
// 0 to 1, from log odds.
double ChanceOf(float margin);

// Offers her candidates in the learned order, moved by what she does just now.
void ChooseRanked(const Situation& situation, Workspace& workspace,
                  Selection& selection, StageTimes* times);

// The candidate as an item with the reason that speaks most for it.
RankedItem ExplainHome(const Situation& situation, const Candidate& candidate,
                       const Evidence& evidence, double score);

// What goes with `source`, which lies in her cart or was bought; what is like
// it. Only the first `most` of its lists.
void AddGoesWith(const Situation& situation, uint32_t source, float weight,
                 bool cart, size_t most, CandidateSet& candidates);
void AddViewed(const Situation& situation, uint32_t source, float weight,
               size_t most, CandidateSet& candidates);
// From her interactions of the last days.
void AddInteractions(const Situation& situation, size_t most,
                     CandidateSet& candidates);

}  // namespace patron::recommend
