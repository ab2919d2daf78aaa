// The products of one row of a list: chosen for her by the recommender, at the
// run's moment and with the run's index.
//
// A product stands in a row when the campaign's product rule holds for it, when
// it was not bought just now (unless due again), when nobody says that it is
// out of stock (her store, else any; where no stock is told it counts as
// there), when she is known to be old enough for it, and when its price is one
// that she pays: she has bought it before, or it lies between half the price
// that a tenth of her products stay below and twice the price that a tenth of
// them exceed (of customers with fewer than kFewestPrices priced products no
// band is known). At most kPerCategory of a row are of one narrowest category.
//
// PRICE_DROP and BACK_IN_STOCK look at products that she watches alone, of
// which the shop's stock has told since that the price fell below the one
// before, or that there are some again. She asked to be told: relevance is
// 1000. REPLENISHMENT takes what is due on the day of the send at the latest.
// THANK_YOU, SURVEY and SERVICE have no products.
//
// Relevance: the score of the row's best product in thousandths, rounded down,
// at most a million; comparable over all customers for one placement and index
// version.
//
// Ownership: borrows State. Threads: any. Errors: the recommender's, kDataLoss
// for events that do not decode.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "commands_types.h"
#include "index/artefact.h"
#include "server/base/clock.h"
#include "server/checkout/source.h"
#include "server/recommend/index_holder.h"
#include "server/recommend/recommender.h"

namespace patron::campaigns {

inline constexpr size_t kPerCategory = 2;
inline constexpr size_t kFewestPrices = 5;

// Always the same moment.
class FixedClock final : public Clock {
 public:
  explicit FixedClock(absl::Time now) : now_(now) {}
  absl::Time Now() const override { return now_; }

 private:
  const absl::Time now_;
};

// Whether rows of the campaign carry products at all.
bool WantsProducts(const wire::Campaign& campaign);

// kInvalidArgument for a name that is no placement of campaigns.
absl::StatusOr<wire::Placement::type> PlacementOf(
    const wire::Campaign& campaign);

struct ChosenProducts {
  std::vector<wire::PlannedProduct> products;  // best first; empty: none suits
  int64_t relevance = 0;                       // thousandths
};

class ProductChooser {
 public:
  struct Moment {
    absl::Time now;
    absl::TimeZone zone;
  };
  // `index` may be null: none serves.
  static absl::StatusOr<std::unique_ptr<ProductChooser>> Make(
      const checkout::StateParts& state, const wire::Campaign& campaign,
      int just_bought_days, std::shared_ptr<const index::Artefact> index,
      const Moment& moment);

  absl::StatusOr<ChosenProducts> For(CustomerOrdinal customer,
                                     const std::string& customer_id,
                                     Day send_day) const;

 private:
  struct Her;

  ProductChooser(const checkout::StateParts& state,
                 const wire::Campaign& campaign,
                 wire::Placement::type placement, int just_bought_days,
                 std::shared_ptr<const index::Artefact> index,
                 const Moment& moment);

  Her LookAt(CustomerOrdinal customer) const;
  absl::StatusOr<ChosenProducts> Watched(const Her& her) const;
  absl::StatusOr<ChosenProducts> Recommended(const Her& her,
                                             const std::string& customer_id,
                                             Day send_day) const;
  // Takes items, best first, until the row is full.
  ChosenProducts Pick(const recommend::Answer& answer, Day send_day) const;
  bool Suits(const Her& her, const catalog::Entry& entry,
             uint32_t product) const;

  const checkout::StateParts state_;
  const wire::Campaign campaign_;
  const wire::Placement::type placement_;
  const int just_bought_days_;
  const FixedClock clock_;
  const Day today_;
  recommend::IndexHolder index_;
  const recommend::Recommender recommender_;
};

}  // namespace patron::campaigns
