#include "server/api/index_keeper.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "index/manifest.h"
#include "index/trees.h"
#include "nlohmann/json.hpp"
#include "server/api/data_directory.h"
#include "server/base/log.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::api {
namespace {

namespace fs = std::filesystem;

constexpr char kCurrent[] = "CURRENT";
constexpr char kTrial[] = "TRIAL";
constexpr char kRanker[] = "ranker.json";
constexpr char kManifest[] = "manifest.json";
constexpr size_t kMaxVersionBytes = 64;

bool IsVersionByte(char c) {
  return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
}

absl::Status CheckVersion(const std::string& version) {
  const bool good = !version.empty() && version.size() <= kMaxVersionBytes &&
                    version[0] != '.' &&
                    std::all_of(version.begin(), version.end(), IsVersionByte);
  if (good) return absl::OkStatus();
  return absl::InvalidArgumentError(absl::StrCat(
      "version: ", Quoted(version), " is not 1 to ", kMaxVersionBytes,
      " of letters, digits, '.', '_' and '-', not starting with '.'"));
}

absl::StatusOr<index::Manifest> ReadManifest(const fs::path& directory) {
  PATRON_ASSIGN_OR_RETURN(const std::string text,
                          ReadWholeFile(directory / kManifest));
  return index::ParseManifest(text);
}

absl::Status CheckSizes(const fs::path& directory,
                        const index::Manifest& manifest) {
  for (const auto& [name, file] : manifest.files) {
    std::error_code error;
    const auto size = fs::file_size(directory / name, error);
    if (error)
      return absl::DataLossError(absl::StrCat(name, ": ", error.message()));
    if (size != file.size)
      return absl::DataLossError(absl::StrCat(
          name, ": ", size, " bytes, the manifest says ", file.size));
  }
  return absl::OkStatus();
}

void Tell(const index::Manifest& manifest, wire::IndexVersion& version) {
  version.built_at_us = absl::ToUnixMicros(manifest.created_at);
  version.products = static_cast<int32_t>(manifest.products);
  version.log_position = static_cast<int64_t>(manifest.log_position);
  version.ann_recall = manifest.ann.recall;
}

std::string FormatTrial(const recommend::Trial& trial) {
  const nlohmann::json json = {
      {"version", trial.artefact->manifest().version},
      {"percent", trial.percent},
      {"started_at_us", absl::ToUnixMicros(trial.started_at)},
      {"log_position", trial.log_position},
      {"holdout",
       {{"recommendations", trial.holdout.recommendations},
        {"share_bp", trial.holdout.share_bp},
        {"salt", trial.holdout.salt}}}};
  return json.dump(2) + "\n";
}

// `artefact` is opened by the caller, from `version`.
struct TrialFile {
  std::string version;
  recommend::Trial trial;
};

absl::StatusOr<TrialFile> ParseTrial(const std::string& text) {
  try {
    const nlohmann::json json = nlohmann::json::parse(text);
    TrialFile file;
    json.at("version").get_to(file.version);
    json.at("percent").get_to(file.trial.percent);
    json.at("log_position").get_to(file.trial.log_position);
    file.trial.started_at =
        absl::FromUnixMicros(json.at("started_at_us").get<int64_t>());
    const nlohmann::json& holdout = json.at("holdout");
    holdout.at("recommendations").get_to(file.trial.holdout.recommendations);
    holdout.at("share_bp").get_to(file.trial.holdout.share_bp);
    holdout.at("salt").get_to(file.trial.holdout.salt);
    return file;
  } catch (const nlohmann::json::exception& error) {
    return absl::DataLossError(absl::StrCat(kTrial, ": ", error.what()));
  }
}

absl::Status CheckPercent(int percent) {
  if (percent >= 1 && percent <= 99) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("percent: ", percent, ", must be 1 to 99"));
}

double ParameterOf(const index::Manifest& manifest, const std::string& name) {
  const auto at = manifest.parameters.find(name);
  return at == manifest.parameters.end() ? 0 : at->second;
}

// What its ranker goes by; nothing for a version without one.
void TellRanker(const fs::path& directory, const index::Manifest& manifest,
                wire::IndexVersion& version) {
  const auto text = ReadWholeFile(directory / kRanker);
  if (!text.ok()) return;
  const auto trees = index::Trees::Parse(*text);
  if (!trees.ok()) {
    version.problem = std::string(trees.status().message());
    return;
  }
  version.recall_at_10 = ParameterOf(manifest, "ranker_recall_at_10");
  version.ndcg_at_10 = ParameterOf(manifest, "ranker_ndcg_at_10");
  const auto& names = trees->feature_names();
  for (size_t at = 0; at < names.size(); ++at) {
    wire::FeatureShare feature;
    feature.feature = names[at];
    feature.share = trees->gain_share()[at];
    if (feature.share > 0) version.features.push_back(std::move(feature));
  }
  std::stable_sort(
      version.features.begin(), version.features.end(),
      [](const auto& a, const auto& b) { return a.share > b.share; });
}

}  // namespace

IndexKeeper::IndexKeeper(fs::path artefacts, std::string store_uuid)
    : artefacts_(std::move(artefacts)), store_uuid_(std::move(store_uuid)) {}

absl::StatusOr<std::shared_ptr<const index::Artefact>> IndexKeeper::Open(
    const std::string& version) const {
  PATRON_RETURN_IF_ERROR(CheckVersion(version));
  auto opened = index::Artefact::Open(artefacts_ / version, store_uuid_);
  if (opened.ok()) return opened;
  if (absl::IsNotFound(opened.status()))
    return absl::NotFoundError(absl::StrCat("version: no index ", version,
                                            " in ", artefacts_.string()));
  return absl::FailedPreconditionError(absl::StrCat(
      "version: index ", version, " is refused: ", opened.status().message()));
}

absl::StatusOr<std::shared_ptr<const index::Artefact>> IndexKeeper::Find(
    const std::string& version) const {
  auto serving = holder_.Get();
  if (serving != nullptr && serving->manifest().version == version)
    return serving;
  const auto trial = holder_.trial();
  if (trial != nullptr && trial->artefact->manifest().version == version)
    return trial->artefact;
  return Open(version);
}

void IndexKeeper::OpenCurrent() {
  const absl::MutexLock lock(&mutex_);
  const auto text = ReadWholeFile(artefacts_ / kCurrent);
  if (!text.ok()) return;  // none was published yet
  const std::vector<std::string> lines = absl::StrSplit(*text, '\n');
  serving_.current = lines[0];
  if (lines.size() > 1) serving_.previous = lines[1];
  for (const std::string& version : {serving_.current, serving_.previous}) {
    if (version.empty()) continue;
    auto opened = Open(version);
    if (opened.ok()) {
      holder_.Swap(*std::move(opened));
      OpenTrial();
      return;
    }
    LogError(opened.status().message());
  }
  LogError("no index could be opened: answers do without one");
}

absl::StatusOr<wire::IndexVersion> IndexKeeper::Serve(
    const std::string& version) {
  PATRON_ASSIGN_OR_RETURN(auto artefact, Open(version));
  if (version != serving_.current) {
    const Serving next{version, serving_.current};
    PATRON_RETURN_IF_ERROR(
        ReplaceFile(artefacts_ / kCurrent,
                    absl::StrCat(next.current, "\n", next.previous, "\n"),
                    /*only_owner_reads=*/false));
    serving_ = next;
  }
  holder_.Swap(std::move(artefact));
  LogInfo(absl::StrCat("index ", version, " serves"));
  const auto trial = holder_.trial();
  if (trial != nullptr && trial->artefact->manifest().version == version)
    PATRON_RETURN_IF_ERROR(EndTrial());
  return Describe(version);
}

absl::StatusOr<wire::IndexVersion> IndexKeeper::Publish(
    const std::string& version) {
  const absl::MutexLock lock(&mutex_);
  return Serve(version);
}

absl::StatusOr<wire::IndexVersion> IndexKeeper::Rollback() {
  const absl::MutexLock lock(&mutex_);
  if (serving_.previous.empty())
    return absl::FailedPreconditionError(absl::StrCat(
        "rollback: no index served before ",
        serving_.current.empty() ? "and none serves" : serving_.current));
  return Serve(std::string(serving_.previous));
}

void IndexKeeper::OpenTrial() {
  const auto text = ReadWholeFile(artefacts_ / kTrial);
  if (!text.ok()) return;  // none is under way
  auto file = ParseTrial(*text);
  auto opened = file.ok() ? Open(file->version) : file.status();
  if (!opened.ok()) {
    LogError(
        absl::StrCat("the trial is left out: ", opened.status().message()));
    return;
  }
  file->trial.artefact = *std::move(opened);
  holder_.SetTrial(
      std::make_shared<const recommend::Trial>(std::move(file->trial)));
}

absl::StatusOr<wire::IndexVersion> IndexKeeper::StartTrial(
    const std::string& version, recommend::Trial trial) {
  const absl::MutexLock lock(&mutex_);
  PATRON_RETURN_IF_ERROR(CheckPercent(trial.percent));
  if (const auto running = holder_.trial())
    return absl::FailedPreconditionError(
        absl::StrCat("trial: version ", running->artefact->manifest().version,
                     " is on trial; stop that before ", version));
  const std::string serving = ServingVersion();
  if (serving.empty())
    return absl::FailedPreconditionError(
        "trial: no index serves that one could stand beside");
  if (version == serving)
    return absl::InvalidArgumentError(
        absl::StrCat("version: ", version, " serves already"));
  PATRON_ASSIGN_OR_RETURN(trial.artefact, Open(version));
  PATRON_RETURN_IF_ERROR(ReplaceFile(artefacts_ / kTrial, FormatTrial(trial),
                                     /*only_owner_reads=*/false));
  LogInfo(absl::StrCat("index ", version, " answers ", trial.percent,
                       " % of customers on trial"));
  holder_.SetTrial(std::make_shared<const recommend::Trial>(std::move(trial)));
  return Describe(version);
}

absl::Status IndexKeeper::EndTrial() {
  std::error_code error;
  fs::remove(artefacts_ / kTrial, error);
  if (error)
    return absl::InternalError(absl::StrCat(kTrial, ": ", error.message()));
  holder_.SetTrial(nullptr);
  LogInfo("the trial has ended");
  return absl::OkStatus();
}

absl::Status IndexKeeper::StopTrial() {
  const absl::MutexLock lock(&mutex_);
  if (holder_.trial() == nullptr)
    return absl::FailedPreconditionError("trial: none is under way");
  return EndTrial();
}

std::string IndexKeeper::ServingVersion() const {
  const auto artefact = holder_.Get();
  return artefact == nullptr ? std::string() : artefact->manifest().version;
}

wire::IndexVersion IndexKeeper::Describe(const std::string& version) const {
  wire::IndexVersion described;
  described.version = version;
  described.serving = version == ServingVersion();
  if (const auto trial = holder_.trial())
    if (trial->artefact->manifest().version == version)
      described.trial_percent = trial->percent;
  const fs::path directory = artefacts_ / version;
  const auto manifest = ReadManifest(directory);
  if (!manifest.ok()) {
    described.problem = std::string(manifest.status().message());
    return described;
  }
  Tell(*manifest, described);
  described.problem = std::string(CheckSizes(directory, *manifest).message());
  if (described.problem.empty()) TellRanker(directory, *manifest, described);
  return described;
}

absl::StatusOr<std::vector<wire::IndexVersion>> IndexKeeper::List() const {
  PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> names,
                          index::ListVersions(artefacts_));
  std::vector<wire::IndexVersion> versions;
  for (const std::string& name : names) versions.push_back(Describe(name));
  return versions;
}

}  // namespace patron::api
