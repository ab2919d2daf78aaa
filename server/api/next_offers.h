// Next best offers of the shop as it stands: reads State, the definitions and
// the newest response model, and asks targeting.
//
// A response model is a file of `artefacts`/response, written by patron-jobs;
// the last by name that reads is used, read anew at each call (a few
// kilobytes). Without one chances come from counts.
// What does not depend on the customer (the products that offers cover, what is
// usual in the shop) is found once for a version of the definitions, a
// catalogue and a day: a clerk who looks at one customer does not wait for it.
// Ownership: borrows everything. Threads: any; the catalogue is held still for
// a few hundred customers at a time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "marketing_types.h"
#include "server/base/clock.h"
#include "server/checkout/desk.h"
#include "server/commit/state.h"
#include "server/targeting/next_best.h"
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
  // The one to make to her of those that run; nullopt: none is worth it.
  absl::StatusOr<std::optional<wire::NextOffer>> ForOne(
      const std::string& customer_id) const;

 private:
  // The offers that run, weighed against a catalogue on a day.
  struct Running {
    checkout::CompiledPtr definitions;
    uint64_t catalog_version = 0;
    Day today = 0;
    std::unique_ptr<const targeting::Candidates> candidates;
    targeting::Population population;
  };
  std::shared_ptr<const Running> RunningNow() const;
  std::shared_ptr<const Running> Weigh(checkout::CompiledPtr definitions,
                                       const std::vector<size_t>& places) const;
  absl::StatusOr<std::vector<wire::NextOffer>> Choose(
      const Running& running,
      const std::vector<std::string>& customer_ids) const;
  absl::StatusOr<std::vector<size_t>> PlacesOf(
      const offers::Compiled& definitions,
      const std::vector<std::string>& offer_ids) const;
  std::optional<targeting::ResponseModel> NewestModel() const;
  targeting::Population SamplePopulation(const std::string& currency) const;

  const commit::State& state_;
  const checkout::Desk& desk_;
  const Clock& clock_;
  const std::filesystem::path models_;
  mutable absl::Mutex mutex_;
  mutable std::shared_ptr<const Running> running_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace patron::api
