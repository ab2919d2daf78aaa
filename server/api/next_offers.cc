#include "server/api/next_offers.h"

#include <algorithm>
#include <fstream>
#include <iterator>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/targeting/next_best.h"

namespace patron::api {
namespace {

// Customers that tell what is usual: evenly over all.
constexpr uint32_t kSampled = 2000;
// Customers looked at while the catalogue is held still.
constexpr size_t kCustomersAtOnce = 256;

// Counts of offers as published. Codes play no part.
class PublishedUsage final : public offers::Usage {
 public:
  explicit PublishedUsage(const checkout::Holdings& holdings)
      : holdings_(holdings) {}
  wire::OfferCountRow Count(uint32_t offer) const override {
    return holdings_.Count(offer);
  }
  absl::StatusOr<std::optional<wire::CodeRow>> Code(
      absl::string_view) const override {
    return std::nullopt;
  }

 private:
  const checkout::Holdings& holdings_;
};

std::vector<std::filesystem::path> FilesOf(
    const std::filesystem::path& folder) {
  std::error_code ignored;
  std::vector<std::filesystem::path> files;
  for (std::filesystem::directory_iterator at(folder, ignored), end;
       !ignored && at != end; at.increment(ignored))
    if (at->path().extension() == ".json") files.push_back(at->path());
  std::sort(files.rbegin(), files.rend());
  return files;
}

std::string ReadFile(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

}  // namespace

absl::StatusOr<std::vector<size_t>> NextOffers::PlacesOf(
    const offers::Compiled& definitions,
    const std::vector<std::string>& offer_ids) const {
  std::vector<size_t> places;
  if (offer_ids.empty()) {
    for (size_t place = 0; place < definitions.offers.size(); ++place)
      if (definitions.offers[place].offer.state == wire::OfferState::RUNNING)
        places.push_back(place);
    return places;
  }
  for (const std::string& id : offer_ids) {
    const auto at = definitions.offer_by_id.find(id);
    if (at == definitions.offer_by_id.end())
      return absl::NotFoundError(
          absl::StrCat("offer_ids: no offer ", Quoted(id)));
    if (std::find(places.begin(), places.end(), at->second) == places.end())
      places.push_back(at->second);
  }
  return places;
}

std::optional<targeting::ResponseModel> NextOffers::NewestModel() const {
  for (const std::filesystem::path& file : FilesOf(models_)) {
    auto model = targeting::ResponseModel::FromJson(ReadFile(file));
    if (model.ok()) return *std::move(model);
    LogWarning(absl::StrCat(file.filename().string(),
                            " is passed over: ", model.status().message()));
  }
  return std::nullopt;
}

targeting::Population NextOffers::SamplePopulation(
    const std::string& currency) const {
  const uint32_t customers = state_.ordinals.customers.size();
  const uint32_t step = std::max(1u, customers / kSampled);
  std::vector<facts::Summary> sample;
  facts::CustomerFacts facts;
  for (uint32_t at = 0; at < customers; at += step)
    if (state_.facts.Read(CustomerOrdinal(at), facts))
      sample.push_back(facts.summary);
  return targeting::PopulationOf(sample, currency, desk_.Today());
}

std::shared_ptr<const NextOffers::Running> NextOffers::Weigh(
    checkout::CompiledPtr definitions,
    const std::vector<size_t>& places) const {
  auto weighed = std::make_shared<Running>();
  weighed->definitions = std::move(definitions);
  weighed->catalog_version = state_.catalog.version();
  weighed->today = desk_.Today();
  weighed->population =
      SamplePopulation(weighed->definitions->version.definitions.currency);
  const checkout::StateSource source(state_.Parts());
  weighed->candidates = std::make_unique<targeting::Candidates>(
      *weighed->definitions, places, &source, &source,
      state_.ordinals.products.size(), weighed->today);
  return weighed;
}

std::shared_ptr<const NextOffers::Running> NextOffers::RunningNow() const {
  checkout::CompiledPtr definitions = state_.holdings.definitions();
  const absl::MutexLock lock(&mutex_);
  if (running_ == nullptr || running_->definitions != definitions ||
      running_->catalog_version != state_.catalog.version() ||
      running_->today != desk_.Today()) {
    const auto places = PlacesOf(*definitions, {});
    running_ = Weigh(std::move(definitions), *places);
  }
  return running_;
}

absl::StatusOr<std::vector<wire::NextOffer>> NextOffers::Choose(
    const Running& running,
    const std::vector<std::string>& customer_ids) const {
  const int64_t now_us = absl::ToUnixMicros(clock_.Now());
  const auto show =
      [&](absl::FunctionRef<void(const std::string&, const offers::World&)>
              look) -> absl::Status {
    for (size_t first = 0; first < customer_ids.size();
         first += kCustomersAtOnce) {
      const checkout::StateSource source(state_.Parts());
      const size_t end =
          std::min(customer_ids.size(), first + kCustomersAtOnce);
      for (size_t at = first; at < end; ++at) {
        const std::string& id = customer_ids[at];
        const auto customer = source.FindCustomer(id);
        if (!customer)
          return absl::NotFoundError(
              absl::StrCat("customer_ids: ", Quoted(id), " is not known"));
        const checkout::Scene scene(source, customer, id, now_us, running.today,
                                    running.definitions);
        look(id, scene.world());
        PATRON_RETURN_IF_ERROR(scene.status());
      }
    }
    return absl::OkStatus();
  };
  const auto model = NewestModel();
  return targeting::NextBest(show, *running.candidates, *running.definitions,
                             PublishedUsage(state_.holdings),
                             running.population, model ? &*model : nullptr,
                             targeting::NextBestOptions());
}

absl::StatusOr<std::vector<wire::NextOffer>> NextOffers::For(
    const std::vector<std::string>& customer_ids,
    const std::vector<std::string>& offer_ids) const {
  if (offer_ids.empty()) return Choose(*RunningNow(), customer_ids);
  checkout::CompiledPtr definitions = state_.holdings.definitions();
  PATRON_ASSIGN_OR_RETURN(const std::vector<size_t> places,
                          PlacesOf(*definitions, offer_ids));
  return Choose(*Weigh(std::move(definitions), places), customer_ids);
}

absl::StatusOr<std::optional<wire::NextOffer>> NextOffers::ForOne(
    const std::string& customer_id) const {
  const auto running = RunningNow();
  if (running->candidates->all().empty()) return std::nullopt;
  PATRON_ASSIGN_OR_RETURN(auto offers, Choose(*running, {customer_id}));
  if (offers[0].offer_id.empty()) return std::nullopt;
  return std::move(offers[0]);
}

}  // namespace patron::api
