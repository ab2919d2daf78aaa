#include "server/loyalty/accounts.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/store/keys.h"

namespace patron::loyalty {
namespace {

using store::Family;

constexpr absl::string_view kTotalsPrefix = "points:";

// The entries that the running command has posted before.
void Prepend(const std::string& key, const store::Batch& batch,
             wire::EntriesRow& row) {
  const auto bytes = batch.Get(Family::kEntries, key);
  PATRON_CHECK_OK(bytes.status());
  const auto before = store::Decode<wire::EntriesRow>(**bytes, "entries");
  PATRON_CHECK_OK(before.status());
  row.entries.insert(row.entries.begin(), before->entries.begin(),
                     before->entries.end());
}

}  // namespace

std::string TotalsKey(absl::string_view programme_id) {
  return absl::StrCat(kTotalsPrefix, programme_id);
}

// ---- Accounts

Accounts::Accounts()
    : shards_(std::make_unique<std::array<Shard, kShards>>()) {}

const wire::AccountRow* Accounts::Find(CustomerOrdinal customer) const {
  if (customer == kAnonymous) return nullptr;
  const auto& rows = (*shards_)[customer.value() % kShards].rows;
  const size_t at = customer.value() / kShards;
  return at < rows.size() ? rows[at].get() : nullptr;
}

void Accounts::Set(CustomerOrdinal customer,
                   std::shared_ptr<const wire::AccountRow> row) {
  Shard& shard = (*shards_)[customer.value() % kShards];
  const size_t at = customer.value() / kShards;
  {
    const absl::MutexLock lock(&shard.mutex);
    if (at >= shard.rows.size()) shard.rows.resize(at + 1);
    std::swap(shard.rows[at], row);
  }
  // What stood there before goes outside the lock.
  if (row == nullptr) size_.fetch_add(1, std::memory_order_relaxed);
}

absl::Status Accounts::Load(const store::Store& store) {
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kAccounts, "", "",
      [&](absl::string_view key, absl::string_view value) {
        problem = [&]() -> absl::Status {
          PATRON_ASSIGN_OR_RETURN(const auto customer,
                                  store::DecodeCustomerKey(key));
          PATRON_ASSIGN_OR_RETURN(
              auto row,
              store::Decode<wire::AccountRow>(
                  value, absl::StrCat("account of ", customer.value())));
          Set(customer,
              std::make_shared<const wire::AccountRow>(std::move(row)));
          return absl::OkStatus();
        }();
        return problem.ok();
      }));
  PATRON_RETURN_IF_ERROR(problem);
  absl::flat_hash_map<std::string, wire::PointsTotalsRow> totals;
  PATRON_RETURN_IF_ERROR(store.ScanPrefix(
      Family::kMeta, kTotalsPrefix,
      [&](absl::string_view key, absl::string_view value) {
        auto row = store::Decode<wire::PointsTotalsRow>(value, key);
        problem = row.status();
        if (!row.ok()) return false;
        const auto id = absl::StripPrefix(key, kTotalsPrefix);
        totals[std::string(id)] = *std::move(row);
        return true;
      }));
  const absl::MutexLock lock(&mutex_);
  totals_ = std::move(totals);
  return problem;
}

bool Accounts::Read(CustomerOrdinal customer, wire::AccountRow& out) const {
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const absl::ReaderMutexLock lock(&shard.mutex);
  const wire::AccountRow* row = Find(customer);
  if (row == nullptr) {
    out = wire::AccountRow();
    return false;
  }
  out = *row;
  return true;
}

std::shared_ptr<const wire::AccountRow> Accounts::Share(
    CustomerOrdinal customer) const {
  if (customer == kAnonymous) return nullptr;
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const absl::ReaderMutexLock lock(&shard.mutex);
  const size_t at = customer.value() / kShards;
  return at < shard.rows.size() ? shard.rows[at] : nullptr;
}

void Accounts::ForEach(
    absl::FunctionRef<void(CustomerOrdinal, const wire::AccountRow&)> visit)
    const {
  size_t depth = 0;
  for (const Shard& shard : *shards_) {
    const absl::ReaderMutexLock lock(&shard.mutex);
    depth = std::max(depth, shard.rows.size());
  }
  wire::AccountRow row;
  for (size_t i = 0; i < depth * kShards; ++i) {
    const CustomerOrdinal customer(static_cast<uint32_t>(i));
    if (Read(customer, row)) visit(customer, row);
  }
}

wire::PointsTotalsRow Accounts::Totals(const std::string& programme_id) const {
  const absl::MutexLock lock(&mutex_);
  const auto at = totals_.find(programme_id);
  return at == totals_.end() ? wire::PointsTotalsRow() : at->second;
}

// ---- AccountChanges

const wire::AccountRow& AccountChanges::Now(CustomerOrdinal customer) {
  const auto at = changed_.find(customer);
  if (at != changed_.end()) return *at->second;
  const wire::AccountRow* row = accounts_.Find(customer);
  return row != nullptr ? *row : none_;
}

wire::AccountRow& AccountChanges::Mutable(CustomerOrdinal customer) {
  PATRON_CHECK(customer != kAnonymous);
  std::shared_ptr<wire::AccountRow>& row = changed_[customer];
  if (row == nullptr) {
    const wire::AccountRow* present = accounts_.Find(customer);
    row = present != nullptr ? std::make_shared<wire::AccountRow>(*present)
                             : std::make_shared<wire::AccountRow>();
    order_.push_back(customer);
  }
  return *row;
}

wire::ProgrammeAccount& AccountChanges::Programme(CustomerOrdinal customer,
                                                  uint32_t programme) {
  auto& programmes = Mutable(customer).programmes;
  const auto ordinal = static_cast<int32_t>(programme);
  const auto at = std::lower_bound(
      programmes.begin(), programmes.end(), ordinal,
      [](const wire::ProgrammeAccount& account, int32_t wanted) {
        return account.programme < wanted;
      });
  if (at != programmes.end() && at->programme == ordinal) return *at;
  wire::ProgrammeAccount account;
  account.programme = ordinal;
  return *programmes.insert(at, std::move(account));
}

void AccountChanges::Post(CustomerOrdinal customer, LogPosition position,
                          absl::Time at, const std::string& actor,
                          std::vector<wire::Entry> entries,
                          store::Batch& batch) {
  if (entries.empty()) return;
  wire::EntriesRow row;
  row.entries = std::move(entries);
  for (wire::Entry& entry : row.entries) {
    entry.actor = actor;
    entry.at_us = absl::ToUnixMicros(at);
    entry.log_position = static_cast<int64_t>(position.value());
    AddToTotals(entry, MutableTotals(entry.programme_id));
  }
  if (posted_at_ != position) posted_.clear();
  posted_at_ = position;
  const std::string key = store::EntriesKey(customer, position);
  if (!posted_.insert(customer).second) Prepend(key, batch, row);
  // Put, not PutBlind: a merge in the same batch moves them.
  batch.Put(Family::kEntries, key, encoder_.Encode(row));
}

wire::PointsTotalsRow& AccountChanges::MutableTotals(
    const std::string& programme_id) {
  const auto [at, fresh] = totals_.try_emplace(programme_id);
  if (fresh) {
    at->second = accounts_.Totals(programme_id);
    totals_order_.push_back(programme_id);
  }
  return at->second;
}

void AccountChanges::ForEachChanged(
    absl::FunctionRef<void(CustomerOrdinal,
                           std::shared_ptr<const wire::AccountRow>)>
        visit) const {
  for (const CustomerOrdinal customer : order_)
    visit(customer, changed_.at(customer));
}

void AccountChanges::Flush(store::Batch& batch) {
  for (const CustomerOrdinal customer : order_)
    batch.PutBlind(Family::kAccounts, store::CustomerKey(customer),
                   encoder_.Encode(*changed_[customer]));
  for (const std::string& id : totals_order_)
    batch.PutBlind(Family::kMeta, TotalsKey(id), encoder_.Encode(totals_[id]));
}

void AccountChanges::Publish() {
  for (const CustomerOrdinal customer : order_)
    accounts_.Set(customer, std::move(changed_[customer]));
  {
    const absl::MutexLock lock(&accounts_.mutex_);
    for (const std::string& id : totals_order_)
      accounts_.totals_[id] = std::move(totals_[id]);
  }
  changed_.clear();
  order_.clear();
  totals_.clear();
  totals_order_.clear();
}

}  // namespace patron::loyalty
