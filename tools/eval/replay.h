// The shop as it stood on the morning of a day: its catalogue and the purchases
// before that day go through the engine into a State of their own, Knowledge is
// learned from it, and requests are answered by the recommender that the server
// uses.
//
// A product is as new as its first sale: those not sold before the day are the
// oldest of the catalogue. Stock, events and impressions are not replayed: the
// log of purchases alone is judged.
//
// Ownership: borrows the sales. Threads: Build on one; Ask from any.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "index/learn.h"
#include "server/base/clock.h"
#include "server/commit/state.h"
#include "server/recommend/recommender.h"
#include "server/store/store.h"
#include "storefront_types.h"
#include "tools/eval/next_days.h"

namespace patron::eval {

class ReplayedShop {
 public:
  // `sales` of the task were read from `checkpoint`; `directory` is empty or
  // absent. `ranker` is XGBoost's JSON, "" for none.
  static absl::StatusOr<std::unique_ptr<ReplayedShop>> Build(
      const store::Store& checkpoint, const NextDays& task,
      const index::LearnOptions& learn, const std::string& ranker,
      const std::string& directory);

  // The answer, as products of the sales.
  absl::StatusOr<std::vector<uint32_t>> Ask(
      const wire::RecommendRequest& request) const;

  // Ids of the checkpoint's stores, by number in the sales.
  const std::vector<std::string>& stores() const { return stores_; }

 private:
  ReplayedShop(const NextDays& task, absl::Time asked_at);

  absl::Status Record(const store::Store& checkpoint);
  absl::Status Learn(const index::LearnOptions& options,
                     const std::string& ranker);

  const NextDays& task_;
  SimulatedClock clock_;
  std::unique_ptr<commit::State> state_;
  recommend::IndexHolder index_;
  std::unique_ptr<recommend::Recommender> recommender_;
  absl::flat_hash_map<std::string, uint32_t> product_of_id_;
  std::vector<std::string> stores_;
};

}  // namespace patron::eval
