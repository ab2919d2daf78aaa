#include "index/manifest.h"

#include <exception>
#include <nlohmann/json.hpp>

#include "absl/strings/str_cat.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"

namespace patron::index {
namespace {

using Json = nlohmann::json;

constexpr char kDigest[] = "manifest_digest";

std::string TimeText(absl::Time time) {
  return absl::FormatTime(absl::RFC3339_full, time, absl::UTCTimeZone());
}

absl::Time ParseTime(const std::string& text) {
  absl::Time time;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, text, &time, &error)) {
    throw std::runtime_error(absl::StrCat("created_at ", text, ": ", error));
  }
  return time;
}

Json QualityJson(const OfflineQuality& quality) {
  return {{"customers", quality.customers},
          {"popular_recall_at_10", quality.popular_recall_at_10},
          {"neighbours_recall_at_10", quality.neighbours_recall_at_10},
          {"similar_recall_at_10", quality.similar_recall_at_10}};
}

OfflineQuality QualityOf(const Json& json) {
  OfflineQuality quality;
  json.at("customers").get_to(quality.customers);
  json.at("popular_recall_at_10").get_to(quality.popular_recall_at_10);
  json.at("neighbours_recall_at_10").get_to(quality.neighbours_recall_at_10);
  json.at("similar_recall_at_10").get_to(quality.similar_recall_at_10);
  return quality;
}

Json FilesJson(const std::map<std::string, Manifest::File>& files) {
  Json json = Json::object();
  for (const auto& [name, file] : files) {
    json[name] = {{"size", file.size}, {"digest", file.digest}};
  }
  return json;
}

std::map<std::string, Manifest::File> FilesOf(const Json& json) {
  std::map<std::string, Manifest::File> files;
  for (const auto& [name, file] : json.items()) {
    files[name] = {file.at("size").get<uint64_t>(),
                   file.at("digest").get<std::string>()};
  }
  return files;
}

Json ManifestJson(const Manifest& m) {
  return {{"format", m.format},
          {"version", m.version},
          {"created_at", TimeText(m.created_at)},
          {"store_uuid", m.store_uuid},
          {"log_position", m.log_position},
          {"today", m.today},
          {"lines", m.lines},
          {"receipts", m.receipts},
          {"products", m.products},
          {"stores", m.stores},
          {"customers", m.customers},
          {"dimensions", m.dimensions},
          {"parameters", m.parameters},
          {"quality", QualityJson(m.quality)},
          {"ann_recall", m.ann.recall},
          {"ann_kind", m.ann.kind},
          {"ann_parameters", m.ann.parameters},
          {"files", FilesJson(m.files)}};
}

Manifest ManifestOf(const Json& json) {
  Manifest m;
  json.at("format").get_to(m.format);
  json.at("version").get_to(m.version);
  m.created_at = ParseTime(json.at("created_at").get<std::string>());
  json.at("store_uuid").get_to(m.store_uuid);
  json.at("log_position").get_to(m.log_position);
  json.at("today").get_to(m.today);
  json.at("lines").get_to(m.lines);
  json.at("receipts").get_to(m.receipts);
  json.at("products").get_to(m.products);
  json.at("stores").get_to(m.stores);
  json.at("customers").get_to(m.customers);
  json.at("dimensions").get_to(m.dimensions);
  json.at("parameters").get_to(m.parameters);
  m.quality = QualityOf(json.at("quality"));
  json.at("ann_recall").get_to(m.ann.recall);
  json.at("ann_kind").get_to(m.ann.kind);
  json.at("ann_parameters").get_to(m.ann.parameters);
  m.files = FilesOf(json.at("files"));
  return m;
}

absl::Status CheckFormat(const Json& json) {
  const auto format = json.at("format").get<int64_t>();
  if (format == kArtefactFormat) return absl::OkStatus();
  return absl::FailedPreconditionError(absl::StrCat(
      "manifest: format ", format, ", this program reads ", kArtefactFormat));
}

}  // namespace

std::string FormatManifest(const Manifest& manifest) {
  Json json = ManifestJson(manifest);
  json[kDigest] = DigestOf(json.dump()).ToHex();
  return json.dump(2) + "\n";
}

absl::StatusOr<Manifest> ParseManifest(absl::string_view text) {
  try {
    const Json json = Json::parse(text.begin(), text.end());
    PATRON_RETURN_IF_ERROR(CheckFormat(json));
    Manifest manifest = ManifestOf(json);
    // What was read must be all there was, to the byte.
    if (FormatManifest(manifest) == text) return manifest;
    return absl::DataLossError("manifest: text does not fit manifest_digest");
  } catch (const std::exception& error) {
    return absl::DataLossError(absl::StrCat("manifest: ", error.what()));
  }
}

}  // namespace patron::index
