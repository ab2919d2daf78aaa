#include "server/contacts/runs.h"

#include "absl/strings/str_cat.h"
#include "server/base/check.h"
#include "server/base/status_macros.h"
#include "server/contacts/bitmap.h"
#include "server/store/keys.h"

namespace patron::contacts {
namespace {

using store::Family;

constexpr size_t kRunKeyBytes = 4;  // an audience's is longer

}  // namespace

absl::string_view StateName(wire::RunState::type state) {
  switch (state) {
    case wire::RunState::PLANNING:
      return "planning";
    case wire::RunState::PLANNED:
      return "planned";
    case wire::RunState::FROZEN:
      return "frozen";
    case wire::RunState::RELEASED:
      return "released";
  }
  return "unknown";
}

bool IsOpen(const wire::RunRow& run) {
  return run.state == wire::RunState::PLANNING ||
         run.state == wire::RunState::PLANNED;
}

absl::Status Runs::Load(const store::Store& store) {
  std::vector<RunPtr> rows;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(store.Scan(
      Family::kRuns, "", "",
      [&](absl::string_view key, absl::string_view value) {
        if (key.size() != kRunKeyBytes) return true;
        problem = [&]() -> absl::Status {
          PATRON_ASSIGN_OR_RETURN(const uint32_t number,
                                  store::DecodeRunKey(key));
          if (number != rows.size())
            return absl::DataLossError(
                absl::StrCat("runs: number ", number, " stands where ",
                             rows.size(), " is expected"));
          PATRON_ASSIGN_OR_RETURN(
              auto row,
              store::Decode<wire::RunRow>(value, absl::StrCat("run ", number)));
          rows.push_back(std::make_shared<const wire::RunRow>(std::move(row)));
          return absl::OkStatus();
        }();
        return problem.ok();
      }));
  PATRON_RETURN_IF_ERROR(problem);
  const absl::MutexLock lock(&mutex_);
  by_id_.clear();
  for (size_t i = 0; i < rows.size(); ++i)
    by_id_[rows[i]->run_id] = static_cast<uint32_t>(i);
  rows_ = std::move(rows);
  return absl::OkStatus();
}

std::optional<uint32_t> Runs::NumberOf(absl::string_view run_id) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_id_.find(run_id);
  return found == by_id_.end() ? std::nullopt : std::optional(found->second);
}

RunPtr Runs::Find(absl::string_view run_id) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = by_id_.find(run_id);
  return found == by_id_.end() ? nullptr : rows_[found->second];
}

RunPtr Runs::Get(uint32_t number) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return number < rows_.size() ? rows_[number] : nullptr;
}

std::vector<RunPtr> Runs::All() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return rows_;
}

uint32_t Runs::size() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return static_cast<uint32_t>(rows_.size());
}

// ---- RunChanges

std::optional<uint32_t> RunChanges::NumberOf(absl::string_view run_id) const {
  for (const auto& [id, number] : fresh_)
    if (id == run_id) return number;
  return runs_.NumberOf(run_id);
}

uint32_t RunChanges::size() const {
  return runs_.size() + static_cast<uint32_t>(fresh_.size());
}

const wire::RunRow& RunChanges::Now(uint32_t number) {
  if (const auto own = changed_.find(number); own != changed_.end())
    return *own->second;
  RunPtr& row = looked_at_[number];
  if (row == nullptr) row = runs_.Get(number);
  PATRON_CHECK(row != nullptr);
  return *row;
}

wire::RunRow& RunChanges::Mutable(uint32_t number) {
  std::unique_ptr<wire::RunRow>& row = changed_[number];
  if (row == nullptr) {
    const RunPtr present = runs_.Get(number);
    PATRON_CHECK(present != nullptr);
    row = std::make_unique<wire::RunRow>(*present);
    order_.push_back(number);
  }
  return *row;
}

const std::vector<uint32_t>& RunChanges::Counting(
    absl::FunctionRef<bool(const wire::RunRow&)> counts) {
  for (; asked_ < size(); ++asked_) counting_.push_back(asked_);
  std::erase_if(counting_,
                [&](uint32_t number) { return !counts(Now(number)); });
  return counting_;
}

uint32_t RunChanges::Open(wire::RunRow row, Roaring audience,
                          store::Batch& batch) {
  const uint32_t number = size();
  fresh_.emplace_back(row.run_id, number);
  // Put, not PutBlind: a later command of the batch may have to read it.
  batch.Put(Family::kRuns, store::RunAudienceKey(number),
            BitmapBytes(audience));
  audiences_[number] = std::make_shared<const Roaring>(std::move(audience));
  changed_[number] = std::make_unique<wire::RunRow>(std::move(row));
  order_.push_back(number);
  return number;
}

absl::StatusOr<AudiencePtr> RunChanges::Audience(uint32_t number,
                                                 const store::Batch& batch) {
  AudiencePtr& audience = audiences_[number];
  if (audience != nullptr) return audience;
  PATRON_ASSIGN_OR_RETURN(
      const auto bytes,
      batch.Get(Family::kRuns, store::RunAudienceKey(number)));
  const std::string what = absl::StrCat("audience of run ", number);
  if (!bytes) return absl::DataLossError(absl::StrCat(what, " is gone"));
  auto read = ReadBitmap(what, *bytes);
  if (!read.ok()) return absl::DataLossError(read.status().message());
  audience = std::make_shared<const Roaring>(*std::move(read));
  return audience;
}

void RunChanges::Flush(store::Batch& batch) {
  for (const uint32_t number : order_)
    batch.PutBlind(Family::kRuns, store::RunKey(number),
                   encoder_.Encode(*changed_[number]));
}

void RunChanges::Publish() {
  if (order_.empty()) return;
  for (const uint32_t number : order_)
    if (changed_[number]->state != wire::RunState::PLANNING)
      audiences_.erase(number);
  const absl::MutexLock lock(&runs_.mutex_);
  if (!fresh_.empty()) runs_.rows_.resize(fresh_.back().second + 1);
  for (const uint32_t number : order_)
    runs_.rows_[number] = RunPtr(std::move(changed_[number]));
  for (const auto& [id, number] : fresh_) runs_.by_id_[id] = number;
  changed_.clear();
  looked_at_.clear();
  order_.clear();
  fresh_.clear();
}

}  // namespace patron::contacts
