// What to show to whom, by placement: placements.h has what each is for.
//
// A decision: a function of facts, catalogue, knowledge, the request and now.
// It changes nothing; the same inputs give the same answer, ties by product
// ordinal.
//
//   recommend::Recommender recommender(ordinals, catalog, facts, index, clock,
//                                      {});
//   PATRON_ASSIGN_OR_RETURN(recommend::Answer answer,
//                           recommender.Recommend(request));
//   // "You usually buy this every 12 days; …"
//   answer.reply.items[0].reason_text;
//
// Ownership: borrows all of the constructor's references, which outlive it.
// Threads:   all const methods from any; scratch memory is pooled.
// Errors:    kInvalidArgument naming field and value for a wrong request.
//            Unknown customers, products and stores, an empty catalogue and a
//            missing index are no errors: the reply's notes tell.
// Limits:    facts know purchases by day; of several purchases on one day none
//            is the newest. A filter that almost nothing passes costs a walk
//            over the catalogue.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "absl/time/time.h"
#include "server/base/clock.h"
#include "server/base/day.h"
#include "server/catalog/catalog.h"
#include "server/facts/table.h"
#include "server/recommend/index_holder.h"
#include "server/recommend/options.h"
#include "server/recommend/rule_cache.h"
#include "server/store/ordinals.h"
#include "storefront_types.h"

namespace patron::recommend {

inline constexpr int kMaxItems = 500;        // k
inline constexpr size_t kMaxProducts = 200;  // product_ids of a request

// Where the time of one answer went.
struct StageTimes {
  absl::Duration
      candidates;            // request checked, facts read, candidates gathered
  absl::Duration ranking;    // scored, ordered, filtered
  absl::Duration rendering;  // texts; zero for Rank
};

// One item without text.
struct RankedItem {
  uint32_t product = 0;
  double score = 0;
  wire::ReasonCode::type reason = wire::ReasonCode::IN_CATALOGUE;
  uint32_t because_of =
      kNoProduct.value();  // kNoProduct: the reason names none
  Day due_day = 0;         // 0 = none
  int interval_days = 0;   // usual interval behind due_day
  Day last_day = 0;        // last bought; 0 = never
  int times = 0;           // bought by the customer
};

struct RankedAnswer {
  std::vector<RankedItem> items;
  std::vector<std::string> notes;
  std::string index_version;    // "" = no index
  std::string ranking_version;  // what put it in order
  absl::Time asked_at;
  Day today = 0;

  std::vector<int32_t> Products() const;  // ordinals, best first
};

struct Answer {
  wire::RecommendReply reply;  // without impression_token
  RankedAnswer ranked;
};

// kInvalidArgument naming the field and the value for a request that is wrong
// whatever State says.
absl::Status Validate(const wire::RecommendRequest& request);

// What the caller demands of a product beside the request's filter. It is asked
// while the catalogue is held still: it must not read it again.
using Demand = std::function<bool(uint32_t product, const catalog::Entry&)>;

struct Situation;  // internal

class Recommender {
 public:
  Recommender(const store::Ordinals& ordinals, const catalog::Catalog& catalog,
              const facts::FactsTable& facts, const IndexHolder& index,
              const Clock& clock, RecommendOptions options);
  ~Recommender();
  Recommender(const Recommender&) = delete;
  Recommender& operator=(const Recommender&) = delete;

  // The whole answer. `times` is filled where it is not null.
  absl::StatusOr<Answer> Recommend(const wire::RecommendRequest& request,
                                   StageTimes* times = nullptr) const;

  // The same of those products alone that meet the demand.
  absl::StatusOr<Answer> RecommendWhere(const wire::RecommendRequest& request,
                                        const Demand& demand) const;

  // The whole answer without texts.
  absl::StatusOr<RankedAnswer> Rank(const wire::RecommendRequest& request,
                                    StageTimes* times = nullptr) const;

 private:
  struct Scratch;
  class Lease;

  absl::StatusOr<Answer> Rendered(const wire::RecommendRequest& request,
                                  const Demand& demand,
                                  StageTimes* times) const;
  // `demand` may be empty.
  absl::Status Decide(
      const wire::RecommendRequest& request, const Demand& demand,
      StageTimes* times,
      absl::FunctionRef<void(const Situation&, RankedAnswer)> finish) const;

  const store::Ordinals& ordinals_;
  const catalog::Catalog& catalog_;
  const facts::FactsTable& facts_;
  const IndexHolder& index_;
  const Clock& clock_;
  const RecommendOptions options_;

  mutable RuleCache rules_;
  mutable absl::Mutex mutex_;
  mutable std::vector<std::unique_ptr<Scratch>> free_ ABSL_GUARDED_BY(mutex_);
};

}  // namespace patron::recommend
