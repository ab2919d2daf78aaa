// The artefact that answers now, and the one on trial beside it; swapped while
// serving.
//
// Threads: all of it from any; a reader never waits for a swap. An artefact
// lives until the last answer that uses it is done.
#pragma once

#include <atomic>
#include <memory>
#include <utility>

#include "absl/strings/string_view.h"
#include "index/artefact.h"
#include "server/recommend/trial.h"

namespace patron::recommend {

class IndexHolder {
 public:
  // The one that serves. Null where none is published yet.
  std::shared_ptr<const index::Artefact> Get() const {
    return artefact_.load();
  }
  // The one that answers this customer; "" = nobody known.
  std::shared_ptr<const index::Artefact> For(
      absl::string_view customer_id) const {
    const auto trial = trial_.load();
    return trial != nullptr && trial->Has(customer_id) ? trial->artefact
                                                       : Get();
  }
  // Null where none is under way.
  std::shared_ptr<const Trial> trial() const { return trial_.load(); }

  // Returns the one that answered until now.
  std::shared_ptr<const index::Artefact> Swap(
      std::shared_ptr<const index::Artefact> next) {
    return artefact_.exchange(std::move(next));
  }
  void SetTrial(std::shared_ptr<const Trial> trial) {
    trial_.store(std::move(trial));
  }

 private:
  std::atomic<std::shared_ptr<const index::Artefact>> artefact_;
  std::atomic<std::shared_ptr<const Trial>> trial_;
};

}  // namespace patron::recommend
