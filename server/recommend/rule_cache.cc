#include "server/recommend/rule_cache.h"

#include <algorithm>

#include "server/base/status_macros.h"
#include "server/recommend/filter.h"

namespace patron::recommend {

absl::StatusOr<rules::Program> RuleCache::Get(const wire::Filter& filter) {
  if (filter.rule.empty()) return rules::Program();
  {
    const absl::MutexLock lock(&mutex_);
    const auto at = kept_.find(filter.rule);
    if (at != kept_.end()) {
      at->second.asked = ++asked_;
      return at->second.program;
    }
  }
  PATRON_ASSIGN_OR_RETURN(rules::Program program, CompileRule(filter));
  const absl::MutexLock lock(&mutex_);
  MakeRoom();
  kept_.insert_or_assign(filter.rule, Kept{program, ++asked_});
  return program;
}

size_t RuleCache::size() const {
  const absl::MutexLock lock(&mutex_);
  return kept_.size();
}

void RuleCache::MakeRoom() {
  if (kept_.size() < most_) return;
  kept_.erase(std::min_element(kept_.begin(), kept_.end(),
                               [](const auto& a, const auto& b) {
                                 return a.second.asked < b.second.asked;
                               }));
}

}  // namespace patron::recommend
