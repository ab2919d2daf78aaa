// XGBoost through its C interface: the only file that knows it.
//
// Ownership: a Matrix copies what it is made of; a Booster owns its model.
// Threads: one. Errors: kInternal with the library's words.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace patron::jobs {

// Rows with labels, in groups that stand together.
class Matrix {
 public:
  // `rows`: a multiple of `features`, NaN = missing. `labels` and `groups`
  // (sizes) may be empty.
  static absl::StatusOr<Matrix> Make(const std::vector<float>& rows,
                                     size_t features,
                                     const std::vector<float>& labels,
                                     const std::vector<uint32_t>& groups,
                                     int threads);
  void* handle() const { return handle_.get(); }

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;
};

class Booster {
 public:
  // Parameters as XGBoost names them.
  static absl::StatusOr<Booster> Make(
      const Matrix& matrix,
      const std::map<std::string, std::string>& parameters);
  static absl::StatusOr<Booster> FromJson(const std::string& json);

  // Adds a step: a tree, or num_parallel_tree of them.
  absl::Status Boost(int round, const Matrix& matrix);

  // The margins of each row by the first `steps` steps; 0 = all.
  absl::StatusOr<std::vector<float>> Predict(const Matrix& matrix,
                                             int steps) const;

  // The model of the first `steps` steps, features named.
  absl::StatusOr<std::string> ToJson(
      int steps, const std::vector<std::string>& feature_names) const;

  absl::StatusOr<std::vector<std::string>> FeatureNames() const;

 private:
  struct Free {
    void operator()(void* handle) const;
  };
  std::unique_ptr<void, Free> handle_;
};

}  // namespace patron::jobs
