// The home page's weights by name, and the search for better ones.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/recommend/options.h"

namespace patron::eval {

struct NamedWeight {
  const char* name;
  double recommend::HomeWeights::*field;
};

// Every field of HomeWeights.
const std::vector<NamedWeight>& AllWeights();

// Sets one from "name=value"; kInvalidArgument for an unknown name, or a value
// that is no number of 0 or more.
absl::Status SetWeight(absl::string_view assignment,
                       recommend::HomeWeights& weights);

// What is to grow.
using Objective =
    std::function<absl::StatusOr<double>(const recommend::HomeWeights&)>;
using Improved = std::function<void(const std::string& name, double value,
                                    double objective)>;

// Coordinate ascent: tries factors on one weight after another and keeps what
// helps, for so many rounds or until none does. Tells `improved` of each step.
absl::StatusOr<recommend::HomeWeights> Tune(recommend::HomeWeights start,
                                            int rounds,
                                            const Objective& objective,
                                            const Improved& improved);

}  // namespace patron::eval
