// What the placements that a log of purchases can judge achieve, each beside a
// simple method; and which it cannot judge, with the reason.
//
//   home          what a customer buys in the days after the cut; popular
//   buy-again     … of what she had bought before; her own by lines
//   new-arrivals  … of what was first sold in the 28 days before the cut and is
//                 new to her; the most popular of those
//   basket        one product of each receipt of the days after the cut is left
//                 out (chosen by the receipt's number) and asked for with the
//                 rest; popular, and popular in the categories of the rest
//   goes-with     the same, asked for with one product of the rest
//   trending      how a store's shown products sell in the days after the cut
//                 against the 56 days before (sales a day, the shop's own
//                 change divided out): 1 = no better than the shop; popular in
//                 the store
//
// Threads: plain functions; answers are asked for on one.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/base/clock.h"
#include "storefront_types.h"
#include "tools/eval/baselines.h"
#include "tools/eval/next_basket.h"
#include "tools/eval/next_days.h"

namespace patron::eval {

// Products of the sales, best first.
using AskPlacement = std::function<absl::StatusOr<std::vector<uint32_t>>(
    const wire::RecommendRequest&)>;

struct PlacementResult {
  std::string placement;
  std::string method;  // "patron" or a simple one
  size_t cases = 0;    // customers, receipts, or stores
  Measures at_10;      // zeros for trending
  double growth = 0;   // of trending alone
  absl::Duration p50;  // of a decision; zero for simple methods
  absl::Duration p99;
};

struct PlacementReport {
  std::vector<PlacementResult> results;
  // Placement and why.
  std::vector<std::pair<std::string, std::string>> not_judged;
};

struct PlacementOptions {
  // Receipts asked about at most, evenly spread.
  size_t most_receipts = 2000;
  int new_days = 28;
};

// `stores`: ids by number, as requests name them. `clock` measures decisions.
absl::StatusOr<PlacementReport> EvaluatePlacements(
    const NextDays& task, const Baselines& baselines,
    const std::vector<std::string>& stores, const AskPlacement& ask,
    const PlacementOptions& options, const Clock& clock);

std::string ToTable(const PlacementReport& report);

}  // namespace patron::eval
