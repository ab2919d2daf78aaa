// The artefact that answers now; swapped while serving.
//
// Threads: all of it from any; a reader never waits for a swap. An artefact
// lives until the last answer that uses it is done.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "index/artefact.h"

namespace patron::recommend {

class IndexHolder {
 public:
  // Null where none is published yet.
  std::shared_ptr<const index::Artefact> Get() const {
    return artefact_.load();
  }

  // Returns the one that answered until now.
  std::shared_ptr<const index::Artefact> Swap(
      std::shared_ptr<const index::Artefact> next) {
    return artefact_.exchange(std::move(next));
  }

 private:
  std::atomic<std::shared_ptr<const index::Artefact>> artefact_;
};

}  // namespace patron::recommend
