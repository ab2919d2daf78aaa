#include "server/store/ordinals.h"

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"

namespace patron::store {

std::optional<uint32_t> OrdinalTable::Find(absl::string_view id) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_id_.find(id);
  if (found == by_id_.end()) return std::nullopt;
  return found->second;
}

absl::string_view OrdinalTable::IdOf(uint32_t ordinal) const {
  const absl::ReaderMutexLock lock(&mutex_);
  PATRON_CHECK(ordinal < ids_.size());
  return ids_[ordinal];
}

uint32_t OrdinalTable::size() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return static_cast<uint32_t>(ids_.size());
}

void OrdinalTable::Publish(const std::vector<std::string>& ids) {
  if (ids.empty()) return;  // most batches: nobody waits for those who read
  const absl::MutexLock lock(&mutex_);
  for (const std::string& id : ids) {
    ids_.push_back(id);
    by_id_.emplace(ids_.back(), static_cast<uint32_t>(ids_.size() - 1));
  }
}

void OrdinalTable::Link(const std::string& id, uint32_t ordinal) {
  const absl::MutexLock lock(&mutex_);
  if (const auto known = by_id_.find(id); known != by_id_.end()) {
    known->second = ordinal;
    return;
  }
  aliases_.push_back(id);
  by_id_.emplace(aliases_.back(), ordinal);
}

absl::Status Ordinals::Load(const Store& store) {
  for (OrdinalTable* table :
       {&customers, &products, &stores, &programmes, &offers}) {
    std::vector<std::string> ids;
    absl::Status problem;
    const std::string prefix(1, static_cast<char>(table->kind()));
    PATRON_RETURN_IF_ERROR(store.ScanPrefix(
        Family::kIds, prefix, [&](absl::string_view key, absl::string_view id) {
          const absl::StatusOr<IdKeyParts> parts = DecodeIdKey(key);
          problem = parts.status();
          if (problem.ok() && parts->ordinal != ids.size())
            problem = absl::DataLossError(
                absl::StrCat("ids: ordinal ", parts->ordinal, " where ",
                             ids.size(), " was due"));
          ids.emplace_back(id);
          return problem.ok();
        }));
    PATRON_RETURN_IF_ERROR(problem);
    table->Publish(ids);
  }
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kAliases, "", "",
                 [&](absl::string_view id, absl::string_view value) {
                   if (IsAliasOfKey(id)) return true;
                   const absl::StatusOr<CustomerOrdinal> customer =
                       DecodeCustomerKey(value);
                   problem = customer.status();
                   if (problem.ok())
                     customers.Link(std::string(id), customer->value());
                   return problem.ok();
                 }));
  return problem;
}

std::optional<uint32_t> OrdinalChanges::Find(const OrdinalTable& table,
                                             const Fresh& fresh,
                                             absl::string_view id) {
  if (const auto known = table.Find(id)) return known;
  if (const auto own = fresh.by_id.find(id); own != fresh.by_id.end())
    return own->second;
  return std::nullopt;
}

uint32_t OrdinalChanges::FindOrAdd(const OrdinalTable& table, Fresh& fresh,
                                   absl::string_view id, Batch& batch) {
  if (const auto known = Find(table, fresh, id)) return *known;
  const uint32_t ordinal =
      table.size() + static_cast<uint32_t>(fresh.ids.size());
  fresh.ids.emplace_back(id);
  fresh.by_id.emplace(id, ordinal);
  batch.PutBlind(Family::kIds, IdKey(table.kind(), ordinal), id);
  return ordinal;
}

std::optional<CustomerOrdinal> OrdinalChanges::FindCustomer(
    absl::string_view id) const {
  if (const auto link = links_.find(id); link != links_.end())
    return CustomerOrdinal(link->second);
  const auto found = Find(ordinals_.customers, customers_, id);
  return found ? std::optional(CustomerOrdinal(*found)) : std::nullopt;
}

std::optional<ProductOrdinal> OrdinalChanges::FindProduct(
    absl::string_view id) const {
  const auto found = Find(ordinals_.products, products_, id);
  return found ? std::optional(ProductOrdinal(*found)) : std::nullopt;
}

std::optional<StoreOrdinal> OrdinalChanges::FindStore(
    absl::string_view id) const {
  const auto found = Find(ordinals_.stores, stores_, id);
  return found ? std::optional(StoreOrdinal(*found)) : std::nullopt;
}

uint32_t OrdinalChanges::customers() const {
  return ordinals_.customers.size() +
         static_cast<uint32_t>(customers_.ids.size());
}

CustomerOrdinal OrdinalChanges::Customer(absl::string_view id, Batch& batch) {
  if (const auto link = links_.find(id); link != links_.end())
    return CustomerOrdinal(link->second);
  return CustomerOrdinal(FindOrAdd(ordinals_.customers, customers_, id, batch));
}

ProductOrdinal OrdinalChanges::Product(absl::string_view id, Batch& batch) {
  return ProductOrdinal(FindOrAdd(ordinals_.products, products_, id, batch));
}

StoreOrdinal OrdinalChanges::Store(absl::string_view id, Batch& batch) {
  return StoreOrdinal(FindOrAdd(ordinals_.stores, stores_, id, batch));
}

uint32_t OrdinalChanges::Programme(absl::string_view id, Batch& batch) {
  return FindOrAdd(ordinals_.programmes, programmes_, id, batch);
}

uint32_t OrdinalChanges::Offer(absl::string_view id, Batch& batch) {
  return FindOrAdd(ordinals_.offers, offers_, id, batch);
}

std::optional<uint32_t> OrdinalChanges::FindProgramme(
    absl::string_view id) const {
  return Find(ordinals_.programmes, programmes_, id);
}

std::optional<uint32_t> OrdinalChanges::FindOffer(absl::string_view id) const {
  return Find(ordinals_.offers, offers_, id);
}

void OrdinalChanges::LinkCustomer(absl::string_view id,
                                  CustomerOrdinal customer, Batch& batch) {
  // Put, not PutBlind: a merge in the same batch reads them back.
  if (const auto before = FindCustomer(id))
    batch.Delete(Family::kAliases, AliasOfKey(*before, id));
  links_[std::string(id)] = customer.value();
  batch.Put(Family::kAliases, AliasOfKey(customer, id), "");
  batch.Put(Family::kAliases, id, CustomerKey(customer));
}

absl::string_view OrdinalChanges::IdOf(const OrdinalTable& table,
                                       const Fresh& fresh, uint32_t ordinal) {
  if (ordinal < table.size()) return table.IdOf(ordinal);
  const size_t at = ordinal - table.size();
  PATRON_CHECK(at < fresh.ids.size());
  return fresh.ids[at];
}

std::string OrdinalChanges::CustomerId(CustomerOrdinal customer) const {
  return std::string(IdOf(ordinals_.customers, customers_, customer.value()));
}

std::string OrdinalChanges::OfferId(uint32_t offer) const {
  return std::string(IdOf(ordinals_.offers, offers_, offer));
}

std::string OrdinalChanges::ProgrammeId(uint32_t programme) const {
  return std::string(IdOf(ordinals_.programmes, programmes_, programme));
}

absl::string_view OrdinalChanges::StoreId(StoreOrdinal store) const {
  return IdOf(ordinals_.stores, stores_, store.value());
}

absl::string_view OrdinalChanges::ProductId(ProductOrdinal product) const {
  return IdOf(ordinals_.products, products_, product.value());
}

void OrdinalChanges::Publish() {
  ordinals_.customers.Publish(customers_.ids);
  ordinals_.products.Publish(products_.ids);
  ordinals_.stores.Publish(stores_.ids);
  ordinals_.programmes.Publish(programmes_.ids);
  ordinals_.offers.Publish(offers_.ids);
  for (const auto& [id, customer] : links_)
    ordinals_.customers.Link(id, customer);
  customers_ = products_ = stores_ = programmes_ = offers_ = Fresh();
  links_.clear();
}

}  // namespace patron::store
