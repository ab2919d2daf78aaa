#include "server/base/validate.h"

#include <string>

#include "absl/container/flat_hash_map.h"
#include "absl/container/flat_hash_set.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "server/base/text.h"
#include "server/definitions/checker.h"
#include "server/definitions/definitions.h"

namespace patron::definitions {
namespace {

constexpr int64_t kMostCodes = 1'000'000'000;

template <typename T>
void CheckIds(absl::string_view list, const std::vector<T>& elements,
              Faults& faults) {
  absl::flat_hash_set<absl::string_view> seen;
  for (const T& element : elements)
    if (!seen.insert(element.id).second)
      faults.Add(absl::StrCat(list, " ", Quoted(element.id), ".id"),
                 "stands there twice");
}

// A code says which offer is meant: no two offers may share one.
void CheckCodesOnce(const wire::Definitions& definitions, Faults& faults) {
  absl::flat_hash_map<absl::string_view, const wire::Offer*> owner;
  for (const wire::Offer& offer : definitions.offers)
    for (const std::string& code : offer.codes) {
      const auto [found, is_new] = owner.emplace(code, &offer);
      if (!is_new && found->second != &offer)
        faults.Add(absl::StrCat("offers ", Quoted(offer.id), ".codes"),
                   absl::StrCat(Quoted(code), " is a code of offer ",
                                Quoted(found->second->id), " too"));
    }
}

// The command line opens it beside the definitions and nowhere else.
bool StaysInFolder(absl::string_view file) {
  if (absl::StartsWith(file, "/")) return false;
  for (const absl::string_view part : absl::StrSplit(file, '/'))
    if (part == "..") return false;
  return true;
}

void CheckCodeBatch(const wire::CodeBatch& batch, const wire::Offer* offer,
                    Faults& faults) {
  const Checker check(absl::StrCat("code_batches ", Quoted(batch.id)), faults);
  check.Id("id", batch.id);
  check.ShortText("file", batch.file);
  if (!StaysInFolder(batch.file))
    check.Fault("file", absl::StrCat(Quoted(batch.file),
                                     " is not in the definitions' folder"));
  check.Number("count", batch.count, 0, kMostCodes);
  check.Number("uses_per_code", batch.uses_per_code, 1, kMostCodes);
  if (offer == nullptr)
    check.Fault("offer", absl::StrCat(Quoted(batch.offer_id), " is no offer"));
  else if (!offer->needs_code)
    check.Fault("offer", absl::StrCat(Quoted(batch.offer_id),
                                      " does not say needs_code = true"));
}

void CheckCodeBatches(const wire::Definitions& definitions, Faults& faults) {
  absl::flat_hash_map<absl::string_view, const wire::Offer*> offers;
  for (const wire::Offer& offer : definitions.offers)
    offers.emplace(offer.id, &offer);
  for (const wire::CodeBatch& batch : definitions.code_batches) {
    const auto found = offers.find(batch.offer_id);
    CheckCodeBatch(batch, found == offers.end() ? nullptr : found->second,
                   faults);
  }
}

void CheckShop(const wire::Definitions& definitions, Faults& faults) {
  const Checker check("shop", faults);
  // None is fine where every programme and offer names its own.
  if (!definitions.currency.empty()) check.Currency(definitions.currency);
  check.Range("margin", definitions.margin_bp, 0, kWholeBp, AsPercent());
}

// What is too long is not looked at: that is what the bounds are for.
absl::Status CheckSizes(const wire::Definitions& d) {
  Faults faults;
  faults.Add(CheckCount("programmes", d.programmes.size(), kMostProgrammes));
  faults.Add(CheckCount("offers", d.offers.size(), kMostOffers));
  faults.Add(
      CheckCount("code_batches", d.code_batches.size(), kMostCodeBatches));
  faults.Add(CheckCount("segments", d.segments.size(), kMostSegments));
  faults.Add(CheckCount("campaigns", d.campaigns.size(), kMostCampaigns));
  faults.Add(CheckCount("stores", d.stores.size(), kMostStores));
  faults.Add(
      CheckCount("segment_thresholds", d.thresholds.size(), kMostThresholds));
  return faults.ToStatus();
}

}  // namespace

absl::Status Validate(const wire::Definitions& definitions) {
  if (absl::Status sizes = CheckSizes(definitions); !sizes.ok()) return sizes;
  Faults faults;
  CheckShop(definitions, faults);
  CheckIds("programmes", definitions.programmes, faults);
  CheckIds("offers", definitions.offers, faults);
  CheckIds("code_batches", definitions.code_batches, faults);
  CheckIds("segments", definitions.segments, faults);
  CheckIds("campaigns", definitions.campaigns, faults);
  CheckIds("stores", definitions.stores, faults);
  for (const wire::Programme& programme : definitions.programmes)
    ValidateProgramme(programme, faults);
  for (const wire::Offer& offer : definitions.offers)
    ValidateOffer(offer, definitions.programmes, faults);
  CheckCodesOnce(definitions, faults);
  CheckCodeBatches(definitions, faults);
  ValidateMarketing(definitions, faults);
  return faults.ToStatus();
}

}  // namespace patron::definitions
