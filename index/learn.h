// Learns Knowledge from a purchase log.
//
//   index::LearnOptions options;
//   PATRON_ASSIGN_OR_RETURN(const index::Knowledge knowledge,
//                           index::Learn(log, options, nullptr));
//
// The same log and options give the same Knowledge, bit for bit, on machines
// with the same BLAS kernels, whatever `threads` is.
// Threads: works with `threads` of its own through OpenMP and sets the
// process's
//          OpenBLAS to one thread; call it from one thread at a time.
// Errors:  kInvalidArgument for a log that Validate refuses or an option out of
//          range.
#pragma once

#include <cstdint>
#include <functional>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/knowledge.h"
#include "index/training_log.h"

namespace patron::index {

struct LearnOptions {
  // Threads of the learning; changes the time taken, not the result.
  int threads = 2;

  // Length of an embedding; longer tells finer differences and costs memory.
  uint32_t dimensions = 64;

  // A product of so many customers is placed half by who bought it, half by its
  // narrowest category; 0 leaves categories to products without purchases.
  double category_strength = 3;

  // Longest lists kept for a product; `similar` = 0 leaves that stage out.
  uint32_t similar = 40;
  uint32_t goes_with = 24;
  uint32_t neighbours = 60;
  uint32_t together = 60;
  uint32_t following = 40;
  uint32_t popular_in_group = 120;
  uint32_t popular_in_category = 30;
  // Longest lists kept for a store, and for the whole shop.
  uint32_t popular_per_store = 200;
  uint32_t popular_global = 1000;
  uint32_t trending = 100;

  // A customer counts for neighbours and embeddings with at most so many
  // distinct products, those bought last: work grows with the square.
  uint32_t history_limit = 200;
  // A basket counts for goes_with with at most so many distinct products; of a
  // larger one those with the smallest digest of (receipt, product) stay.
  uint32_t basket_limit = 60;

  // Customers that two products must share to be neighbours.
  uint32_t min_shared_customers = 2;
  // Baskets, and customers, that two products must share to go together.
  uint32_t min_shared_baskets = 3;
  uint32_t min_basket_customers = 3;
  // One group of customers alike for so many customers; at most `most_groups`.
  uint32_t customers_a_group = 50;
  uint32_t most_groups = 256;
  // Share of goes_with pairs that may be chance (false discovery rate).
  double false_discovery_rate = 0.01;

  // A purchase counts half after so many days.
  double popularity_half_life_days = 28;
  // Trending compares the last days with those before them.
  uint32_t trending_recent_days = 14;
  uint32_t trending_before_days = 56;

  // One customer in so many has the last basket left out of the learning of
  // lists, to measure them by; 0 measures nothing and learns from all.
  uint32_t holdout_one_in = 50;
};

// Called now and then with the stage under way and how much of it is done.
using LearnProgress =
    std::function<void(absl::string_view stage, uint64_t done, uint64_t total)>;

// `progress` may be null.
absl::StatusOr<Knowledge> Learn(const TrainingLog& log,
                                const LearnOptions& options,
                                const LearnProgress& progress);

}  // namespace patron::index
