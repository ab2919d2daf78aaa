#include "server/definitions/faults.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"

namespace patron::definitions {
namespace {

constexpr size_t kMostLines = 20;

}  // namespace

void Faults::Add(absl::string_view where, absl::string_view what) {
  if (++count_ <= kMostLines) lines_.push_back(absl::StrCat(where, ": ", what));
}

void Faults::Add(const absl::Status& status) {
  if (status.ok()) return;
  if (++count_ <= kMostLines) lines_.emplace_back(status.message());
}

absl::Status Faults::ToStatus() const {
  if (empty()) return absl::OkStatus();
  std::string message = absl::StrJoin(lines_, "\n");
  if (count_ > lines_.size())
    absl::StrAppend(&message, "\n… and ", count_ - lines_.size(), " more");
  return absl::InvalidArgumentError(message);
}

}  // namespace patron::definitions
