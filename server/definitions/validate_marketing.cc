#include <algorithm>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/ascii.h"
#include "server/base/text.h"
#include "server/base/validate.h"
#include "server/definitions/checker.h"
#include "server/definitions/definitions.h"
#include "server/rules/suggest.h"

namespace patron::definitions {
namespace {

constexpr int64_t kMostCampaignPriority = 1'000'000;
constexpr int64_t kMostWeight = 1'000'000;
constexpr int64_t kMostProducts = 100;  // of a row
constexpr int64_t kMostOutcomeDays = 3650;
constexpr int64_t kMostContacts = 1000;
constexpr int64_t kMostScore = 1'000'000;  // thousandths
constexpr int64_t kLastMinute = 24 * 60 - 1;
constexpr size_t kMostCampaignOffers = 100;

using OffersById = absl::flat_hash_map<absl::string_view, const wire::Offer*>;

void CheckSegment(const wire::Segment& s, Faults& faults) {
  const Checker check(absl::StrCat("segments ", Quoted(s.id)), faults);
  check.Id("id", s.id);
  check.ShortText("name", s.name);
  check.ShortText("meaning", s.meaning);
  check.CustomerRule("rule", s.rule);
}

class CampaignChecker {
 public:
  CampaignChecker(const wire::Campaign& campaign, const OffersById& offers,
                  Faults& faults)
      : c_(campaign),
        offers_(offers),
        faults_(faults),
        check_(absl::StrCat("campaigns ", Quoted(campaign.id)), faults),
        amount_{campaign.currency} {}

  void Check() const {
    CheckTexts();
    CheckAudience();
    CheckWindow();
    CheckContent();
    CheckOffers(check_, c_.offer_ids);
    CheckVariants();
    CheckOfferRequired();
    CheckNumbers();
  }

 private:
  void CheckTexts() const {
    check_.Id("id", c_.id);
    check_.ShortText("name", c_.name);
    check_.Word("kind", c_.kind, CampaignKindWords());
    check_.Currency(c_.currency);
    check_.Id("channel", c_.channel);
    check_.Id("purpose", c_.purpose);
  }

  // Whether the segments are there is CheckSegmentReferences' to say.
  void CheckAudience() const {
    check_.Ids("segments", c_.segments);
    check_.Ids("exclude_segments", c_.exclude_segments);
    check_.CustomerRule("rule", c_.rule);
    check_.CustomerRule("exclude_rule", c_.exclude_rule);
    check_.Range("holdout", c_.holdout_bp, 0, kWholeBp, AsPercent());
  }

  void CheckWindow() const {
    if (c_.starts_us == 0)
      check_.Fault("starts", "is missing: from when on may it be sent?");
    if (c_.ends_us == 0)
      check_.Fault("ends", "is missing: until when may it be sent?");
    check_.Times(c_.starts_us, c_.ends_us);
  }

  void CheckContent() const {
    if (WordNamed(CampaignPlacementWords(), c_.placement) == nullptr)
      check_.Fault("placement",
                   absl::StrCat(Quoted(c_.placement), " is not ",
                                Choices(CampaignPlacementWords())));
    check_.Number("products", c_.products, 0, kMostProducts);
    check_.ProductRule("product_rule", c_.product_rule);
    check_.Range("relevance_floor", c_.relevance_floor, -1, kMostScore,
                 AsFloor());
  }

  void CheckOffers(const Checker& check,
                   const std::vector<std::string>& ids) const {
    check.Ids("offers", ids);
    check.Count("offers", ids.size(), kMostCampaignOffers);
    if (c_.kind == wire::CampaignKind::SERVICE && !ids.empty())
      check.Fault("offers", absl::StrCat(Quoted(ids[0]),
                                         " may not stand in a service message: "
                                         "customers did not agree to offers"));
    for (const std::string& id : ids) CheckOffer(check, id);
  }

  // Costs are added up in the campaign's currency.
  void CheckOffer(const Checker& check, const std::string& id) const {
    const auto found = offers_.find(id);
    if (found == offers_.end())
      return check.Fault("offers", absl::StrCat(Quoted(id), " is no offer"));
    if (found->second->currency != c_.currency)
      check.Fault("offers",
                  absl::StrCat(Quoted(id), " is in ", found->second->currency,
                               ", the campaign in ", c_.currency));
  }

  void CheckVariants() const {
    check_.Count("variants", c_.variants.size(), kMostVariants);
    if (c_.variants.size() > kMostVariants) return;
    for (const wire::Variant& variant : c_.variants) {
      const Checker inside = check_.Inside("variants", variant.id);
      inside.Id("id", variant.id);
      inside.ShortText("creative", variant.creative);
      inside.Number("weight", variant.weight, 1, kMostWeight);
      CheckOffers(inside, variant.offer_ids);
    }
    CheckUnique(c_.variants, [&](const wire::Variant& variant) {
      check_.Inside("variants", variant.id).Fault("id", "stands there twice");
    });
  }

  void CheckOfferRequired() const {
    if (!c_.offer_required || !c_.offer_ids.empty()) return;
    if (c_.variants.empty())
      check_.Fault("offer_required", "is true, but offers is empty");
    for (const wire::Variant& variant : c_.variants)
      if (variant.offer_ids.empty())
        check_.Fault("offer_required",
                     absl::StrCat("is true, but variant ", Quoted(variant.id),
                                  " and the campaign have no offers"));
  }

  void CheckNumbers() const {
    check_.Number("priority", c_.priority, -kMostCampaignPriority,
                  kMostCampaignPriority);
    check_.Range("budget", c_.budget, 0, kMaxAmount, amount_);
    check_.Range("cost_per_contact", c_.cost_per_contact, 0, kMaxAmount,
                 amount_);
    check_.Number("outcome_days", c_.outcome_days, 0, kMostOutcomeDays);
  }

  const wire::Campaign& c_;
  const OffersById& offers_;
  Faults& faults_;
  const Checker check_;
  const AsAmount amount_;
};

void CheckContact(const wire::ContactRules& r, Faults& faults) {
  const Checker check("contact", faults);
  check.Number("cap", r.cap, 0, kMostContacts);
  check.Number("cap_days", r.cap_days, 1, kMostDays);
  check.Range("quiet_from", r.quiet_from, 0, kLastMinute, AsClock());
  check.Range("quiet_until", r.quiet_until, 0, kLastMinute, AsClock());
  check.Range("relevance_floor", r.relevance_floor, 0, kMostScore, AsFloor());
  check.Number("just_bought_days", r.just_bought_days, 0, kMostDays);
}

void CheckHoldout(const wire::Holdout& h, Faults& faults) {
  const Checker check("holdout", faults);
  check.Range("share", h.share_bp, 0, kWholeBp, AsPercent());
  check.ShortText("salt", h.salt);
}

// The bounds leave room for any shop and keep all sums finite.
void CheckPrediction(const wire::Prediction& p, Faults& faults) {
  constexpr int64_t kMost = 1'000'000'000'000'000;  // millionths
  const Checker check("prediction", faults);
  constexpr int64_t kMostShape = 20'000'000;  // prediction::kMostShape
  const auto positive = [&](absl::string_view field, int64_t value,
                            int64_t least) {
    check.Range(field, value, least, kMost, AsMillionths());
  };
  check.Range("r", p.r, 1, kMostShape, AsMillionths());
  positive("alpha", p.alpha, 1);
  check.Range("a", p.a, 1, kMostShape, AsMillionths());
  positive("b", p.b, 1);
  check.Range("day", p.day, 0, kMostDays, AsDay());
  check.Number("customers", p.customers, 0, kMaxAmount);
  if (p.p == 0 && p.q == 0 && p.v == 0 && p.currency.empty()) return;
  positive("p", p.p, 1);
  positive("q", p.q, 1'000'001);
  positive("v", p.v, 1);
  check.Currency(p.currency);
}

void CheckStore(const wire::Store& s, Faults& faults) {
  const Checker check(absl::StrCat("stores ", Quoted(s.id)), faults);
  check.Id("id", s.id);
  check.ShortText("name", s.name);
  if (!s.time_zone.empty())
    faults.Add(CheckTimeZone(check.FieldPath("time_zone"), s.time_zone));
}

bool IsThresholdName(absl::string_view name) {
  return !name.empty() && absl::ascii_islower(name[0]) &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_islower(c) || absl::ascii_isdigit(c) || c == '_';
         });
}

void CheckThreshold(const std::string& name, int64_t value, Faults& faults) {
  const Checker check("segment_thresholds", faults);
  if (!IsThresholdName(name))
    check.Fault(Quoted(name),
                "is no name such as lost_days: small letters, digits and _");
  else
    check.Number(name, value, 0, kMaxAmount);
}

std::vector<std::string> SegmentIds(const wire::Definitions& definitions) {
  std::vector<std::string> ids;
  for (const wire::Segment& segment : definitions.segments)
    ids.push_back(segment.id);
  return ids;
}

}  // namespace

void ValidateMarketing(const wire::Definitions& definitions, Faults& faults) {
  CheckContact(definitions.contact, faults);
  CheckHoldout(definitions.holdout, faults);
  if (definitions.__isset.prediction)
    CheckPrediction(definitions.prediction, faults);
  for (const wire::Store& store : definitions.stores) CheckStore(store, faults);
  for (const auto& [name, value] : definitions.thresholds)
    CheckThreshold(name, value, faults);
  for (const wire::Segment& segment : definitions.segments)
    CheckSegment(segment, faults);
  OffersById offers;
  for (const wire::Offer& offer : definitions.offers)
    offers.emplace(offer.id, &offer);
  for (const wire::Campaign& campaign : definitions.campaigns)
    CampaignChecker(campaign, offers, faults).Check();
}

absl::Status CheckSegmentReferences(
    const wire::Definitions& definitions,
    const std::function<bool(absl::string_view)>& is_other_segment) {
  Faults faults;
  const std::vector<std::string> ids = SegmentIds(definitions);
  const absl::flat_hash_set<absl::string_view> known(ids.begin(), ids.end());
  const auto check = [&](const wire::Campaign& campaign,
                         absl::string_view field,
                         const std::vector<std::string>& names) {
    for (const std::string& name : names)
      if (!known.contains(name) && !is_other_segment(name))
        Checker(absl::StrCat("campaigns ", Quoted(campaign.id)), faults)
            .Fault(field, absl::StrCat(Quoted(name), " is no segment",
                                       rules::Suggestion(name, ids)));
  };
  for (const wire::Campaign& campaign : definitions.campaigns) {
    check(campaign, "segments", campaign.segments);
    check(campaign, "exclude_segments", campaign.exclude_segments);
  }
  return faults.ToStatus();
}

absl::Status CheckThresholdNames(const wire::Definitions& definitions,
                                 const std::vector<std::string>& known) {
  Faults faults;
  for (const auto& [name, value] : definitions.thresholds)
    if (std::find(known.begin(), known.end(), name) == known.end())
      Checker("segment_thresholds", faults)
          .Fault(name, absl::StrCat("no ready-made segment has it",
                                    rules::Suggestion(name, known)));
  return faults.ToStatus();
}

}  // namespace patron::definitions
