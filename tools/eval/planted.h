// A generated campaign in which it is known what each customer needs: somebody
// who buys at any price, from 30 % off, from 50 % off, or hardly ever. Needs
// come as a Poisson stream; a need meets a price (full, or some discount, as
// the shop has it) and is bought where that is deep enough. Histories of half a
// year come from this, so do the outcomes of an earlier campaign with random
// assignment, from which a response model is learned, and the truth by which
// policies are judged.
//
// Policies spend the same budget of discounts: next best offer (by counts, and
// with the learned model), the plain response model (the likeliest to buy with
// an offer first), and chance. Equal seeds make equal campaigns. Threads: one.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"

namespace patron::eval {

struct PlantedOptions {
  uint64_t seed = 1;
  int customers = 3000;
  // Of the discount of the deepest offer to everybody.
  double budget_share = 0.15;
};

struct PolicyResult {
  std::string name;
  int offers = 0;        // made
  int needless = 0;      // … to customers who buy at any price
  double cost = 0;       // expected, minor units
  double gain = 0;       // expected, net of cost, against no offer at all
  double estimated = 0;  // the same gain from random assignment alone
  double per_cost() const { return cost > 0 ? gain / cost : 0; }
};

struct PlantedReport {
  uint64_t seed = 0;
  int customers = 0;
  double budget = 0;
  // next best, next best by counts, response model, chance
  std::vector<PolicyResult> policies;
  // Of those who need 30 or 50 % and have ten lines or more, and of those who
  // buy at any price: share whose threshold was told right.
  double thresholds_right = 0;
};

absl::StatusOr<PlantedReport> RunPlanted(const PlantedOptions& options);

std::string ToJson(const PlantedReport& report);
std::string ToTable(const PlantedReport& report);

}  // namespace patron::eval
