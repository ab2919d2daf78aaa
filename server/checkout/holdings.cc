#include "server/checkout/holdings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/store/keys.h"

namespace patron::checkout {
namespace {

using store::Family;

constexpr absl::string_view kCountPrefix = "offer:";

CompiledPtr NoDefinitions() {
  auto compiled = offers::Compile({}, {}, {});
  PATRON_CHECK(compiled.ok());
  return *std::move(compiled);
}

// The ordinals that the programmes or offers of a version were given.
template <typename Defined>
absl::StatusOr<std::vector<uint32_t>> OrdinalsOf(
    const std::vector<Defined>& all, const store::OrdinalTable& table) {
  std::vector<uint32_t> ordinals;
  for (const Defined& one : all) {
    const auto ordinal = table.Find(one.id);
    if (!ordinal)
      return absl::DataLossError(
          absl::StrCat("definitions: ", one.id, " has no ordinal"));
    ordinals.push_back(*ordinal);
  }
  return ordinals;
}

absl::StatusOr<CompiledPtr> LoadDefinitions(const store::Store& store,
                                            const store::Ordinals& ordinals) {
  std::string latest;
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kDefinitions, "", "",
                 [&latest](absl::string_view, absl::string_view value) {
                   latest.assign(value.data(), value.size());
                   return true;
                 }));
  if (latest.empty()) return NoDefinitions();
  PATRON_ASSIGN_OR_RETURN(auto version, store::Decode<wire::DefinitionsVersion>(
                                            latest, "definitions"));
  PATRON_ASSIGN_OR_RETURN(
      const auto programmes,
      OrdinalsOf(version.definitions.programmes, ordinals.programmes));
  PATRON_ASSIGN_OR_RETURN(
      const auto offers,
      OrdinalsOf(version.definitions.offers, ordinals.offers));
  return offers::Compile(std::move(version), programmes, offers);
}

}  // namespace

Holdings::Holdings() : definitions_(NoDefinitions()) {}

absl::Status Holdings::Load(const store::Store& store,
                            const store::Ordinals& ordinals) {
  PATRON_ASSIGN_OR_RETURN(CompiledPtr definitions,
                          LoadDefinitions(store, ordinals));
  absl::flat_hash_map<uint32_t, wire::OfferCountRow> counts;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.ScanPrefix(
      Family::kMeta, kCountPrefix,
      [&](absl::string_view key, absl::string_view value) {
        const std::string id(key.substr(kCountPrefix.size()));
        const auto row = store::Decode<wire::OfferCountRow>(value, key);
        const auto ordinal = ordinals.offers.Find(id);
        problem = row.status();
        if (problem.ok() && !ordinal)
          problem = absl::DataLossError(absl::StrCat(key, ": no such offer"));
        if (problem.ok()) counts[*ordinal] = *row;
        return problem.ok();
      }));
  PATRON_RETURN_IF_ERROR(problem);
  const absl::MutexLock lock(&mutex_);
  definitions_ = std::move(definitions);
  counts_ = std::move(counts);
  return absl::OkStatus();
}

CompiledPtr Holdings::definitions() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return definitions_;
}

wire::OfferCountRow Holdings::Count(uint32_t offer) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = counts_.find(offer);
  return found == counts_.end() ? wire::OfferCountRow() : found->second;
}

int64_t Holdings::open_reservations() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return open_reservations_;
}

std::optional<int64_t> Holdings::next_expiry_us() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return next_expiry_us_;
}

// ---- HoldingsChanges
// -----------------------------------------------------------

absl::Status HoldingsChanges::Load(const store::Store& store) {
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kReservations, "", "",
      [&](absl::string_view id, absl::string_view value) {
        auto row = store::Decode<wire::ReservationRow>(value, "reservation");
        problem = row.status();
        if (!problem.ok()) return false;
        if (row->state == wire::ReservationState::OPEN) {
          by_expiry_.emplace(row->expires_at_us, id);
          open_.emplace(id, *std::move(row));
        }
        return true;
      }));
  reservations_changed_ = true;
  return problem;
}

const CompiledPtr& HoldingsChanges::definitions() {
  if (definitions_ == nullptr) definitions_ = holdings_.definitions();
  return definitions_;
}

void HoldingsChanges::SetDefinitions(CompiledPtr definitions) {
  definitions_ = std::move(definitions);
}

const wire::OfferCountRow& HoldingsChanges::Count(uint32_t offer) {
  const auto own = counts_.find(offer);
  if (own != counts_.end()) return own->second;
  none_ = holdings_.Count(offer);
  return none_;
}

wire::OfferCountRow& HoldingsChanges::MutableCount(
    uint32_t offer, const std::string& offer_id) {
  const auto [at, fresh] = counts_.try_emplace(offer);
  if (fresh) {
    at->second = holdings_.Count(offer);
    touched_.emplace_back(offer, offer_id);
  }
  return at->second;
}

wire::ReservationRow* HoldingsChanges::FindOpen(
    const std::string& reservation_id) {
  const auto found = open_.find(reservation_id);
  return found == open_.end() ? nullptr : &found->second;
}

void HoldingsChanges::Open(const std::string& reservation_id,
                           wire::ReservationRow row, store::Batch& batch) {
  batch.Put(Family::kReservations, reservation_id, encoder_.Encode(row));
  by_expiry_.emplace(row.expires_at_us, reservation_id);
  open_[reservation_id] = std::move(row);
  reservations_changed_ = true;
}

void HoldingsChanges::Close(const std::string& reservation_id,
                            const wire::ReservationRow& row,
                            store::Batch& batch) {
  batch.Put(Family::kReservations, reservation_id, encoder_.Encode(row));
  by_expiry_.erase({row.expires_at_us, reservation_id});
  open_.erase(reservation_id);
  reservations_changed_ = true;
}

void HoldingsChanges::Rewrite(const std::string& reservation_id,
                              store::Batch& batch) {
  batch.Put(Family::kReservations, reservation_id,
            encoder_.Encode(open_.at(reservation_id)));
}

std::optional<std::string> HoldingsChanges::FirstExpired(int64_t now_us) const {
  if (by_expiry_.empty() || by_expiry_.begin()->first > now_us)
    return std::nullopt;
  return by_expiry_.begin()->second;
}

std::vector<std::string> HoldingsChanges::OpenOf(
    CustomerOrdinal customer) const {
  std::vector<std::string> ids;
  for (const auto& [expiry, id] : by_expiry_)
    if (static_cast<uint32_t>(open_.at(id).customer) == customer.value())
      ids.push_back(id);
  std::sort(ids.begin(), ids.end());
  return ids;
}

void HoldingsChanges::Flush(store::Batch& batch) {
  for (const auto& [offer, id] : touched_)
    batch.PutBlind(Family::kMeta, absl::StrCat(kCountPrefix, id),
                   encoder_.Encode(counts_.at(offer)));
}

void HoldingsChanges::Publish() {
  if (definitions_ == nullptr && counts_.empty() && !reservations_changed_)
    return;
  const absl::MutexLock lock(&holdings_.mutex_);
  if (definitions_ != nullptr) holdings_.definitions_ = definitions_;
  for (const auto& [offer, row] : counts_) holdings_.counts_[offer] = row;
  holdings_.open_reservations_ = static_cast<int64_t>(open_.size());
  holdings_.next_expiry_us_ = by_expiry_.empty()
                                  ? std::nullopt
                                  : std::optional(by_expiry_.begin()->first);
  counts_.clear();
  touched_.clear();
  reservations_changed_ = false;
}

}  // namespace patron::checkout
