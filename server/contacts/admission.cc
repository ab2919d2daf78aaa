#include "server/contacts/admission.h"

#include "server/definitions/holdout.h"

namespace patron::contacts {
namespace {

// Purchases that an offer of the run brings about come until then.
absl::Time CountsUntil(const wire::RunRow& run) {
  const wire::Campaign& campaign = run.campaign;
  const absl::Time end = campaign.ends_us == 0
                             ? absl::FromUnixMicros(run.moment_us) + kOpenWindow
                             : absl::FromUnixMicros(campaign.ends_us);
  return end + absl::Hours(24) * campaign.outcome_days;
}

int64_t ValueAt(const std::map<int32_t, int64_t>& values, uint32_t key) {
  const auto found = values.find(static_cast<int32_t>(key));
  return found == values.end() ? 0 : found->second;
}

}  // namespace

bool IsService(const wire::Campaign& campaign) {
  return campaign.kind == wire::CampaignKind::SERVICE;
}

bool HasConsent(const facts::Traits* traits, absl::string_view channel,
                absl::string_view purpose) {
  if (traits == nullptr) return false;
  const wire::Consent* last = nullptr;
  for (const wire::Consent& said : traits->consents)
    if (said.channel == channel && said.purpose == purpose &&
        (last == nullptr || said.given_at_us >= last->given_at_us))
      last = &said;
  return last != nullptr && last->granted;
}

bool IsHeldOut(const wire::Definitions& definitions,
               const wire::Campaign& campaign, absl::string_view customer_id) {
  return !IsService(campaign) && definitions.holdout.campaigns &&
         definitions::InHoldout(definitions.holdout, customer_id);
}

bool StillCounts(const wire::RunRow& run, absl::Time now) {
  return run.state != wire::RunState::RELEASED && now < CountsUntil(run);
}

void AddPlan(const wire::RunRow& run, uint32_t offer, absl::Time now,
             OfferPlan& plan) {
  if (!StillCounts(run, now)) return;
  plan.cost += ValueAt(run.offer_cost, offer);
  plan.contacts += ValueAt(run.offer_contacts, offer);
}

}  // namespace patron::contacts
