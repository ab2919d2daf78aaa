// Products bought together more often than chance explains.
//
// A pair counts once a basket and must be shared by enough baskets and enough
// customers. It is kept if its log-likelihood ratio against ChanceModel is
// significant among all pairs of products at once: the false discovery rate of
// Benjamini and Hochberg (1995) over Chernoff bounds. If nothing goes together,
// the chance that any pair is kept is at most that rate.
//
// Lists are ordered by a lower bound of ln(lift): ln((√k − z/2)² / (e + s)), k
// observed, e expected, z for a one-sided 95 % (the square root steadies a
// Poisson count's variance: Bartlett 1936), s so that pairs of rare products
// have to earn their lift.
#pragma once

#include <vector>

#include "index/baskets.h"
#include "index/neighbour_table.h"
#include "index/parallel.h"

namespace patron::index {

struct GoesWithOptions {
  uint32_t length = 24;        // of a list
  uint32_t min_baskets = 3;    // that a pair shares
  uint32_t min_customers = 3;  // who bought the pair; each anonymous basket is
                               // a customer of its own
  double false_discovery_rate = 0.01;
};

// `listed` tells which products may stand in lists.
NeighbourTable GoesWith(const Baskets& baskets,
                        const std::vector<uint8_t>& listed,
                        const GoesWithOptions& options, const Stage& stage);

}  // namespace patron::index
