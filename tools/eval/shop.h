// A whole shop in a directory, for measuring: purchases go in as commands,
// knowledge is learned from them and published, requests are answered by the
// recommender that the server uses.
//
//   PATRON_ASSIGN_OR_RETURN(auto shop, eval::Shop::Build(data, options,
//   directory)); PATRON_ASSIGN_OR_RETURN(auto list, shop->Home("4711", 10));
//
// Threads: Build on one; the rest from any.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "index/learn.h"
#include "jobs/train_ranker.h"
#include "server/base/clock.h"
#include "server/commit/state.h"
#include "server/recommend/recommender.h"
#include "tools/eval/next_basket.h"

namespace patron::eval {

struct ShopOptions {
  PurchaseOptions purchases;
  index::LearnOptions learn;
  recommend::RecommendOptions recommend;
  // Whether the home page's order is learned; else it is the blend.
  bool ranked = true;
  // Its training. Where the next baskets of role train are purchases, they are
  // its labels, over so many folds.
  jobs::TrainRankerOptions ranker;
  int folds = 5;
  // Told of each step; may be null.
  std::function<void(absl::string_view step)> progress;
};

class Shop {
 public:
  // `directory` is empty or absent; state and artefacts stay in it.
  static absl::StatusOr<std::unique_ptr<Shop>> Build(
      const NextBasketData& data, const ShopOptions& options,
      const std::string& directory);

  // The home page of a customer at the moment of asking.
  absl::StatusOr<recommend::Answer> Home(const std::string& customer_id,
                                         int k) const;
  // The same, as products of the data.
  absl::StatusOr<std::vector<uint32_t>> HomeProducts(
      const std::string& customer_id, int k) const;

  // Answers with other weights from now on; not beside other calls.
  void SetOptions(const recommend::RecommendOptions& options);

  // What the training came to; nothing where the order is the blend.
  const jobs::TrainedRanker& trained() const { return trained_; }

  const commit::State& state() const { return *state_; }
  const index::Artefact& artefact() const { return *index_.Get(); }

 private:
  explicit Shop(absl::Time asked_at) : clock_(asked_at) {}

  absl::Status Record(const NextBasketData& data,
                      const PurchaseOptions& options);
  absl::Status TrainFrom(const index::TrainingLog& log,
                         const ShopOptions& options);
  absl::Status LearnFrom(const NextBasketData& data, const ShopOptions& options,
                         const std::string& directory);
  index::TrainingLog LogOf(const NextBasketData& data,
                           const PurchaseOptions& options) const;
  uint32_t OrdinalOf(const std::string& product_id) const;

  SimulatedClock clock_;
  std::unique_ptr<commit::State> state_;
  recommend::IndexHolder index_;
  jobs::TrainedRanker trained_;
  std::vector<uint32_t> product_of_ordinal_;
  std::unique_ptr<recommend::Recommender> recommender_;
};

}  // namespace patron::eval
