// A version of the shop's definitions, ready to answer: rules compiled, offers
// indexed by what their scopes demand. Never changes once made; shared by
// everybody who quotes.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "definitions_types.h"
#include "server/loyalty/programmes.h"
#include "server/offers/scope_index.h"
#include "server/prediction/prediction.h"
#include "server/rules/rules.h"

namespace patron::offers {

struct CompiledOffer {
  uint32_t ordinal = 0;
  wire::Offer offer;
  rules::Program scope;
  rules::Program eligible;
  std::vector<rules::Program> parts;  // of a SET_PRICE
  Scope scope_number = kEverything;   // of `scope` in Compiled::scopes
  std::vector<Scope> part_numbers;
};

// Parts of a set at most: every way to fill them is looked at.
inline constexpr size_t kMaxSetParts = 8;

struct CompiledRule {
  rules::Program scope;
  rules::Program eligible;
  Scope scope_number = kEverything;
};

// Beside loyalty::Programmes, at the same place.
struct CompiledProgramme {
  rules::Program scope;
  rules::Program eligible;
  std::vector<CompiledRule> earning_rules;
  Scope scope_number = kEverything;
};

struct Compiled {
  wire::DefinitionsVersion version;
  loyalty::Programmes programmes;
  std::optional<prediction::Model> prediction;

  // Null where nothing was learned.
  const prediction::Model* Prediction() const {
    return prediction ? &*prediction : nullptr;
  }

  std::vector<CompiledProgramme> compiled_programmes;
  std::vector<CompiledOffer> offers;  // in the order of the definitions
  absl::flat_hash_map<std::string, size_t> offer_by_id;    // places
  absl::flat_hash_map<uint32_t, size_t> offer_by_ordinal;  // places
  absl::flat_hash_map<std::string, std::vector<size_t>> offers_by_shared_code;
  ScopeIndex scopes;  // every product rule of the version

  const CompiledOffer* OfferById(absl::string_view id) const;
  const CompiledOffer* OfferByOrdinal(uint32_t ordinal) const;
};

// Ordinals stand in the order of programmes and offers in the version.
// kInvalidArgument naming the offer or programme and the field of a rule that
// does not compile, an id that stands twice, more than kMaxSetParts parts.
absl::StatusOr<std::shared_ptr<const Compiled>> Compile(
    wire::DefinitionsVersion version,
    const std::vector<uint32_t>& programme_ordinals,
    const std::vector<uint32_t>& offer_ordinals);

}  // namespace patron::offers
