#include "jobs/booster.h"

#include <xgboost/c_api.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"

namespace patron::jobs {
namespace {

absl::Status Check(int result, absl::string_view what) {
  if (result == 0) return absl::OkStatus();
  return absl::InternalError(
      absl::StrCat("xgboost: ", what, ": ", XGBGetLastError()));
}

// The library's description of an array in memory.
std::string ArrayInterface(const std::vector<float>& values, size_t columns) {
  return absl::StrCat(R"({"data": [)",
                      reinterpret_cast<uintptr_t>(values.data()),
                      R"(, true], "shape": [)", values.size() / columns, ", ",
                      columns, R"(], "typestr": "<f4", "version": 3})");
}

}  // namespace

void Matrix::Free::operator()(void* handle) const { XGDMatrixFree(handle); }
void Booster::Free::operator()(void* handle) const { XGBoosterFree(handle); }

absl::StatusOr<Matrix> Matrix::Make(const std::vector<float>& rows,
                                    size_t features,
                                    const std::vector<float>& labels,
                                    const std::vector<uint32_t>& groups,
                                    int threads) {
  Matrix matrix;
  DMatrixHandle handle = nullptr;
  const std::string config =
      absl::StrCat(R"({"missing": NaN, "nthread": )", threads, "}");
  PATRON_RETURN_IF_ERROR(
      Check(XGDMatrixCreateFromDense(ArrayInterface(rows, features).c_str(),
                                     config.c_str(), &handle),
            "matrix"));
  matrix.handle_.reset(handle);
  if (!labels.empty())
    PATRON_RETURN_IF_ERROR(Check(
        XGDMatrixSetFloatInfo(handle, "label", labels.data(), labels.size()),
        "labels"));
  if (!groups.empty())
    PATRON_RETURN_IF_ERROR(Check(
        XGDMatrixSetUIntInfo(handle, "group", groups.data(), groups.size()),
        "groups"));
  return matrix;
}

absl::StatusOr<Booster> Booster::Make(
    const Matrix& matrix,
    const std::map<std::string, std::string>& parameters) {
  Booster booster;
  BoosterHandle handle = nullptr;
  DMatrixHandle cached = matrix.handle();
  PATRON_RETURN_IF_ERROR(Check(XGBoosterCreate(&cached, 1, &handle), "create"));
  booster.handle_.reset(handle);
  for (const auto& [name, value] : parameters)
    PATRON_RETURN_IF_ERROR(
        Check(XGBoosterSetParam(handle, name.c_str(), value.c_str()), name));
  return booster;
}

absl::StatusOr<Booster> Booster::FromJson(const std::string& json) {
  Booster booster;
  BoosterHandle handle = nullptr;
  PATRON_RETURN_IF_ERROR(Check(XGBoosterCreate(nullptr, 0, &handle), "create"));
  booster.handle_.reset(handle);
  PATRON_RETURN_IF_ERROR(Check(
      XGBoosterLoadModelFromBuffer(handle, json.data(), json.size()), "load"));
  return booster;
}

absl::Status Booster::Boost(int round, const Matrix& matrix) {
  return Check(XGBoosterUpdateOneIter(handle_.get(), round, matrix.handle()),
               "training");
}

absl::StatusOr<std::vector<float>> Booster::Predict(const Matrix& matrix,
                                                    int steps) const {
  const std::string config = absl::StrCat(
      R"({"type": 1, "training": false, "iteration_begin": 0, )",
      R"("iteration_end": )", steps, R"(, "strict_shape": false})");
  const bst_ulong* shape = nullptr;
  bst_ulong dimensions = 0;
  const float* result = nullptr;
  PATRON_RETURN_IF_ERROR(Check(
      XGBoosterPredictFromDMatrix(handle_.get(), matrix.handle(),
                                  config.c_str(), &shape, &dimensions, &result),
      "predict"));
  return std::vector<float>(result, result + shape[0]);
}

absl::StatusOr<std::string> Booster::ToJson(
    int steps, const std::vector<std::string>& feature_names) const {
  BoosterHandle sliced = nullptr;
  PATRON_RETURN_IF_ERROR(
      Check(XGBoosterSlice(handle_.get(), 0, steps, 1, &sliced), "slice"));
  const std::unique_ptr<void, Free> owner(sliced);
  std::vector<const char*> names;
  for (const std::string& name : feature_names) names.push_back(name.c_str());
  PATRON_RETURN_IF_ERROR(
      Check(XGBoosterSetStrFeatureInfo(sliced, "feature_name", names.data(),
                                       names.size()),
            "feature names"));
  const char* text = nullptr;
  bst_ulong size = 0;
  PATRON_RETURN_IF_ERROR(Check(
      XGBoosterSaveModelToBuffer(sliced, R"({"format": "json"})", &size, &text),
      "save"));
  return std::string(text, size);
}

absl::StatusOr<std::vector<std::string>> Booster::FeatureNames() const {
  bst_ulong count = 0;
  const char** names = nullptr;
  PATRON_RETURN_IF_ERROR(Check(
      XGBoosterGetStrFeatureInfo(handle_.get(), "feature_name", &count, &names),
      "feature names"));
  return std::vector<std::string>(names, names + count);
}

}  // namespace patron::jobs
