// Compares two runs by what `--per-customer` wrote of them: the same task, cut
// and days; customers are matched by id.
//
// Errors: kNotFound for a file that cannot be read; kInvalidArgument naming the
// file and what is wrong with it, or what differs between the two with both
// values.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "tools/eval/paired.h"

namespace patron::eval {

// A run and one of its methods.
struct ComparedRun {
  std::string file;
  std::string method = "patron";
};

struct Comparison {
  ComparedRun first, second;
  // By measure: "recall@10", "ndcg@10", and of what is new to the customer
  // "new recall@10", "new ndcg@10".
  std::vector<std::pair<std::string, PairedResult>> measures;
};

absl::StatusOr<Comparison> Compare(const ComparedRun& first,
                                   const ComparedRun& second,
                                   const PairedOptions& options);

std::string ToJson(const Comparison& comparison);
std::string ToTable(const Comparison& comparison);

}  // namespace patron::eval
