// The ranker: evaluates gradient-boosted trees that XGBoost 1.7 saved as JSON
// (the schema is documented with the library under "Introduction to Model
// IO").
//
//   PATRON_ASSIGN_OR_RETURN(const Trees trees, Trees::Parse(json));
//   trees.Score(rows, margins);  // rows: count × trees.features()
//
// The sums equal the library's to the last bit: the same floats added in the
// same order, on every machine. Thresholds are replaced by their ranks in a
// byte per feature; 64 rows at a time go through all nodes of a tree, and the
// leaves' numbers are blended from the bottom up, so that no branch depends on
// a row.
//
// Immutable. Threads: every method from any; each works on the caller's thread
// alone.
#pragma once

#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"

namespace patron::index {

struct TreesLayout;

class Trees {
 public:
  // Text of a model with objective binary:logistic, rank:ndcg, rank:pairwise or
  // rank:map, booster gbtree, numerical features. kDataLoss naming the place
  // for text that no library writes (a child out of range, a node reached
  // twice, lengths that differ, a threshold that is no number);
  // kInvalidArgument with both figures for a model beyond what the layout
  // holds: 256 features, 255 thresholds a feature, 256 leaves a tree.
  static absl::StatusOr<Trees> Parse(absl::string_view json);

  ~Trees();
  Trees(Trees&&) noexcept;
  Trees& operator=(Trees&&) noexcept;

  size_t features() const;  // of a row
  size_t trees() const;
  const std::string& objective() const;

  // As the trainer named them; empty if it did not.
  const std::vector<std::string>& feature_names() const;
  // By feature, the share of the loss that its splits took away; they sum to 1,
  // or to 0 if no tree has a split.
  const std::vector<double>& gain_share() const;

  // Sets `margins` (log odds for binary:logistic) of as many rows of
  // features() numbers, row by row; NaN is a missing value. Allocates nothing;
  // takes 64 KiB of stack.
  void Score(std::span<const float> rows, std::span<float> margins) const;

  // The same in two stages, so that the second can be spared for rows that the
  // first shows to be hopeless: ScoreFirst sets `margins` by the first `count`
  // trees, AddRest adds what the others say. Both, one after the other, give
  // the bits of Score.
  void ScoreFirst(size_t count, std::span<const float> rows,
                  std::span<float> margins) const;
  void AddRest(size_t count, std::span<const float> rows,
               std::span<float> margins) const;

 private:
  void Add(size_t first, size_t last, std::span<const float> rows,
           std::span<float> margins) const;
  explicit Trees(std::unique_ptr<const TreesLayout> layout);

  std::unique_ptr<const TreesLayout> layout_;
};

}  // namespace patron::index
