#include "server/recommend/trial.h"

#include "server/definitions/holdout.h"

namespace patron::recommend {
namespace {

constexpr int kBasisPointsOfPercent = 100;

}  // namespace

bool Trial::Has(absl::string_view customer_id) const {
  if (customer_id.empty()) return false;
  if (holdout.recommendations && definitions::InHoldout(holdout, customer_id))
    return false;
  return definitions::InControl(percent * kBasisPointsOfPercent,
                                artefact->manifest().version, customer_id);
}

}  // namespace patron::recommend
