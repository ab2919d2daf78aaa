#include "server/targeting/response.h"

#include <algorithm>
#include <cmath>
#include <utility>

#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "server/base/digest.h"
#include "server/base/status_macros.h"

namespace patron::targeting {
namespace {

constexpr int kFormat = 1;
constexpr int kSize = kFeatures + 1;  // the intercept stands last
constexpr double kSmallStep = 1e-9;

using Vector = std::array<double, kSize>;
using Matrix = std::array<Vector, kSize>;

double Sigmoid(double x) {
  if (x >= 0) return 1 / (1 + std::exp(-x));
  const double e = std::exp(x);
  return e / (1 + e);
}

// log(1 + exp(x)) without overflow.
double SoftPlus(double x) {
  return std::max(x, 0.0) + std::log1p(std::exp(-std::abs(x)));
}

// Solves a · x = b for a positive definite `a` (Cholesky, Golub & Van Loan).
Vector Solve(Matrix a, Vector b) {
  for (int j = 0; j < kSize; ++j) {
    for (int k = 0; k < j; ++k)
      for (int i = j; i < kSize; ++i) a[i][j] -= a[i][k] * a[j][k];
    const double root = std::sqrt(a[j][j]);
    for (int i = j; i < kSize; ++i) a[i][j] /= root;
  }
  for (int i = 0; i < kSize; ++i) {
    for (int k = 0; k < i; ++k) b[i] -= a[i][k] * b[k];
    b[i] /= a[i][i];
  }
  for (int i = kSize - 1; i >= 0; --i) {
    for (int k = i + 1; k < kSize; ++k) b[i] -= a[k][i] * b[k];
    b[i] /= a[i][i];
  }
  return b;
}

struct Row {
  Vector x{};
  bool used = false;
};

double Dot(const Vector& a, const Vector& b) {
  double sum = 0;
  for (int i = 0; i < kSize; ++i) sum += a[i] * b[i];
  return sum;
}

// What is minimised, and its first and second derivatives.
class Objective {
 public:
  Objective(const std::vector<Row>& rows, double penalty)
      : rows_(rows), penalty_(penalty) {}

  double At(const Vector& w) const {
    double sum = 0;
    for (int f = 0; f < kFeatures; ++f) sum += penalty_ / 2 * w[f] * w[f];
    for (const Row& row : rows_) {
      const double odds = Dot(w, row.x);
      sum += SoftPlus(row.used ? -odds : odds);
    }
    return sum;
  }

  Vector NewtonStep(const Vector& w) const {
    Vector gradient{};
    Matrix curvature{};
    for (const Row& row : rows_) AddRow(row, w, gradient, curvature);
    for (int f = 0; f < kFeatures; ++f) {
      gradient[f] += penalty_ * w[f];
      curvature[f][f] += penalty_;
    }
    // Where all chances are next to 0 or 1 the intercept has no curvature.
    curvature[kFeatures][kFeatures] += 1e-9;
    return Solve(curvature, gradient);
  }

 private:
  static void AddRow(const Row& row, const Vector& w, Vector& gradient,
                     Matrix& curvature) {
    const double p = Sigmoid(Dot(w, row.x));
    const double weight = p * (1 - p);
    for (int i = 0; i < kSize; ++i) {
      gradient[i] += (p - row.used) * row.x[i];
      for (int j = 0; j <= i; ++j)
        curvature[i][j] += weight * row.x[i] * row.x[j];
    }
  }

  const std::vector<Row>& rows_;
  const double penalty_;
};

// Newton's method; a step that does not help is halved.
Vector Minimise(const Objective& objective, Vector w, int most_steps) {
  double value = objective.At(w);
  for (int step = 0; step < most_steps; ++step) {
    const Vector newton = objective.NewtonStep(w);
    double factor = 1;
    Vector tried = w;
    double reached = value;
    do {
      for (int i = 0; i < kSize; ++i) tried[i] = w[i] - factor * newton[i];
      reached = objective.At(tried);
      factor /= 2;
    } while (reached > value && factor > 1e-6);
    if (!(reached < value)) break;
    const double gained = value - reached;
    w = tried;
    value = reached;
    if (gained < kSmallStep * (1 + value)) break;
  }
  return w;
}

std::string DigestOfBody(const nlohmann::ordered_json& body) {
  return DigestOf(body.dump()).ToHex();
}

absl::Status Broken(absl::string_view what) {
  return absl::DataLossError(absl::StrCat("response model: ", what));
}

absl::Status CheckFeatures(const std::vector<std::string>& names) {
  for (int f = 0; f < std::max<int>(kFeatures, names.size()); ++f) {
    const bool had = f < static_cast<int>(names.size());
    const absl::string_view is = f < kFeatures ? FeatureName(f) : "none";
    if (!had || names[f] != is)
      return absl::FailedPreconditionError(
          absl::StrCat("response model: feature ", f, " is ",
                       had ? names[f] : "missing", ", expected ", is));
  }
  return absl::OkStatus();
}

}  // namespace

double ResponseModel::LogOddsOf(const Features& features) const {
  double odds = intercept_;
  for (int f = 0; f < kFeatures; ++f)
    if (scale_[f] > 0)
      odds += weights_[f] * (features[f] - mean_[f]) / scale_[f];
  return odds;
}

double ResponseModel::ChanceOf(const Features& features) const {
  return Sigmoid(LogOddsOf(features));
}

absl::StatusOr<ResponseModel> Learn(const std::vector<Example>& examples,
                                    const LearnOptions& options) {
  ResponseModel model;
  const auto count = static_cast<double>(examples.size());
  model.examples_ = static_cast<int64_t>(examples.size());
  for (const Example& example : examples) {
    model.used_ += example.used;
    for (int f = 0; f < kFeatures; ++f)
      model.mean_[f] += example.features[f] / count;
  }
  if (model.used_ == 0 || model.used_ == model.examples_)
    return absl::FailedPreconditionError(
        absl::StrCat("examples: ", model.used_, " of ", model.examples_,
                     " were used; learning needs used ones and others"));
  for (int f = 0; f < kFeatures; ++f) {
    double squares = 0;
    for (const Example& example : examples)
      squares += std::pow(example.features[f] - model.mean_[f], 2);
    const double deviation = std::sqrt(squares / count);
    model.scale_[f] = deviation > 1e-12 ? deviation : 0;
  }

  std::vector<Row> rows(examples.size());
  for (size_t i = 0; i < rows.size(); ++i) {
    rows[i].used = examples[i].used;
    rows[i].x[kFeatures] = 1;
    for (int f = 0; f < kFeatures; ++f)
      if (model.scale_[f] > 0)
        rows[i].x[f] =
            (examples[i].features[f] - model.mean_[f]) / model.scale_[f];
  }
  const double used = static_cast<double>(model.used_);
  Vector start{};
  start[kFeatures] = std::log(used / (count - used));
  const Vector w =
      Minimise(Objective(rows, options.penalty), start, options.most_steps);
  std::copy(w.begin(), w.end() - 1, model.weights_.begin());
  model.intercept_ = w[kFeatures];
  return model;
}

std::string ResponseModel::ToJson() const {
  nlohmann::ordered_json body;
  body["format"] = kFormat;
  body["examples"] = examples_;
  body["used"] = used_;
  body["intercept"] = intercept_;
  body["features"] = nlohmann::ordered_json::array();
  for (int f = 0; f < kFeatures; ++f)
    body["features"].push_back({{"name", std::string(FeatureName(f))},
                                {"mean", mean_[f]},
                                {"scale", scale_[f]},
                                {"weight", weights_[f]}});
  nlohmann::ordered_json whole = body;
  whole["digest"] = DigestOfBody(body);
  return whole.dump(1) + "\n";
}

absl::StatusOr<ResponseModel> ResponseModel::FromJson(absl::string_view text) {
  auto json = nlohmann::ordered_json::parse(text.begin(), text.end(), nullptr,
                                            /*allow_exceptions=*/false);
  if (!json.is_object() || !json.contains("digest") ||
      !json["digest"].is_string())
    return Broken("is no JSON object with a digest");
  const std::string digest = json["digest"];
  json.erase("digest");
  if (DigestOfBody(json) != digest) return Broken("its digest differs");
  ResponseModel model;
  try {
    if (const int format = json.at("format"); format != kFormat)
      return absl::FailedPreconditionError(absl::StrCat(
          "response model: format ", format, ", expected ", kFormat));
    model.examples_ = json.at("examples");
    model.used_ = json.at("used");
    model.intercept_ = json.at("intercept");
    std::vector<std::string> names;
    for (const auto& feature : json.at("features"))
      names.push_back(feature.at("name"));
    PATRON_RETURN_IF_ERROR(CheckFeatures(names));
    for (int f = 0; f < kFeatures; ++f) {
      const auto& feature = json.at("features")[f];
      model.mean_[f] = feature.at("mean");
      model.scale_[f] = feature.at("scale");
      model.weights_[f] = feature.at("weight");
    }
  } catch (const nlohmann::json::exception& error) {
    return Broken(error.what());
  }
  return model;
}

}  // namespace patron::targeting
