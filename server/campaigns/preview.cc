#include "server/campaigns/preview.h"

#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/campaigns/audience.h"
#include "server/campaigns/decide.h"
#include "server/campaigns/list.h"
#include "server/campaigns/planner.h"
#include "server/contacts/admission.h"

namespace patron::campaigns {
namespace {

using wire::ContactDecision;
using wire::LeftOut;

std::vector<uint32_t> LookedAt(const Roaring& audience,
                               const std::string& campaign_id) {
  const uint64_t count = audience.cardinality();
  std::vector<uint32_t> customers(std::min(count, kPreviewed));
  if (count <= kPreviewed) {
    audience.toUint32Array(customers.data());
    return customers;
  }
  for (uint64_t part = 0; part < kPreviewed; ++part) {
    const uint64_t begin = part * count / kPreviewed;
    const uint64_t size = (part + 1) * count / kPreviewed - begin;
    const uint64_t drawn =
        ShortDigestOf(absl::StrCat(campaign_id, "\n", part)) % size;
    audience.select(static_cast<uint32_t>(begin + drawn), &customers[part]);
  }
  return customers;
}

// What the preview itself plans of budgets, in the order of the customers.
class Budgets {
 public:
  Budgets(const Parts& parts, const Planner& planner, double scale)
      : parts_(parts), planner_(planner), scale_(scale) {}

  // Whether they bear the contact beside what was taken.
  bool Bear(const wire::PlannedContact& contact) {
    const int64_t budget = planner_.campaign().budget;
    if (budget > 0 && !Fits(budget, cost_, contact.cost)) return false;
    if (contact.offer_id.empty()) return true;
    const OfferLeft& left = LeftOf(contact.offer_id);
    return (left.budget < 0 ||
            Fits(left.budget, left.cost, contact.offer_cost)) &&
           (left.uses < 0 || Fits(left.uses, left.contacts, 1));
  }

  void Take(const wire::PlannedContact& contact) {
    cost_ += contact.cost;
    if (contact.offer_id.empty()) return;
    OfferLeft& left = LeftOf(contact.offer_id);
    left.cost += contact.offer_cost;
    ++left.contacts;
  }

 private:
  struct OfferLeft {
    int64_t budget = -1;  // -1: no limit
    int64_t uses = -1;
    int64_t cost = 0;  // planned here
    int64_t contacts = 0;
  };

  bool Fits(int64_t limit, int64_t planned, int64_t more) const {
    return static_cast<double>(planned + more) * scale_ <=
           static_cast<double>(limit);
  }

  OfferLeft& LeftOf(const std::string& offer_id) {
    const auto [at, fresh] = offers_.try_emplace(offer_id);
    if (fresh) at->second = Measure(offer_id);
    return at->second;
  }

  // What uses and the plans of all runs leave.
  OfferLeft Measure(const std::string& offer_id) const {
    OfferLeft result;
    const offers::CompiledOffer* offer =
        planner_.definitions().OfferById(offer_id);
    if (offer == nullptr) return result;
    const absl::Time now = parts_.clock.Now();
    const offers::Left left =
        offers::LeftOf(offer->offer, offer->ordinal,
                       parts_.state.holdings.Count(offer->ordinal),
                       /*account=*/nullptr, DayOf(now, parts_.zone));
    contacts::OfferPlan planned;
    for (const contacts::RunPtr& run : parts_.runs.All())
      contacts::AddPlan(*run, offer->ordinal, now, planned);
    if (left.budget >= 0)
      result.budget = std::max<int64_t>(0, left.budget - planned.cost);
    if (left.uses >= 0)
      result.uses = std::max<int64_t>(0, left.uses - planned.contacts);
    return result;
  }

  const Parts& parts_;
  const Planner& planner_;
  const double scale_;
  int64_t cost_ = 0;
  std::map<std::string, OfferLeft> offers_;
};

// Counts over the customers looked at.
class Tally {
 public:
  Tally(const Parts& parts, const Planner& planner, double scale, int sample)
      : parts_(parts),
        planner_(planner),
        scale_(scale),
        sample_(static_cast<size_t>(sample)),
        budgets_(parts, planner, scale) {}

  void Add(const wire::PlannedContact& contact) {
    if (contact.decision == ContactDecision::LEFT_OUT) {
      ++left_out_[contact.reason];
    } else if (!budgets_.Bear(contact)) {
      ++left_out_[LeftOut::BUDGET];
    } else if (contact.decision == ContactDecision::HELD_OUT) {
      ++held_out_;
    } else {
      ++planned_;
      cost_ += contact.cost;
      budgets_.Take(contact);
      if (rows_.size() < sample_)
        rows_.push_back(ToListRow(contact, planner_.campaign(), parts_.state));
    }
  }

  void Tell(wire::CampaignPreview& preview) && {
    preview.planned = Scaled(planned_);
    preview.held_out = Scaled(held_out_);
    preview.cost = Scaled(cost_);
    for (const auto& [reason, customers] : left_out_) {
      wire::LeftOutCount& count = preview.left_out.emplace_back();
      count.reason = reason;
      count.customers = Scaled(customers);
    }
    preview.sample = std::move(rows_);
  }

 private:
  int64_t Scaled(int64_t count) const {
    return std::llround(static_cast<double>(count) * scale_);
  }

  const Parts& parts_;
  const Planner& planner_;
  const double scale_;
  const size_t sample_;
  Budgets budgets_;
  int64_t planned_ = 0;
  int64_t held_out_ = 0;
  int64_t cost_ = 0;
  std::map<LeftOut::type, int64_t> left_out_;
  std::vector<wire::ListRow> rows_;
};

}  // namespace

absl::StatusOr<wire::CampaignPreview> PreviewOf(const Parts& parts,
                                                const wire::Campaign& campaign,
                                                int sample) {
  const Plan plan = PlanNow(parts, campaign);
  const segments::View view = parts.live.On(DayOf(plan.moment, parts.zone));
  PATRON_ASSIGN_OR_RETURN(const Roaring audience,
                          AudienceOf(campaign, parts.segments, view));
  PATRON_ASSIGN_OR_RETURN(const auto planner, Planner::Make(parts, plan, view));
  const std::vector<uint32_t> customers = LookedAt(audience, campaign.id);
  const std::atomic<bool> stop{false};
  PATRON_ASSIGN_OR_RETURN(const auto contacts,
                          DecideAll(*planner, customers, stop));

  wire::CampaignPreview preview;
  preview.campaign_id = campaign.id;
  preview.audience = static_cast<int64_t>(audience.cardinality());
  preview.looked_at = static_cast<int64_t>(customers.size());
  preview.currency = CurrencyOf(campaign, parts);
  preview.log_position = static_cast<int64_t>(view.position().value());
  preview.definitions_version = plan.definitions_version;
  preview.index_version = plan.index_version;
  const double scale = customers.empty()
                           ? 1
                           : static_cast<double>(preview.audience) /
                                 static_cast<double>(preview.looked_at);
  Tally tally(parts, *planner, scale, sample);
  for (const wire::PlannedContact& contact : contacts) tally.Add(contact);
  std::move(tally).Tell(preview);
  return preview;
}

}  // namespace patron::campaigns
