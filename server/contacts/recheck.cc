#include "server/contacts/recheck.h"

#include <algorithm>
#include <string>
#include <vector>

#include "server/base/status_macros.h"
#include "server/contacts/admission.h"
#include "server/contacts/apply.h"
#include "server/contacts/rows.h"

namespace patron::contacts {
namespace {

using Reason = wire::LeftOut;

const wire::Campaign& CampaignOf(const DiaryEntry& entry,
                                 const Context& context) {
  return context.runs.Now(entry.run).campaign;
}

// The first to give way first.
std::vector<DiaryEntry> OpenEntries(CustomerOrdinal customer,
                                    const Context& context) {
  std::vector<DiaryEntry> open;
  for (const DiaryEntry& entry : context.diary.Now(customer))
    if (IsOpen(context.runs.Now(entry.run))) open.push_back(entry);
  std::sort(open.begin(), open.end(), [&](const auto& a, const auto& b) {
    const int32_t left = CampaignOf(a, context).priority;
    const int32_t right = CampaignOf(b, context).priority;
    return left != right ? left < right : a.run > b.run;
  });
  return open;
}

// Leaves her out of every open run that `is_refused` says.
template <typename IsRefused>
absl::Status LeaveOutWhere(CustomerOrdinal customer, Reason::type reason,
                           const Context& context, IsRefused is_refused) {
  for (const DiaryEntry& entry : OpenEntries(customer, context))
    if (is_refused(entry))
      PATRON_RETURN_IF_ERROR(
          LeaveOutAfterAll(entry.run, customer, reason, context).status());
  return absl::OkStatus();
}

// Whether the cap would refuse the contact if it came now.
bool IsOverCap(CustomerOrdinal customer, const DiaryEntry& entry,
               const wire::ContactRules& rules, const Context& context) {
  DiaryEntries others = context.diary.Now(customer);
  others.erase(std::find(others.begin(), others.end(), entry));
  return AskCap(StandingOf(others, context.runs), rules, entry.day,
                CampaignOf(entry, context).priority)
             .answer == CapAnswer::kFull;
}

}  // namespace

absl::Status AskAgain(CustomerOrdinal customer, const Context& context) {
  PATRON_RETURN_IF_ERROR(AfterProfile(customer, context));
  const auto compiled = context.checkout.holdings.definitions();
  const wire::Definitions& definitions = compiled->version.definitions;
  const std::string id = context.checkout.base.ordinals.CustomerId(customer);
  PATRON_RETURN_IF_ERROR(LeaveOutWhere(
      customer, Reason::HOLDOUT, context, [&](const DiaryEntry& entry) {
        return IsHeldOut(definitions, CampaignOf(entry, context), id);
      }));
  return LeaveOutWhere(
      customer, Reason::CAP, context, [&](const DiaryEntry& entry) {
        return IsOverCap(customer, entry, definitions.contact, context);
      });
}

absl::Status AfterProfile(CustomerOrdinal customer, const Context& context) {
  if (context.diary.Now(customer).empty()) return absl::OkStatus();
  const auto traits = context.checkout.base.facts.TraitsNow(customer);
  return LeaveOutWhere(
      customer, Reason::CONSENT, context, [&](const DiaryEntry& entry) {
        const wire::Campaign& campaign = CampaignOf(entry, context);
        return !HasConsent(traits.get(), campaign.channel, campaign.purpose);
      });
}

}  // namespace patron::contacts
