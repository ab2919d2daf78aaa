#include "tools/eval/paired.h"

#include <cmath>
#include <random>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/base/student.h"

namespace patron::eval {
namespace {

constexpr double kHalf = 0.975;  // both sides: 95 %
constexpr double kSignificant = 0.05;

double MeanOf(std::span<const double> values) {
  double sum = 0;
  for (const double value : values) sum += value;
  return sum / static_cast<double>(values.size());
}

double VarianceOf(std::span<const double> values, double mean) {
  double squares = 0;
  for (const double value : values) squares += (value - mean) * (value - mean);
  return squares / static_cast<double>(values.size() - 1);
}

// |sum| with a sign drawn for each; a word of chance serves 64 of them.
double FlippedSum(std::span<const double> differences,
                  std::mt19937_64& random) {
  double sum = 0;
  uint64_t signs = 0;
  for (size_t i = 0; i < differences.size(); ++i, signs >>= 1) {
    if (i % 64 == 0) signs = random();
    sum += (signs & 1) != 0 ? differences[i] : -differences[i];
  }
  return std::abs(sum);
}

double PermutationP(std::span<const double> differences, double mean,
                    const PairedOptions& options) {
  std::mt19937_64 random(options.seed);
  const double seen = std::abs(mean) * static_cast<double>(differences.size());
  // Sums that differ by rounding alone are equal.
  const double border = seen * (1 - 1e-9);
  int as_far = 1;
  for (int flip = 0; flip < options.flips; ++flip)
    as_far += FlippedSum(differences, random) >= border;
  return static_cast<double>(as_far) / (options.flips + 1);
}

Verdict VerdictOf(const PairedResult& result) {
  if (result.p >= kSignificant) return Verdict::kCannotTell;
  if (result.low > 0) return Verdict::kFirst;
  if (result.high < 0) return Verdict::kSecond;
  return Verdict::kCannotTell;
}

}  // namespace

absl::StatusOr<PairedResult> ComparePaired(std::span<const double> first,
                                           std::span<const double> second,
                                           const PairedOptions& options) {
  if (first.size() != second.size() || first.size() < 2)
    return absl::InvalidArgumentError(
        absl::StrCat("pairs: ", first.size(), " and ", second.size(),
                     " values, expected equally many and 2 or more"));
  std::vector<double> differences;
  for (size_t i = 0; i < first.size(); ++i)
    differences.push_back(first[i] - second[i]);
  PairedResult result;
  result.pairs = first.size();
  result.first = MeanOf(first);
  result.second = MeanOf(second);
  result.difference = MeanOf(differences);
  const auto n = static_cast<double>(differences.size());
  const double reach =
      StudentQuantile(kHalf, n - 1) *
      std::sqrt(VarianceOf(differences, result.difference) / n);
  result.low = result.difference - reach;
  result.high = result.difference + reach;
  result.p = PermutationP(differences, result.difference, options);
  result.verdict = VerdictOf(result);
  return result;
}

}  // namespace patron::eval
