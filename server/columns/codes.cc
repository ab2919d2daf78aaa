#include "server/columns/codes.h"

namespace patron::columns {

Code Codes::Find(absl::string_view text) const {
  const absl::ReaderMutexLock lock(&mutex_);
  const auto at = codes_.find(text);
  return at == codes_.end() ? 0 : at->second;
}

std::string Codes::TextOf(Code code) const {
  const absl::ReaderMutexLock lock(&mutex_);
  return code == 0 || code > texts_.size() ? "" : texts_[code - 1];
}

Code Codes::Make(absl::string_view text) {
  if (text.empty()) return 0;
  const absl::MutexLock lock(&mutex_);
  if (const auto at = codes_.find(text); at != codes_.end()) return at->second;
  if (texts_.size() == kMostCodes) return 0;
  texts_.emplace_back(text);
  const Code code = static_cast<Code>(texts_.size());
  codes_.emplace(texts_.back(), code);
  return code;
}

Code CodeCache::Of(const std::string& text) {
  if (text.empty()) return 0;
  if (const auto at = known_.find(text); at != known_.end()) return at->second;
  const Code code = codes_.Make(text);
  if (code != 0) known_.emplace(text, code);
  return code;
}

}  // namespace patron::columns
