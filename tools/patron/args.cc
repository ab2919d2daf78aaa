#include "tools/patron/args.h"

#include "absl/strings/cord.h"
#include "absl/strings/str_cat.h"
#include "server/base/status_macros.h"
#include "server/base/text.h"

namespace patron::cli {
namespace {

constexpr absl::string_view kUsagePayload = "patron/usage";

const FlagSpec* Find(absl::Span<const FlagSpec> flags, absl::string_view name) {
  for (const FlagSpec& flag : flags)
    if (flag.name == name) return &flag;
  return nullptr;
}

// "--name=value", "--name", "-k"; "-" alone is a file, "-3" a number.
bool IsFlag(const std::string& word) {
  return word.size() > 1 && word[0] == '-' &&
         !(word[1] >= '0' && word[1] <= '9');
}

}  // namespace

absl::Status UsageError(absl::string_view message) {
  absl::Status status = absl::InvalidArgumentError(message);
  status.SetPayload(kUsagePayload, absl::Cord());
  return status;
}

bool IsUsageError(const absl::Status& status) {
  return status.GetPayload(kUsagePayload).has_value();
}

absl::StatusOr<Args> Args::Parse(absl::Span<const std::string> words,
                                 absl::Span<const FlagSpec> flags) {
  Args args;
  for (size_t i = 0; i < words.size(); ++i) {
    if (words[i] == "--") {
      args.positional_.insert(args.positional_.end(), words.begin() + i + 1,
                              words.end());
      break;
    }
    if (!IsFlag(words[i])) {
      args.positional_.push_back(words[i]);
      continue;
    }
    const std::string word = words[i].substr(words[i][1] == '-' ? 2 : 1);
    const size_t equals = word.find('=');
    const std::string name = word.substr(0, equals);
    const FlagSpec* const flag = Find(flags, name);
    if (flag == nullptr)
      return UsageError(absl::StrCat("no such option: ", words[i]));
    if (flag->value == nullptr) {
      if (equals != std::string::npos)
        return UsageError(absl::StrCat("--", name, " takes no value"));
      args.flags_[name].push_back("true");
    } else if (equals != std::string::npos) {
      args.flags_[name].push_back(word.substr(equals + 1));
    } else if (i + 1 < words.size()) {
      args.flags_[name].push_back(words[++i]);
    } else {
      return UsageError(absl::StrCat(words[i], " needs ", flag->value));
    }
  }
  return args;
}

std::string Args::Get(const std::string& flag,
                      const std::string& fallback) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? fallback : found->second.back();
}

std::vector<std::string> Args::All(const std::string& flag) const {
  const auto found = flags_.find(flag);
  return found == flags_.end() ? std::vector<std::string>() : found->second;
}

absl::StatusOr<int64_t> Args::Number(const std::string& flag, int64_t fallback,
                                     Range range) const {
  if (!Has(flag)) return fallback;
  const std::string dashes = flag.size() == 1 ? "-" : "--";
  const absl::StatusOr<int64_t> number =
      ParseWhole(dashes + flag, Get(flag), range);
  if (!number.ok()) return UsageError(number.status().message());
  return number;
}

}  // namespace patron::cli
