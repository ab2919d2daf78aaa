// Where campaigns find what was learned, by version: a run names the versions
// that it began with and decides with them to its end.
#pragma once

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "index/artefact.h"
#include "server/targeting/response.h"

namespace patron::campaigns {

// Threads: any.
class Knowledge {
 public:
  virtual ~Knowledge() = default;

  // "" = none.
  virtual std::string ServingIndex() const = 0;
  virtual std::string NewestResponse() const = 0;

  // Null for "". kNotFound or kFailedPrecondition, naming the version, for one
  // that is gone or does not read.
  virtual absl::StatusOr<std::shared_ptr<const index::Artefact>> Index(
      const std::string& version) const = 0;
  virtual absl::StatusOr<std::shared_ptr<const targeting::ResponseModel>>
  Response(const std::string& version) const = 0;
};

}  // namespace patron::campaigns
