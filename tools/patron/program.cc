#include "tools/patron/program.h"

#include <algorithm>
#include <fstream>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"
#include "tools/patron/table.h"

namespace patron::cli {
namespace {

const std::vector<FlagSpec>& GlobalFlags() {
  static const auto* const kFlags = new std::vector<FlagSpec>{
      {"server", "HOST:PORT",
       "where patrond listens (default 127.0.0.1:7450; env PATRON_SERVER)"},
      {"token", "TOKEN", "who is asking (env PATRON_TOKEN)"},
      {"token-file", "FILE", "a file whose first line is the token"},
      {"json", nullptr, "JSON lines instead of tables"},
      {"help", nullptr, "this text; with a command, its options and examples"},
      {"h", nullptr, "the same as --help"},
  };
  return *kFlags;
}

std::string Dashed(const FlagSpec& flag) {
  const bool is_letter = flag.name[1] == '\0';
  return absl::StrCat(is_letter ? "-" : "--", flag.name,
                      flag.value == nullptr ? "" : " ",
                      flag.value == nullptr ? "" : flag.value);
}

void PrintFlags(std::ostream& out, absl::Span<const FlagSpec> flags) {
  Sheet sheet;
  for (const FlagSpec& flag : flags) sheet.Add("  " + Dashed(flag), flag.help);
  sheet.Print(out);
}

void PrintHelp(std::ostream& out) {
  out << "patron talks to a Patron server.\n\nusage: patron COMMAND … "
         "[options]\n\n";
  Sheet sheet;
  for (const Command& command : Commands())
    sheet.Add(absl::StrCat("  ", command.name, " ", command.arguments),
              command.summary);
  sheet.Print(out);
  out << "\noptions of every command:\n";
  PrintFlags(out, GlobalFlags());
  out << "\nexit codes: 0 done, 1 failed or rows refused, 2 wrong usage\n"
         "patron COMMAND --help shows its options and examples.\n";
}

void PrintExamples(std::ostream& out, absl::string_view examples) {
  out << "\nexamples:\n";
  for (const absl::string_view line :
       absl::StrSplit(examples, '\n', absl::SkipWhitespace()))
    out << "  " << absl::StripLeadingAsciiWhitespace(line) << '\n';
}

void PrintCommandHelp(std::ostream& out, const Command& command) {
  out << "usage: patron " << command.name
      << (*command.arguments == '\0' ? "" : " ") << command.arguments
      << " [options]\n\n"
      << command.summary << "\n";
  if (*command.notes != '\0') out << '\n' << command.notes << '\n';
  if (!command.flags.empty()) out << "\noptions:\n";
  PrintFlags(out, command.flags);
  out << "\noptions of every command:\n";
  PrintFlags(out, GlobalFlags());
  PrintExamples(out, command.examples);
}

// How many of the words are the command's name; 0 where they are not.
size_t NameWords(const Command& command,
                 const std::vector<std::string>& positional) {
  const std::vector<std::string> name = absl::StrSplit(command.name, ' ');
  if (positional.size() < name.size()) return 0;
  return std::equal(name.begin(), name.end(), positional.begin()) ? name.size()
                                                                  : 0;
}

// Takes the command's name out of `words`, wherever flags stand between; of
// "draw" and "draw repeat" the longer one that fits.
const Command* FindCommand(std::vector<std::string>& words) {
  std::vector<std::string> plain;
  std::vector<size_t> places;
  for (size_t i = 0; i < words.size(); ++i) {
    const bool takes_value = words[i] == "--server" || words[i] == "--token" ||
                             words[i] == "--token-file";
    if (takes_value) ++i;
    if (takes_value || (words[i].size() > 1 && words[i][0] == '-')) continue;
    plain.push_back(words[i]);
    places.push_back(i);
  }
  const Command* found = nullptr;
  size_t longest = 0;
  for (const Command& command : Commands()) {
    const size_t count = NameWords(command, plain);
    if (count > longest) found = &command;
    longest = std::max(longest, count);
  }
  for (size_t i = longest; i-- > 0;) words.erase(words.begin() + places[i]);
  return found;
}

absl::StatusOr<std::string> ReadToken(const Args& args,
                                      const Surroundings& surroundings) {
  if (!args.Has("token-file")) return args.Get("token", surroundings.env_token);
  const std::string path = args.Get("token-file");
  std::ifstream file(path);
  std::string line;
  if (!std::getline(file, line))
    return UsageError(absl::StrCat("--token-file: ", path, " cannot be read"));
  return std::string(absl::StripAsciiWhitespace(line));
}

absl::StatusOr<ConnectionOptions> ReadServer(const Args& args,
                                             const Surroundings& surroundings) {
  ConnectionOptions options;
  const std::string server = args.Get("server", surroundings.env_server);
  if (!server.empty()) {
    const absl::StatusOr<ServerAddress> address = ParseAddress(server);
    if (!address.ok())
      return UsageError("--" + std::string(address.status().message()));
    options.address = *address;
  }
  PATRON_ASSIGN_OR_RETURN(options.token, ReadToken(args, surroundings));
  return options;
}

absl::Status CheckArguments(const Command& command, const Args& args) {
  const int count = static_cast<int>(args.positional().size());
  if (count >= command.least_arguments && count <= command.most_arguments)
    return absl::OkStatus();
  return UsageError(absl::StrCat(
      command.name, ": ",
      count < command.least_arguments
          ? absl::StrCat("needs ", command.arguments)
          : absl::StrCat("does not take ",
                         Quoted(args.positional()[command.most_arguments]))));
}

absl::StatusOr<int> RunCommand(const Command& command,
                               absl::Span<const std::string> words,
                               const Surroundings& surroundings) {
  std::vector<FlagSpec> flags = command.flags;
  flags.insert(flags.end(), GlobalFlags().begin(), GlobalFlags().end());
  PATRON_ASSIGN_OR_RETURN(const Args args, Args::Parse(words, flags));
  if (args.Has("help") || args.Has("h")) {
    PrintCommandHelp(surroundings.out, command);
    return kExitOk;
  }
  PATRON_RETURN_IF_ERROR(CheckArguments(command, args));
  PATRON_ASSIGN_OR_RETURN(ConnectionOptions server,
                          ReadServer(args, surroundings));
  Context context = {std::move(server), args.Has("json"),
                     surroundings.in,   surroundings.out,
                     surroundings.err,  surroundings.err_is_terminal,
                     surroundings.clock};
  return command.run(context, args);
}

absl::StatusOr<int> Dispatch(std::vector<std::string> words,
                             const Surroundings& surroundings) {
  const Command* const command = FindCommand(words);
  if (command != nullptr) return RunCommand(*command, words, surroundings);
  const absl::StatusOr<Args> args = Args::Parse(words, GlobalFlags());
  const bool asks = args.ok() && (args->Has("help") || args->Has("h"));
  const bool named = args.ok() && !args->positional().empty();
  if (asks || (named && args->positional()[0] == "help")) {
    PrintHelp(surroundings.out);
    return kExitOk;
  }
  if (!args.ok()) return args.status();
  return UsageError(named ? absl::StrCat("no such command: ",
                                         absl::StrJoin(args->positional(), " "))
                          : "no command given");
}

}  // namespace

int RunProgram(absl::Span<const std::string> words,
               const Surroundings& surroundings) {
  const absl::StatusOr<int> code =
      Dispatch({words.begin(), words.end()}, surroundings);
  if (code.ok()) return *code;
  surroundings.err << "patron: " << code.status().message() << '\n';
  if (!IsUsageError(code.status())) return kExitFailed;
  surroundings.err << "patron --help lists the commands.\n";
  return kExitUsage;
}

}  // namespace patron::cli
