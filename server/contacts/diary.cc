#include "server/contacts/diary.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

void AddStanding(const wire::RunRow& run, const DiaryEntry& entry,
                 std::vector<Standing>& standing) {
  if (run.state == wire::RunState::RELEASED) return;
  standing.push_back({entry.run, entry.day, run.campaign.priority,
                      run.state == wire::RunState::FROZEN});
}

}  // namespace

Diary::Diary() : shards_(std::make_unique<std::array<Shard, kShards>>()) {}

absl::Status Diary::Load(const store::Store& store, const Runs& runs) {
  const std::vector<RunPtr> all = runs.All();
  absl::Status problem;
  CustomerOrdinal customer = kAnonymous;
  DiaryEntries entries;
  const auto add = [&](absl::string_view key,
                       absl::string_view value) -> absl::Status {
    PATRON_ASSIGN_OR_RETURN(const auto parts, store::DecodeContactKey(key));
    if (parts.customer != customer && !entries.empty())
      Set(customer, std::exchange(entries, {}));
    customer = parts.customer;
    if (parts.run >= all.size())
      return absl::DataLossError(absl::StrCat(
          "contact of customer ", customer.value(), ": no run ", parts.run));
    if (all[parts.run]->state == wire::RunState::RELEASED)
      return absl::OkStatus();
    PATRON_ASSIGN_OR_RETURN(const auto row,
                            store::Decode<wire::ContactRow>(value, "contact"));
    for (const Day day : DaysOf(row)) entries.push_back({parts.run, day});
    return absl::OkStatus();
  };
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kContacts, "", "",
                 [&](absl::string_view key, absl::string_view value) {
                   problem = add(key, value);
                   return problem.ok();
                 }));
  if (problem.ok() && !entries.empty()) Set(customer, std::move(entries));
  return problem;
}

DiaryEntries Diary::Read(CustomerOrdinal customer) const {
  const Shard& shard = (*shards_)[customer.value() % kShards];
  const size_t at = customer.value() / kShards;
  const absl::ReaderMutexLock lock(&shard.mutex);
  return at < shard.customers.size() ? shard.customers[at] : DiaryEntries();
}

void Diary::Set(CustomerOrdinal customer, DiaryEntries entries) {
  Shard& shard = (*shards_)[customer.value() % kShards];
  const size_t at = customer.value() / kShards;
  const absl::MutexLock lock(&shard.mutex);
  if (at >= shard.customers.size()) shard.customers.resize(at + 1);
  shard.customers[at] = std::move(entries);
}

std::vector<Day> DaysOf(const wire::ContactRow& row) {
  if (row.decision != wire::ContactDecision::CONTACT || row.is_service)
    return {};
  std::vector<Day> days(row.also_days.begin(), row.also_days.end());
  days.push_back(row.day);
  std::sort(days.begin(), days.end());
  return days;
}

// ---- DiaryChanges

DiaryEntries DiaryChanges::Now(CustomerOrdinal customer) const {
  const auto own = changed_.find(customer);
  return own != changed_.end() ? own->second : diary_.Read(customer);
}

DiaryEntries& DiaryChanges::Mutable(CustomerOrdinal customer) {
  const auto [at, fresh] = changed_.try_emplace(customer);
  if (fresh) at->second = diary_.Read(customer);
  return at->second;
}

void DiaryChanges::Add(CustomerOrdinal customer, DiaryEntry entry) {
  DiaryEntries& entries = Mutable(customer);
  entries.insert(std::lower_bound(entries.begin(), entries.end(), entry),
                 entry);
}

void DiaryChanges::Remove(CustomerOrdinal customer, uint32_t run) {
  DiaryEntries& entries = Mutable(customer);
  entries.erase(
      std::remove_if(entries.begin(), entries.end(),
                     [run](const DiaryEntry& one) { return one.run == run; }),
      entries.end());
}

void DiaryChanges::Publish() {
  for (auto& [customer, entries] : changed_)
    diary_.Set(customer, std::move(entries));
  changed_.clear();
}

// ---- what counts

std::vector<Standing> StandingOf(const DiaryEntries& entries,
                                 const Runs& runs) {
  std::vector<Standing> standing;
  for (const DiaryEntry& entry : entries)
    if (const RunPtr run = runs.Get(entry.run))
      AddStanding(*run, entry, standing);
  return standing;
}

std::vector<Standing> StandingOf(const DiaryEntries& entries,
                                 RunChanges& runs) {
  std::vector<Standing> standing;
  for (const DiaryEntry& entry : entries)
    AddStanding(runs.Now(entry.run), entry, standing);
  return standing;
}

}  // namespace patron::contacts
