#include "tools/eval/weights.h"

#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::eval {

using recommend::HomeWeights;

const std::vector<NamedWeight>& AllWeights() {
  static const std::vector<NamedWeight> kWeights = {
      {"own", &HomeWeights::own},
      {"own_half_life_days", &HomeWeights::own_half_life_days},
      {"due", &HomeWeights::due},
      {"repeat_rate", &HomeWeights::repeat_rate},
      {"neighbours", &HomeWeights::neighbours},
      {"neighbour_half_life_days", &HomeWeights::neighbour_half_life_days},
      {"goes_with", &HomeWeights::goes_with},
      {"viewed", &HomeWeights::viewed},
      {"popularity", &HomeWeights::popularity},
      {"popularity_in_store", &HomeWeights::popularity_in_store},
      {"trending", &HomeWeights::trending},
      {"priority", &HomeWeights::priority},
  };
  return kWeights;
}

absl::Status SetWeight(absl::string_view assignment, HomeWeights& weights) {
  const std::pair<std::string, std::string> parts =
      absl::StrSplit(assignment, absl::MaxSplits('=', 1));
  double value = 0;
  if (!absl::SimpleAtod(parts.second, &value) || !(value >= 0))
    return absl::InvalidArgumentError(
        absl::StrCat("--set: ", Quoted(assignment), " is not name=number"));
  for (const NamedWeight& weight : AllWeights()) {
    if (parts.first != weight.name) continue;
    weights.*weight.field = value;
    return absl::OkStatus();
  }
  return absl::InvalidArgumentError(
      absl::StrCat("--set: no weight is called ", Quoted(parts.first)));
}

absl::StatusOr<HomeWeights> Tune(HomeWeights start, int rounds,
                                 const Objective& objective,
                                 const Improved& improved) {
  HomeWeights best = start;
  PATRON_ASSIGN_OR_RETURN(double reached, objective(best));
  for (int round = 0; round < rounds; ++round) {
    const double before = reached;
    for (const NamedWeight& weight : AllWeights())
      for (const double factor : {0.0, 0.5, 0.7, 0.85, 1.15, 1.4, 2.0}) {
        HomeWeights tried = best;
        tried.*weight.field *= factor;
        const bool half_life =
            weight.field == &HomeWeights::own_half_life_days ||
            weight.field == &HomeWeights::neighbour_half_life_days;
        if (half_life && factor == 0) continue;
        PATRON_ASSIGN_OR_RETURN(const double value, objective(tried));
        if (value <= reached) continue;
        reached = value;
        best = tried;
        improved(weight.name, best.*weight.field, reached);
      }
    if (reached == before) break;
  }
  return best;
}

}  // namespace patron::eval
