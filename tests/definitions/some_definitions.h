// Definitions for tests: one small valid shop to change, and seeded random
// ones.
#pragma once

#include <cstdint>
#include <random>
#include <string>

#include "absl/time/time.h"
#include "definitions_types.h"

namespace patron::definitions {

absl::TimeZone Zone(const std::string& name);

// A programme "club" with tiers, an offer "spring" of 10 %, an offer "coupon"
// with codes, a batch of codes, a segment "loyal", a campaign "letter" and a
// store "S1".
wire::Definitions SmallShop();

// Valid definitions with any field anyhow, in the currencies that a shop may
// have.
wire::Definitions RandomDefinitions(uint64_t seed);

}  // namespace patron::definitions
