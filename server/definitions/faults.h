// Collects what is wrong, so that a person mends a file once and not line by
// line.
#pragma once

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace patron::definitions {

class Faults {
 public:
  void Add(absl::string_view where, absl::string_view what);
  // An error's message; nothing where it is OK.
  void Add(const absl::Status& status);

  bool empty() const { return count_ == 0; }
  // OK, or kInvalidArgument with one line a fault: the first 20, and how many
  // more there are.
  absl::Status ToStatus() const;

 private:
  std::vector<std::string> lines_;
  size_t count_ = 0;
};

}  // namespace patron::definitions
