#include "server/offers/compiled.h"

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "server/subjects/subjects.h"

namespace patron::offers {
namespace {

// A fault names whose rule it is.
absl::StatusOr<rules::Program> Of(const std::string& owner,
                                  absl::string_view field,
                                  absl::StatusOr<rules::Program> program) {
  if (program.ok()) return program;
  return absl::Status(
      program.status().code(),
      absl::StrCat(owner, ": ", field, ": ", program.status().message()));
}

absl::StatusOr<rules::Program> CompileScope(const std::string& owner,
                                            absl::string_view field,
                                            const std::string& text) {
  return Of(owner, field, rules::Compile(text, subjects::ProductSchema()));
}

absl::StatusOr<rules::Program> CompileEligible(const std::string& owner,
                                               const std::string& text) {
  return Of(owner, "eligible", subjects::CompileEligible(text));
}

absl::Status CompileParts(const std::string& owner, ScopeIndex& scopes,
                          CompiledOffer& compiled) {
  const std::vector<wire::SetPart>& parts = compiled.offer.set_parts;
  if (parts.size() > kMaxSetParts)
    return absl::InvalidArgumentError(absl::StrCat(
        owner, ": set_parts: ", parts.size(), ", at most ", kMaxSetParts));
  for (size_t at = 0; at < parts.size(); ++at) {
    PATRON_ASSIGN_OR_RETURN(
        rules::Program part,
        CompileScope(owner, absl::StrCat("set_parts[", at, "].scope"),
                     parts[at].scope));
    compiled.part_numbers.push_back(scopes.Add(part));
    compiled.parts.push_back(std::move(part));
  }
  return absl::OkStatus();
}

absl::StatusOr<CompiledOffer> CompileOffer(const wire::Offer& offer,
                                           uint32_t ordinal,
                                           ScopeIndex& scopes) {
  const std::string owner = absl::StrCat("offer ", Quoted(offer.id));
  CompiledOffer compiled;
  compiled.ordinal = ordinal;
  compiled.offer = offer;
  PATRON_ASSIGN_OR_RETURN(compiled.scope,
                          CompileScope(owner, "scope", offer.scope));
  PATRON_ASSIGN_OR_RETURN(compiled.eligible,
                          CompileEligible(owner, offer.eligible));
  compiled.scope_number = scopes.Add(compiled.scope);
  PATRON_RETURN_IF_ERROR(CompileParts(owner, scopes, compiled));
  return compiled;
}

absl::StatusOr<CompiledProgramme> CompileProgramme(
    const wire::Programme& programme, ScopeIndex& scopes) {
  const std::string owner = absl::StrCat("programme ", Quoted(programme.id));
  CompiledProgramme compiled;
  PATRON_ASSIGN_OR_RETURN(compiled.scope,
                          CompileScope(owner, "scope", programme.scope));
  PATRON_ASSIGN_OR_RETURN(compiled.eligible,
                          CompileEligible(owner, programme.eligible));
  compiled.scope_number = scopes.Add(compiled.scope);
  for (const wire::EarningRule& rule : programme.earning_rules) {
    const std::string name =
        absl::StrCat(owner, ": earning rule ", Quoted(rule.id));
    CompiledRule& added = compiled.earning_rules.emplace_back();
    PATRON_ASSIGN_OR_RETURN(added.scope,
                            CompileScope(name, "scope", rule.scope));
    PATRON_ASSIGN_OR_RETURN(added.eligible,
                            CompileEligible(name, rule.eligible));
    added.scope_number = scopes.Add(added.scope);
  }
  return compiled;
}

absl::Status AddProgrammes(const std::vector<uint32_t>& ordinals,
                           Compiled& compiled) {
  const auto& programmes = compiled.version.definitions.programmes;
  for (size_t at = 0; at < programmes.size(); ++at) {
    if (compiled.programmes.ById(programmes[at].id) != nullptr)
      return absl::InvalidArgumentError(absl::StrCat(
          "programme ", Quoted(programmes[at].id), ": stands twice"));
    PATRON_ASSIGN_OR_RETURN(CompiledProgramme programme,
                            CompileProgramme(programmes[at], compiled.scopes));
    compiled.compiled_programmes.push_back(std::move(programme));
    compiled.programmes.all.push_back({ordinals[at], programmes[at]});
  }
  return absl::OkStatus();
}

absl::Status AddOffers(const std::vector<uint32_t>& ordinals,
                       Compiled& compiled) {
  const auto& offers = compiled.version.definitions.offers;
  for (size_t at = 0; at < offers.size(); ++at) {
    PATRON_ASSIGN_OR_RETURN(
        CompiledOffer offer,
        CompileOffer(offers[at], ordinals[at], compiled.scopes));
    compiled.offers.push_back(std::move(offer));
    if (!compiled.offer_by_id.emplace(offers[at].id, at).second)
      return absl::InvalidArgumentError(
          absl::StrCat("offer ", Quoted(offers[at].id), ": stands twice"));
    compiled.offer_by_ordinal.emplace(ordinals[at], at);
    for (const std::string& code : offers[at].codes)
      compiled.offers_by_shared_code[code].push_back(at);
  }
  return absl::OkStatus();
}

absl::Status CheckOrdinals(absl::string_view what, size_t ordinals,
                           size_t defined) {
  if (ordinals == defined) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      what, ": ", ordinals, " ordinals for ", defined, " definitions"));
}

}  // namespace

const CompiledOffer* Compiled::OfferById(absl::string_view id) const {
  const auto found = offer_by_id.find(id);
  return found == offer_by_id.end() ? nullptr : &offers[found->second];
}

const CompiledOffer* Compiled::OfferByOrdinal(uint32_t ordinal) const {
  const auto found = offer_by_ordinal.find(ordinal);
  return found == offer_by_ordinal.end() ? nullptr : &offers[found->second];
}

absl::StatusOr<std::shared_ptr<const Compiled>> Compile(
    wire::DefinitionsVersion version,
    const std::vector<uint32_t>& programme_ordinals,
    const std::vector<uint32_t>& offer_ordinals) {
  auto compiled = std::make_shared<Compiled>();
  compiled->version = std::move(version);
  const wire::Definitions& definitions = compiled->version.definitions;
  PATRON_RETURN_IF_ERROR(CheckOrdinals("programmes", programme_ordinals.size(),
                                       definitions.programmes.size()));
  PATRON_RETURN_IF_ERROR(CheckOrdinals("offers", offer_ordinals.size(),
                                       definitions.offers.size()));
  PATRON_RETURN_IF_ERROR(AddProgrammes(programme_ordinals, *compiled));
  PATRON_RETURN_IF_ERROR(AddOffers(offer_ordinals, *compiled));
  if (definitions.__isset.prediction)
    compiled->prediction = prediction::FromWire(definitions.prediction);
  return compiled;
}

}  // namespace patron::offers
