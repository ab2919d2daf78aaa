#include "server/offers/scope_index.h"

#include <optional>
#include <utility>
#include <variant>

#include "absl/types/span.h"
#include "server/subjects/subjects.h"

namespace patron::offers {
namespace {

struct Demand {
  int field = 0;
  std::vector<std::string> texts;
};

bool IsIndexable(const rules::Field& field) {
  return !field.keyed && (field.type == rules::Type::kText ||
                          field.type == rules::Type::kTexts);
}

// The shortest list of texts that `program` demands of a field.
std::optional<Demand> ShortestDemand(const rules::Program& program) {
  std::optional<Demand> shortest;
  for (const rules::Field& field : subjects::ProductSchema().fields) {
    if (!IsIndexable(field)) continue;
    auto texts = program.Demands(field.id);
    if (texts && (!shortest || texts->size() < shortest->texts.size()))
      shortest = Demand{field.id, *std::move(texts)};
  }
  return shortest;
}

// Calls `visit` with the text, or each of the texts, of `value`.
void ForEachText(const rules::Value& value,
                 absl::FunctionRef<void(absl::string_view)> visit) {
  if (const auto* text = std::get_if<absl::string_view>(&value)) visit(*text);
  if (const auto* texts = std::get_if<absl::Span<const std::string>>(&value))
    for (const std::string& text : *texts) visit(text);
}

}  // namespace

ScopeIndex::ScopeIndex() { programs_.emplace_back(); }

Scope ScopeIndex::Add(const rules::Program& program) {
  if (program.empty()) return kEverything;
  const auto [known, added] = by_text_.try_emplace(
      program.ToString(), static_cast<Scope>(programs_.size()));
  if (!added) return known->second;
  const Scope scope = known->second;
  programs_.push_back(program);
  if (const auto demand = ShortestDemand(program)) {
    ByField& index = IndexOf(demand->field);
    for (const std::string& text : demand->texts)
      index.scopes[text].push_back(scope);
  } else {
    unindexed_.push_back(scope);
  }
  return scope;
}

ScopeIndex::ByField& ScopeIndex::IndexOf(int field) {
  for (ByField& index : by_field_)
    if (index.field == field) return index;
  by_field_.emplace_back();
  by_field_.back().field = field;
  return by_field_.back();
}

void ScopeIndex::ForEachCovering(const rules::Subject& product, uint32_t stamp,
                                 std::vector<uint32_t>& asked,
                                 absl::FunctionRef<void(Scope)> visit) const {
  const auto ask = [&](Scope scope) {
    if (asked[scope] == stamp) return;
    asked[scope] = stamp;
    if (programs_[scope].Holds(product)) visit(scope);
  };
  for (const ByField& index : by_field_)
    ForEachText(product.Get(index.field, ""), [&](absl::string_view text) {
      const auto found = index.scopes.find(text);
      if (found == index.scopes.end()) return;
      for (const Scope scope : found->second) ask(scope);
    });
  for (const Scope scope : unindexed_) ask(scope);
}

}  // namespace patron::offers
