#include "index/artefact.h"

#include <algorithm>
#include <system_error>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "index/artefact_files.h"
#include "server/base/digest.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::index {
namespace {

namespace fs = std::filesystem;

constexpr char kWriting[] = ".writing-";

bool IsVersion(absl::string_view name) {
  return !name.empty() && name.size() <= 64 && name[0] != '.' &&
         std::all_of(name.begin(), name.end(), [](char c) {
           return absl::ascii_isalnum(c) || c == '.' || c == '_' || c == '-';
         });
}

absl::Status FromError(absl::string_view what, const fs::path& path,
                       const std::error_code& error) {
  return absl::InternalError(
      absl::StrCat("cannot ", what, " ", path.string(), ": ", error.message()));
}

Manifest ManifestFor(const ArtefactOrigin& origin, const Knowledge& knowledge) {
  Manifest manifest;
  manifest.version = origin.version;
  manifest.created_at =
      absl::FromUnixMicros(absl::ToUnixMicros(origin.created_at));
  manifest.store_uuid = origin.store_uuid;
  manifest.log_position = origin.log_position;
  manifest.today = knowledge.today;
  manifest.lines = knowledge.lines;
  manifest.receipts = knowledge.receipts;
  manifest.products = knowledge.products;
  manifest.stores = knowledge.stores;
  manifest.customers = knowledge.customers;
  manifest.dimensions = knowledge.dimensions;
  manifest.parameters = knowledge.parameters;
  manifest.quality = knowledge.quality;
  manifest.ann = knowledge.ann;
  return manifest;
}

// The reverse: what the tables do not tell.
Knowledge KnowledgeFor(const Manifest& manifest) {
  Knowledge knowledge;
  knowledge.today = manifest.today;
  knowledge.lines = manifest.lines;
  knowledge.receipts = manifest.receipts;
  knowledge.products = manifest.products;
  knowledge.stores = manifest.stores;
  knowledge.customers = manifest.customers;
  knowledge.dimensions = manifest.dimensions;
  knowledge.parameters = manifest.parameters;
  knowledge.quality = manifest.quality;
  knowledge.ann = manifest.ann;
  return knowledge;
}

absl::Status CheckOrigin(const ArtefactOrigin& origin) {
  if (IsVersion(origin.version)) return absl::OkStatus();
  return absl::InvalidArgumentError(
      absl::StrCat("version ", Quoted(origin.version),
                   " is not 1 to 64 of [0-9A-Za-z._-], or starts with a dot"));
}

absl::StatusOr<std::optional<Trees>> ReadRanker(const Knowledge& knowledge) {
  std::optional<Trees> ranker;
  if (knowledge.ranker.empty()) return ranker;
  PATRON_ASSIGN_OR_RETURN(ranker, Trees::Parse(knowledge.ranker));
  return ranker;
}

absl::Status CheckToWrite(const Knowledge& knowledge) {
  absl::Status status = CheckTables(knowledge);
  if (status.ok()) status = ReadRanker(knowledge).status();
  if (!status.ok()) status = absl::InvalidArgumentError(status.message());
  return status;
}

absl::Status RemoveLeftovers(const fs::path& root) {
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    if (!absl::StartsWith(entry.path().filename().string(), kWriting)) continue;
    fs::remove_all(entry.path(), error);
    if (error) return FromError("remove", entry.path(), error);
  }
  return error ? FromError("list", root, error) : absl::OkStatus();
}

absl::Status CreateDirectories(const fs::path& path) {
  std::error_code error;
  fs::create_directories(path, error);
  return error ? FromError("create", path, error) : absl::OkStatus();
}

// Writes all files under a name that no reader looks at.
absl::Status WriteFiles(const fs::path& directory, const Manifest& manifest,
                        const std::map<std::string, std::string>& files) {
  PATRON_RETURN_IF_ERROR(CreateDirectories(directory));
  for (const auto& [name, contents] : files) {
    PATRON_RETURN_IF_ERROR(WriteFileSynced(directory / name, contents));
  }
  PATRON_RETURN_IF_ERROR(
      WriteFileSynced(directory / kManifestFile, FormatManifest(manifest)));
  return SyncDirectory(directory);
}

absl::Status MoveIntoPlace(const fs::path& from, const fs::path& to) {
  std::error_code error;
  fs::rename(from, to, error);
  if (error) return FromError("rename", from, error);
  return SyncDirectory(to.parent_path());
}

absl::Status CheckOrigin(const Manifest& manifest, const fs::path& directory,
                         const std::string& expected_store_uuid) {
  if (manifest.store_uuid != expected_store_uuid) {
    return absl::FailedPreconditionError(
        absl::StrCat("artefact ", directory.string(), " is of store ",
                     Quoted(manifest.store_uuid), ", this store is ",
                     Quoted(expected_store_uuid)));
  }
  if (manifest.version != directory.filename().string()) {
    return absl::DataLossError(absl::StrCat("artefact ", directory.string(),
                                            " says that it is ",
                                            Quoted(manifest.version)));
  }
  return absl::OkStatus();
}

// A file that is not there is damage, not absence.
absl::StatusOr<std::string> ReadPart(const fs::path& path) {
  auto contents = ReadFile(path);
  if (absl::IsNotFound(contents.status())) {
    return absl::DataLossError(contents.status().message());
  }
  return contents;
}

absl::StatusOr<std::string> ReadVerified(const fs::path& path,
                                         const Manifest::File& file) {
  PATRON_ASSIGN_OR_RETURN(std::string contents, ReadPart(path));
  if (contents.size() != file.size) {
    return absl::DataLossError(absl::StrCat(
        path.string(), ": ", contents.size(), " bytes, wanted ", file.size));
  }
  const std::string digest = DigestOf(contents).ToHex();
  if (digest != file.digest) {
    return absl::DataLossError(absl::StrCat(path.string(), ": digest ", digest,
                                            ", wanted ", file.digest));
  }
  return contents;
}

absl::StatusOr<std::map<std::string, std::string>> ReadFiles(
    const fs::path& directory, const Manifest& manifest) {
  std::map<std::string, std::string> files;
  for (const auto& [name, file] : manifest.files) {
    PATRON_ASSIGN_OR_RETURN(files[name], ReadVerified(directory / name, file));
  }
  return files;
}

}  // namespace

absl::StatusOr<Manifest> WriteArtefact(const fs::path& root,
                                       const ArtefactOrigin& origin,
                                       const Knowledge& knowledge) {
  PATRON_RETURN_IF_ERROR(CheckOrigin(origin));
  PATRON_RETURN_IF_ERROR(CheckToWrite(knowledge));
  PATRON_RETURN_IF_ERROR(CreateDirectories(root));
  const fs::path directory = root / origin.version;
  if (fs::exists(directory)) {
    return absl::AlreadyExistsError(
        absl::StrCat("artefact ", directory.string(), " is there already"));
  }
  PATRON_RETURN_IF_ERROR(RemoveLeftovers(root));
  Manifest manifest = ManifestFor(origin, knowledge);
  auto files = EncodeTables(knowledge);
  for (const auto& [name, contents] : files) {
    manifest.files[name] = {contents.size(), DigestOf(contents).ToHex()};
  }
  const fs::path temporary = root / absl::StrCat(kWriting, origin.version);
  PATRON_RETURN_IF_ERROR(WriteFiles(temporary, manifest, files));
  PATRON_RETURN_IF_ERROR(MoveIntoPlace(temporary, directory));
  return manifest;
}

absl::StatusOr<std::vector<std::string>> ListVersions(const fs::path& root) {
  std::vector<std::string> versions;
  std::error_code error;
  if (!fs::exists(root, error)) return versions;
  for (const auto& entry : fs::directory_iterator(root, error)) {
    const std::string name = entry.path().filename().string();
    if (entry.is_directory() && IsVersion(name)) versions.push_back(name);
  }
  if (error) return FromError("list", root, error);
  std::sort(versions.begin(), versions.end());
  return versions;
}

Artefact::Artefact(Manifest manifest, Knowledge knowledge,
                   std::optional<Trees> ranker)
    : manifest_(std::move(manifest)),
      knowledge_(std::move(knowledge)),
      ranker_(std::move(ranker)) {}

absl::StatusOr<std::shared_ptr<const Artefact>> Artefact::Open(
    const fs::path& directory, const std::string& expected_store_uuid) {
  if (!fs::is_directory(directory)) {
    return absl::NotFoundError(
        absl::StrCat("artefact ", directory.string(), " is not there"));
  }
  PATRON_ASSIGN_OR_RETURN(const std::string text,
                          ReadPart(directory / kManifestFile));
  PATRON_ASSIGN_OR_RETURN(Manifest manifest, ParseManifest(text));
  PATRON_RETURN_IF_ERROR(CheckOrigin(manifest, directory, expected_store_uuid));
  PATRON_ASSIGN_OR_RETURN(const auto files, ReadFiles(directory, manifest));
  Knowledge knowledge = KnowledgeFor(manifest);
  PATRON_RETURN_IF_ERROR(DecodeTables(files, knowledge));
  PATRON_ASSIGN_OR_RETURN(auto ranker, ReadRanker(knowledge));
  return std::shared_ptr<const Artefact>(new Artefact(
      std::move(manifest), std::move(knowledge), std::move(ranker)));
}

absl::StatusOr<std::shared_ptr<const Artefact>> Artefact::FromKnowledge(
    const ArtefactOrigin& origin, Knowledge knowledge) {
  PATRON_RETURN_IF_ERROR(CheckOrigin(origin));
  PATRON_RETURN_IF_ERROR(CheckToWrite(knowledge));
  Manifest manifest = ManifestFor(origin, knowledge);
  PATRON_ASSIGN_OR_RETURN(auto ranker, ReadRanker(knowledge));
  return std::shared_ptr<const Artefact>(new Artefact(
      std::move(manifest), std::move(knowledge), std::move(ranker)));
}

}  // namespace patron::index
