// Next best offers of the shop as it stands: reads State, the definitions and
// the newest response model, and asks targeting.
//
// A response model is a file of `artefacts`/response, written by patron-jobs;
// the last by name that reads is used, read anew at each call (a few
// kilobytes). Without one chances come from counts.
// Ownership: borrows everything. Threads: any; the catalogue is held still for
// a few hundred customers at a time.
#pragma once

#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "marketing_types.h"
#include "server/base/clock.h"
#include "server/checkout/desk.h"
#include "server/commit/state.h"
#include "server/targeting/response.h"
#include "server/targeting/thresholds.h"

namespace patron::api {

class NextOffers {
 public:
  NextOffers(const commit::State& state, const checkout::Desk& desk,
             const Clock& clock, const std::filesystem::path& artefacts)
      : state_(state),
        desk_(desk),
        clock_(clock),
        models_(artefacts / "response") {}

  // One answer a customer, in order; no offers named: those that run. kNotFound
  // naming an offer that the definitions have not, or a customer.
  absl::StatusOr<std::vector<wire::NextOffer>> For(
      const std::vector<std::string>& customer_ids,
      const std::vector<std::string>& offer_ids) const;

 private:
  absl::StatusOr<std::vector<size_t>> PlacesOf(
      const offers::Compiled& definitions,
      const std::vector<std::string>& offer_ids) const;
  std::optional<targeting::ResponseModel> NewestModel() const;
  targeting::Population SamplePopulation(const std::string& currency) const;

  const commit::State& state_;
  const checkout::Desk& desk_;
  const Clock& clock_;
  const std::filesystem::path models_;
};

}  // namespace patron::api
