// What one run decides for one customer: a pure function of State, the
// Knowledge that the run named, the campaign and the run's moment. It changes
// nothing; the same of all four give the same bytes.
//
//   PATRON_ASSIGN_OR_RETURN(const auto planner,
//                           Planner::Make(parts, plan, live.On(day)));
//   PATRON_ASSIGN_OR_RETURN(const wire::PlannedContact contact,
//                           planner->Decide(customer));
//
// Who is not contacted is counted by the first reason that holds of
//   EXCLUDED     an excluded segment, or the exclusion rule
//   HOLDOUT      the shop's, where it is for campaigns
//   CONSENT      not granted for the campaign's channel and purpose
//   UNREACHABLE  her profile has no contact for the channel
//   QUIET_HOURS  the window has no allowed moment where she lives
//   CAP          contacted, or planned to be, as often as allowed (counted on
//                the day of the send, which is why quiet hours come first)
//   MISMATCH     products are wanted, and none suits her
//   RELEVANCE    the best of them is below the floor
//   NO_OFFER     an offer is required, and none is worth making
// A SERVICE message is not asked for HOLDOUT, CONSENT, CAP and QUIET_HOURS.
// MERGED and BUDGET are found when the contact is applied (contacts/apply.h),
// which also asks consent, holdout and cap once more.
//
// The campaign's own control (HELD_OUT) is drawn last, among those who would
// be contacted: were it drawn first, the control would hold customers without
// consent, without an address or without anything that suits them, and the
// difference to those contacted would be who they are, not what the message
// did.
//
// Ownership: borrows State; keeps its artefacts alive. Threads: Decide from
// any. Errors: kNotFound where a segment, an offer or an index version that
// the run names is gone; kDataLoss for rows that do not decode.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <roaring/roaring.hh>
#include <string>
#include <vector>

#include "absl/base/thread_annotations.h"
#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/synchronization/mutex.h"
#include "commands_types.h"
#include "records_types.h"
#include "server/campaigns/offers.h"
#include "server/campaigns/parts.h"
#include "server/campaigns/products.h"
#include "server/campaigns/send_window.h"

namespace patron::campaigns {

// What a run decides with. A RunRow says the same.
struct Plan {
  wire::Campaign campaign;
  int64_t definitions_version = 0;
  std::string index_version;
  std::string response_version;
  absl::Time moment;
};
Plan PlanOf(const wire::RunRow& run);
// The campaign as it stands, at this moment, with the Knowledge that serves.
Plan PlanNow(const Parts& parts, const wire::Campaign& campaign);

// What is left at `moment` of the time in which messages of a run may go out,
// contacts::kOpenWindow of it at most: a campaign may be open for years, or for
// ever; what was decided for a customer is not. nullopt: the campaign is over.
std::optional<Span> WindowOf(const wire::Campaign& campaign, absl::Time moment);

// Until when purchases count for a run, and how long the offers last that it
// issued: outcome_days after its window, after which no message goes out.
absl::Time CountsUntil(const wire::RunRow& run);

// The campaign's currency, else the shop's.
std::string CurrencyOf(const wire::Campaign& campaign, const Parts& parts);

class Planner {
 public:
  // Exclusions are looked up at `view`, excluded segments in the definitions of
  // the plan's version: a run that goes on later excludes by what it began
  // with. Uploaded lists have no versions and are read as they are.
  static absl::StatusOr<std::unique_ptr<Planner>> Make(
      const Parts& parts, const Plan& plan, const segments::View& view);

  absl::StatusOr<wire::PlannedContact> Decide(CustomerOrdinal customer) const;

  const wire::Campaign& campaign() const { return plan_.campaign; }
  const offers::Compiled& definitions() const { return *definitions_; }

 private:
  struct Her;
  // Where a message may go out in one time zone; nullopt: never.
  using Window = std::optional<Span>;

  Planner(const Parts& parts, const Plan& plan,
          checkout::CompiledPtr definitions, Roaring excluded);

  absl::Status Learn();
  const wire::Definitions& shop() const {
    return definitions_->version.definitions;
  }
  // The steps of Decide: each fills its part of `contact`, or says why not.
  using Reason = std::optional<wire::LeftOut::type>;
  absl::StatusOr<Reason> WhyNot(const Her& her,
                                wire::PlannedContact& contact) const;
  Reason WhyNotAtAll(const Her& her) const;
  absl::StatusOr<bool> HasAddress(CustomerOrdinal customer) const;
  Reason FindWindow(const Her& her, wire::PlannedContact& contact) const;
  Reason AskForCap(const Her& her, Day day) const;
  absl::StatusOr<Reason> ChooseProducts(const Her& her,
                                        wire::PlannedContact& contact) const;
  absl::StatusOr<Reason> ChooseOffer(const Her& her,
                                     wire::PlannedContact& contact) const;
  // Name of her time zone; one that nobody knows counts as none.
  std::string ZoneOf(const facts::Traits* traits) const;
  Window WindowIn(const std::string& zone) const;

  const Parts parts_;
  const Plan plan_;
  const checkout::CompiledPtr definitions_;
  const Roaring excluded_;
  std::unique_ptr<const ProductChooser> products_;  // null: none are wanted
  std::unique_ptr<const OfferChooser> offers_;
  std::vector<int32_t> weights_;  // of the variants
  mutable absl::Mutex mutex_;
  mutable absl::flat_hash_map<std::string, Window> windows_
      ABSL_GUARDED_BY(mutex_);
};

// The definitions of a version, as they stand or as they are kept.
absl::StatusOr<checkout::CompiledPtr> CompiledAt(const Parts& parts,
                                                 int64_t version);

// The profile's contact that a channel reaches: "email" is "email", "sms" is
// "phone", any other channel its own name.
absl::string_view ContactOf(absl::string_view channel);

}  // namespace patron::campaigns
