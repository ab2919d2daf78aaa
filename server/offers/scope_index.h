// Many product rules asked about one product: rules that demand a text which
// the product does not show are never evaluated.
//
// Equal rules share a number. Never changes once filled. Threads: const methods
// from any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/functional/function_ref.h"
#include "server/rules/rules.h"

namespace patron::offers {

// The number of a rule here.
using Scope = uint32_t;
// The empty rule: covers everything, and is never visited.
inline constexpr Scope kEverything = 0;

class ScopeIndex {
 public:
  ScopeIndex();

  Scope Add(const rules::Program& program);

  size_t size() const { return programs_.size(); }

  // Calls `visit` with each scope that covers `product`. `asked` is the
  // caller's memory, of size() elements, none of them `stamp`.
  void ForEachCovering(const rules::Subject& product, uint32_t stamp,
                       std::vector<uint32_t>& asked,
                       absl::FunctionRef<void(Scope)> visit) const;

 private:
  struct ByField {
    int field = 0;
    absl::flat_hash_map<std::string, std::vector<Scope>> scopes;  // by text
  };
  ByField& IndexOf(int field);

  std::vector<rules::Program> programs_;  // by scope
  absl::flat_hash_map<std::string, Scope> by_text_;
  std::vector<ByField> by_field_;
  std::vector<Scope> unindexed_;
};

}  // namespace patron::offers
