// Knowledge of campaigns: artefacts of the index keeper, and response models,
// files of `artefacts`/response written by patron-jobs, by the name without
// ".json".
//
// Ownership: borrows the keeper. Threads: any.
#pragma once

#include <filesystem>
#include <memory>
#include <string>

#include "server/api/index_keeper.h"
#include "server/campaigns/knowledge.h"

namespace patron::api {

class Learned final : public campaigns::Knowledge {
 public:
  Learned(const IndexKeeper& keeper, const std::filesystem::path& artefacts)
      : keeper_(keeper), models_(artefacts / "response") {}

  std::string ServingIndex() const override;
  // The last by name that reads.
  std::string NewestResponse() const override;
  absl::StatusOr<std::shared_ptr<const index::Artefact>> Index(
      const std::string& version) const override;
  absl::StatusOr<std::shared_ptr<const targeting::ResponseModel>> Response(
      const std::string& version) const override;

 private:
  const IndexKeeper& keeper_;
  const std::filesystem::path models_;
};

}  // namespace patron::api
