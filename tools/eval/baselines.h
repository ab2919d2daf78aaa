// The plain methods of the next days: what a learned one has to beat.
//
// Popularity of a product: distinct customers in the 56 days before the cut;
// ties by id, shorter ids first, so that numbers stand in their order. Methods
// by one's own purchases go on with the popular ones where they end.
//
// Ownership: Baselines borrows the task. Threads: any may ask.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "index/artefact.h"
#include "index/neighbour_table.h"
#include "tools/eval/next_days.h"

namespace patron::eval {

// Candidates, best first, at most k each.
struct DaysLists {
  std::vector<uint32_t> all;
  std::vector<uint32_t> fresh;  // without what she bought before
};

using DaysMethod =
    std::function<absl::StatusOr<DaysLists>(const DaysCase&, size_t k)>;
using NamedDaysMethod = std::pair<std::string, DaysMethod>;

// The best k of `scored` that are candidates, of all and of those not in `own`
// (ascending). Ties by product number.
DaysLists BestOf(const NextDays& task, std::vector<index::Neighbour> scored,
                 const std::vector<uint32_t>& own, size_t k);

struct BaselineOptions {
  double own_half_life_days = 56;
  // Of the most popular product, beside decayed lines of one's own.
  double popular_weight = 0.3;
  // Item neighbours: cosine of the sets of customers, of products with so many
  // customers or more; a line counts half after so many days.
  uint32_t fewest_customers = 10;
  uint32_t neighbours = 100;
  double query_half_life_days = 84;
};

class Baselines {
 public:
  Baselines(const NextDays& task, const BaselineOptions& options);

  DaysLists Popular(const DaysCase& one, size_t k) const;
  // Own products by lines, ties by id.
  DaysLists Personal(const DaysCase& one, size_t k) const;
  // … ties by popularity.
  DaysLists PersonalPopular(const DaysCase& one, size_t k) const;
  // Own products by lines that count half after some days.
  DaysLists Decayed(const DaysCase& one, size_t k) const;
  // All products by the same plus a share of popularity.
  DaysLists DecayedPopular(const DaysCase& one, size_t k) const;
  // Sum of cosines over her lines.
  DaysLists ItemNeighbours(const DaysCase& one, size_t k) const;
  // Inner product with the mean embedding of her lines.
  DaysLists Factors(const index::Artefact& artefact, const DaysCase& one,
                    size_t k) const;

  // The most popular without those of `without`; those of `among` (ascending)
  // that she has not bought; those in the narrowest categories of `with`, then
  // the others.
  std::vector<uint32_t> PopularWithout(const std::vector<uint32_t>& without,
                                       size_t k) const;
  std::vector<uint32_t> PopularAmong(const std::vector<uint32_t>& among,
                                     const DaysCase& one, size_t k) const;
  std::vector<uint32_t> PopularInCategories(const std::vector<uint32_t>& with,
                                            size_t k) const;

  // The methods by name, as far as Factors. Borrows this and the artefact; null
  // leaves out the method that needs it.
  std::vector<NamedDaysMethod> Methods(const index::Artefact* artefact) const;

 private:
  // What her lines of a product weigh together, by product.
  std::vector<index::Neighbour> OwnScores(const DaysCase& one,
                                          double half_life) const;
  DaysLists OwnThenPopular(const DaysCase& one, bool ties_by_popularity,
                           double half_life, size_t k) const;

  const NextDays& task_;
  const BaselineOptions options_;
  std::vector<uint32_t> popularity_;  // by product
  std::vector<uint32_t> id_rank_;     // by product: place in the order of ids
  std::vector<uint32_t> popular_;     // candidates, best first
  index::NeighbourTable neighbours_;
};

}  // namespace patron::eval
