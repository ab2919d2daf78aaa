#include "server/facts/table.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/facts/codec.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::facts {
namespace {

using store::Family;

template <typename Items>
auto LowerBound(Items& items, uint32_t product) {
  return std::lower_bound(items.begin(), items.end(), product,
                          [](const ItemFact& item, uint32_t wanted) {
                            return item.product.value() < wanted;
                          });
}

const ItemFact* FindItem(const std::vector<ItemFact>& items, uint32_t product) {
  const auto at = LowerBound(items, product);
  return at != items.end() && at->product.value() == product ? &*at : nullptr;
}

// Puts `item` into its place; times 0 takes it away.
void Upsert(std::vector<ItemFact>& items, const ItemFact& item) {
  const auto at = LowerBound(items, item.product.value());
  const bool there = at != items.end() && at->product == item.product;
  if (item.times == 0) {
    if (there) items.erase(at);
  } else if (there) {
    *at = item;
  } else {
    items.insert(at, item);
  }
}

// Takes no more memory than they need: there are as many vectors as customers.
void UpsertAll(const std::vector<ItemFact>& changes,
               std::vector<ItemFact>& items) {
  items.reserve(items.size() + changes.size());
  for (const ItemFact& item : changes) Upsert(items, item);
  items.shrink_to_fit();
}

}  // namespace

FactsTable::FactsTable()
    : shards_(std::make_unique<std::array<Shard, kShards>>()) {}

const FactsTable::Entry* FactsTable::Find(CustomerOrdinal customer) const {
  const auto& entries = (*shards_)[customer.value() % kShards].entries;
  const size_t at = customer.value() / kShards;
  return at < entries.size() ? entries[at].get() : nullptr;
}

FactsTable::Entry& FactsTable::FindOrMake(CustomerOrdinal customer) {
  auto& entries = ShardOf(customer).entries;
  const size_t at = customer.value() / kShards;
  if (at >= entries.size()) entries.resize(at + 1);
  if (entries[at] == nullptr) entries[at] = std::make_unique<Entry>();
  return *entries[at];
}

void FactsTable::CopyOut(const Entry& entry, CustomerFacts& out) {
  if (entry.summary == nullptr) {
    out.summary = Summary();
  } else {
    out.summary = *entry.summary;
  }
  out.items = entry.items;
  out.shown = entry.shown;
}

bool FactsTable::Read(CustomerOrdinal customer, CustomerFacts& out) const {
  if (customer == kAnonymous) {
    out = CustomerFacts();
    return false;
  }
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const absl::ReaderMutexLock lock(&shard.mutex);
  const Entry* entry = Find(customer);
  if (entry == nullptr) {
    out = CustomerFacts();
    return false;
  }
  CopyOut(*entry, out);
  return true;
}

std::shared_ptr<const Summary> FactsTable::ShareSummary(
    CustomerOrdinal customer) const {
  if (customer == kAnonymous) return nullptr;
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const absl::ReaderMutexLock lock(&shard.mutex);
  const Entry* entry = Find(customer);
  return entry == nullptr ? nullptr : entry->summary;
}

std::shared_ptr<const Traits> FactsTable::ReadTraits(
    CustomerOrdinal customer) const {
  if (customer == kAnonymous) return nullptr;
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const absl::ReaderMutexLock lock(&shard.mutex);
  const Entry* entry = Find(customer);
  return entry == nullptr ? nullptr : entry->traits;
}

absl::Status FactsTable::LoadChunk(absl::string_view key,
                                   absl::string_view value) {
  PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeItemChunkKey(key));
  PATRON_ASSIGN_OR_RETURN(const auto items, DecodeItems(value));
  UpsertAll(items, FindOrMake(parts.customer).items);
  return absl::OkStatus();
}

absl::Status FactsTable::LoadRow(absl::string_view key,
                                 absl::string_view value) {
  if (store::IsShownKey(key)) return LoadShown(key, value);
  PATRON_ASSIGN_OR_RETURN(const auto customer, store::DecodeCustomerKey(key));
  PATRON_ASSIGN_OR_RETURN(
      const auto row, store::Decode<wire::FactsRow>(
                          value, absl::StrCat("facts of ", customer.value())));
  PATRON_ASSIGN_OR_RETURN(Summary summary, FromRow(row));
  PATRON_ASSIGN_OR_RETURN(auto changed, DecodeItems(row.changed));
  Entry& entry = FindOrMake(customer);
  entry.summary = std::make_shared<const Summary>(std::move(summary));
  entry.chunks = static_cast<uint32_t>(row.chunks);
  UpsertAll(changed, entry.items);
  entry.changed = std::move(changed);
  return absl::OkStatus();
}

absl::Status FactsTable::LoadShown(absl::string_view key,
                                   absl::string_view value) {
  key.remove_suffix(1);
  PATRON_ASSIGN_OR_RETURN(const auto customer, store::DecodeCustomerKey(key));
  PATRON_ASSIGN_OR_RETURN(FindOrMake(customer).shown, DecodeShown(value));
  return absl::OkStatus();
}

absl::Status FactsTable::LoadTraits(absl::string_view key,
                                    absl::string_view value) {
  PATRON_ASSIGN_OR_RETURN(const auto customer, store::DecodeCustomerKey(key));
  PATRON_ASSIGN_OR_RETURN(
      const auto profile,
      store::Decode<wire::Customer>(
          value, absl::StrCat("people row ", customer.value())));
  FindOrMake(customer).traits = MakeTraits(profile);
  return absl::OkStatus();
}

absl::Status FactsTable::Load(const store::Store& store) {
  using Loader =
      absl::Status (FactsTable::*)(absl::string_view, absl::string_view);
  // Chunks first, in their order; then the rows, whose items are newer.
  for (const std::pair<Family, Loader>& step :
       {std::pair<Family, Loader>(Family::kItems, &FactsTable::LoadChunk),
        std::pair<Family, Loader>(Family::kFacts, &FactsTable::LoadRow),
        std::pair<Family, Loader>(Family::kPeople, &FactsTable::LoadTraits)}) {
    absl::Status problem;
    PATRON_RETURN_IF_ERROR(
        store.Scan(step.first, "", "",
                   [&](absl::string_view key, absl::string_view value) {
                     problem = (this->*step.second)(key, value);
                     return problem.ok();
                   }));
    PATRON_RETURN_IF_ERROR(problem);
  }
  return absl::OkStatus();
}

// ---- FactsChanges
// --------------------------------------------------------------

std::unique_ptr<FactsChanges::Pending> FactsChanges::TakeFree() {
  if (free_.empty()) return std::make_unique<Pending>();
  std::unique_ptr<Pending> pending = std::move(free_.back());
  free_.pop_back();
  return pending;
}

FactsChanges::Pending& FactsChanges::Find(CustomerOrdinal customer) {
  std::unique_ptr<Pending>& pending = pending_[customer];
  if (pending == nullptr) {
    pending = TakeFree();
    order_.push_back(customer);
    pending->touched.clear();
    pending->traits.reset();
    if (const FactsTable::Entry* entry = table_.Find(customer)) {
      pending->summary = entry->summary == nullptr
                             ? std::make_shared<Summary>()
                             : std::make_shared<Summary>(*entry->summary);
      pending->changed = entry->changed;
      pending->chunks = entry->chunks;
    } else {
      *pending = Pending();
      pending->summary = std::make_shared<Summary>();
    }
  }
  return *pending;
}

ItemFact FactsChanges::ItemNow(CustomerOrdinal customer, const Pending& pending,
                               uint32_t product) const {
  if (const ItemFact* own = FindItem(pending.touched, product)) return *own;
  if (const FactsTable::Entry* entry = table_.Find(customer))
    if (const ItemFact* item = FindItem(entry->items, product)) return *item;
  ItemFact none;
  none.product = ProductOrdinal(product);
  return none;
}

Summary& FactsChanges::MutableSummary(CustomerOrdinal customer) {
  return *Find(customer).summary;
}

ItemFact& FactsChanges::MutableItem(CustomerOrdinal customer,
                                    ProductOrdinal product) {
  Pending& pending = Find(customer);
  auto at = LowerBound(pending.touched, product.value());
  if (at == pending.touched.end() || at->product != product)
    at =
        pending.touched.insert(at, ItemNow(customer, pending, product.value()));
  const bool known = std::any_of(
      pending.changed.begin(), pending.changed.end(),
      [product](const ItemFact& item) { return item.product == product; });
  if (!known) pending.changed.push_back(*at);
  return *at;
}

void FactsChanges::ReplaceItems(CustomerOrdinal customer,
                                const std::vector<ItemFact>& items) {
  // By what she has now, in the order of products: where a batch ends must not
  // show.
  const Pending& pending = Find(customer);
  std::set<uint32_t> before;
  for (const ItemFact& item : pending.touched)
    before.insert(item.product.value());
  if (const FactsTable::Entry* entry = table_.Find(customer))
    for (const ItemFact& item : entry->items)
      before.insert(item.product.value());
  for (const uint32_t product : before)
    if (FindItem(items, product) == nullptr &&
        ItemNow(customer, pending, product).times > 0)
      MutableItem(customer,
                  ProductOrdinal(product)) = {ProductOrdinal(product)};
  for (const ItemFact& item : items)
    if (ItemNow(customer, pending, item.product.value()) != item)
      MutableItem(customer, item.product) = item;
}

const std::vector<Showing>& FactsChanges::ShownNow(
    CustomerOrdinal customer) const {
  static const std::vector<Showing> kNone;
  const auto pending = shown_.find(customer);
  if (pending != shown_.end()) return pending->second;
  const FactsTable::Entry* entry = table_.Find(customer);
  return entry == nullptr ? kNone : entry->shown;
}

std::vector<Showing>& FactsChanges::MutableShown(CustomerOrdinal customer) {
  const auto pending = shown_.find(customer);
  if (pending != shown_.end()) return pending->second;
  return shown_[customer] = std::vector<Showing>(ShownNow(customer));
}

void FactsChanges::ForgetShowings(CustomerOrdinal customer,
                                  ProductOrdinal product) {
  const auto same = [product](const Showing& showing) {
    return showing.product == product;
  };
  const std::vector<Showing>& now = ShownNow(customer);
  if (std::any_of(now.begin(), now.end(), same))
    std::erase_if(MutableShown(customer), same);
}

void FactsChanges::SetTraits(CustomerOrdinal customer,
                             std::shared_ptr<const Traits> traits) {
  Find(customer).traits = std::move(traits);
}

void FactsChanges::Clear(CustomerOrdinal customer) {
  ReplaceItems(customer, {});
  MutableSummary(customer) = Summary();
  if (!ShownNow(customer).empty()) MutableShown(customer).clear();
  SetTraits(customer, nullptr);
}

std::shared_ptr<const Traits> FactsChanges::TraitsNow(
    CustomerOrdinal customer) const {
  const auto pending = pending_.find(customer);
  if (pending != pending_.end() && pending->second->traits)
    return *pending->second->traits;
  const FactsTable::Entry* entry = table_.Find(customer);
  return entry == nullptr ? nullptr : entry->traits;
}

void FactsChanges::ReadNow(CustomerOrdinal customer, CustomerFacts& out) const {
  const FactsTable::Entry* entry = table_.Find(customer);
  const auto at = pending_.find(customer);
  if (at == pending_.end()) {
    if (entry == nullptr) {
      out = CustomerFacts();
    } else {
      FactsTable::CopyOut(*entry, out);
    }
    out.shown = ShownNow(customer);
    return;
  }
  out.shown = ShownNow(customer);
  out.summary = *at->second->summary;
  out.items.clear();
  if (entry != nullptr) out.items = entry->items;
  for (const ItemFact& item : at->second->touched) Upsert(out.items, item);
}

// The items of `changed` as they stand now.
std::string FactsChanges::PackChanged(const Pending& pending) {
  std::string packed;
  packed.reserve(pending.changed.size() * kItemBytes);
  for (const ItemFact& item : pending.changed) {
    const ItemFact* touched = FindItem(pending.touched, item.product.value());
    AppendItem(packed, touched != nullptr ? *touched : item);
  }
  return packed;
}

void FactsChanges::EndCommand(CustomerOrdinal customer, store::Batch& batch) {
  Pending& pending = Find(customer);
  if (pending.changed.size() < kChunkItems) return;
  batch.PutBlind(Family::kItems, store::ItemChunkKey(customer, pending.chunks),
                 PackChanged(pending));
  ++pending.chunks;
  pending.changed.clear();
}

void FactsChanges::ForEachChanged(VisitChange visit) const {
  for (const CustomerOrdinal customer : order_) {
    const Pending& pending = *pending_.at(customer);
    visit(customer, pending.summary, pending.traits);
  }
}

void FactsChanges::Flush(store::Batch& batch) {
  for (const CustomerOrdinal customer : order_) {
    const Pending& pending = *pending_[customer];
    batch.PutBlind(Family::kFacts, store::CustomerKey(customer),
                   encoder_.Encode(ToRow(*pending.summary, PackChanged(pending),
                                         pending.chunks)));
  }
  for (const auto& [customer, shown] : shown_)
    batch.PutBlind(Family::kFacts, store::ShownKey(customer),
                   EncodeShown(shown));
}

void FactsChanges::Publish() {
  for (const CustomerOrdinal customer : order_) {
    Pending& pending = *pending_[customer];
    for (ItemFact& item : pending.changed)
      if (const ItemFact* now = FindItem(pending.touched, item.product.value()))
        item = *now;
    // The summary before goes outside the lock.
    std::shared_ptr<const Summary> summary = std::move(pending.summary);
    const absl::MutexLock lock(&table_.ShardOf(customer).mutex);
    FactsTable::Entry& entry = table_.FindOrMake(customer);
    std::swap(entry.summary, summary);
    for (const ItemFact& item : pending.touched) Upsert(entry.items, item);
    std::swap(entry.changed, pending.changed);
    entry.chunks = pending.chunks;
    if (pending.traits) entry.traits = *std::move(pending.traits);
  }
  for (auto& [customer, shown] : shown_) {
    const absl::MutexLock lock(&table_.ShardOf(customer).mutex);
    std::swap(table_.FindOrMake(customer).shown, shown);
  }
  shown_.clear();
  for (auto& [customer, pending] : pending_)
    free_.push_back(std::move(pending));
  pending_.clear();
  order_.clear();
}

}  // namespace patron::facts
