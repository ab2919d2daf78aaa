#include "server/campaigns/planner.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/campaigns/audience.h"
#include "server/contacts/admission.h"
#include "server/contacts/cap.h"
#include "server/definitions/holdout.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::campaigns {
namespace {

using wire::LeftOut;

absl::StatusOr<std::vector<uint32_t>> OrdinalsOf(
    const std::vector<std::string>& ids, const store::OrdinalTable& table) {
  std::vector<uint32_t> ordinals;
  for (const std::string& id : ids) {
    const auto ordinal = table.Find(id);
    if (!ordinal)
      return absl::DataLossError(
          absl::StrCat("definitions: ", id, " has no ordinal"));
    ordinals.push_back(*ordinal);
  }
  return ordinals;
}

absl::StatusOr<checkout::CompiledPtr> CompileKept(
    const checkout::StateParts& state, int64_t version) {
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      state.store.Get(store::Family::kDefinitions, store::VersionKey(version)));
  if (!bytes)
    return absl::NotFoundError(
        absl::StrCat("definitions_version: no version ", version));
  PATRON_ASSIGN_OR_RETURN(auto kept, store::Decode<wire::DefinitionsVersion>(
                                         *bytes, "definitions"));
  std::vector<std::string> programmes, offers;
  for (const wire::Programme& programme : kept.definitions.programmes)
    programmes.push_back(programme.id);
  for (const wire::Offer& offer : kept.definitions.offers)
    offers.push_back(offer.id);
  PATRON_ASSIGN_OR_RETURN(const auto of_programmes,
                          OrdinalsOf(programmes, state.ordinals.programmes));
  PATRON_ASSIGN_OR_RETURN(const auto of_offers,
                          OrdinalsOf(offers, state.ordinals.offers));
  return offers::Compile(std::move(kept), of_programmes, of_offers);
}

// Ends before it begins where the campaign was over at `moment`.
Span SpanOf(const wire::Campaign& campaign, absl::Time moment) {
  Span span;
  span.begin = std::max(moment, absl::FromUnixMicros(campaign.starts_us));
  span.end = campaign.ends_us == 0
                 ? moment + contacts::kOpenWindow
                 : std::min(span.begin + contacts::kOpenWindow,
                            absl::FromUnixMicros(campaign.ends_us));
  return span;
}

}  // namespace

// What the steps of one decision know of her.
struct Planner::Her {
  CustomerOrdinal customer;
  std::string id;
  std::shared_ptr<const facts::Traits> traits;
};

Plan PlanOf(const wire::RunRow& run) {
  return {run.campaign, run.definitions_version, run.index_version,
          run.response_version, absl::FromUnixMicros(run.moment_us)};
}

Plan PlanNow(const Parts& parts, const wire::Campaign& campaign) {
  Plan plan;
  plan.campaign = campaign;
  plan.definitions_version =
      parts.state.holdings.definitions()->version.version;
  plan.index_version = parts.knowledge.ServingIndex();
  plan.response_version = parts.knowledge.NewestResponse();
  plan.moment = parts.clock.Now();
  return plan;
}

std::optional<Span> WindowOf(const wire::Campaign& campaign,
                             absl::Time moment) {
  const Span window = SpanOf(campaign, moment);
  return window.begin < window.end ? std::optional(window) : std::nullopt;
}

absl::Time CountsUntil(const wire::RunRow& run) {
  return SpanOf(run.campaign, absl::FromUnixMicros(run.moment_us)).end +
         absl::Hours(24) * run.campaign.outcome_days;
}

std::string CurrencyOf(const wire::Campaign& campaign, const Parts& parts) {
  if (!campaign.currency.empty()) return campaign.currency;
  return parts.state.holdings.definitions()->version.definitions.currency;
}

absl::StatusOr<checkout::CompiledPtr> CompiledAt(const Parts& parts,
                                                 int64_t version) {
  checkout::CompiledPtr standing = parts.state.holdings.definitions();
  if (standing->version.version == version) return standing;
  return CompileKept(parts.state, version);
}

absl::string_view ContactOf(absl::string_view channel) {
  return channel == "sms" ? "phone" : channel;
}

absl::StatusOr<std::unique_ptr<Planner>> Planner::Make(
    const Parts& parts, const Plan& plan, const segments::View& view) {
  PATRON_ASSIGN_OR_RETURN(checkout::CompiledPtr definitions,
                          CompiledAt(parts, plan.definitions_version));
  const auto catalogue = SegmentsOf(definitions->version, parts.segments);
  PATRON_ASSIGN_OR_RETURN(
      Roaring excluded,
      ExcludedOf(plan.campaign, *catalogue, parts.segments, view));
  std::unique_ptr<Planner> planner(
      new Planner(parts, plan, std::move(definitions), std::move(excluded)));
  PATRON_RETURN_IF_ERROR(planner->Learn());
  return planner;
}

Planner::Planner(const Parts& parts, const Plan& plan,
                 checkout::CompiledPtr definitions, Roaring excluded)
    : parts_(parts),
      plan_(plan),
      definitions_(std::move(definitions)),
      excluded_(std::move(excluded)) {
  for (const wire::Variant& variant : plan_.campaign.variants)
    weights_.push_back(variant.weight);
}

absl::Status Planner::Learn() {
  const Day today = DayOf(plan_.moment, parts_.zone);
  if (WantsProducts(plan_.campaign)) {
    PATRON_ASSIGN_OR_RETURN(auto index,
                            parts_.knowledge.Index(plan_.index_version));
    PATRON_ASSIGN_OR_RETURN(
        products_,
        ProductChooser::Make(parts_.state, plan_.campaign,
                             shop().contact.just_bought_days, std::move(index),
                             {plan_.moment, parts_.zone}));
  }
  PATRON_ASSIGN_OR_RETURN(auto model,
                          parts_.knowledge.Response(plan_.response_version));
  PATRON_ASSIGN_OR_RETURN(
      offers_, OfferChooser::Make(parts_.state, plan_.campaign, definitions_,
                                  std::move(model), today));
  return absl::OkStatus();
}

absl::StatusOr<wire::PlannedContact> Planner::Decide(
    CustomerOrdinal customer) const {
  Her her;
  her.customer = customer;
  her.id = std::string(parts_.state.ordinals.customers.IdOf(customer.value()));
  her.traits = parts_.state.facts.ReadTraits(customer);

  wire::PlannedContact contact;
  contact.variant =
      weights_.empty()
          ? -1
          : static_cast<int32_t>(definitions::ShareOut(
                her.id, absl::StrCat(plan_.campaign.id, "/variant"), weights_));
  PATRON_ASSIGN_OR_RETURN(const Reason reason, WhyNot(her, contact));
  if (reason.has_value()) {
    contact = wire::PlannedContact();
    contact.decision = wire::ContactDecision::LEFT_OUT;
    contact.reason = *reason;
  } else {
    contact.decision = definitions::InControl(plan_.campaign.holdout_bp,
                                              plan_.campaign.id, her.id)
                           ? wire::ContactDecision::HELD_OUT
                           : wire::ContactDecision::CONTACT;
    if (contact.decision == wire::ContactDecision::HELD_OUT)
      contact.products.clear();  // nobody will read them
  }
  contact.customer = static_cast<int32_t>(customer.value());
  return contact;
}

absl::StatusOr<Planner::Reason> Planner::WhyNot(
    const Her& her, wire::PlannedContact& contact) const {
  if (const Reason reason = WhyNotAtAll(her)) return reason;
  PATRON_ASSIGN_OR_RETURN(const bool has_address, HasAddress(her.customer));
  if (!has_address) return LeftOut::UNREACHABLE;
  if (const Reason reason = FindWindow(her, contact)) return reason;
  if (const Reason reason = AskForCap(her, contact.day)) return reason;
  PATRON_ASSIGN_OR_RETURN(const Reason products, ChooseProducts(her, contact));
  if (products) return products;
  return ChooseOffer(her, contact);
}

Planner::Reason Planner::WhyNotAtAll(const Her& her) const {
  if (excluded_.contains(her.customer.value())) return LeftOut::EXCLUDED;
  const wire::Campaign& campaign = plan_.campaign;
  if (contacts::IsHeldOut(shop(), campaign, her.id)) return LeftOut::HOLDOUT;
  if (contacts::IsService(campaign) ||
      contacts::HasConsent(her.traits.get(), campaign.channel,
                           campaign.purpose))
    return std::nullopt;
  return LeftOut::CONSENT;
}

absl::StatusOr<bool> Planner::HasAddress(CustomerOrdinal customer) const {
  PATRON_ASSIGN_OR_RETURN(const auto bytes,
                          parts_.state.store.Get(store::Family::kPeople,
                                                 store::CustomerKey(customer)));
  if (!bytes) return false;
  PATRON_ASSIGN_OR_RETURN(const auto person,
                          store::Decode<wire::Customer>(*bytes, "customer"));
  const auto at =
      person.contacts.find(std::string(ContactOf(plan_.campaign.channel)));
  return at != person.contacts.end() && !at->second.empty();
}

std::string Planner::ZoneOf(const facts::Traits* traits) const {
  absl::TimeZone known;
  const auto good = [&](const std::string& name) {
    return !name.empty() && absl::LoadTimeZone(name, &known);
  };
  if (traits != nullptr) {
    if (traits->__isset.time_zone && good(traits->time_zone))
      return traits->time_zone;
    if (traits->__isset.preferred_store_id)
      for (const wire::Store& store : shop().stores)
        if (store.id == traits->preferred_store_id && good(store.time_zone))
          return store.time_zone;
  }
  return parts_.zone.name();
}

Planner::Window Planner::WindowIn(const std::string& zone) const {
  const absl::MutexLock lock(&mutex_);
  const auto known = windows_.find(zone);
  if (known != windows_.end()) return known->second;
  absl::TimeZone loaded;
  if (!absl::LoadTimeZone(zone, &loaded)) loaded = parts_.zone;
  const auto window = WindowOf(plan_.campaign, plan_.moment);
  if (!window) return windows_[zone] = std::nullopt;
  const QuietHours quiet =
      contacts::IsService(plan_.campaign)
          ? QuietHours()
          : QuietHours{shop().contact.quiet_from, shop().contact.quiet_until};
  return windows_[zone] = FindSendWindow(*window, quiet, loaded);
}

Planner::Reason Planner::FindWindow(const Her& her,
                                    wire::PlannedContact& contact) const {
  contact.time_zone = ZoneOf(her.traits.get());
  const Window window = WindowIn(contact.time_zone);
  if (!window) return LeftOut::QUIET_HOURS;
  contact.not_before_us = absl::ToUnixMicros(window->begin);
  contact.not_after_us = absl::ToUnixMicros(window->end);
  contact.day = DayOf(window->begin, parts_.zone);
  return std::nullopt;
}

Planner::Reason Planner::AskForCap(const Her& her, Day day) const {
  if (contacts::IsService(plan_.campaign)) return std::nullopt;
  const auto standing =
      contacts::StandingOf(parts_.diary.Read(her.customer), parts_.runs);
  const auto decision =
      contacts::AskCap(standing, shop().contact, day, plan_.campaign.priority);
  return decision.answer == contacts::CapAnswer::kFull ? Reason(LeftOut::CAP)
                                                       : std::nullopt;
}

absl::StatusOr<Planner::Reason> Planner::ChooseProducts(
    const Her& her, wire::PlannedContact& contact) const {
  if (products_ == nullptr) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(ChosenProducts chosen,
                          products_->For(her.customer, her.id, contact.day));
  if (chosen.products.empty()) return LeftOut::MISMATCH;
  const int32_t floor = plan_.campaign.relevance_floor >= 0
                            ? plan_.campaign.relevance_floor
                            : shop().contact.relevance_floor;
  if (chosen.relevance < floor) return LeftOut::RELEVANCE;
  contact.products = std::move(chosen.products);
  contact.relevance = chosen.relevance;
  return std::nullopt;
}

// Who stays out of offers gets none; the contact is made without.
absl::StatusOr<Planner::Reason> Planner::ChooseOffer(
    const Her& her, wire::PlannedContact& contact) const {
  contact.cost = plan_.campaign.cost_per_contact;
  const wire::Holdout& holdout = shop().holdout;
  const bool stays_out =
      holdout.offers && definitions::InHoldout(holdout, her.id);
  if (offers_->Offers(contact.variant) && !stays_out) {
    PATRON_ASSIGN_OR_RETURN(ChosenOffer chosen,
                            offers_->For(her.customer, her.id, contact.variant,
                                         contact.not_before_us, contact.day));
    contact.offer_id = std::move(chosen.offer_id);
    contact.offer_text = std::move(chosen.text);
    contact.offer_cost = chosen.cost;
    contact.cost += chosen.cost;
  }
  if (plan_.campaign.offer_required && contact.offer_id.empty())
    return LeftOut::NO_OFFER;
  return std::nullopt;
}

}  // namespace patron::campaigns
