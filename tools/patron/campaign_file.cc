#include "tools/patron/campaign_file.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/definitions/definitions.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

// Stands beside the file and says the shop's currency, where the file does not.
constexpr char kShopFile[] = "(the server's shop)";

bool HasShop(const std::string& text) {
  for (const std::string& line : LinesOf(text))
    if (absl::StartsWith(line, "[shop]")) return true;
  return false;
}

}  // namespace

absl::StatusOr<std::vector<wire::Campaign>> ReadCampaigns(
    const std::string& path, const std::string& currency,
    const absl::TimeZone& zone) {
  PATRON_ASSIGN_OR_RETURN(const std::string text, ReadTextFile(path));
  definitions::Files files = {
      {std::filesystem::path(path).filename().string(), text}};
  if (!currency.empty() && !HasShop(text))
    files[kShopFile] = absl::StrCat("[shop]\ncurrency = \"", currency, "\"\n");
  PATRON_ASSIGN_OR_RETURN(const wire::Definitions read,
                          definitions::ReadFiles(files, zone));
  if (!read.programmes.empty() || !read.offers.empty() ||
      !read.code_batches.empty() || !read.segments.empty())
    return absl::InvalidArgumentError(
        absl::StrCat(path,
                     ": holds more than [[campaigns]]; a shop's whole "
                     "folder goes through `patron apply`"));
  if (read.campaigns.empty())
    return absl::InvalidArgumentError(
        absl::StrCat(path, ": holds no [[campaigns]]"));
  return read.campaigns;
}

}  // namespace patron::cli
