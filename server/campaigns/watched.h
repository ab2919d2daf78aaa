// Products that a customer asked to be told about, and what happened to them.
//
// Threads: any. Errors: kDataLoss for an event that does not decode.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "definitions_types.h"
#include "server/catalog/catalog.h"
#include "server/store/store.h"

namespace patron::campaigns {

struct Watch {
  uint32_t product = 0;
  int64_t since_us = 0;  // the newest watch of the product
};

// Events WATCH_PRICE of a PRICE_DROP, WATCH_STOCK of a BACK_IN_STOCK, up to
// `until_us`: newest first, each product once.
absl::StatusOr<std::vector<Watch>> WatchesOf(const store::Store& store,
                                             CustomerOrdinal customer,
                                             wire::CampaignKind::type kind,
                                             int64_t until_us);

// The sentence for her, of her store, else of the first store that has
// something to tell; "" where nothing happened since.
std::string WhatHappened(const Watch& watch, wire::CampaignKind::type kind,
                         const catalog::Entry& entry,
                         std::optional<uint32_t> store);

}  // namespace patron::campaigns
