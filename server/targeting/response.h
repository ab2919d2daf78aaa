// How likely a customer is to use an offer: logistic regression over Features,
// kept small by a ridge penalty (le Cessie & van Houwelingen 1992, Ridge
// Estimators in Logistic Regression, Applied Statistics 41; the fit by Newton's
// method as in Hosmer & Lemeshow, Applied Logistic Regression).
//
//   P = 1 ÷ (1 + exp(-(intercept + Σ weight_f · (x_f - mean_f) ÷ scale_f)))
//
// Minimises -log likelihood + penalty ÷ 2 · Σ weight², the intercept free.
// Outcomes are not reweighted, so that P stays a chance. Learning is the same
// on every run: no chance, rows in the order given.
//
// Threads: const methods from any.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "server/targeting/features.h"

namespace patron::targeting {

// A customer who was made an offer: what was known before, and what she did.
struct Example {
  Features features{};
  bool used = false;
};

struct LearnOptions {
  // Larger draws weights to zero; chosen by patron-eval offers on campaigns 11
  // to 13 of The Complete Journey, learned on 1 to 10. 3 to 30 differ little.
  double penalty = 10;
  int most_steps = 50;
};

class ResponseModel {
 public:
  double ChanceOf(const Features& features) const;

  // Of one step of scale each: what pulls up and down.
  const Features& weights() const { return weights_; }
  int64_t examples() const { return examples_; }
  int64_t used() const { return used_; }

  // JSON with the names of the features and a digest of the whole. Equal for
  // equal models.
  std::string ToJson() const;
  // kFailedPrecondition for another format or other features; kDataLoss for
  // text that ToJson did not write.
  static absl::StatusOr<ResponseModel> FromJson(absl::string_view text);

  friend bool operator==(const ResponseModel&, const ResponseModel&) = default;

 private:
  friend absl::StatusOr<ResponseModel> Learn(const std::vector<Example>&,
                                             const LearnOptions&);
  double LogOddsOf(const Features& features) const;

  double intercept_ = 0;
  Features weights_{};
  Features mean_{};
  Features scale_{};  // 0: the feature never varied and says nothing
  int64_t examples_ = 0;
  int64_t used_ = 0;
};

// kFailedPrecondition unless there are both, examples used and not used.
absl::StatusOr<ResponseModel> Learn(const std::vector<Example>& examples,
                                    const LearnOptions& options);

}  // namespace patron::targeting
