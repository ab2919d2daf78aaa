// The shop's definitions: applied from a folder, exported to one, their
// history.
#include <filesystem>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "tools/patron/commands.h"
#include "tools/patron/console.h"
#include "tools/patron/definitions_folder.h"
#include "tools/patron/json_out.h"
#include "tools/patron/print_marketing.h"
#include "tools/patron/text_file.h"

namespace patron::cli {
namespace {

constexpr size_t kCodesPerCall = 10'000;

class ApplyCommand {
 public:
  ApplyCommand(Context& context, const Args& args)
      : context_(context),
        folder_(args.positional()[0]),
        args_(args),
        connection_(context.server) {}

  absl::StatusOr<int> Run() {
    PATRON_RETURN_IF_ERROR(Read());
    if (args_.Has("dry-run")) return DryRun();
    PATRON_ASSIGN_OR_RETURN(const bool agreed, Agreed());
    if (!agreed) {
      context_.out << "nothing was applied\n";
      return kExitFailed;
    }
    return Apply();
  }

 private:
  absl::Status Read() {
    request_.overwrite = args_.Has("overwrite");
    PATRON_ASSIGN_OR_RETURN(const int64_t days,
                            args_.Number("replay-days", 30, {0, 366}));
    replay_days_ = static_cast<int32_t>(days);
    PATRON_ASSIGN_OR_RETURN(request_.files, ReadDefinitions(folder_));
    PATRON_ASSIGN_OR_RETURN(request_.base_version, ReadVersionMarker(folder_));
    return absl::OkStatus();
  }

  absl::StatusOr<wire::ApplyReply> Ask(bool dry_run, int32_t replay_days) {
    wire::ApplyRequest request = request_;
    request.dry_run = dry_run;
    request.replay_days = replay_days;
    wire::ApplyReply reply;
    PATRON_RETURN_IF_ERROR(
        connection_.Marketing([&](wire::MarketingClient& client) {
          client.applyDefinitions(reply, dry_run ? "" : args_.Get("request-id"),
                                  request);
        }));
    return reply;
  }

  absl::StatusOr<int> DryRun() {
    PATRON_ASSIGN_OR_RETURN(const wire::ApplyReply reply,
                            Ask(true, replay_days_));
    if (context_.json) {
      context_.out << ToLine(ToJson(reply)) << '\n';
      return kExitOk;
    }
    PrintDifferences(context_.out, reply);
    context_.out << "\ndry run: nothing was applied; the server has version "
                 << reply.version << '\n';
    return kExitOk;
  }

  // At a terminal a person sees the differences first and says yes.
  absl::StatusOr<bool> Agreed() {
    if (args_.Has("yes") || context_.json || !context_.err_is_terminal)
      return true;
    PATRON_ASSIGN_OR_RETURN(const wire::ApplyReply reply, Ask(true, 0));
    if (reply.differences.empty()) return true;
    PrintDifferences(context_.out, reply);
    context_.out << "\napply this? [y/N] " << std::flush;
    std::string answer;
    std::getline(context_.in, answer);
    answer = absl::AsciiStrToLower(absl::StripAsciiWhitespace(answer));
    return answer == "y" || answer == "yes";
  }

  absl::StatusOr<int> Apply() {
    PATRON_ASSIGN_OR_RETURN(const wire::ApplyReply reply, Ask(false, 0));
    PATRON_RETURN_IF_ERROR(WriteVersionMarker(folder_, reply.version));
    Json json = ToJson(reply);
    if (!context_.json) PrintDifferences(context_.out, reply);
    for (const CodeFile& file : CodeFiles(folder_, request_.files)) {
      PATRON_ASSIGN_OR_RETURN(const Json codes, PutCodes(file));
      json["codes"][file.batch_id] = codes;
    }
    if (context_.json)
      context_.out << ToLine(json) << '\n';
    else
      context_.out << "the server has version " << reply.version << '\n';
    return kExitOk;
  }

  // {"given": …, "new": …}; a file that is not there leaves its batch as it is.
  absl::StatusOr<Json> PutCodes(const CodeFile& file) {
    std::error_code error;
    if (!std::filesystem::exists(file.path, error)) {
      context_.err << "batch " << file.batch_id << ": " << file.path
                   << " is not there; its codes stay as they are\n";
      return Json(nullptr);
    }
    PATRON_ASSIGN_OR_RETURN(const std::vector<std::string> codes,
                            ReadLinesOf(file.path));
    Console console(context_.err, context_.err_is_terminal);
    int64_t added = 0;
    for (size_t at = 0; at < codes.size(); at += kCodesPerCall) {
      const size_t end = std::min(codes.size(), at + kCodesPerCall);
      PATRON_RETURN_IF_ERROR(
          connection_.Marketing([&](wire::MarketingClient& client) {
            added += client.putCodes("", file.batch_id,
                                     {codes.begin() + at, codes.begin() + end});
          }));
      console.Progress(absl::StrCat(FormatCount(end), " codes"));
    }
    console.Done();
    if (!context_.json)
      context_.out << "batch " << file.batch_id << ": "
                   << FormatCount(codes.size()) << " codes, "
                   << FormatCount(added) << " of them new\n";
    return Json{{"given", codes.size()}, {"new", added}};
  }

  Context& context_;
  const std::string folder_;
  const Args& args_;
  Connection connection_;
  wire::ApplyRequest request_;
  int32_t replay_days_ = 0;
};

void PrintFiles(std::ostream& out, const wire::DefinitionsFiles& files) {
  out << "# version " << files.version << '\n';
  for (const auto& [name, text] : files.files)
    out << "\n# " << name << '\n' << text;
}

}  // namespace

absl::StatusOr<int> RunDefinitionsApply(Context& context, const Args& args) {
  return ApplyCommand(context, args).Run();
}

absl::StatusOr<int> ExportDefinitions(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t version,
                          args.Number("version", 0, kNotNegative));
  wire::DefinitionsFiles files;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.exportDefinitions(files, version);
      }));
  const std::string folder = args.Get("out", "-");
  if (folder == "-") {
    if (context.json)
      context.out << ToLine(ToJson(files)) << '\n';
    else
      PrintFiles(context.out, files);
    return kExitOk;
  }
  PATRON_RETURN_IF_ERROR(WriteDefinitions(folder, files.files, files.version));
  Console(context.err, context.err_is_terminal)
      .Line(absl::StrCat("version ", files.version, " written to ", folder,
                         ", ", files.files.size(), " files"));
  return kExitOk;
}

absl::StatusOr<int> RunDefinitionsHistory(Context& context, const Args& args) {
  PATRON_ASSIGN_OR_RETURN(const int64_t limit,
                          args.Number("limit", 20, {1, 1000}));
  std::vector<wire::DefinitionsVersion> versions;
  PATRON_RETURN_IF_ERROR(
      Connection(context.server).Marketing([&](wire::MarketingClient& client) {
        client.definitionsHistory(versions, static_cast<int32_t>(limit));
      }));
  if (!context.json) PrintVersions(context.out, versions);
  for (const wire::DefinitionsVersion& version : versions)
    if (context.json) context.out << ToLine(ToJson(version)) << '\n';
  return kExitOk;
}

}  // namespace patron::cli
