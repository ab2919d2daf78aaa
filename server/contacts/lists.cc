#include "server/contacts/lists.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/base/status_macros.h"
#include "server/contacts/bitmap.h"
#include "server/store/codec.h"

namespace patron::contacts {
namespace {

using store::Family;

absl::StatusOr<StaticList> ListOf(absl::string_view id,
                                  absl::string_view value) {
  const std::string what = absl::StrCat("list ", id);
  PATRON_ASSIGN_OR_RETURN(auto row,
                          store::Decode<wire::StaticListRow>(value, what));
  auto members = ReadBitmap(what, row.members);
  if (!members.ok()) return absl::DataLossError(members.status().message());
  return StaticList{std::move(row.name),
                    std::make_shared<const Roaring>(*std::move(members)),
                    LogPosition(static_cast<uint64_t>(row.log_position))};
}

wire::StaticListRow RowOf(const StaticList& list) {
  wire::StaticListRow row;
  row.name = list.name;
  row.members = BitmapBytes(*list.members);
  row.log_position = static_cast<int64_t>(list.position.value());
  return row;
}

}  // namespace

absl::Status Lists::Load(const store::Store& store) {
  absl::flat_hash_map<std::string, StaticList> lists;
  absl::Status problem;
  PATRON_RETURN_IF_ERROR(
      store.Scan(Family::kLists, "", "",
                 [&](absl::string_view id, absl::string_view value) {
                   auto list = ListOf(id, value);
                   problem = list.status();
                   if (problem.ok()) lists.emplace(id, *std::move(list));
                   return problem.ok();
                 }));
  PATRON_RETURN_IF_ERROR(problem);
  const absl::MutexLock lock(&mutex_);
  lists_ = std::move(lists);
  return absl::OkStatus();
}

std::optional<StaticList> Lists::Find(absl::string_view list_id) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto found = lists_.find(list_id);
  if (found == lists_.end()) return std::nullopt;
  return found->second;
}

std::map<std::string, StaticList> Lists::All() const {
  const absl::ReaderMutexLock lock(&mutex_);
  return {lists_.begin(), lists_.end()};
}

// ---- ListChanges

std::optional<StaticList> ListChanges::Find(absl::string_view list_id) const {
  const auto own = changed_.find(std::string(list_id));
  return own != changed_.end() ? own->second : lists_.Find(list_id);
}

void ListChanges::Put(const std::string& list_id, StaticList list) {
  changed_[list_id] = std::move(list);
}

void ListChanges::Drop(const std::string& list_id) {
  changed_[list_id] = std::nullopt;
}

void ListChanges::Merge(CustomerOrdinal kept, CustomerOrdinal absorbed,
                        LogPosition position) {
  std::map<std::string, std::optional<StaticList>> all = changed_;
  for (auto& [id, list] : lists_.All()) all.emplace(id, std::move(list));
  for (auto& [id, list] : all) {
    if (!list || !list->members->contains(absorbed.value())) continue;
    Roaring members = *list->members;
    members.remove(absorbed.value());
    members.add(kept.value());
    Put(id, {list->name, std::make_shared<const Roaring>(std::move(members)),
             position});
  }
}

void ListChanges::Flush(store::Batch& batch) {
  store::Encoder encoder;
  for (const auto& [id, list] : changed_) {
    if (list) {
      batch.PutBlind(Family::kLists, id, encoder.Encode(RowOf(*list)));
    } else {
      batch.Delete(Family::kLists, id);
    }
  }
}

void ListChanges::Publish() {
  if (changed_.empty()) return;
  const absl::MutexLock lock(&lists_.mutex_);
  for (auto& [id, list] : changed_) {
    if (list) {
      lists_.lists_[id] = *std::move(list);
    } else {
      lists_.lists_.erase(id);
    }
  }
  changed_.clear();
}

}  // namespace patron::contacts
