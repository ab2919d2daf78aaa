#include "server/campaigns/offers.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/campaigns/texts.h"

namespace patron::campaigns {
namespace {

// Customers that tell what is usual: evenly over all.
constexpr uint32_t kSampled = 2000;

targeting::Population SamplePopulation(const checkout::StateParts& state,
                                       const std::string& currency, Day today) {
  const uint32_t customers = state.ordinals.customers.size();
  const uint32_t step = std::max(1u, customers / kSampled);
  std::vector<facts::Summary> sample;
  facts::CustomerFacts facts;
  for (uint32_t at = 0; at < customers; at += step)
    if (state.facts.Read(CustomerOrdinal(at), facts))
      sample.push_back(facts.summary);
  return targeting::PopulationOf(sample, currency, today);
}

}  // namespace

absl::StatusOr<std::unique_ptr<OfferChooser>> OfferChooser::Make(
    const checkout::StateParts& state, const wire::Campaign& campaign,
    checkout::CompiledPtr definitions,
    std::shared_ptr<const targeting::ResponseModel> model, Day today) {
  std::unique_ptr<OfferChooser> chooser(
      new OfferChooser(state, std::move(definitions), std::move(model)));
  PATRON_RETURN_IF_ERROR(chooser->AddSet(campaign.offer_ids, today));
  for (const wire::Variant& variant : campaign.variants)
    PATRON_RETURN_IF_ERROR(chooser->AddSet(variant.offer_ids, today));
  const bool any = std::any_of(chooser->sets_.begin(), chooser->sets_.end(),
                               [](const auto& set) { return set != nullptr; });
  if (any)
    chooser->population_ = SamplePopulation(
        state, chooser->definitions_->version.definitions.currency, today);
  return chooser;
}

OfferChooser::OfferChooser(
    const checkout::StateParts& state, checkout::CompiledPtr definitions,
    std::shared_ptr<const targeting::ResponseModel> model)
    : state_(state),
      definitions_(std::move(definitions)),
      model_(std::move(model)) {}

absl::Status OfferChooser::AddSet(const std::vector<std::string>& offer_ids,
                                  Day today) {
  sets_.emplace_back();
  if (offer_ids.empty()) return absl::OkStatus();
  std::vector<size_t> places;
  for (const std::string& id : offer_ids) {
    const auto at = definitions_->offer_by_id.find(id);
    if (at == definitions_->offer_by_id.end())
      return absl::NotFoundError(
          absl::StrCat("offer_ids: no offer ", Quoted(id)));
    if (std::find(places.begin(), places.end(), at->second) == places.end())
      places.push_back(at->second);
  }
  const checkout::StateSource source(state_);
  sets_.back() = std::make_unique<targeting::Candidates>(
      *definitions_, places, &source, &source, state_.ordinals.products.size(),
      today);
  return absl::OkStatus();
}

const targeting::Candidates* OfferChooser::SetOf(int variant) const {
  const auto& own = sets_[static_cast<size_t>(variant) + 1];
  return own != nullptr ? own.get() : sets_[0].get();
}

bool OfferChooser::Offers(int variant) const {
  return SetOf(variant) != nullptr;
}

absl::StatusOr<ChosenOffer> OfferChooser::For(CustomerOrdinal customer,
                                              const std::string& customer_id,
                                              int variant, int64_t send_us,
                                              Day send_day) const {
  const checkout::StateSource source(state_);
  const auto show =
      [&](absl::FunctionRef<void(const std::string&, const offers::World&)>
              look) -> absl::Status {
    const checkout::Scene scene(source, customer, customer_id, send_us,
                                send_day, definitions_);
    look(customer_id, scene.world());
    return scene.status();
  };
  PATRON_ASSIGN_OR_RETURN(
      const std::vector<wire::NextOffer> answers,
      targeting::NextBest(show, *SetOf(variant), *definitions_, source,
                          population_, model_.get(),
                          targeting::NextBestOptions()));
  ChosenOffer chosen;
  if (answers.empty() || answers[0].offer_id.empty()) return chosen;
  chosen.offer_id = answers[0].offer_id;
  const offers::CompiledOffer* offer = definitions_->OfferById(chosen.offer_id);
  const std::string& name =
      offer->offer.name.empty() ? offer->offer.id : offer->offer.name;
  chosen.text = Shortened(absl::StrCat(name, ": ", answers[0].reason));
  chosen.cost = answers[0].cost;
  return chosen;
}

}  // namespace patron::campaigns
