#include "server/campaigns/watched.h"

#include "absl/container/flat_hash_set.h"
#include "absl/strings/str_cat.h"
#include "records_types.h"
#include "server/offers/texts.h"
#include "server/store/codec.h"
#include "server/store/keys.h"

namespace patron::campaigns {
namespace {

using catalog::LevelChange;
using catalog::StoreLevel;
using wire::CampaignKind;

std::string TextOf(const Watch& watch, CampaignKind::type kind,
                   const StoreLevel& level, const LevelChange& change,
                   const std::string& currency) {
  if (kind == CampaignKind::BACK_IN_STOCK)
    return change.restocked_at_us > watch.since_us &&
                   level.quantity_milli.value_or(0) > 0
               ? "You asked to be told: it is in stock again."
               : "";
  if (change.price_changed_at_us <= watch.since_us || !level.price ||
      !change.previous_price || *level.price >= *change.previous_price)
    return "";
  return absl::StrCat("You asked to be told: the price went from ",
                      offers::AmountText(*change.previous_price, currency),
                      " to ", offers::AmountText(*level.price, currency), ".");
}

}  // namespace

absl::StatusOr<std::vector<Watch>> WatchesOf(const store::Store& store,
                                             CustomerOrdinal customer,
                                             CampaignKind::type kind,
                                             int64_t until_us) {
  const auto wanted = kind == CampaignKind::PRICE_DROP
                          ? wire::EventKind::WATCH_PRICE
                          : wire::EventKind::WATCH_STOCK;
  std::vector<Watch> watches;
  absl::flat_hash_set<int32_t> seen;
  absl::Status problem;
  const absl::Status status = store.ScanPrefix(
      store::Family::kEvents, store::CustomerKey(customer),
      [&](absl::string_view key, absl::string_view value) {
        const auto parts = store::DecodeHistoryKey(key);
        const auto row = store::Decode<wire::EventRow>(value, "event");
        problem = parts.ok() ? row.status() : parts.status();
        if (!problem.ok()) return false;
        const int64_t at_us = absl::ToUnixMicros(parts->happened_at);
        if (row->kind == wanted && row->product >= 0 && at_us <= until_us &&
            seen.insert(row->product).second)
          watches.push_back({static_cast<uint32_t>(row->product), at_us});
        return true;
      });
  if (!status.ok()) return status;
  if (!problem.ok()) return problem;
  return watches;
}

std::string WhatHappened(const Watch& watch, CampaignKind::type kind,
                         const catalog::Entry& entry,
                         std::optional<uint32_t> store) {
  const auto tell = [&](const StoreLevel& level) {
    return TextOf(
        watch, kind, level, entry.Change(StoreOrdinal(level.store)),
        level.currency.empty() ? entry.product.currency : level.currency.str());
  };
  const StoreLevel* hers = store ? entry.Level(StoreOrdinal(*store)) : nullptr;
  if (hers != nullptr) return tell(*hers);
  for (const StoreLevel& level : entry.levels)
    if (std::string text = tell(level); !text.empty()) return text;
  return "";
}

}  // namespace patron::campaigns
