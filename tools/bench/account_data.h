// A server with many customers who have done nothing yet, and the programme of
// loyalty_shop.h: what bonuses and comparisons are measured with.
#pragma once

#include <cstdint>
#include <filesystem>
#include <memory>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "tools/bench/fixture.h"
#include "tools/bench/loyalty_shop.h"
#include "tools/bench/options.h"

namespace patron::bench {

// Products that the purchases of such a shop are of.
inline constexpr int64_t kProductsOfAccounts = 1000;

// The shop as purchases of it are made.
ShopSize ShopOfAccounts(const BenchOptions& options);

// Makes options.accounts customers, 10,000 a call, and applies `files`.
absl::Status FillAccounts(const BenchOptions& options, const Files& files,
                          int port);

// The data directory of a comparison, made once a size and kept below --work:
// it is used in place and grows, as the database beside it does. Every customer
// has an account.
absl::StatusOr<std::filesystem::path> PrepareAccounts(
    const BenchOptions& options, const Files& files,
    const std::filesystem::path& work);

}  // namespace patron::bench
